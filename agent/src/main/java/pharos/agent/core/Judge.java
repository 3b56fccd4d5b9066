package pharos.agent.core;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Peer.Series;
import pharos.agent.core.Question.Purpose;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;

/**
 * Judges whether a peer is there: what counts as life, what raises doubt, and what proves a death.
 * The moves are in {@link Transitions}; here is what brings the evidence about.
 */
final class Judge {
  /** How long a refusal waits for a goodbye or a beacon that was under way before it. */
  private static final long VERDICT_NS = 25 * Settings.MS;

  private static final long VERDICT_WHERE_LOST_NS = 120 * Settings.MS;

  /** Between two connections that only test a port. */
  private static final long TEST_GAP_NS = 200 * Settings.MS;

  private final Turn turn;
  private final Roster roster;
  private final Ring ring;
  private final Asker asker;
  private final Announcer announcer;
  private final Prober prober;
  private final Goodbyes goodbyes;
  private final Deadlines deadlines;
  private final ArrayDeque<Peer> untested = new ArrayDeque<>();
  private final Timed testing = Timed.of(this::testNext);

  // The latest sign of life, and the latest of anybody else: a peer is cut off only while others
  // are not.
  private @Nullable Peer lastAlive;
  private long lastAliveNs = Peer.NEVER;
  private long otherAliveNs = Peer.NEVER;

  Judge(
      Turn turn,
      Roster roster,
      Ring ring,
      Asker asker,
      Announcer announcer,
      Prober prober,
      Goodbyes goodbyes,
      Deadlines deadlines) {
    this.turn = turn;
    this.roster = roster;
    this.ring = ring;
    this.asker = asker;
    this.announcer = announcer;
    this.prober = prober;
    this.goodbyes = goodbyes;
    this.deadlines = deadlines;
  }

  // Life.

  /** A sign of life that counts. */
  void life(Peer peer, boolean isEcho) {
    if (turn.isStale) {
      return;
    }
    if (peer.verdictNs != Peer.NEVER && !disproves(peer)) {
      return;
    }
    peer.heardNs = turn.nowNs;
    if (peer != lastAlive) {
      otherAliveNs = lastAliveNs;
      lastAlive = peer;
    }
    lastAliveNs = turn.nowNs;
    if (peer.series != null && (isEcho || peer.series != Series.PROOF)) {
      prober.end(peer, isEcho);
    }
    asker.cancel(peer.last);
    peer.last = null;
    peer.lastFailed = false;
    if (peer.state == State.SUSPECT) {
      roster.move(peer, Evidence.LIFE);
    }
    if (peer.isWatchBroken && peer.rewatchNs == Peer.NEVER) {
      peer.rewatchNs = turn.nowNs + peer.intervalNs;
      deadlines.arm(peer);
    }
  }

  /** What was under way when the refusal came proves nothing; what comes later does. */
  private boolean disproves(Peer peer) {
    if (!turn.isDue(peer.verdictNs)) {
      return false;
    }
    disprove(peer);
    return true;
  }

  /** Its ports refused, and yet it lives. */
  void disprove(Peer peer) {
    peer.verdictNs = Peer.NEVER;
    if (!peer.refusalsLie) {
      peer.refusalsLie = true;
      turn.note(NoteKind.FALSE_REFUSAL, peer.name + " lives, though its ports refuse");
    }
  }

  /** Asks somebody gone whether it is there after all, once in half an interval. */
  void stir(Peer peer) {
    boolean isTooSoon = !turn.mayAgain(peer.stirredNs, peer.intervalNs / 2);
    if (!isTooSoon) {
      peer.stirredNs = turn.nowNs;
      prober.begin(peer, Series.PROOF, 0);
      prober.continueSeries(peer);
      peer.series = null;
    }
  }

  /**
   * It is shown from now on. Its TCP port is tried by the way, since a refusal counts only where a
   * connection was taken before.
   */
  void onArrival(Peer peer) {
    goodbyes.onArrival(peer);
    if (!peer.hasConnectedAt(peer.tcpEndpoint(0))) {
      untested.add(peer);
      if (untested.size() == 1) {
        turn.timers.set(testing, turn.nowNs + testGapNs());
      }
    }
    deadlines.arm(peer);
  }

  private void testNext() {
    Peer peer = untested.poll();
    if (peer != null && peer.state.isShown() && !peer.hasConnectedAt(peer.tcpEndpoint(0))) {
      turn.emit(new Effect.Connect(peer.id, peer.incarnation, peer.tcpEndpoint(0)));
    }
    if (!untested.isEmpty()) {
      turn.timers.set(testing, turn.nowNs + testGapNs());
    }
  }

  private long testGapNs() {
    return roster.shown() <= Settings.FEW ? TEST_GAP_NS / 10 : TEST_GAP_NS;
  }

  // Doubt.

  /** Our own connection to a peer ended: the others are told to look, and we look ourselves. */
  void onWatchBroken(NodeId id, long incarnation) {
    Peer peer = roster.get(id);
    if (peer == null || peer.incarnation != incarnation || !ring.isWatched(peer)) {
      return;
    }
    peer.isWatchBroken = true;
    if (mayDoubt(peer)) {
      turn.count(Count.DOUBTS);
      announcer.broadcast(announcer.beacon().doubt(new Doubt(id, incarnation)).build());
    }
    look(peer, 0);
  }

