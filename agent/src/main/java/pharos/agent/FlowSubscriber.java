package pharos.agent;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One who follows a board by the rules of Reactive Streams, with demand. Its signals come in the
 * line, so they are never two at once.
 */
final class FlowSubscriber extends Subscriber implements Flow.Subscription {
  private final Flow.Subscriber<? super List<Peer>> subscriber;
  private boolean isGreeted;
  private boolean isWaiting = true;
  private long demand;
  private boolean isComplete;
  private @Nullable Throwable error;

  FlowSubscriber(PeerBoard board, Flow.Subscriber<? super List<Peer>> subscriber) {
    super(board);
    this.subscriber = subscriber;
  }

  @Override
  void onPublish(List<PeerEvent> events, boolean hasOtherMembers) {
    if (events.isEmpty()) {
      return;
    }
    if (isWaiting) {
      board.coalesced();
    }
    isWaiting = true;
    callIfMore();
  }

  @Override
  void onEnd(Optional<Throwable> why) {
    error = why.orElse(null);
    isComplete = true;
    board.call(this);
  }

  @Override
  public void request(long n) {
    board.change(
        () -> {
          if (isCancelled) {
            return;
          }
          if (n <= 0) {
            // Section 3.9 of Reactive Streams.
            error = new IllegalArgumentException("3.9: asked for " + n + ", which is not positive");
          } else {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
          }
          callIfMore();
        });
  }

  /** Unlike others it does not wait for a signal that runs: section 3.5 wants it quick. */
  @Override
  public void cancel() {
    board.change(this::drop);
  }

  private void drop() {
    isCancelled = true;
    board.forget(this);
  }

  private void callIfMore() {
    if (hasMore()) {
      board.call(this);
    }
  }

  @Override
  boolean hasMore() {
    return !isCancelled && (!isGreeted || error != null || isComplete || (isWaiting && demand > 0));
  }

  @Override
  @Nullable Runnable next() {
    if (!hasMore()) {
      return null;
    }
    if (!isGreeted) {
      isGreeted = true;
      return () -> guarded(() -> subscriber.onSubscribe(this));
    }
    Throwable wrong = error;
    if (wrong != null) {
      drop();
      return () -> subscriber.onError(wrong);
    }
    if (isComplete) {
      drop();
      return subscriber::onComplete;
    }
    isWaiting = false;
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    List<Peer> peers = board.latest().peers();
    return () -> guarded(() -> subscriber.onNext(peers));
  }

  /** Where there is nothing to follow any more: the thread of the line may be gone. */
  void endHere(Optional<Throwable> why) {
    cancel();
    subscriber.onSubscribe(this);
    why.ifPresentOrElse(subscriber::onError, subscriber::onComplete);
  }

  /** Who throws is cancelled: section 2.13. */
  private void guarded(Runnable signal) {
    try {
      signal.run();
    } catch (Throwable e) {
      cancel();
      throw e;
    }
  }
}
