package pharos.agent.io;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import pharos.agent.core.Counter;

/**
 * All that an agent counts, and what each said when it was last read. It is read by the thread of
 * the loop, and told to any.
 */
public final class Tally {
  /**
   * One count, as it was when it was read.
   *
   * @param counter what it is; its own reading is for the loop's thread alone
   */
  public record Count(Counter counter, long value) {}

  private final List<Counter> counters = new ArrayList<>();
  private volatile long[] values = {};

  void add(List<Counter> counted) {
    counters.addAll(counted);
  }

  void add(String name, String unit, String source, LongSupplier reading) {
    counters.add(new Counter(name, unit, source, reading));
  }

  /** On the loop's thread. */
  void read() {
    values = counters.stream().mapToLong(Counter::value).toArray();
  }

  /** As it was read last; nothing before the first time. */
  public List<Count> told() {
    long[] told = values;
    return IntStream.range(0, told.length)
        .mapToObj(i -> new Count(counters.get(i), told[i]))
        .toList();
  }
}
