package pharos.kademlia;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What wants to be woken, the earliest first, and in the order it was set where times are equal.
 */
final class Timers {
  private final TreeSet<Timed> waiting = new TreeSet<>(Timed::compareTime);
  private long sets;

  /** Wakes {@code timed} at that time, and no more at the one it had. */
  void set(Timed timed, long atNs) {
    cancel(timed);
    timed.isSet = true;
    timed.atNs = atNs;
    timed.setAs = sets++;
    waiting.add(timed);
  }

  void cancel(Timed timed) {
    if (timed.isSet) {
      waiting.remove(timed);
      timed.isSet = false;
    }
  }

  /** Takes out the earliest one that is due. */
  @Nullable Timed poll(long nowNs) {
    if (waiting.isEmpty() || nextNs() - nowNs > 0) {
      return null;
    }
    Timed first = waiting.first();
    cancel(first);
    return first;
  }

  boolean isSet(Timed timed) {
    return timed.isSet;
  }

  /** When the earliest one is due. */
  long nextNs() {
    return waiting.first().atNs;
  }
}
