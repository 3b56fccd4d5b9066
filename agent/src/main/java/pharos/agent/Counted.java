package pharos.agent;

import java.util.OptionalLong;

/**
 * Something that an agent counts since its start; or, where it has a bound, of which there is so
 * much now.
 *
 * @param name in capitals, such as {@code BEACONS}
 * @param unit what one of it is, such as {@code datagrams}
 * @param source which part of the agent counts it, such as {@code port}
 * @param value how many there were, or are, as of a second ago at most
 * @param most how many there may be at once, where that is bounded
 */
public record Counted(String name, String unit, String source, long value, OptionalLong most) {
  /** One since the start. */
  public Counted(String name, String unit, String source, long value) {
    this(name, unit, source, value, OptionalLong.empty());
  }

  /** So many there are now, of so many that there may be. */
  public static Counted bounded(String name, String unit, String source, long value, long most) {
    return new Counted(name, unit, source, value, OptionalLong.of(most));
  }
}
