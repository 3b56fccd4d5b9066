package pharos.agent.core;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Peer.Series;
import pharos.agent.core.Question.Purpose;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * Follows the peers: what counts as life, when silence raises doubt, and what proves a death. The
 * moves are in {@link Transitions}; here is what brings the evidence about.
 */
final class Tracker {
  /** How long a refusal waits for a goodbye or a beacon that was under way before it. */
  private static final long VERDICT_NS = 25 * Settings.MS;

  private static final long VERDICT_WHERE_LOST_NS = 120 * Settings.MS;

  /** A peer whose watch broke is suspect when it answered nothing for this long. */
  private static final long CUT_OFF_NS = 500 * Settings.MS;

  static final long CHECK_GAP_NS = 100 * Settings.MS;

  /** Between two connections that only test a port. */
  private static final long TEST_GAP_NS = 200 * Settings.MS;

  private static final long MIN_GAP_NS = Settings.MS / 10;

  /** Nobody is expected more often than this, whatever it announces. */
  private static final long MIN_INTERVAL_NS = 10 * Settings.MS;

  /**
   * Silence in tenths of an interval: when asked over TCP, when gone, when gone in any case. What
   * we take for the interval is an average that jitter makes a little wrong.
   */
  private static final int LAST_QUESTION = 25;

  private static final int SILENT = 50;
  private static final int SILENT_AT_ALL = 57;

  private final Turn turn;
  private final Roster roster;
  private final Ring ring;
  private final Asker asker;
  private final Announcer announcer;
  private final Prober prober;
  private final Lookout lookout;
  private @Nullable Meeter meeter;
  private final ArrayDeque<Peer> untested = new ArrayDeque<>();
  private final Timed testing = Timed.of(this::testNext);

  // The latest sign of life, and the latest of anybody else: a peer is cut off only while others
  // are not.
  private @Nullable Peer lastAlive;
  private long lastAliveNs = Peer.NEVER;
  private long otherAliveNs = Peer.NEVER;

  Tracker(Turn turn, Roster roster, Ring ring, Asker asker, Announcer announcer, Prober prober) {
    this.turn = turn;
    this.roster = roster;
    this.ring = ring;
    this.asker = asker;
    this.announcer = announcer;
    this.prober = prober;
    lookout = new Lookout(turn, roster, this);
  }

  /** The two call each other: who is tracked is met first, and who is met is tracked. */
  void meetBy(Meeter meeter) {
    this.meeter = meeter;
  }

  private Meeter meeter() {
    if (meeter == null) {
      throw new IllegalStateException("nobody meets the peers");
    }
    return meeter;
  }

  /** A datagram of the incarnation we know. */
  void onDatagram(Peer peer, Presence presence, InetSocketAddress from) {
    // A broadcast nonce is known to all who listen: only one sent to this peer alone is a proof.
    boolean isEcho = presence.echo() != 0 && presence.echo() == peer.nonce;
    boolean isKnown = peer.isKnownSource(from);
    if (presence.isLeaving()) {
      onLeaving(peer, isKnown);
    } else if (peer.state == State.GONE) {
      onStray(peer, presence, isKnown, isEcho);
    } else if (isKnown || isEcho) {
      if (isEcho) {
        onEcho(peer, presence, from, isKnown);
      }
      life(peer, isEcho);
      content(peer, presence);
      if (presence.hasDoubt()) {
        presence.doubt().ifPresent(doubt -> onDoubt(peer, doubt));
      }
    } else {
      turn.count(Count.FROM_ELSEWHERE);
      verify(peer, presence, from);
    }
  }

  private void onLeaving(Peer peer, boolean isKnown) {
    if (isKnown || peer.state == State.GONE) {
      roster.move(peer, Evidence.LEAVING);
    } else {
      turn.count(Count.FROM_ELSEWHERE);
      if (mayDoubt(peer)) {
        look(peer, 0);
      }
    }
  }

