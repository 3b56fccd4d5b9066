package pharos.daemon;

import java.time.Duration;

/** How long something takes or is ago, as people say it: in one unit. */
final class Ago {
  private static final int FEW = 120;
  private static final int MINUTE = 60;
  private static final int HOUR = 3_600;
  private static final int DAY = 86_400;

  private Ago() {}

  static String of(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < FEW) {
      return seconds + " s";
    } else if (seconds < 2 * HOUR) {
      return seconds / MINUTE + " min";
    }
    return seconds < 2 * DAY ? seconds / HOUR + " h" : seconds / DAY + " d";
  }
}
