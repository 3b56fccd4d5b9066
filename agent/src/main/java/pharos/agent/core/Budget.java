package pharos.agent.core;

import java.io.Serializable;

/** So many a second, and as many at once after a quiet second. */
final class Budget implements Serializable {
  private final Turn turn;
  private long spentNs = Peer.NEVER;

  Budget(Turn turn) {
    this.turn = turn;
  }

  /** Whether there is some left. */
  boolean has() {
    return spentNs == Peer.NEVER || spentNs - turn.nowNs < 0;
  }

  boolean take(int perSecond) {
    long earliestNs = turn.nowNs - Settings.SECOND;
    if (spentNs == Peer.NEVER || spentNs - earliestNs < 0) {
      spentNs = earliestNs;
    }
    if (spentNs - turn.nowNs >= 0) {
      return false;
    }
    spentNs += Settings.SECOND / perSecond;
    return true;
  }
}
