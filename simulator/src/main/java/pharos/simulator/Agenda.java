package pharos.simulator;

import java.util.PriorityQueue;

/** What will happen, the earliest first, and in the order it was planned where times are equal. */
final class Agenda {
  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long planned;
  private long nowNs;

  private record Entry(long atNs, long number, Runnable happening) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int order = Long.compare(atNs, other.atNs);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  long nowNs() {
    return nowNs;
  }

  /** Lets it happen at that time, or now when that is past. */
  void at(long atNs, Runnable happening) {
    entries.add(new Entry(Math.max(atNs, nowNs), planned++, happening));
  }

  void in(long delayNs, Runnable happening) {
    at(nowNs + delayNs, happening);
  }

  /** Lets everything happen up to and including that time, which it then is. */
  void runUntil(long untilNs) {
    while (!entries.isEmpty() && entries.element().atNs() <= untilNs) {
      Entry entry = entries.remove();
      nowNs = entry.atNs();
      entry.happening().run();
    }
    nowNs = untilNs;
  }
}
