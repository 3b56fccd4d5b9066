package pharos.kademlia;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What wants to be woken, the earliest first: a binary heap whose entries know their place. The
 * times stand beside the entries, so that sifting touches no entry that it does not move.
 */
final class Timers {
  private @Nullable Timed[] heap = new @Nullable Timed[16];
  private long[] timesNs = new long[16];
  private int size;

  /** Wakes {@code timed} at that time, and no more at the one it had. */
  void set(Timed timed, long atNs) {
    if (timed.slot == Timed.NOWHERE) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
        timesNs = Arrays.copyOf(timesNs, size * 2);
      }
      timed.slot = size++;
    }
    sift(timed, timed.slot, atNs);
  }

  void cancel(Timed timed) {
    int slot = timed.slot;
    if (slot == Timed.NOWHERE) {
      return;
    }
    timed.slot = Timed.NOWHERE;
    size--;
    if (slot < size) {
      sift(at(size), slot, timesNs[size]);
    }
    heap[size] = null;
  }

  /** Takes out the earliest one that is due. */
  @Nullable Timed poll(long nowNs) {
    if (size == 0 || timesNs[0] - nowNs > 0) {
      return null;
    }
    Timed first = at(0);
    cancel(first);
    return first;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isSet(Timed timed) {
    return timed.slot != Timed.NOWHERE;
  }

  /** When the earliest one is due. */
  long nextNs() {
    return timesNs[0];
  }

  /** Puts an entry where it belongs, up or down from the slot that is free. */
  private void sift(Timed timed, int free, long atNs) {
    int slot = free;
    while (slot > 0 && timesNs[(slot - 1) / 2] - atNs > 0) {
      move((slot - 1) / 2, slot);
      slot = (slot - 1) / 2;
    }
    for (int child = earlierChild(slot); child < size; child = earlierChild(slot)) {
      if (timesNs[child] - atNs >= 0) {
        break;
      }
      move(child, slot);
      slot = child;
    }
    heap[slot] = timed;
    timesNs[slot] = atNs;
    timed.slot = slot;
  }

  private int earlierChild(int slot) {
    int child = 2 * slot + 1;
    return child + 1 < size && timesNs[child + 1] - timesNs[child] < 0 ? child + 1 : child;
  }

  private void move(int from, int to) {
    Timed moved = at(from);
    heap[to] = moved;
    timesNs[to] = timesNs[from];
    moved.slot = to;
  }

  private Timed at(int slot) {
    return Objects.requireNonNull(heap[slot]);
  }
}
