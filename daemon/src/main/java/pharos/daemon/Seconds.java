package pharos.daemon;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How long something runs, as {@code 5} seconds, or with a unit as other times: {@code 2min}. */
final class Seconds {
  /** A year, which is longer than anybody wants to wait for an end. */
  private static final long MOST = 366L * 24 * 3_600;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      converter = Reader.class,
      description = "End after so many seconds; with a unit, such as 2min, after this time.")
  private @Nullable Duration limit;

  /** Nothing when it shall not end by itself. */
  @Nullable Duration limit() {
    return limit;
  }

  static final class Reader implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      if (!text.matches("\\d+")) {
        return time(text);
      }
      if (text.length() > 8 || Long.parseLong(text) > MOST) {
        throw new TypeConversionException("'" + text + "' is longer than a year");
      }
      return Duration.ofSeconds(Long.parseLong(text));
    }

    private static Duration time(String text) {
      try {
        return DurationText.parse(text);
      } catch (TypeConversionException e) {
        throw new TypeConversionException(
            "'" + text + "' is no time: write seconds, such as 30, or with a unit, such as 2min");
      }
    }
  }
}
