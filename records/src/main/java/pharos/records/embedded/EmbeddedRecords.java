package pharos.records.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pharos.agent.extension.Extension;
import pharos.records.Calls;
import pharos.records.Conflict;
import pharos.records.ConflictArbiter;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;
import pharos.records.Write;
import pharos.records.Written;
import pharos.records.core.Event;
import pharos.records.core.Outcome;
import pharos.records.core.RecordsMachine;
import pharos.records.core.RecordsSettings;
import pharos.records.core.Wish;

/**
 * Records that agents hold themselves: values lie on the nodes whose ids are nearest to their keys.
 * Made before its agent, given to it by {@code Agent.builder().with(records.extension())}, and
 * closed before it: then it hands over what it has.
 */
public final class EmbeddedRecords implements Records {
  /** So many keys; each takes some hundred bytes of the heap. */
  private static final int MOST_KEYS = 200_000;

  /** What a disk may have of values. */
  private static final long DISK_BYTES = 16L << 30;

  private static final long HAND_OVER_MS = 5_000;

  private final Calls calls;
  private final boolean holds;
  private final @Nullable Kept kept;
  private final RecordsPlugin plugin;
  private final Map<Long, CompletableFuture<Outcome>> open = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final CompletableFuture<Integer> handedOver = new CompletableFuture<>();
  private @Nullable Settling settling;

  private EmbeddedRecords(RecordsSettings settings, @Nullable Kept kept) {
    this.kept = kept;
    holds = settings.holds();
    calls = new Calls("pharos-records");
    plugin = new RecordsPlugin(settings, kept, this::onEvent, this::onAgentEnd);
  }

  /**
   * Holds records in memory: what all nodes that have a value forget, is lost.
   *
   * @param copies how many nodes have each value: 1, 3 or 5, the same for all of a network
   * @param expectsOthers whether there are nodes already, which it waits for some seconds to meet
   */
  public static EmbeddedRecords inMemory(int copies, boolean expectsOthers) {
    return new EmbeddedRecords(
        RecordsSettings.holding(copies, heapBytes(), MOST_KEYS, expectsOthers), null);
  }

  /**
   * Holds records on a disk.
   *
   * @param folder which is made when it is not there, and is nobody else's
   * @param isForced whether a value is forced to the disk before it counts as written
   * @throws IOException when the folder cannot be used; the message says why
   */
  public static EmbeddedRecords onDisk(
      Path folder, int copies, boolean isForced, boolean expectsOthers) throws IOException {
    RecordsSettings settings =
        RecordsSettings.holding(copies, DISK_BYTES, MOST_KEYS, expectsOthers)
            .withCacheBytes(heapBytes());
    return new EmbeddedRecords(settings, Kept.open(folder, isForced));
  }

  /** Holds nothing, and lets nodes do what is wished. */
  public static EmbeddedRecords passing() {
    return new EmbeddedRecords(RecordsSettings.passing(), null);
  }

  private static long heapBytes() {
    return Math.max(1 << 20, Runtime.getRuntime().maxMemory() / 8);
  }

  /**
   * Lets an arbiter decide what becomes of conflicts; the same one at all nodes. Before its agent.
   *
   * @throws IllegalStateException when it holds nothing, or its agent is there already
   */
  public EmbeddedRecords deciding(ConflictArbiter arbiter) {
    if (!holds) {
      throw new IllegalStateException("an arbiter is for those who hold records");
    }
    plugin.arbitrate();
    settling = new Settling(arbiter, this);
    return this;
  }

  /** Whether it holds records; whoever does has to be a gateway too. */
  public boolean holds() {
    return holds;
  }

  /** What an agent is given. */
  public Extension extension() {
    return plugin;
  }

  /**
   * Whether the agent must not have an id that it had before: there is nothing on the disk, or not
   * certainly all that was. An old id would vouch for what is missing.
   */
  public boolean wantsNewId() {
    return kept != null && kept.isAnotherNode();
  }

  // What comes back.

  private void onEvent(Event event) {
    if (event instanceof Event.Ended it) {
      CompletableFuture<Outcome> future = open.remove(it.wish());
      if (future != null) {
        future.complete(it.outcome());
      }
    } else if (event instanceof Event.Contested it && settling != null) {
      settling.onContested(it);
    } else if (event instanceof Event.HandedOver it) {
      handedOver.complete(it.left());
    }
  }

  private void onAgentEnd() {
    handedOver.complete(0);
    calls.close();
    open.clear();
  }

  // What is wished.

  Calls calls() {
    return calls;
  }

  CompletableFuture<Outcome> wish(Wish wish) {
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    open.put(number, future);
    if (!plugin.want(machine -> machine.wish(number, wish))) {
      open.remove(number);
      future.completeExceptionally(
          new RecordsException(Reason.CLOSED, "there is no agent yet that these records are of"));
    }
    return future;
  }

