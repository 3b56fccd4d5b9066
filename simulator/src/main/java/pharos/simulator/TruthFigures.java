package pharos.simulator;

import java.util.Locale;

/** What came of all seeds of a row of {@link Truth}. */
final class TruthFigures {
  private final int agents;
  private final long forNs;
  private int seeds;

  /** Told to be gone though they were not: by those who were well, and by those who were not. */
  long falseGone;

  long falseGoneByIll;

  /** All that was told of peers, but of those struck on purpose. */
  long events;

  long eventsToIll;

  /** How many were well, and were not, each seed counted. */
  long well;

  long ill;

  long isolations;
  long datagrams;

  /** Seeds after which the well did not all list the same. */
  int unequal;

  final Share lost = new Share();
  final Share killed = new Share();

  /** How many of those who should have been told in time were. */
  static final class Share {
    private long due;
    private long inTime;

    void add(boolean isInTime) {
      due++;
      inTime += isInTime ? 1 : 0;
    }

    double share() {
      return due == 0 ? 1 : (double) inTime / due;
    }

    @Override
    public String toString() {
      return due == 0 ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share());
    }
  }

  TruthFigures(int agents, long forNs) {
    this.agents = agents;
    this.forNs = forNs;
  }

  void endSeed() {
    seeds++;
  }

  boolean isAnyFalse() {
    return falseGone + falseGoneByIll > 0;
  }

  double eventsAMinute() {
    return aMinute(events, well);
  }

  double eventsOfIllAMinute() {
    return aMinute(eventsToIll, ill);
  }

  private double aMinute(long count, long observers) {
    return observers == 0 ? 0 : count * 60.0 * TimeText.SECOND / forNs / observers;
  }

  /** Of each agent. */
  double datagramsASecond() {
    return datagrams * 1.0 * TimeText.SECOND / forNs / Math.max(1, seeds) / agents;
  }

  /** Whether who was truly gone was told as soon as ever. */
  boolean isInTime() {
    return lost.share() >= 0.99 && killed.share() >= 0.99;
  }

  /** The cells of the table. */
  String[] cells(String what, String reach, boolean isMet) {
    return new String[] {
      what,
      Integer.toString(agents),
      Long.toString(falseGone),
      ill == 0 ? "-" : Long.toString(falseGoneByIll),
      decimal(eventsAMinute()),
      ill == 0 ? "-" : decimal(eventsOfIllAMinute()),
      Long.toString(isolations),
      unequal + " of " + seeds,
      decimal(datagramsASecond()),
      lost.toString(),
      killed.toString(),
      reach,
      isMet && isInTime() ? "met" : "MISSED"
    };
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }
}