  private void onEcho(Peer peer, Presence presence, InetSocketAddress from, boolean isKnown) {
    if (!isKnown && peer.state == State.ASKING && !peer.hasAnswered && !peer.hasEchoed) {
      // What was heard first came from elsewhere, and was proved by nothing: here it is.
      roster.endQuestions(peer);
      long nonce = peer.nonce;
      peer.incarnate(presence.toBeacon(), from);
      peer.nonce = nonce;
    }
    peer.addEchoed(from);
    InetSocketAddress unproven = peer.unprovenSource;
    if (unproven != null && unproven.getAddress().equals(from.getAddress())) {
      peer.unprovenSource = null;
      int addresses = peer.addresses().size();
      peer.addSource(unproven);
      peer.addSource(from);
      if (peer.state.isShown() && peer.addresses().size() > addresses) {
        roster.tell(Change.Kind.UPDATED, peer);
      }
    }
    if (!peer.hasEchoed) {
      peer.hasEchoed = true;
      meeter().onProof(peer);
    }
  }

  /**
   * Known, but heard from a new place: it is asked there, and counts from there when it answers.
   */
  private void verify(Peer peer, Presence presence, InetSocketAddress from) {
    if (!turn.mayAgain(peer.checkedNs, CHECK_GAP_NS)) {
      return;
    }
    peer.checkedNs = turn.nowNs;
    peer.unprovenSource = from;
    if (peer.nonce == 0) {
      peer.nonce = turn.nonce();
    }
    Beacon question = announcer.beacon().solicit(peer.nonce).build();
    turn.emit(
        new Effect.Send(question, new InetSocketAddress(from.getAddress(), presence.udpPort())));
  }

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
      arm(peer);
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

  private void disprove(Peer peer) {
    peer.verdictNs = Peer.NEVER;
    if (!peer.refusalsLie) {
      peer.refusalsLie = true;
      turn.note(NoteKind.FALSE_REFUSAL, peer.name + " lives, though its ports refuse");
    }
  }

  /** Sequence numbers order content only for a while, so that a forged one cannot freeze a peer. */
  private void content(Peer peer, Presence presence) {
    boolean isNewer =
        presence.sequence() > peer.sequence
            || peer.sequencedNs == Peer.NEVER
            || peer.state == State.ASKING
            || turn.isDue(peer.sequencedNs + 2 * peer.intervalNs);
    if (!isNewer) {
      return;
    }
    peer.sequence = presence.sequence();
    peer.sequencedNs = turn.nowNs;
    long announcedNs = Meeter.announcedNs(presence);
    if (announcedNs > 0) {
      peer.intervalNs = smoothed(peer.intervalNs, announcedNs);
    }
    peer.overlay = presence.isOverlay();
    if (peer.state == State.ASKING && !peer.hasAnswered && presence.tcpPort() != 0) {
      // What was heard first may have been wrong, and would be asked at the wrong port for ever.
      peer.tcpPort = presence.tcpPort();
      peer.udpPort = presence.udpPort();
    }
    if (peer.name.isEmpty() && peer.service.isEmpty()) {
      peer.name = presence.name();
      peer.service = presence.service();
    }
    if (presence.digest() != peer.digest) {
      peer.digest = presence.digest();
      if (peer.state.isShown()) {
        meeter().onDigestChanged(peer);
      } else {
        meeter().pursue(peer);
      }
    }
  }

  /**
   * Jitter is averaged away. A change is at most a doubling or a half at once: one forged datagram
   * neither freezes a peer nor ends it.
   */
  private static long smoothed(long intervalNs, long announcedNs) {
    long differenceNs = announcedNs - intervalNs;
    if (Math.abs(differenceNs) <= intervalNs / 4) {
      return intervalNs + differenceNs / 8;
    }
    long leastNs = Math.max(intervalNs / 2, MIN_INTERVAL_NS);
    return Math.min(Math.max(announcedNs, leastNs), 2 * intervalNs);
  }

