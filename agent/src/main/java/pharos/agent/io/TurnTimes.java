package pharos.agent.io;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import pharos.agent.core.Counter;

/** How long the turns of a loop took, without its sleep. For the loop's thread. */
final class TurnTimes {
  private static final String UNIT = "turns";
  private static final String SOURCE = "loop";
  private static final List<String> TOLD = List.of("1_MS", "10_MS", "100_MS", "1_S");
  private static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int STEP = 10;

  private final long[] longer = new long[TOLD.size()];
  private long turns;
  private long sumNs;

  /** One is over. */
  void add(long tookNs) {
    turns++;
    sumNs += tookNs;
    long boundNs = FIRST_NS;
    for (int i = 0; i < longer.length && tookNs > boundNs; i++) {
      longer[i]++;
      boundNs *= STEP;
    }
  }

  /** How many there were, how many took longer than what, and how long all took. */
  List<Counter> counters() {
    List<Counter> counters = new ArrayList<>();
    counters.add(new Counter("TURNS", UNIT, SOURCE, () -> turns));
    for (int i = 0; i < longer.length; i++) {
      int at = i;
      counters.add(new Counter("TURNS_OVER_" + TOLD.get(i), UNIT, SOURCE, () -> longer[at]));
    }
    counters.add(new Counter("TURNS_NS", "nanoseconds", SOURCE, () -> sumNs));
    return counters;
  }
}
