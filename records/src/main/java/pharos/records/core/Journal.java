package pharos.records.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Between the shelf and the disk. What changes is written in batches, one at a time, off the loop;
 * whoever has to know hears when it is safe. Without a store all is in memory, and as safe as it
 * gets.
 */
final class Journal {
  private static final int MOST_KEYS = 512;
  private static final long MOST_BYTES = 4 << 20;
  private static final long AGAIN_MS = 1_000;

  private final @Nullable Store store;
  private final Heads heads;
  private final Mailbox mail;
  private final Shelf shelf;
  private final LongSupplier ranMs;
  private final long cacheBytes;
  private final Consumer<String> damaged;
  private final Map<String, List<Consumer<Boolean>>> dirty = new LinkedHashMap<>();
  private final Map<String, Copy> cached = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Memory memory;
  private Map<String, List<Consumer<Boolean>>> writing = Map.of();
  private boolean isWriting;
  private boolean isWaiting;
  private long cachedBytes;
  private long failures;
  private boolean isFailing;

  /**
   * @param damaged is told each key whose value the store has lost
   */
  Journal(
      @Nullable Store store,
      Heads heads,
      Mailbox mail,
      Shelf shelf,
      LongSupplier ranMs,
      long cacheBytes,
      Consumer<String> damaged) {
    this.store = store;
    this.heads = heads;
    this.mail = mail;
    this.shelf = shelf;
    this.ranMs = ranMs;
    this.cacheBytes = cacheBytes;
    this.damaged = damaged;
  }

  boolean isDurable() {
    return store != null;
  }

  boolean isForced() {
    return store != null && store.isForced();
  }

  /** How many writes to the disk failed. */
  long failures() {
    return failures;
  }

  /** This key changed, or is not there any more. */
  void changed(String key) {
    if (store != null) {
      dirty.computeIfAbsent(key, any -> new ArrayList<>());
      flush();
    }
  }

  /** What is to be remembered of this node itself. */
  void remember(Memory now) {
    if (store != null) {
      memory = now;
      changed("");
    }
  }

  /** Tells whether the key is safe as it is now, as soon as that is known. */
  void whenKept(String key, Consumer<Boolean> then) {
    List<Consumer<Boolean>> waiting = dirty.get(key);
    if (waiting == null) {
      waiting = writing.get(key);
    }
    if (waiting == null) {
      then.accept(true);
    } else {
      waiting.add(then);
    }
  }

  private void flush() {
    if (isWriting || isWaiting || dirty.isEmpty() || store == null) {
      return;
    }
    Store to = store;
    Map<String, List<Consumer<Boolean>>> batch = new LinkedHashMap<>();
    List<Written> all = new ArrayList<>();
    long size = 0;
    for (Iterator<Map.Entry<String, List<Consumer<Boolean>>>> each = dirty.entrySet().iterator();
        each.hasNext() && batch.size() < MOST_KEYS && size < MOST_BYTES; ) {
      Map.Entry<String, List<Consumer<Boolean>>> entry = each.next();
      each.remove();
      batch.put(entry.getKey(), entry.getValue());
      Written written = written(entry.getKey());
      size += written.copy == null ? 0 : written.copy.room();
      all.add(written);
    }
    isWriting = true;
    writing = batch;
    mail.work(() -> write(to, all), outcome -> onWritten(outcome != null));
  }

  /** What is to be written of a key, made on the loop's thread. */
  private static final class Written {
    final String key;
    final byte @Nullable [] head;
    final @Nullable Copy copy;

    Written(String key, byte @Nullable [] head, @Nullable Copy copy) {
      this.key = key;
      this.head = head;
      this.copy = copy;
    }
  }

  private Written written(String key) {
    if (key.isEmpty()) {
      return new Written(key, memory == null ? null : heads.write(memory), null);
    }
    Copy copy = shelf.get(key);
    return copy == null
        ? new Written(key, null, null)
        : new Written(key, heads.write(copy, ranMs.getAsLong()), copy);
  }

  /** On another thread. */
  private static Boolean write(Store store, List<Written> all) {
    try {
      List<Stored> batch = new ArrayList<>();
      for (Written it : all) {
        batch.add(stored(store, it));
      }
      store.write(batch);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stored stored(Store store, Written it) throws IOException {
    if (it.head == null) {
      return Stored.removed(it.key);
    }
    byte[] value = it.copy == null ? new byte[0] : it.copy.value();
    return Stored.of(it.key, it.head, value == null ? store.value(it.key) : value);
  }

  private void onWritten(boolean isDone) {
    Map<String, List<Consumer<Boolean>>> batch = writing;
    writing = Map.of();
    isWriting = false;
    if (isDone) {
      if (isFailing) {
        mail.tell(new Event.Noted("the disk takes records again", false));
      }
      isFailing = false;
      batch.keySet().forEach(this::cache);
    } else {
      failures++;
      if (!isFailing) {
        mail.tell(
            new Event.Noted("the disk takes no records: copies here count for nothing", true));
      }
      isFailing = true;
      // It is still to be written, when the disk works again.
      batch.keySet().forEach(key -> dirty.computeIfAbsent(key, any -> new ArrayList<>()));
      isWaiting = true;
      mail.in(
          AGAIN_MS,
          () -> {
            isWaiting = false;
            flush();
          });
    }
    batch.values().forEach(waiting -> waiting.forEach(then -> then.accept(isDone)));
    flush();
  }

  // Values that are in memory too.

  /** What was written may leave the memory; what was used last stays longest. */
  private void cache(String key) {
    Copy copy = key.isEmpty() ? null : shelf.get(key);
    if (copy != null && copy.value() != null && !copy.isDeleted() && !dirty.containsKey(key)) {
      remember(copy);
    }
  }

  private void remember(Copy copy) {
    Copy before = cached.put(copy.key(), copy);
    cachedBytes += copy.size() - (before == null ? 0 : before.size());
    Iterator<Copy> oldest = cached.values().iterator();
    while (cachedBytes > cacheBytes && oldest.hasNext()) {
      Copy out = oldest.next();
      oldest.remove();
      cachedBytes -= out.size();
      Copy now = shelf.get(out.key());
      if (now == out && !dirty.containsKey(out.key()) && !writing.containsKey(out.key())) {
        shelf.swap(out.withoutValue());
      }
    }
  }

  /** The copy with its value; nothing when the disk has lost it. */
  void withValue(Copy copy, Consumer<Optional<Copy>> then) {
    if (copy.value() != null) {
      cached.get(copy.key());
      then.accept(Optional.of(copy));
      return;
    }
    Store from = store;
    if (from == null) {
      throw new AssertionError("without a store all values are here");
    }
    mail.work(
        () -> value(from, copy.key()),
        outcome -> {
          Copy now = shelf.get(copy.key());
          if (outcome instanceof byte[] bytes && now == copy && bytes.length == copy.size()) {
            Copy whole = copy.withValue(bytes);
            shelf.swap(whole);
            remember(whole);
            then.accept(Optional.of(whole));
          } else if (now != null && now != copy) {
            // Another one came meanwhile.
            withValue(now, then);
          } else {
            if (now == copy) {
              damaged.accept(copy.key());
            }
            then.accept(Optional.empty());
          }
        });
  }

  /** A value that the disk had lost is here again. */
  void restore(Copy copy) {
    shelf.swap(copy);
    changed(copy.key());
  }

  private static byte[] value(Store store, String key) {
    try {
      return store.value(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
