package pharos.records;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open calls and watches of an engine: bounded in number, told on one thread, failed when it
 * ends. For engines; any thread may call.
 */
public final class Calls implements AutoCloseable {
  /** So many calls may be open, and so many watches beside them. */
  public static final int MOST = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private final Set<Call<?>> open = new HashSet<>();
  private final Set<Telling> tellings = new HashSet<>();
  private final ThreadPoolExecutor callbacks;
  private volatile @Nullable Thread thread;
  private boolean isClosed;

  /** Starts when the first call is done. */
  public Calls(String threadName) {
    // Its queue is bounded by the calls and watches: each has one thing in it at most.
    callbacks =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread it = new Thread(work, threadName);
              it.setDaemon(true);
              thread = it;
              return it;
            });
  }

  /**
   * Starts a call. What it returns completes on the call-back thread, or has failed already when
   * there were too many.
   *
   * @param isWrite whether it may have happened when the end comes in between
   * @param work begins it, on this thread, and must not wait
   */
  public <T> CompletableFuture<T> call(
      boolean isWrite, Supplier<? extends CompletionStage<T>> work) {
    Call<T> call = new Call<>(isWrite, new CallFuture<>(this));
    RecordsException refused = admit(call);
    if (refused != null) {
      call.future.completeExceptionally(refused);
      return call.future;
    }
    try {
      work.get().whenComplete((value, failure) -> ended(call, value, failure));
    } catch (RuntimeException e) {
      ended(call, null, e);
    }
    return call.future;
  }

  private synchronized @Nullable RecordsException admit(Call<?> call) {
    if (isClosed) {
      return closed(false);
    }
    if (open.size() >= MOST) {
      return tooMany("calls");
    }
    open.add(call);
    return null;
  }

  private synchronized <T> void ended(
      Call<T> call, @Nullable T value, @Nullable Throwable failure) {
    if (isClosed || call.isEnded) {
      return;
    }
    call.isEnded = true;
    callbacks.execute(
        () -> {
          forget(call);
          if (failure == null) {
            call.future.complete(value);
          } else {
            call.future.completeExceptionally(cause(failure));
          }
        });
  }

  private synchronized void forget(Call<?> call) {
    open.remove(call);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /**
   * Starts to tell a listener.
   *
   * @throws RecordsException TOO_MANY or CLOSED
   */
  public synchronized Telling telling(Consumer<Entry> listener, Consumer<RecordsException> failed) {
    if (isClosed) {
      throw closed(false);
    }
    if (tellings.size() >= MOST) {
      throw tooMany("watches");
    }
    Telling telling = new Telling(listener, failed);
    tellings.add(telling);
    return telling;
  }

  private static RecordsException tooMany(String what) {
    return new RecordsException(
        RecordsException.Reason.TOO_MANY, MOST + " " + what + " are open: wait for some to end");
  }

  private static RecordsException closed(boolean mayHaveHappened) {
    return new RecordsException(
        RecordsException.Reason.CLOSED, "the records are closed", mayHaveHappened);
  }

  /** Whether the end has come. */
  public synchronized boolean isClosed() {
    return isClosed;
  }

  /** Fails what is open, on the call-back thread, and ends that. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    for (Call<?> call : open) {
      if (!call.isEnded) {
        callbacks.execute(() -> call.future.completeExceptionally(closed(call.isWrite)));
      }
    }
    for (Telling telling : new ArrayList<>(tellings)) {
      callbacks.execute(() -> telling.fail(closed(false)));
    }
    open.clear();
    tellings.clear();
    callbacks.shutdown();
  }

  private static final class Call<T> {
    private final boolean isWrite;
    private final CallFuture<T> future;
    private boolean isEnded;

    private Call(boolean isWrite, CallFuture<T> future) {
      this.isWrite = isWrite;
      this.future = future;
    }
  }

  /** One watch: of entries in quick succession the last is told, and none twice. */
  public final class Telling implements Records.Watch {
    private final Consumer<Entry> listener;
    private final Consumer<RecordsException> failed;
    private @Nullable Entry last;
    private @Nullable Entry next;
    private volatile boolean isOver;

    private Telling(Consumer<Entry> listener, Consumer<RecordsException> failed) {
      this.listener = listener;
      this.failed = failed;
    }

    /** This is how the key is now. */
    public void tell(Entry entry) {
      synchronized (Calls.this) {
        if (isClosed || isOver || !isNews(entry)) {
          return;
        }
        boolean isWaiting = next != null;
        last = entry;
        next = entry;
        if (!isWaiting) {
          callbacks.execute(this::tellNext);
        }
      }
    }

    private boolean isNews(Entry entry) {
      return last == null
          || last.isThere() != entry.isThere()
          || last.conflicts() != entry.conflicts()
          || (entry.isThere() && !last.version().equals(entry.version()));
    }

    private void tellNext() {
      Entry entry;
      synchronized (Calls.this) {
        entry = next;
        next = null;
      }
      if (entry != null && !isOver) {
        guarded(() -> listener.accept(entry));
      }
    }

    private void fail(RecordsException why) {
      if (!isOver) {
        isOver = true;
        guarded(() -> failed.accept(why));
      }
    }

    /** A listener that throws is told of what follows all the same. */
    private void guarded(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException e) {
        LOG.warn("a listener of records threw", e);
      }
    }

    /** Whether nobody listens any more. */
    public boolean isOver() {
      return isOver;
    }

    @Override
    public void close() {
      isOver = true;
      synchronized (Calls.this) {
        tellings.remove(this);
      }
    }
  }

  /** What is thrown at who would wait for himself. */
  private void checkMayWait() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(
          "a call-back of the records waits for the records: it would wait for itself");
    }
  }

  /** A future that is not waited for on the thread that completes it; nor are those made of it. */
  private static final class CallFuture<T> extends CompletableFuture<T> {
    private final Calls calls;

    private CallFuture(Calls calls) {
      this.calls = calls;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CallFuture<>(calls);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
      check();
      return super.get();
    }

    @Override
    public T get(long time, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      check();
      return super.get(time, unit);
    }

    @Override
    public T join() {
      check();
      return super.join();
    }

    private void check() {
      if (!isDone()) {
        calls.checkMayWait();
      }
    }
  }
}
