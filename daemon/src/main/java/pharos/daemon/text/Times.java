package pharos.daemon.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 500ms}, {@code 1.5s}, {@code 2min}, {@code 1h}. */
public final class Times {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|min|h)");
  private static final Map<String, Long> UNIT_NS =
      Map.of(
          "ms", 1_000_000L, "s", 1_000_000_000L, "min", 60_000_000_000L, "h", 3_600_000_000_000L);

  /** A year: what fits in nanoseconds, and in the patience of anybody. */
  private static final BigDecimal MAX_NS = BigDecimal.valueOf(Duration.ofDays(366).toNanos());

  private Times() {}

  /** As one would write it: in the largest unit of which it is a whole number. */
  public static String of(Duration time) {
    long ms = time.toMillis();
    if (ms % 1_000 != 0) {
      return ms + "ms";
    }
    long seconds = ms / 1_000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds / 60 + "min";
  }

  /**
   * The time that this says.
   *
   * @throws IllegalArgumentException when it says none
   */
  public static Duration parse(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no time: write a number and ms, s, min or h, such as 500ms");
    }
    BigDecimal unitNs = BigDecimal.valueOf(UNIT_NS.getOrDefault(matcher.group(2), 0L));
    BigDecimal timeNs = new BigDecimal(matcher.group(1)).multiply(unitNs);
    if (timeNs.compareTo(MAX_NS) > 0) {
      throw new IllegalArgumentException("'" + text + "' is longer than a year");
    }
    return Duration.ofNanos(timeNs.longValue());
  }
}
