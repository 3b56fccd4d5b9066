package pharos.simulator;

import java.util.ArrayDeque;

/** How many datagrams a segment carries in its busiest second, looked at ten times a second. */
final class Gauge {
  private static final long STEP_NS = TimeText.SECOND / 10;
  private static final int STEPS = 10;

  private final Lan lan;
  private final ArrayDeque<Long> sent = new ArrayDeque<>();
  private long peak;

  Gauge(Lan lan) {
    this.lan = lan;
    look();
  }

  private void look() {
    long datagrams = lan.traffic().datagrams();
    sent.add(datagrams);
    peak = Math.max(peak, datagrams - sent.element());
    if (sent.size() > STEPS) {
      sent.remove();
    }
    lan.at(lan.nowNs() + STEP_NS, this::look);
  }

  /** The most datagrams sent within one second so far. */
  long peakPerSecond() {
    return Math.max(peak, lan.traffic().datagrams() - sent.element());
  }
}
