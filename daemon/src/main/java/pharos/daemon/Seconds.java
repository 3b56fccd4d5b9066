package pharos.daemon;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long something runs, as {@code 5} seconds, or with a unit as other times: {@code 2min}. */
record Seconds(Duration time) {
  /** A year, which is longer than anybody wants to wait for an end. */
  private static final long MOST = 366L * 24 * 3_600;

  static final class Reader implements ITypeConverter<Seconds> {
    @Override
    public Seconds convert(String text) {
      if (!text.matches("\\d+")) {
        return new Seconds(time(text));
      }
      if (text.length() > 8 || Long.parseLong(text) > MOST) {
        throw new TypeConversionException("'" + text + "' is longer than a year");
      }
      return new Seconds(Duration.ofSeconds(Long.parseLong(text)));
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
