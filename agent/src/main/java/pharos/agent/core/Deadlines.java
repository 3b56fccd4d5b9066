package pharos.agent.core;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * When each peer is looked at next: the earliest of what was planned for it, and of what its
 * silence brings. A sign of life moves a deadline and costs no timer: the old one is put off once
 * it is the next.
 */
final class Deadlines implements Serializable {
  /** A peer whose watch broke is suspect when it answered nothing for this long. */
  private static final long CUT_OFF_NS = 500 * Settings.MS;

  private static final long MIN_GAP_NS = Settings.MS / 10;

  /**
   * Silence in tenths of an interval: when asked over TCP, when gone, when gone in any case. What
   * we take for the interval is an average that jitter makes a little wrong.
   */
  private static final int LAST_QUESTION = 25;

  private static final int SILENT = 50;
  private static final int SILENT_AT_ALL = 57;

  private final Turn turn;
  private final Roster roster;
  private final Reached reached;

  /** Who follows the time of a peer. */
  @FunctionalInterface
  interface Reached extends Consumer<Peer>, Serializable {}

  /** Each once, so no more than there are. */
  private final List<Peer> touched = new ArrayList<>();

  /** Whoever follows the peers is called when the time of one has come. */
  Deadlines(Turn turn, Roster roster, Reached reached) {
    this.turn = turn;
    this.roster = roster;
    this.reached = reached;
  }

  /** The time of this peer has come. */
  void onTimer(Peer peer) {
    peer.touch();
    reached.accept(peer);
  }

  /** What is planned for this peer changed, or where it stands. */
  void touched(Peer peer) {
    touched.add(peer);
  }

  /** When the next beacon is missed: the more there are, the more are lost, so one asks later. */
  private long overdueNs(Peer peer) {
    int halves = roster.shown() <= Settings.FEW ? 3 : roster.shown() <= Settings.MANY ? 5 : 7;
    // sometimes, if roster.shown() > Settings.FEW: more than 64 are waited for
    long silentNs = turn.losses.stretched(peer, halves * peer.intervalNs / 2);
    return Links.overdueNs(peer, peer.heardNs + silentNs);
  }

  boolean isOverdue(Peer peer) {
    return !peer.isHeld && turn.isDue(overdueNs(peer));
  }

  boolean isLastQuestionDue(Peer peer) {
    long overdueNs = overdueNs(peer) + peer.intervalNs / 2;
    return !peer.isHeld && turn.isDue(Math.max(lastQuestionNs(peer), overdueNs));
  }

  boolean isSilent(Peer peer) {
    return !peer.isHeld && turn.isDue(silentNs(peer, SILENT));
  }

  boolean isSilentAtAll(Peer peer) {
    return !peer.isHeld && turn.isDue(silentNs(peer, SILENT_AT_ALL));
  }

  boolean mayForget(Peer peer) {
    return turn.isDue(forgetNs(peer));
  }

  /** When one that is cut off is suspect. */
  static long suspectNs(Peer peer) {
    return peer.cutOffNs() + CUT_OFF_NS;
  }

  /** When one that is cut off is taken for crashed. */
  static long crashedNs(Peer peer) {
    return peer.cutOffNs() + peer.intervalNs * 3 / 2;
  }

  /** Sets the timers of all that were touched since the last time. */
  void arm() {
    for (Peer peer : touched) {
      peer.isTouched = false;
      arm(peer);
    }
    touched.clear();
  }

  /** Sets the peer's timer to the earliest thing that may be due for it. */
  private void arm(Peer peer) {
    long atNs =
        switch (peer.state) {
          case GONE -> forgetNs(peer);
          case ASKING -> peer.earliestNs(silentNs(peer, SILENT_AT_ALL));
          case ALIVE, SUSPECT -> nextCheckNs(peer);
          case UNKNOWN -> Peer.NEVER;
        };
    peer.isAwaited = peer.state.isShown() && peer.series == null && !peer.isPutOff();
    if (atNs == Peer.NEVER) {
      turn.timers.cancel(peer);
      return;
    }
    // Never at once: what is due now was looked at just before, and time must go on.
    long leastNs = turn.nowNs + MIN_GAP_NS;
    turn.timers.set(peer, atNs - leastNs < 0 ? leastNs : atNs);
  }

  /** When to look at one of whom beacons are all that is awaited; each that comes puts it off. */
  long awaitedNs(Peer peer) {
    return peer.earliestNs(overdueNs(peer));
  }

  private long nextCheckNs(Peer peer) {
    if (peer.isPutOff()) {
      return peer.earliestNs(Peer.NEVER);
    }
    long atNs = peer.series == null ? overdueNs(peer) : nextSilenceNs(peer);
    if (peer.isProbedFor(Series.Why.DOUBT)) {
      long suspectNs = suspectNs(peer);
      long crashedNs = crashedNs(peer);
      atNs = turn.isDue(suspectNs) ? atNs : earlier(atNs, suspectNs);
      atNs = turn.isDue(crashedNs) ? atNs : earlier(atNs, crashedNs);
    }
    return peer.earliestNs(atNs);
  }

  private long nextSilenceNs(Peer peer) {
    long questionNs = lastQuestionNs(peer);
    long silentNs = silentNs(peer, SILENT);
    if (!turn.isDue(questionNs)) {
      return questionNs;
    }
    return turn.isDue(silentNs) ? silentNs(peer, SILENT_AT_ALL) : silentNs;
  }

  private long lastQuestionNs(Peer peer) {
    return peer.heardNs + turn.losses.stretched(peer, LAST_QUESTION * peer.intervalNs / 10);
  }

  /** After standing still, everybody is given an interval to answer, however silent before. */
  private long silentNs(Peer peer, int tenths) {
    long atNs = peer.heardNs + turn.losses.stretched(peer, tenths * peer.intervalNs / 10);
    long graceNs = turn.awakeNs + peer.intervalNs;
    boolean isGrace = turn.awakeNs != Peer.NEVER && graceNs - atNs > 0;
    return Links.silentNs(peer, isGrace ? graceNs : atNs);
  }

  private long forgetNs(Peer peer) {
    return peer.goneNs + Roster.QUARANTINE * peer.intervalNs;
  }

  /** The earlier of two times, either of which may be {@link Peer#NEVER}. */
  static long earlier(long oneNs, long otherNs) {
    boolean isOne = otherNs == Peer.NEVER || (oneNs != Peer.NEVER && oneNs - otherNs < 0);
    return isOne ? oneNs : otherNs;
  }
}
