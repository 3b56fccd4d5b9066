package pharos.records.testing;

import static java.util.concurrent.CompletableFuture.completedFuture;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.records.Calls;
import pharos.records.Conflict;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;
import pharos.records.Write;
import pharos.records.Write.Condition;
import pharos.records.Written;

/**
 * Records in the memory of this process, for tests: nothing is copied or kept, and what they
 * promise holds. A failure is had by {@link #failWith}. Any thread may call; call-backs come on a
 * thread of its own.
 */
public final class TestRecords implements Records {
  /** So many keys at most, those that were deleted too; then it is FULL. */
  public static final int MOST_KEYS = 10_000;

  private final Calls calls = new Calls("test-records");
  private final TreeMap<String, Slot> slots = new TreeMap<>(Listing.ORDER);
  private final Map<String, Set<Calls.Telling>> watches = new HashMap<>();
  private long counter;
  private @Nullable RecordsException failure;

  /** Without a key in them. */
  public TestRecords() {}

  /** A key that has, or had, a value. */
  private record Slot(
      Version version,
      Optional<Content> content,
      Instant written,
      long writtenNs,
      Optional<Duration> expiry,
      CompletableFuture<Void> expired) {}

  /** From now on all calls fail so; with null they work again. What waits is not told of it. */
  public synchronized void failWith(@Nullable RecordsException why) {
    failure = why;
  }

  private <T> CompletableFuture<T> call(boolean isWrite, Supplier<T> work) {
    return calls.call(
        isWrite,
        () -> {
          synchronized (this) {
            if (failure != null) {
              throw failure;
            }
            return completedFuture(work.get());
          }
        });
  }

  @Override
  public CompletableFuture<Written> write(Write write) {
    return call(true, () -> written(write));
  }

  private Written written(Write write) {
    Slot before = slots.get(write.key());
    check(write, before);
    if (before == null && slots.size() >= MOST_KEYS) {
      throw new RecordsException(Reason.FULL, "a test has at most " + MOST_KEYS + " keys");
    }
    set(write.key(), write.content(), write.expiry());
    return new Written(
        write.key(), new Version(counter, 0), before == null || before.content().isEmpty(), 1, 1);
  }

  private static void check(Write write, @Nullable Slot before) {
    String key = "'" + write.key() + "' ";
    Condition condition = write.condition();
    if (before == null || before.content().isEmpty()) {
      if (condition instanceof Condition.Present || condition instanceof Condition.Is) {
        throw new RecordsException(Reason.NOT_THERE, key + "has no value");
      }
      return;
    }
    if (condition instanceof Condition.Absent) {
      throw new RecordsException(
          Reason.ALREADY_THERE, key + "has a value already: " + before.version());
    }
    if (condition instanceof Condition.Is is && !is.version().equals(before.version())) {
      throw new RecordsException(
          Reason.OTHER_VERSION, key + "is at " + before.version() + ", not at " + is.version());
    }
  }

  private void set(String key, Optional<Content> content, Optional<Duration> expiry) {
    CompletableFuture<Void> expired = new CompletableFuture<>();
    Slot slot =
        new Slot(
            new Version(++counter, 0), content, Instant.now(), System.nanoTime(), expiry, expired);
    Slot before = slots.put(key, slot);
    if (before != null) {
      before.expired().cancel(false);
    }
    if (content.isPresent() && expiry.isPresent()) {
      CompletableFuture<Void> unused =
          expired
              .completeOnTimeout(null, expiry.get().toNanos(), TimeUnit.NANOSECONDS)
              .thenRun(() -> expire(key, slot));
    }
    watches.getOrDefault(key, Set.of()).forEach(it -> it.tell(entry(key)));
  }

  private synchronized void expire(String key, Slot slot) {
    if (!calls.isClosed() && slot.equals(slots.get(key))) {
      set(key, Optional.empty(), Optional.empty());
    }
  }

  @Override
  public CompletableFuture<Entry> get(String key, ReadLevel level) {
    Write.checkKey(key);
    return call(false, () -> entry(key));
  }

  private Entry entry(String key) {
    Slot slot = slots.get(key);
    if (slot == null) {
      return new Entry(
          key,
          Version.NONE,
          Optional.empty(),
          Instant.EPOCH,
          Duration.ZERO,
          Optional.empty(),
          1,
          1,
          0);
    }
    Duration age = Duration.ofNanos(System.nanoTime() - slot.writtenNs());
    return new Entry(
        key,
        slot.version(),
        slot.content(),
        slot.written(),
        age,
        slot.expiry().map(it -> it.minus(age)),
        1,
        1,
        0);
  }

  @Override
  public CompletableFuture<Listing> list(String prefix, String after, int most) {
    Listing.check(prefix, after, most);
    return call(false, () -> listing(prefix, after, Math.min(most, Listing.MOST)));
  }

  private Listing listing(String prefix, String after, int most) {
    List<Listing.Item> items = new ArrayList<>();
    for (Map.Entry<String, Slot> it : slots.tailMap(after, false).entrySet()) {
      Slot slot = it.getValue();
      if (!it.getKey().startsWith(prefix) || slot.content().isEmpty()) {
        continue;
      }
      if (items.size() == most) {
        return new Listing(items, true, Optional.of(items.get(most - 1).key()));
      }
      Content content = slot.content().get();
      items.add(
          new Listing.Item(
              it.getKey(), slot.version(), content.size(), content.type(), slot.written(), 0));
    }
    return new Listing(items, true, Optional.empty());
  }

  @Override
  public CompletableFuture<List<Conflict>> conflicts(String key) {
    return call(false, List::of);
  }

  @Override
  public synchronized Watch watch(
      String key, Consumer<Entry> listener, Consumer<RecordsException> failed) {
    Write.checkKey(key);
    Calls.Telling telling = calls.telling(listener, failed);
    watches.computeIfAbsent(key, it -> new HashSet<>()).add(telling);
    telling.tell(entry(key));
    return () -> unwatch(key, telling);
  }

  private synchronized void unwatch(String key, Calls.Telling telling) {
    telling.close();
    watches.computeIfPresent(
        key, (it, those) -> those.remove(telling) && those.isEmpty() ? null : those);
  }

  @Override
  public CompletableFuture<Overview> overview() {
    return call(false, this::seen);
  }

  private Overview seen() {
    List<Listing.Item> items = listing("", "", Overview.MOST_RECORDS).items();
    List<String> here = List.of("dGVzdA==");
    long bytes = 0;
    long values = 0;
    for (Slot slot : slots.values()) {
      bytes += slot.content().map(Content::size).orElse(0);
      values += slot.content().isPresent() ? 1 : 0;
    }
    Overview.Node node =
        new Overview.Node(
            here.get(0),
            "test",
            "127.0.0.1:0",
            0,
            Overview.State.HOLDING,
            true,
            false,
            false,
            values,
            bytes);
    List<Overview.Placed> placed = new ArrayList<>();
    for (Listing.Item it : items) {
      double place = (double) placed.size() / items.size();
      placed.add(new Overview.Placed(it.key(), it.version(), place, it.bytes(), here, here));
    }
    return new Overview("memory, for tests", 1, 1, true, true, List.of(node), placed);
  }

  @Override
  public CompletableFuture<Void> forget(String node) {
    return calls.call(
        true,
        () -> {
          throw new RecordsException(
              Reason.REFUSED,
              "there is no other node that '" + node + "' could be: this is a test");
        });
  }

  @Override
  public void close() {
    calls.close();
  }
}