  <T> CompletableFuture<T> call(boolean isWrite, Wish wish, Function<Outcome, T> take) {
    return calls.call(isWrite, () -> wish(wish).thenApply(outcome -> taken(outcome, take)));
  }

  static <T> T taken(Outcome outcome, Function<Outcome, T> take) {
    if (outcome instanceof Outcome.Failed failed) {
      throw failed.exception();
    }
    return take.apply(outcome);
  }

  @Override
  public CompletableFuture<Written> write(Write write) {
    Wish.If condition;
    Version is = Version.NONE;
    if (write.condition() instanceof Write.Condition.Absent) {
      condition = Wish.If.ABSENT;
    } else if (write.condition() instanceof Write.Condition.Present) {
      condition = Wish.If.PRESENT;
    } else if (write.condition() instanceof Write.Condition.Is it) {
      condition = Wish.If.IS;
      is = it.version();
    } else {
      condition = Wish.If.ANY;
    }
    long expiryMs = write.expiry().map(it -> it.toMillis()).orElse(0L);
    Wish.Put wish = new Wish.Put(write.key(), write.content(), condition, is, expiryMs);
    return call(true, wish, outcome -> ((Outcome.Put) outcome).written());
  }

  @Override
  public CompletableFuture<Entry> get(String key, ReadLevel level) {
    Write.checkKey(key);
    Wish.Get wish = new Wish.Get(key, level == ReadLevel.LOCAL);
    return call(false, wish, outcome -> ((Outcome.Got) outcome).entry());
  }

  @Override
  public CompletableFuture<Listing> list(String prefix, String after, int most) {
    Listing.check(prefix, after, most);
    int all = Math.min(most, Listing.MOST);
    return calls.call(false, () -> list(prefix, after, all, List.of(), true));
  }

  /** A message has room for some of a page, so that may take several. */
  private CompletableFuture<Listing> list(
      String prefix, String after, int most, List<Listing.Item> before, boolean isComplete) {
    return wish(new Wish.Keys(prefix, after, most - before.size()))
        .thenCompose(
            outcome -> {
              Listing more = taken(outcome, it -> ((Outcome.Listed) it).listing());
              List<Listing.Item> items = new ArrayList<>(before);
              items.addAll(more.items());
              boolean areAll = isComplete && more.isComplete();
              return more.next().isPresent() && items.size() < most
                  ? list(prefix, more.next().get(), most, items, areAll)
                  : CompletableFuture.completedFuture(new Listing(items, areAll, more.next()));
            });
  }

  @Override
  public CompletableFuture<List<Conflict>> conflicts(String key) {
    if (!key.isEmpty()) {
      Write.checkKey(key);
    }
    return call(false, new Wish.Conflicts(key), outcome -> ((Outcome.Told) outcome).conflicts());
  }

  @Override
  public CompletableFuture<Overview> overview() {
    return call(false, new Wish.Look(), outcome -> ((Outcome.Seen) outcome).overview());
  }

  @Override
  public CompletableFuture<Void> forget(String node) {
    return call(true, new Wish.Forget(node), outcome -> null).thenApply(any -> null);
  }

  // Watching.

  @Override
  public Watch watch(String key, Consumer<Entry> listener, Consumer<RecordsException> failed) {
    Write.checkKey(key);
    Calls.Telling telling = calls.telling(listener, failed);
    new Watching(key, telling).begin();
    return telling;
  }

  private static final Outcome NOTHING = new Outcome.Forgotten();

  /** One key, as it is and changes. */
  private final class Watching {
    private final String key;
    private final Calls.Telling telling;
    private @Nullable Entry last;

    Watching(String key, Calls.Telling telling) {
      this.key = key;
      this.telling = telling;
    }

    private void begin() {
      next(new Wish.Get(key, false));
    }

    private void next(Wish wish) {
      if (!telling.isOver() && !calls.isClosed()) {
        CompletableFuture<Outcome> told = wish(wish).whenComplete(this::onEnd);
        told.exceptionally(any -> NOTHING);
      }
    }

    private void onEnd(@Nullable Outcome outcome, @Nullable Throwable failure) {
      if (outcome instanceof Outcome.Got it && isNews(it.entry())) {
        last = it.entry();
        telling.tell(it.entry());
      }
      Entry known = last;
      if (failure != null) {
        return;
      }
      if (known == null) {
        begin();
      } else {
        next(new Wish.Next(key, known.version(), !known.isThere(), known.conflicts()));
      }
    }

    private boolean isNews(Entry entry) {
      return last == null || entry.version().compareTo(last.version()) >= 0;
    }
  }

  // The end.

  /** Gives others what only this node has, for some seconds at most, and ends. */
  @Override
  public void close() {
    if (calls.isClosed()) {
      return;
    }
    if (plugin.want(RecordsMachine::leave)) {
      try {
        handedOver.get(HAND_OVER_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        // What is left has other copies, or none: as after a crash.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    calls.close();
  }
}
