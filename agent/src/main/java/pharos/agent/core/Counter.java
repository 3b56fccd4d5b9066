package pharos.agent.core;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * One thing that is counted, since the start, or of which there is so much now where it has a
 * bound. Its value is read by the thread of the loop.
 *
 * @param name as it is told, in capitals
 * @param unit what one of it is: {@code datagrams}, {@code connections}, {@code times}
 * @param source which part of the agent counts it
 * @param reading how many there were so far, or are now
 * @param most how many there may be at once, where that is bounded
 */
public record Counter(
    String name, String unit, String source, LongSupplier reading, OptionalLong most) {
  /** One since the start. */
  public Counter(String name, String unit, String source, LongSupplier reading) {
    this(name, unit, source, reading, OptionalLong.empty());
  }

  /** So many there are now, of so many that there may be. */
  public static Counter bounded(
      String name, String unit, String source, LongSupplier reading, long most) {
    return new Counter(name, unit, source, reading, OptionalLong.of(most));
  }

  /** A counter for each of these, named like them. */
  public static <C extends Enum<C>> List<Counter> of(
      String prefix, String unit, String source, C[] all, ToLongFunction<C> reading) {
    return Arrays.stream(all)
        .map(one -> new Counter(prefix + one.name(), unit, source, () -> reading.applyAsLong(one)))
        .toList();
  }

  /** How many there were so far, or are now. */
  public long value() {
    return reading.getAsLong();
  }
}