  /** An alive peer says that it lost its connection to another: nobody believes it, all look. */
  void onDoubt(Peer from, Doubt doubt) {
    Peer subject = roster.get(doubt.id());
    if (from.state == State.ALIVE
        && subject != null
        && subject != from
        && subject.incarnation == doubt.incarnation()
        && mayDoubt(subject)) {
      boolean isFew = roster.shown() <= Settings.FEW;
      look(subject, isFew ? 0 : turn.upTo(roster.shown() * Settings.MS / 2));
    }
  }

  /**
   * A goodbye in its name without a proof: we look, once an interval. It leaves the bound on doubts
   * alone, so that nobody uses that up by forged goodbyes.
   */
  void onUnprovedLeaving(Peer peer) {
    if (peer.state.isShown() && turn.mayAgain(peer.lookedNs, peer.intervalNs)) {
      peer.lookedNs = turn.nowNs;
      look(peer, 0);
    }
  }

  /** Once per subject and interval. */
  private boolean mayDoubt(Peer subject) {
    boolean may = turn.mayAgain(subject.doubtedNs, subject.intervalNs);
    if (may) {
      subject.doubtedNs = turn.nowNs;
    }
    return may;
  }

  /** Probes and connects, as there is reason to doubt. */
  private void look(Peer peer, long delayNs) {
    if (!peer.state.isShown() || peer.series == Series.DOUBT) {
      return;
    }
    prober.begin(peer, Series.DOUBT, delayNs);
    peer.cutOffNs = turn.nowNs;
    prober.continueSeries(peer);
    deadlines.arm(peer);
  }

  // Refusals and last answers.

  /** A probe was refused: a port unreachable. It counts only where the peer answered before. */
  void onProbeRefused(NodeId id, long incarnation, InetSocketAddress by) {
    Peer peer = roster.get(id);
    if (peer != null && peer.incarnation == incarnation && peer.hasEchoedAt(by)) {
      onRefused(peer);
    }
  }

  /** A connection was refused: a reset. It counts only where the peer took one before. */
  void onConnectRefused(NodeId id, long incarnation, InetSocketAddress by) {
    Peer peer = roster.get(id);
    if (peer != null && peer.incarnation == incarnation && peer.hasConnectedAt(by)) {
      onRefused(peer);
    }
  }

  private void onRefused(Peer peer) {
    if (peer.state.isShown() && !peer.refusalsLie && peer.verdictNs == Peer.NEVER) {
      peer.verdictNs = turn.nowNs + (prober.losesMuch() ? VERDICT_WHERE_LOST_NS : VERDICT_NS);
      deadlines.arm(peer);
    }
  }

  void onLastAnswered(Question question, Introduction answer) {
    Peer peer = question.peer;
    peer.last = null;
    if (answer.id().equals(peer.id) && answer.incarnation() == peer.incarnation) {
      peer.learnGoodbye(answer.goodbye());
      life(peer, true);
    } else {
      peer.lastFailed = true;
    }
  }

  void onLastFailed(Question question) {
    question.peer.last = null;
    question.peer.lastFailed = true;
  }

  // Time.

  /** What time has proved against one that is shown, if anything. */
  void convict(Peer peer) {
    if (turn.isPast(peer.verdictNs)) {
      peer.verdictNs = Peer.NEVER;
      roster.move(peer, Evidence.REFUSED);
    } else if (isCutOff(peer, Deadlines.crashedNs(peer)) && peer.probes >= prober.needed()) {
      roster.move(peer, Evidence.CUT_OFF_LONG);
    } else if (deadlines.isSilentAtAll(peer)
        || (deadlines.isSilent(peer) && peer.lastFailed && peer.probes >= prober.needed())) {
      roster.move(peer, Evidence.SILENCE);
    }
  }

  /** Looks where there is reason to, and watches again whose connection broke though it lives. */
  void examine(Peer peer) {
    raiseDoubt(peer);
    prober.continueSeries(peer);
    if (turn.isPast(peer.rewatchNs)) {
      peer.rewatchNs = Peer.NEVER;
      ring.restore(peer);
    }
  }

  private void raiseDoubt(Peer peer) {
    if (isCutOff(peer, Deadlines.suspectNs(peer))) {
      roster.move(peer, Evidence.CUT_OFF);
    }
    if (peer.series == null && deadlines.isOverdue(peer)) {
      prober.begin(peer, Series.OVERDUE, 0);
    } else if (peer.series == Series.OVERDUE && peer.probes >= 3 && turn.isDue(peer.probeNs)) {
      roster.move(peer, Evidence.UNANSWERED);
    }
    if (peer.last == null && !peer.lastFailed && deadlines.isLastQuestionDue(peer)) {
      peer.last = asker.ask(peer, Purpose.LAST, peer.tcpEndpoint(0));
      peer.lastFailed = peer.last == null;
    }
  }

  /** While others answer; where there are no others, the end of the connection is enough. */
  private boolean isCutOff(Peer peer, long atNs) {
    if (peer.cutOffNs == Peer.NEVER || !turn.isDue(atNs)) {
      return false;
    }
    long othersNs = peer == lastAlive ? otherAliveNs : lastAliveNs;
    return roster.shown() == 1 || (othersNs != Peer.NEVER && othersNs - peer.cutOffNs > 0);
  }
}
