package pharos.testkit;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Virtual time: what will happen, the earliest first, and in the order it was planned where equal.
 */
public final class Agenda {
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
  private long nowNs;
  private long order;

  private record Event(long atNs, long order, Runnable step) {}

  /** An empty one that begins at this time. */
  public Agenda(long nowNs) {
    this.nowNs = nowNs;
  }

  /** The time now. */
  public long nowNs() {
    return nowNs;
  }

  /** Lets it happen at that time; what is past by then happens next. */
  public void at(long atNs, Runnable step) {
    events.add(new Event(atNs, order++, step));
  }

  /** Lets it happen so much later. */
  public void after(long delayNs, Runnable step) {
    at(nowNs + delayNs, step);
  }

  /** Lets so much time pass. */
  public void run(long timeNs) {
    long endNs = nowNs + timeNs;
    while (!events.isEmpty() && events.element().atNs() <= endNs) {
      step();
    }
    nowNs = endNs;
  }

  /** When the next of it happens; {@link Long#MAX_VALUE} when nothing will. */
  public long nextNs() {
    return events.isEmpty() ? Long.MAX_VALUE : events.element().atNs();
  }

  /** Goes on to what happens next; false when nothing does. */
  public boolean step() {
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    nowNs = Math.max(nowNs, event.atNs());
    event.step().run();
    return true;
  }
}
