package pharos.simulator;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as people write them: {@code 250us}, {@code 0.1ms}, {@code 20s}, {@code 3min}, {@code -1h}.
 */
final class TimeText {
  static final long MS = 1_000_000;
  static final long SECOND = 1_000 * MS;

  private static final Pattern TIME = Pattern.compile("(-?[0-9]+(?:\\.[0-9]+)?)(us|ms|s|min|h)");
  private static final Map<String, Long> UNITS =
      Map.of("us", 1_000L, "ms", MS, "s", SECOND, "min", 60 * SECOND, "h", 3_600 * SECOND);

  /** No time of a run is longer: a year. */
  private static final BigDecimal MAX_NS = BigDecimal.valueOf(366L * 24 * 3_600 * SECOND);

  private TimeText() {}

  /** The time in nanoseconds; empty when it is none, or longer than a year. */
  static Optional<Long> parse(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Long unitNs = UNITS.get(matcher.group(2));
    BigDecimal timeNs =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitNs == null ? 0 : unitNs));
    return timeNs.abs().compareTo(MAX_NS) > 0 ? Optional.empty() : Optional.of(timeNs.longValue());
  }

  /** Three digits or so, and a unit. */
  static String of(long timeNs) {
    if (timeNs < MS) {
      return String.format(Locale.ROOT, "%d us", timeNs / 1_000);
    }
    if (timeNs < 100 * MS) {
      return String.format(Locale.ROOT, "%.1f ms", timeNs / 1e6);
    }
    if (timeNs < SECOND) {
      return String.format(Locale.ROOT, "%.0f ms", timeNs / 1e6);
    }
    return String.format(Locale.ROOT, timeNs < 100 * SECOND ? "%.2f s" : "%.0f s", timeNs / 1e9);
  }
}
