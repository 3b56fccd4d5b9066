package pharos.agent.core;

import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Question.Purpose;
import pharos.agent.core.Series.Why;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;

/**
 * Judges whether a peer is there: what counts as life, what raises doubt, and what proves a death.
 * The moves are in {@link Transitions}; here is what brings the evidence about.
 */
final class Judge implements Witnesses.Verdict {
  /** Who is watched is asked for an echo so often. */
  static final int WATCH_INTERVALS = 2;

  /** A crowd does not look all at once: each adds so much, up to this. */
  private static final long LOOK_GAP_NS = 3 * Settings.MS / 8;

  private static final long MAX_LOOK_NS = 100 * Settings.MS;

  private static final int PROBES_BEFORE_SUSPECT = 3;
  private static final int PROBES_BEFORE_TCP = 5;

  /** Between two connections that only test a port. */
  private static final long TEST_GAP_NS = 200 * Settings.MS;

  /** A doubt is told again after these times: few know of a crash, and one datagram may be lost. */
  private static final long[] TOLD_AGAIN_NS = {50 * Settings.MS, 150 * Settings.MS};

  private final Turn turn;
  private final Roster roster;
  private final Ring ring;
  private final Asker asker;
  private final Announcer announcer;
  private final Prober prober;
  private final Goodbyes goodbyes;
  private final Refusals refusals;
  private final Deadlines deadlines;
  final Witnesses witnesses;
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
      Refusals refusals,
      Deadlines deadlines) {
    this.turn = turn;
    this.roster = roster;
    this.ring = ring;
    this.asker = asker;
    this.announcer = announcer;
    this.prober = prober;
    this.goodbyes = goodbyes;
    this.refusals = refusals;
    this.deadlines = deadlines;
    witnesses = new Witnesses(turn, roster, announcer, prober, this);
  }

  // Life.

  /**
   * A datagram from where it is known, which anybody may have forged: silence does not grow. It
   * contradicts no evidence: no refusal, no broken watch, no doubt.
   */
  void life(Peer peer) {
    if (turn.isStale || peer.isPlanned(Plan.VERDICT)) {
      return;
    }
    Series series = peer.series;
    if (series != null) {
      noticeLife(peer, series);
    }
    isHeard(peer);
    if (series != null && series.why == Why.DOUBT) {
      // sometimes: one in doubt goes on to send beacons
      series.isBeaconing = true;
    } else {
      if (peer.isProbedFor(Why.OVERDUE)) {
        prober.end(peer, false);
      }
      if (!peer.isUnanswering) {
        asker.cancel(peer.last);
        lives(peer);
      }
    }
  }

  private void noticeLife(Peer peer, Series series) {
    if (series.why == Why.OVERDUE) {
      noticeMissed(peer, Sign.HEARD_AGAIN);
    } else if (series.why == Why.DOUBT && !series.isBeaconing) {
      turn.notice(peer, Sign.BEACONING, peer.source);
    }
  }

  private void noticeMissed(Peer peer, Sign sign) {
    long silentNs = turn.nowNs - peer.heardNs;
    int missed = (int) Math.max(1, silentNs / Math.max(1, peer.intervalNs));
    turn.notice(peer, sign, peer.source, Optional.empty(), missed, peer.heardNs);
  }

  /** An answer to a nonce that only this peer was told, or over TCP to a question of ours. */
  void proof(Peer peer) {
    if (turn.isStale) {
      return;
    }
    if (peer.isPlanned(Plan.VERDICT)) {
      // sometimes: one whose port refused proves that it lives
      refusals.disprove(peer);
    }
    isHeard(peer);
    announcer.unicasts.onAnswer(peer);
    peer.isUnanswering = false;
    peer.goodbye.isSaid = false;
    peer.goodbye.detail = "";
    if (peer.series != null) {
      prober.end(peer, true);
    }
    asker.cancel(peer.last);
    lives(peer);
  }

  /** It answered a question over TCP: a proof, unless its port refused since that was asked. */
  void answered(Peer peer, Question question) {
    if (!peer.isPlanned(Plan.VERDICT) || question.sentNs - peer.refusal.sinceNs >= 0) {
      proof(peer);
    }
  }

  private void isHeard(Peer peer) {
    peer.heardNs = turn.nowNs;
    if (peer.inquiry != null) {
      // sometimes: one that others are asked about is heard again
      peer.inquiry = null;
      peer.touch();
    }
    if (peer != lastAlive) {
      otherAliveNs = lastAliveNs;
      lastAlive = peer;
    }
    lastAliveNs = turn.nowNs;
  }

  private void lives(Peer peer) {
    peer.last = null;
    peer.lastFailed = false;
    if (peer.state == State.SUSPECT) {
      roster.move(peer, Evidence.LIFE);
    }
    if (peer.isWatchBroken && !peer.isPlanned(Plan.REWATCH)) {
      peer.plan(Plan.REWATCH, turn.nowNs + peer.intervalNs);
    }
  }

  /**
   * Asks somebody gone whether it is there after all, once in half an interval: by UDP, and unless
   * it said goodbye over TCP too, since a firewall may refuse in its name.
   */
  void stir(Peer peer) {
    boolean isTooSoon = !turn.mayAgain(peer.bounds.stirredNs, peer.intervalNs / 2);
    if (!isTooSoon) {
      peer.bounds.stirredNs = turn.nowNs;
      prober.begin(peer, Why.PROOF, 0);
      prober.continueSeries(peer);
      peer.endSeries();
      if (peer.reason != Reason.LEFT && peer.last == null) {
        // sometimes: one that is gone is asked over TCP whether it is there
        peer.last = asker.ask(peer, Purpose.RETURN, peer.tcpEndpoint(0));
      }
    }
  }

  /**
   * It is shown from now on. Its TCP port is tried by the way, since a refusal counts only where a
   * connection was taken before.
   */
  void onArrival(Peer peer) {
    goodbyes.onArrival(peer);
    if (!peer.places.hasConnectedAt(peer.tcpEndpoint(0))) {
      untested.add(peer);
      if (untested.size() == 1) {
        turn.timers.set(testing, turn.nowNs + testGapNs());
      }
    }
  }

  private void testNext() {
    Peer peer = untested.poll();
    if (peer != null && peer.state.isShown() && !peer.places.hasConnectedAt(peer.tcpEndpoint(0))) {
      refusals.connect(peer);
    }
    if (!untested.isEmpty()) {
      turn.timers.set(testing, turn.nowNs + testGapNs());
    }
  }

  private long testGapNs() {
    return roster.shown() <= Settings.FEW ? TEST_GAP_NS / 10 : TEST_GAP_NS;
  }

  // Doubt.

  /** We are connected to a peer whose crash we want to see. */
  void onWatched(Peer peer) {
    if (ring.isWatched(peer)) {
      peer.watch.isOpen = true;
      turn.notice(peer, Sign.WATCHED, peer.tcpEndpoint(0));
    }
  }

  /** Our own connection to a peer ended: the others are told to look, and we look ourselves. */
  void onWatchBroken(Peer peer) {
    if (!ring.isWatched(peer)) {
      return;
    }
    peer.isWatchBroken = true;
    boolean wasOpen = peer.watch.isOpen;
    peer.watch.isOpen = false;
    turn.notice(peer, wasOpen ? Sign.WATCH_BROKEN : Sign.WATCH_FAILED, peer.tcpEndpoint(0));
    if (!wasOpen) {
      // sometimes: a watch never comes about, and the next one is watched
      ring.passOver(peer);
    } else {
      // It is rewatched after an interval at the soonest: no other bound, which others could fill.
      turn.count(Count.DOUBTS);
      tell(new Doubt(peer.id, peer.incarnation), 0);
    }
    look(peer, 0, !wasOpen);
  }

  private void tell(Doubt doubt, int times) {
    announcer.broadcast(announcer.beacon().doubt(doubt).build());
    if (times < TOLD_AGAIN_NS.length) {
      Timed again = Timed.of(() -> tellAgain(doubt, times + 1));
      turn.timers.set(again, turn.nowNs + TOLD_AGAIN_NS[times]);
    }
  }

  /** Unless it has answered meanwhile, or said goodbye. */
  private void tellAgain(Doubt doubt, int times) {
    Peer peer = roster.get(doubt.id(), doubt.incarnation());
    if (peer == null) {
      return;
    }
    boolean isGone = peer.state == State.GONE && peer.reason != Reason.LEFT;
    if (isGone || (peer.state.isShown() && peer.isProbedFor(Why.DOUBT))) {
      // sometimes: a doubt is told again
      tell(doubt, times);
    }
  }

  /** An alive peer says that it lost its connection to another: nobody believes it, all look. */
  void onDoubt(Peer from, Doubt doubt) {
    Peer subject = roster.get(doubt.id(), doubt.incarnation());
    if (from.state != State.ALIVE || subject == null || subject == from) {
      return;
    } else if (subject.series != null && subject.series.why == Why.DOUBT) {
      subject.series.isWeak = false;
    } else if (subject.state.isShown()) {
      boolean isFew = roster.shown() <= Settings.FEW;
      long spreadNs = Math.min(roster.shown() * LOOK_GAP_NS, MAX_LOOK_NS);
      // sometimes, if !isFew: one of a crowd looks in its turn at one that another doubts
      lookSoon(subject, isFew ? 0 : turn.upTo(spreadNs), Optional.of(from.id));
    }
  }

  /** A program of ours says that it failed: we look, once an interval. */
  void onFailure(Peer peer) {
    if (turn.mayAgain(peer.bounds.lookedNs, peer.intervalNs)) {
      peer.bounds.lookedNs = turn.nowNs;
      look(peer, 0);
    }
  }

  /** It failed several times: the others look too. */
  void tellDoubt(Peer peer) {
    turn.count(Count.DOUBTS);
    tell(new Doubt(peer.id, peer.incarnation), TOLD_AGAIN_NS.length);
  }

  /**
   * At most once an interval, since anybody can send doubts; one that comes too early is seen to
   * later, since the one before it may have been forged.
   */
  private void lookSoon(Peer subject, long delayNs, Optional<NodeId> by) {
    if (turn.mayAgain(subject.bounds.doubtedNs, subject.intervalNs)) {
      subject.bounds.doubtedNs = turn.nowNs;
      turn.notice(subject, Sign.DOUBTED, subject.tcpEndpoint(0), by, 1, turn.nowNs);
      look(subject, delayNs);
    } else if (!subject.isPlanned(Plan.LOOK)) {
      // sometimes: a second doubt within one interval waits
      subject.plan(Plan.LOOK, subject.bounds.doubtedNs + subject.intervalNs + delayNs);
    }
  }

  /**
   * A goodbye in its name without a proof: we look, once an interval. It leaves the bound on doubts
   * alone, so that nobody uses that up by forged goodbyes.
   */
  void onUnprovedLeaving(Peer peer) {
    if (peer.state.isShown() && turn.mayAgain(peer.bounds.lookedNs, peer.intervalNs)) {
      // sometimes: a goodbye without its secret is only looked at
      peer.bounds.lookedNs = turn.nowNs;
      turn.notice(peer, Sign.GOODBYE_UNPROVED, peer.source);
      look(peer, 0);
    }
  }

  /**
   * It is watched, and answered none of the probes of an interval. Where its beacons came all the
   * same it hears nothing, or somebody forges them in the name of one that died with its host. From
   * here nobody can tell which, so unless it answers over TCP it is suspect until it answers. Where
   * none came, silence tells.
   */
  private void onWatchUnanswered(Peer peer) {
    peer.isUnanswering = !peer.isHeld && !deadlines.isOverdue(peer);
    if (peer.isUnanswering) {
      // sometimes: one that is watched announces itself and answers nothing
      peer.plan(Plan.WATCH, turn.nowNs + WATCH_INTERVALS * peer.everyNs());
      peer.last =
          peer.last == null ? asker.ask(peer, Purpose.LAST, peer.tcpEndpoint(0)) : peer.last;
    }
  }

  /** Probes and connects, as there is reason to doubt. */
  private void look(Peer peer, long delayNs) {
    look(peer, delayNs, false);
  }

  private void look(Peer peer, long delayNs, boolean isWeak) {
    if (!peer.state.isShown()) {
      return;
    } else if (peer.series != null && peer.series.why == Why.DOUBT) {
      peer.series.isWeak &= isWeak;
      return;
    }
    // sometimes, if roster.shown() > Settings.MANY: one of more than 512 looks at one in doubt
    prober.begin(peer, Why.DOUBT, delayNs, isWeak);
    prober.continueSeries(peer);
  }

  // Last answers.

  void onLastAnswered(Question question, Introduction answer) {
    Peer peer = question.peer;
    peer.last = null;
    if (!answer.id().equals(peer.id) || answer.incarnation() != peer.incarnation) {
      // sometimes: another answers in place of the one that is doubted
      peer.lastFailed = true;
      return;
    }
    peer.goodbye.learn(answer.goodbye());
    // Who answers over TCP alone, behind a firewall, is doubted by us and not before everybody.
    peer.meeting.hasEchoed &= !peer.isBeaconing();
    answered(peer, question);
  }

  void onLastFailed(Question question) {
    Peer peer = question.peer;
    peer.last = null;
    peer.lastFailed = true;
    if (peer.isUnanswering && !peer.isHeld) {
      // sometimes: one that announces itself and answers nothing is suspect
      roster.move(peer, Evidence.UNANSWERED);
    }
    refusals.onNoAnswer(peer);
  }

  // Time.

  /** What time has proved against one that is shown, if anything. */
  void convict(Peer peer) {
    if (turn.isPast(peer, Plan.VERDICT)) {
      // sometimes: who was refused is taken for crashed
      peer.drop(Plan.VERDICT);
      died(peer, Evidence.REFUSED);
    } else if (peer.inquiry != null) {
      if (peer.isHeardByOthers() && peer.probes() >= prober.needed()) {
        // sometimes: one that others hear is probed no more
        peer.endSeries();
      }
    } else if (isCutOff(peer, Deadlines.crashedNs(peer))
        && peer.probes() >= prober.needed()
        && (!peer.isBeaconing() || peer.lastFailed)) {
      onCutOffLong(peer);
    } else if (deadlines.isSilent(peer)) {
      boolean isAsked = witnesses.ask(peer, Evidence.SILENCE);
      boolean isSilent =
          deadlines.isSilentAtAll(peer) || (peer.lastFailed && peer.probes() >= prober.needed());
      if (isAsked || isSilent) {
        noticeMissed(peer, Sign.MISSED);
      }
      if (!isAsked && isSilent) {
        // sometimes: one is gone by silence, with nobody to ask
        roster.move(peer, Evidence.SILENCE);
      }
    }
  }

  /** Its beacons alone keep no dead one in the list, unless all there is against it is weak. */
  private void onCutOffLong(Peer peer) {
    if (peer.isBeaconing() && peer.series != null && peer.series.isWeak) {
      peer.endSeries();
      onWatchUnanswered(peer);
      return;
    }
    boolean isDoubtful = !peer.isBeaconing() && !peer.goodbye.isSaid;
    if (!isDoubtful || !witnesses.ask(peer, Evidence.CUT_OFF_LONG)) {
      // sometimes: one whose connection broke is gone, with nobody to ask
      died(peer, Evidence.CUT_OFF_LONG);
    }
  }

  @Override
  public void unheard(Peer peer, Evidence evidence, int others) {
    if (others > 0) {
      turn.notice(peer, Sign.UNHEARD_BY_OTHERS, peer.source, Optional.empty(), others, turn.nowNs);
    }
    if (evidence == Evidence.CUT_OFF_LONG) {
      // sometimes: witnesses agree that a broken connection was a death
      died(peer, evidence);
    } else {
      roster.move(peer, evidence);
    }
  }

  /** Only the way between us is cut: it stays, and is not asked again and again. */
  @Override
  public void heardByOthers(Peer peer, int others) {
    turn.notice(peer, Sign.HEARD_BY_OTHERS, peer.source, Optional.empty(), others, turn.nowNs);
    peer.endSeries();
    if (!roster.move(peer, Evidence.UNANSWERED)) {
      // sometimes: one that is suspect already is told to be heard by others
      roster.tell(Change.Kind.UPDATED, peer);
    }
    peer.touch();
  }

  /** A goodbye that nothing could prove yet agrees with whatever shows that nobody is there. */
  private void died(Peer peer, Evidence evidence) {
    // sometimes, if peer.goodbye.isSaid: of a goodbye without a proof other evidence agrees
    roster.move(peer, peer.goodbye.isSaid ? Evidence.LEAVING : evidence);
  }

  /** Looks where there is reason to, and watches again whose connection broke though it lives. */
  void examine(Peer peer) {
    if (turn.isPast(peer, Plan.LOOK)) {
      peer.drop(Plan.LOOK);
      lookSoon(peer, 0, Optional.empty());
    }
    raiseDoubt(peer);
    askWatched(peer);
    prober.continueSeries(peer);
    if (turn.isPast(peer, Plan.REWATCH)) {
      // sometimes: one whose connection broke lives, and is watched again
      peer.drop(Plan.REWATCH);
      ring.restore(peer);
    }
  }

  /** Beacons alone prove nothing: whom we watch is asked now and then. */
  private void askWatched(Peer peer) {
    if (turn.isPast(peer, Plan.WATCH)) {
      boolean goesOn = ring.isWatched(peer) || peer.isUnanswering;
      peer.drop(Plan.WATCH);
      if (goesOn) {
        peer.plan(Plan.WATCH, turn.nowNs + WATCH_INTERVALS * peer.everyNs());
      }
      if (peer.series == null) {
        prober.begin(peer, Why.WATCH, 0);
      }
    }
    boolean isOver = peer.isProbedFor(Why.WATCH) && peer.probes() >= prober.needed();
    if (isOver && turn.isPast(peer, Plan.PROBE)) {
      peer.endSeries();
      onWatchUnanswered(peer);
    }
  }

  private void raiseDoubt(Peer peer) {
    if (isCutOff(peer, Deadlines.suspectNs(peer)) && !peer.isBeaconing()) {
      // sometimes: one whose connection broke is suspect
      roster.move(peer, Evidence.CUT_OFF);
    }
    boolean isIdle = peer.series == null || peer.isProbedFor(Why.WATCH);
    if (isIdle && !peer.isPutOff() && deadlines.isOverdue(peer)) {
      noticeMissed(peer, Sign.MISSED);
      prober.begin(peer, Why.OVERDUE, 0);
    } else if (peer.isProbedFor(Why.OVERDUE)
        && peer.probes() >= turn.losses.probes(peer, PROBES_BEFORE_SUSPECT)
        && turn.isPast(peer, Plan.PROBE)) {
      // sometimes: one that is overdue answers no probe, and is suspect
      roster.move(peer, Evidence.UNANSWERED);
    }
    boolean mustAsk = deadlines.isLastQuestionDue(peer) || isContradicted(peer);
    if (peer.last == null && !peer.lastFailed && mustAsk) {
      peer.last = asker.ask(peer, Purpose.LAST, peer.tcpEndpoint(0));
      peer.lastFailed = peer.last == null;
    }
  }

  /**
   * One in doubt answers nothing by UDP, and perhaps cannot. Few ask it over TCP soon; a crowd does
   * so only where that is known, or where beacons come all the same: then TCP decides.
   */
  private boolean isContradicted(Peer peer) {
    if (!peer.isProbedFor(Why.DOUBT)) {
      return false;
    }
    if (roster.shown() <= Settings.FEW) {
      return peer.probes() >= PROBES_BEFORE_TCP;
    }
    // sometimes: one of a crowd is in doubt, and TCP is asked only where it must be
    boolean isMute = !peer.meeting.hasEchoed || peer.refusal.udpLies;
    return (peer.isBeaconing() || isMute) && turn.isDue(Deadlines.suspectNs(peer));
  }

  /** While others answer; where there are no others, the end of the connection is enough. */
  private boolean isCutOff(Peer peer, long atNs) {
    if (peer.cutOffNs() == Peer.NEVER || peer.isHeld || !turn.isDue(atNs)) {
      return false;
    }
    return roster.shown() == 1 || hasAnotherLivedSince(peer, peer.cutOffNs());
  }

  /** Whether anybody else gave a sign of life since then. */
  boolean hasAnotherLivedSince(Peer peer, long sinceNs) {
    long othersNs = peer == lastAlive ? otherAliveNs : lastAliveNs;
    return othersNs != Peer.NEVER && othersNs - sinceNs > 0;
  }
}
