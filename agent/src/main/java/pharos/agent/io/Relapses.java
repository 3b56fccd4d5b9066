package pharos.agent.io;

import java.util.concurrent.TimeUnit;

/** Tells once in a while from again and again: three times within a minute. For any thread. */
final class Relapses {
  private static final int TIMES = 3;
  private static final long WITHIN_NS = TimeUnit.MINUTES.toNanos(1);

  private final long[] lastNs = new long[TIMES];
  private int seen;

  /** Notes one; whether it is one too many. */
  synchronized boolean isTooMany(long nowNs) {
    int eldest = seen % TIMES;
    lastNs[eldest] = nowNs;
    seen++;
    // What comes next in the ring is the one before the two last.
    return seen >= TIMES && nowNs - lastNs[seen % TIMES] <= WITHIN_NS;
  }
}
