package pharos.agent.core;

import java.io.Serializable;

/**
 * What the application says of peers that it talks to. That one fails is a reason to look at it;
 * said three times in a row it makes others look too, and when its agent answers all the same, the
 * failure is named. Nobody is gone by it. That one answers is a sign of life.
 */
final class Dealings implements Serializable {
  /** So many failures in a row are not chance. */
  private static final int SEVERAL = 3;

  /** Others are not made to look more often than this. */
  private static final long TELL_GAP_NS = 10 * Settings.SECOND;

  /** A failure counts for so long. */
  private static final long MEMORY_NS = 60 * Settings.SECOND;

  private final Turn turn;
  private final Roster roster;
  private final Judge judge;

  /** The failures of one peer since its last success. */
  final class Failures extends Timed {
    private final Peer peer;
    private int times;
    private long toldNs = Peer.NEVER;
    private String cause = "";

    private Failures(Peer peer) {
      this.peer = peer;
    }

    private boolean isNamed() {
      return times >= SEVERAL;
    }

    /** How it fails, if it does so again and again; else empty. */
    String named() {
      return isNamed() ? cause : "";
    }

    /** Long ago. */
    @Override
    void fire() {
      if (peer.failures == this) {
        end(this);
        peer.failures = null;
      }
    }
  }

  Dealings(Turn turn, Roster roster, Judge judge) {
    this.turn = turn;
    this.roster = roster;
    this.judge = judge;
  }

  /** It failed, in these words. */
  void onFailure(Peer peer, String cause) {
    if (!peer.state.isShown()) {
      return;
    }
    Failures failures = peer.failures == null ? new Failures(peer) : peer.failures;
    peer.failures = failures;
    String before = failures.named();
    failures.times = Math.min(failures.times + 1, SEVERAL);
    failures.cause = cause;
    turn.count(Count.FAILURES_REPORTED);
    turn.timers.set(failures, turn.nowNs + MEMORY_NS);
    turn.notice(peer, Sign.FAILED, peer.tcpEndpoint(0));
    if (failures.isNamed() && turn.mayAgain(failures.toldNs, TELL_GAP_NS)) {
      failures.toldNs = turn.nowNs;
      judge.tellDoubt(peer);
    }
    judge.onFailure(peer);
    if (!failures.named().equals(before)) {
      roster.tell(Change.Kind.UPDATED, peer);
    }
  }

  /** It did what was asked of it. */
  void onSuccess(Peer peer) {
    if (peer.state.isShown()) {
      judge.life(peer);
      if (peer.failures != null) {
        end(peer.failures);
      }
    }
  }

  private void end(Failures failures) {
    boolean wasNamed = failures.isNamed();
    failures.times = 0;
    if (wasNamed && failures.peer.state.isShown()) {
      turn.notice(failures.peer, Sign.WORKS_AGAIN, failures.peer.tcpEndpoint(0));
      roster.tell(Change.Kind.UPDATED, failures.peer);
    }
  }
}
