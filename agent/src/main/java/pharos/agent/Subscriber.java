package pharos.agent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One who follows a board. All but {@link #cancel} is called with the lock of its line held. */
abstract class Subscriber extends CallLine.Entry implements Cancellable {
  final PeerBoard board;
  boolean isCancelled;

  Subscriber(PeerBoard board) {
    this.board = board;
  }

  /** Something was published. */
  abstract void onPublish(List<PeerEvent> events, boolean hasOtherMembers);

  /** Whether it is isolated changed. */
  void onIsolated() {}

  /** There is no more to come. */
  void onEnd(Optional<Throwable> why) {
    isCancelled = true;
  }

  @Override
  public void cancel() {
    board.cancel(this);
  }

  /** Has this called so long after the first change of several, or at once. */
  void callIn(Duration settle) {
    if (settle.isZero()) {
      board.call(this);
    } else {
      CompletableFuture.delayedExecutor(settle.toNanos(), TimeUnit.NANOSECONDS)
          .execute(() -> board.change(() -> board.call(this)));
    }
  }

  /** Called with the latest list. */
  static final class OfLists extends Subscriber {
    private final Function<Snapshot, List<Peer>> view;
    private final Consumer<List<Peer>> callback;
    private final boolean withSelf;
    private final Duration settle;
    private boolean isWaiting = true;

    OfLists(
        PeerBoard board,
        Function<Snapshot, List<Peer>> view,
        boolean withSelf,
        Duration settle,
        Consumer<List<Peer>> callback) {
      super(board);
      this.view = view;
      this.withSelf = withSelf;
      this.settle = settle;
      this.callback = callback;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean hasOtherMembers) {
      if (events.isEmpty() && !(withSelf && hasOtherMembers)) {
        return;
      }
      if (!isWaiting) {
        isWaiting = true;
        callIn(settle);
      } else if (settle.isZero()) {
        board.coalesced();
      }
    }

    @Override
    @Nullable Runnable next() {
      if (isCancelled || !isWaiting) {
        return null;
      }
      isWaiting = false;
      Snapshot now = board.latest();
      return () -> callback.accept(view.apply(now));
    }
  }

  /** Called with each event. */
  static final class OfEvents extends Subscriber {
    private final Told told;
    private final Consumer<PeerEvent> callback;

    OfEvents(PeerBoard board, int bound, Consumer<PeerEvent> callback) {
      super(board);
      this.told = new Told(bound);
      this.callback = callback;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean hasOtherMembers) {
      if (told.add(events)) {
        board.overflowed();
      }
      if (!told.isEmpty()) {
        board.call(this);
      }
    }

    @Override
    @Nullable Runnable next() {
      PeerEvent event = isCancelled ? null : told.next(board.latest());
      return event == null ? null : () -> callback.accept(event);
    }

    @Override
    boolean hasMore() {
      return !isCancelled && !told.isEmpty();
    }
  }

  /** Called with all events of a while. */
  static final class OfBatches extends Subscriber {
    private final Told told;
    private final Duration settle;
    private final Consumer<List<PeerEvent>> callback;
    private boolean isWaiting = true;

    OfBatches(PeerBoard board, int bound, Duration settle, Consumer<List<PeerEvent>> callback) {
      super(board);
      this.told = new Told(bound);
      this.settle = settle;
      this.callback = callback;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean hasOtherMembers) {
      if (told.add(events)) {
        board.overflowed();
      }
      if (!isWaiting && !told.isEmpty()) {
        isWaiting = true;
        callIn(settle);
      }
    }

    @Override
    @Nullable Runnable next() {
      if (isCancelled || !isWaiting) {
        return null;
      }
      isWaiting = false;
      List<PeerEvent> batch = new ArrayList<>();
      Snapshot now = board.latest();
      for (PeerEvent next = told.next(now); next != null; next = told.next(now)) {
        batch.add(next);
      }
      return batch.isEmpty() ? null : () -> callback.accept(List.copyOf(batch));
    }
  }

  /** Called with a list, and the events that follow on it. */
  static final class OfNews extends Subscriber {
    private final int bound;
    private final Consumer<List<Peer>> all;
    private final Consumer<PeerEvent> one;
    private final ArrayDeque<PeerEvent> waiting = new ArrayDeque<>();
    private boolean isBehind = true;

    OfNews(PeerBoard board, int bound, Consumer<List<Peer>> all, Consumer<PeerEvent> one) {
      super(board);
      this.bound = bound;
      this.all = all;
      this.one = one;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean hasOtherMembers) {
      if (isBehind || events.isEmpty()) {
        return;
      }
      if (waiting.size() + events.size() > bound) {
        board.overflowed();
        waiting.clear();
        isBehind = true;
      } else {
        waiting.addAll(events);
      }
      board.call(this);
    }

    @Override
    @Nullable Runnable next() {
      if (isCancelled) {
        return null;
      }
      if (isBehind) {
        isBehind = false;
        List<Peer> peers = board.latest().peers();
        return () -> all.accept(peers);
      }
      PeerEvent event = waiting.poll();
      return event == null ? null : () -> one.accept(event);
    }

    @Override
    boolean hasMore() {
      return !isCancelled && (isBehind || !waiting.isEmpty());
    }
  }

  /** Called with whether it is isolated. */
  static final class OfIsolation extends Subscriber {
    private final Consumer<Boolean> callback;
    private @Nullable Boolean told;

    OfIsolation(PeerBoard board, Consumer<Boolean> callback) {
      super(board);
      this.callback = callback;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean hasOtherMembers) {
      // It waits for something else.
    }

    @Override
    void onIsolated() {
      board.call(this);
    }

    @Override
    @Nullable Runnable next() {
      boolean now = board.isIsolated();
      if (isCancelled || Boolean.valueOf(now).equals(told)) {
        return null;
      }
      told = now;
      return () -> callback.accept(now);
    }
  }

  /** Called at the end. */
  static final class OfEnd extends Subscriber {
    private final Consumer<Optional<Throwable>> callback;
    private boolean isOver;
    private Optional<Throwable> failure = Optional.empty();

    OfEnd(PeerBoard board, Consumer<Optional<Throwable>> callback) {
      super(board);
      this.callback = callback;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean hasOtherMembers) {
      // It waits for the end alone.
    }

    @Override
    void onEnd(Optional<Throwable> why) {
      isOver = true;
      failure = why;
      board.call(this);
    }

    @Override
    @Nullable Runnable next() {
      if (isCancelled || !isOver) {
        return null;
      }
      isCancelled = true;
      return () -> callback.accept(failure);
    }
  }
}
