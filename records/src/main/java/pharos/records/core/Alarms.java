package pharos.records.core;

import java.util.TreeMap;

/** What is to be done at which time, the earliest first. */
final class Alarms {
  private final TreeMap<Alarm, Runnable> all = new TreeMap<>();
  private long set;

  /** One of them; later it can be taken back. */
  record Alarm(long atNs, long number) implements Comparable<Alarm> {
    @Override
    public int compareTo(Alarm other) {
      int order = Long.compare(atNs, other.atNs);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  Alarm at(long atNs, Runnable task) {
    Alarm alarm = new Alarm(atNs, ++set);
    all.put(alarm, task);
    return alarm;
  }

  void cancel(Alarm alarm) {
    all.remove(alarm);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  long nextNs() {
    return all.firstKey().atNs();
  }

  /** Does what is due; what that sets for now is left for the next time. */
  void ring(long nowNs) {
    Alarm last = new Alarm(nowNs, set);
    while (!all.isEmpty() && all.firstKey().compareTo(last) <= 0) {
      all.pollFirstEntry().getValue().run();
    }
  }
}
