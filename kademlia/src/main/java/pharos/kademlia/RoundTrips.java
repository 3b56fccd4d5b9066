package pharos.kademlia;

import java.util.Arrays;

/** How long the last answers took, and so how long to wait before others are asked too. */
final class RoundTrips {
  private static final int KEPT = 64;
  private static final int FEW = 8;
  private static final long MIN_STALL_NS = 5 * Settings.MS;

  private final Turn turn;
  private final long[] recentNs = new long[KEPT];
  private int count;
  private long p90Ns;

  RoundTrips(Turn turn) {
    this.turn = turn;
    p90Ns = turn.settings.times().roundTripNs();
  }

  void add(long tookNs) {
    recentNs[count % KEPT] = tookNs;
    count = count == 2 * KEPT ? KEPT + 1 : count + 1;
    if (count % FEW == 0) {
      long[] sorted = Arrays.copyOf(recentNs, Math.min(count, KEPT));
      Arrays.sort(sorted);
      p90Ns = sorted[sorted.length * 9 / 10];
    }
  }

  /** A little longer than nine in ten take. */
  long stallNs() {
    long stallNs = (long) (p90Ns * turn.settings.times().stall());
    return Math.min(Math.max(stallNs, MIN_STALL_NS), turn.settings.times().rpcNs());
  }
}
