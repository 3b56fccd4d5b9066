package pharos.agent.core;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What wants to be woken, the earliest first: a binary heap. It holds times and handles only, and
 * what stands behind a handle is in arrays too, so that sifting touches nobody but arrays: with
 * thousands of peers, each one touched would be missed in the caches.
 */
final class Timers implements Serializable {
  // The heap, by slot.
  private long[] timesNs = new long[16];
  private int[] handles = new int[16];
  private int size;

  // By handle; the handles beyond the heap's end are those that are free.
  private @Nullable Timed[] entries = new @Nullable Timed[16];
  private int[] slots = new int[16];

  Timers() {
    freeHandles(0);
  }

  /** Wakes {@code timed} at that time, and no more at the one it had. */
  void set(Timed timed, long atNs) {
    if (timed.handle == Timed.NOT_SET) {
      if (size == handles.length) {
        grow();
      }
      timed.handle = handles[size];
      entries[timed.handle] = timed;
      slots[timed.handle] = size++;
    }
    sift(timed.handle, slots[timed.handle], atNs);
  }

  void cancel(Timed timed) {
    int handle = timed.handle;
    if (handle != Timed.NOT_SET) {
      timed.handle = Timed.NOT_SET;
      remove(handle);
    }
  }

  /** Takes out the earliest one that is due. */
  @Nullable Timed poll(long nowNs) {
    if (size == 0 || timesNs[0] - nowNs > 0) {
      return null;
    }
    Timed first = Objects.requireNonNull(entries[handles[0]]);
    cancel(first);
    return first;
  }

  /** Moves the earliest to where they belong by now, so that nobody is woken for nothing. */
  void settle() {
    while (size > 0) {
      int handle = handles[0];
      long dueNs = Objects.requireNonNull(entries[handle]).dueNs(timesNs[0]);
      if (dueNs - timesNs[0] <= 0) {
        return;
      }
      sift(handle, 0, dueNs);
    }
  }

  void clear() {
    for (Timed timed : entries) {
      if (timed != null) {
        timed.handle = Timed.NOT_SET;
      }
    }
    Arrays.fill(entries, null);
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isSet(Timed timed) {
    return timed.handle != Timed.NOT_SET;
  }

  /** When the earliest one is due. */
  long nextNs() {
    return timesNs[0];
  }

  /** When this one is due, which is set. */
  long atNs(Timed timed) {
    return timesNs[slots[timed.handle]];
  }

  private void grow() {
    int length = size * 2;
    timesNs = Arrays.copyOf(timesNs, length);
    handles = Arrays.copyOf(handles, length);
    entries = Arrays.copyOf(entries, length);
    slots = Arrays.copyOf(slots, length);
    freeHandles(size);
  }

  private void freeHandles(int from) {
    for (int handle = from; handle < handles.length; handle++) {
      handles[handle] = handle;
    }
  }

  private void remove(int handle) {
    int slot = slots[handle];
    entries[handle] = null;
    size--;
    if (slot < size) {
      sift(handles[size], slot, timesNs[size]);
    }
    handles[size] = handle;
  }

  /** Puts an entry where it belongs, up or down from the slot that is free. */
  private void sift(int handle, int free, long atNs) {
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
    put(handle, slot, atNs);
  }

  private int earlierChild(int slot) {
    int child = 2 * slot + 1;
    return child + 1 < size && timesNs[child + 1] - timesNs[child] < 0 ? child + 1 : child;
  }

  private void move(int from, int to) {
    put(handles[from], to, timesNs[from]);
  }

  private void put(int handle, int slot, long atNs) {
    handles[slot] = handle;
    timesNs[slot] = atNs;
    slots[handle] = slot;
  }
}
