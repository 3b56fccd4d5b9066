package pharos.daemon;

import java.time.Duration;
import pharos.daemon.text.Times;
import picocli.CommandLine.TypeConversionException;

/** Times as people write them, on the command line. */
final class DurationText {
  private DurationText() {}

  /** As one would write it, in whole milliseconds or seconds. */
  static String of(Duration time) {
    return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }

  static Duration parse(String text) {
    try {
      return Times.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