  /**
   * A datagram of somebody gone. Only an answer to a nonce made since then brings it back; where
   * probes are refused in its name, beacons over half an interval do.
   */
  private void onStray(Peer peer, Presence presence, boolean isKnown, boolean isEcho) {
    if (isEcho) {
      revive(peer);
      return;
    }
    if (!isKnown || presence.sequence() <= peer.sequence) {
      return;
    }
    boolean isLater =
        peer.stirredNs != Peer.NEVER && turn.isDue(peer.stirredNs + peer.intervalNs / 2);
    if (isLater && peer.reason == Reason.CRASHED) {
      revive(peer);
    } else {
      stir(peer);
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

  /** It lived all along, and arrives anew. */
  void revive(Peer peer) {
    if (peer.reason == Reason.CRASHED) {
      disprove(peer);
    }
    peer.endSeries();
    peer.hasEchoed = true;
    peer.hasAnswered = true;
    peer.heardNs = turn.nowNs;
    roster.move(peer, Evidence.ECHO);
    meeter().pursue(peer);
    arm(peer);
  }

  /** It is shown from now on; whether its TCP port can be reached is found out by the way. */
  void onArrival(Peer peer) {
    if (!peer.hasConnectedAt(peer.tcpEndpoint(0))) {
      untested.add(peer);
      if (untested.size() == 1) {
        turn.timers.set(testing, turn.nowNs + testGapNs());
      }
    }
    arm(peer);
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
  private void onDoubt(Peer from, Doubt doubt) {
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
    arm(peer);
  }

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
      arm(peer);
    }
  }

  /** A plain connection was taken: whoever refuses there later is dead. */
  void onConnected(NodeId id, long incarnation, InetSocketAddress by) {
    Peer peer = roster.get(id);
    if (peer != null && peer.incarnation == incarnation) {
      peer.addConnected(by);
      meeter().onProof(peer);
    }
  }

  void onLastAnswered(Question question, Introduction answer) {
    Peer peer = question.peer;
    peer.last = null;
    if (answer.id().equals(peer.id) && answer.incarnation() == peer.incarnation) {
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

  void onTimer(Peer peer) {
    switch (peer.state) {
      case ASKING -> checkUnmet(peer);
      case ALIVE, SUSPECT -> checkShown(peer);
      case GONE -> {
        if (turn.isDue(forgetNs(peer))) {
          roster.move(peer, Evidence.FORGOTTEN);
        }
      }
      case UNKNOWN -> {}
    }
    arm(peer);
  }

  private void checkUnmet(Peer peer) {
    if (isSilentFor(peer, SILENT_AT_ALL)) {
      roster.move(peer, Evidence.SILENCE);
      return;
    }
    if (turn.isPast(peer.objectionNs)) {
      meeter().onObjectionsOver(peer);
    }
    if (prober.hasFailedToProve(peer)) {
      peer.endSeries();
      peer.failures++;
      meeter().pursue(peer);
    } else if (turn.isPast(peer.askNs) || turn.isPast(peer.connectNs)) {
      meeter().pursue(peer);
    }
    prober.continueSeries(peer);
  }

  private void checkShown(Peer peer) {
    if (turn.isPast(peer.verdictNs)) {
      peer.verdictNs = Peer.NEVER;
      roster.move(peer, Evidence.REFUSED);
    } else if (isCutOffFor(peer, peer.intervalNs * 3 / 2) && peer.probes >= prober.needed()) {
      roster.move(peer, Evidence.CUT_OFF_LONG);
    } else if (isSilentFor(peer, SILENT_AT_ALL)
        || (isSilentFor(peer, SILENT) && peer.lastFailed && peer.probes >= prober.needed())) {
      roster.move(peer, Evidence.SILENCE);
    }
    if (!peer.state.isShown()) {
      return;
    }
    if (turn.isPast(peer.objectionNs)) {
      meeter().onObjectionsOver(peer);
    }
    if (turn.isPast(peer.askNs)) {
      peer.askNs = Peer.NEVER;
      meeter().onDigestChanged(peer);
    }
    raiseDoubt(peer);
    prober.continueSeries(peer);
    if (turn.isPast(peer.rewatchNs)) {
      peer.rewatchNs = Peer.NEVER;
      ring.restore(peer);
    }
  }

  private void raiseDoubt(Peer peer) {
    if (isCutOffFor(peer, CUT_OFF_NS)) {
      roster.move(peer, Evidence.CUT_OFF);
    }
    if (peer.series == null && turn.isDue(lookout.overdueNs(peer))) {
      prober.begin(peer, Series.OVERDUE, 0);
    } else if (peer.series == Series.OVERDUE && peer.probes >= 3 && turn.isDue(peer.probeNs)) {
      roster.move(peer, Evidence.UNANSWERED);
    }
    if (peer.last == null && !peer.lastFailed && turn.isDue(lastQuestionNs(peer))) {
      peer.last = asker.ask(peer, Purpose.LAST, peer.tcpEndpoint(0));
      peer.lastFailed = peer.last == null;
    }
  }

  /** While others answer; where there are no others, the end of the connection is enough. */
  private boolean isCutOffFor(Peer peer, long timeNs) {
    if (peer.cutOffNs == Peer.NEVER || !turn.isDue(peer.cutOffNs + timeNs)) {
      return false;
    }
    long othersNs = peer == lastAlive ? otherAliveNs : lastAliveNs;
    return roster.shown() == 1 || (othersNs != Peer.NEVER && othersNs - peer.cutOffNs > 0);
  }

  private boolean isSilentFor(Peer peer, int tenths) {
    return turn.isDue(silentNs(peer, tenths));
  }

  /** After standing still, everybody is given an interval to answer, however silent before. */
  private long silentNs(Peer peer, int tenths) {
    long atNs = peer.heardNs + tenths * peer.intervalNs / 10;
    long graceNs = turn.awakeNs + peer.intervalNs;
    return turn.awakeNs != Peer.NEVER && graceNs - atNs > 0 ? graceNs : atNs;
  }

  private long lastQuestionNs(Peer peer) {
    return Math.max(
        peer.heardNs + LAST_QUESTION * peer.intervalNs / 10,
        lookout.overdueNs(peer) + peer.intervalNs / 2);
  }

  private long forgetNs(Peer peer) {
    return peer.goneNs + Roster.QUARANTINE * peer.intervalNs;
  }

  /** Sets the peer's timer to the earliest thing that may be due for it. */
  void arm(Peer peer) {
    if (peer.state == State.UNKNOWN) {
      return;
    }
    long atNs =
        switch (peer.state) {
          case GONE -> forgetNs(peer);
          case ASKING ->
              earliest(
                  silentNs(peer, SILENT_AT_ALL),
                  peer.askNs,
                  peer.connectNs,
                  peer.probeNs,
                  peer.objectionNs);
          case ALIVE, SUSPECT -> nextCheckNs(peer);
          case UNKNOWN -> throw new AssertionError(peer.state);
        };
    peer.isAwaited = peer.state.isShown() && peer.series == null && atNs == awaitedNs(peer);
    if (atNs == Peer.NEVER) {
      turn.timers.cancel(peer);
      return;
    }
    // Never at once: what is due now was looked at just before, and time must go on.
    long leastNs = turn.nowNs + MIN_GAP_NS;
    turn.timers.set(peer, atNs - leastNs < 0 ? leastNs : atNs);
  }

  /** When to ask for a beacon that is missed; each one that comes puts it off. */
  long awaitedNs(Peer peer) {
    return lookout.overdueNs(peer);
  }

  private long nextCheckNs(Peer peer) {
    long atNs = peer.series == null ? nextLookNs(peer) : nextSilenceNs(peer);
    if (peer.cutOffNs != Peer.NEVER) {
      long suspectNs = peer.cutOffNs + CUT_OFF_NS;
      long crashedNs = peer.cutOffNs + peer.intervalNs * 3 / 2;
      atNs = turn.isDue(suspectNs) ? atNs : earliest(atNs, suspectNs);
      atNs = turn.isDue(crashedNs) ? atNs : earliest(atNs, crashedNs);
    }
    return earliest(
        atNs, peer.verdictNs, peer.probeNs, peer.askNs, peer.objectionNs, peer.rewatchNs);
  }

  private long nextLookNs(Peer peer) {
    if (roster.shown() <= Settings.FEW) {
      return lookout.overdueNs(peer);
    }
    lookout.add(peer);
    return Peer.NEVER;
  }

  private long nextSilenceNs(Peer peer) {
    long questionNs = peer.heardNs + LAST_QUESTION * peer.intervalNs / 10;
    long silentNs = silentNs(peer, SILENT);
    if (!turn.isDue(questionNs)) {
      return questionNs;
    }
    return turn.isDue(silentNs) ? silentNs(peer, SILENT_AT_ALL) : silentNs;
  }

  private static long earliest(long firstNs, long... othersNs) {
    long earliestNs = firstNs;
    for (long otherNs : othersNs) {
      boolean isEarlier = earliestNs == Peer.NEVER || otherNs - earliestNs < 0;
      if (otherNs != Peer.NEVER && isEarlier) {
        earliestNs = otherNs;
      }
    }
    return earliestNs;
  }
}
