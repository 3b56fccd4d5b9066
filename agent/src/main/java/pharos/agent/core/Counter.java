package pharos.agent.core;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * One thing that is counted, since the start. Its value is read by the thread of the loop.
 *
 * @param name as it is told, in capitals
 * @param unit what one of it is: {@code datagrams}, {@code connections}, {@code times}
 * @param source which part of the agent counts it
 * @param reading how many there were so far
 */
public record Counter(String name, String unit, String source, LongSupplier reading) {
  /** A counter for each of these, named like them. */
  public static <C extends Enum<C>> List<Counter> of(
      String prefix, String unit, String source, C[] all, ToLongFunction<C> reading) {
    return Arrays.stream(all)
        .map(one -> new Counter(prefix + one.name(), unit, source, () -> reading.applyAsLong(one)))
        .toList();
  }

  /** How many there were so far. */
  public long value() {
    return reading.getAsLong();
  }
}
