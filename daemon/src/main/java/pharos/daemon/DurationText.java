package pharos.daemon;

import java.time.Duration;
import pharos.daemon.text.Times;
import picocli.CommandLine.TypeConversionException;

/** Times as people write them, on the command line. */
final class DurationText {
  private DurationText() {}

  static String of(Duration time) {
    return Times.of(time);
  }

  static Duration parse(String text) {
    try {
      return Times.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
