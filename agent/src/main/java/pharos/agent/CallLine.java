package pharos.agent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.io.Sometimes;

/**
 * All call backs of an agent, one at a time. The lock is held for moments only, and never while the
 * application runs. Each entry stands in the line at most once, so the line is as long as there are
 * entries. It is served by one task at a time of an executor; that may be one that runs what it is
 * given at once, in the thread that gives it.
 */
final class CallLine {
  private static final Logger log = LoggerFactory.getLogger(CallLine.class);
  private static final long SLOW_NS = 1_000_000_000L;

  /** What went wrong so far. */
  record Counts(long threw, long slow) {}

  /** What stands in the line to be called. */
  abstract static class Entry {
    private boolean isQueued;

    /** What to call now, if anything; with the lock held. */
    abstract @Nullable Runnable next();

    /** Whether to stand in the line again; with the lock held. */
    boolean hasMore() {
      return false;
    }
  }

  private static final class Task extends Entry {
    private final Runnable task;

    Task(Runnable task) {
      this.task = task;
    }

    @Override
    Runnable next() {
      return task;
    }
  }

  private final Executor executor;
  private final @Nullable CallThread own;
  private final LongSupplier nanoTime;
  private final Runnable serving = this::serve;
  private final Sometimes throwing = new Sometimes();
  private final Sometimes slowness = new Sometimes();
  private final Sometimes refusals = new Sometimes();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition idle = lock.newCondition();
  // All below is guarded by the lock.
  private final ArrayDeque<Entry> line = new ArrayDeque<>();
  private Consumer<Throwable> onFatal = why -> {};
  private @Nullable Entry running;
  private @Nullable Thread server;
  private boolean isStarted;
  private boolean isServed;
  private boolean isClosed;
  private boolean isOver;
  private long threw;
  private long slow;

  private CallLine(Executor executor, @Nullable CallThread own, LongSupplier nanoTime) {
    this.executor = executor;
    this.own = own;
    this.nanoTime = nanoTime;
  }

  /** Served by a thread of its own, which ends with it. */
  static CallLine onThread(String name, LongSupplier nanoTime) {
    CallThread own = new CallThread(name);
    return new CallLine(own, own, nanoTime);
  }

  /** Served by tasks of this executor, which is the application's to end. */
  static CallLine on(Executor executor, LongSupplier nanoTime) {
    return new CallLine(executor, null, nanoTime);
  }

  /**
   * Begins; where serving fails, this hears of it, in the thread that serves, and must not throw.
   */
  void start(Consumer<Throwable> onFatal) {
    if (own != null) {
      own.start();
    }
    change(
        () -> {
          this.onFatal = onFatal;
          isStarted = true;
        });
  }

  /** Changes what is guarded by the lock, then sees to it that what was added is called. */
  void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    wakeServer();
  }

  /** Reads what is guarded by the lock. */
  <T> T read(Supplier<T> view) {
    lock.lock();
    try {
      return view.get();
    } finally {
      lock.unlock();
    }
  }

  /** Looks after each change, until there is something to see, or the time is up. */
  <T> @Nullable T await(long limitNs, Supplier<@Nullable T> look) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = limitNs;
      while (true) {
        T seen = look.get();
        if (seen != null || leftNs <= 0) {
          return seen;
        }
        leftNs = changed.awaitNanos(leftNs);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Puts it into the line; with the lock held, within {@link #change}. */
  void add(Entry one) {
    if (!one.isQueued) {
      one.isQueued = true;
      line.add(one);
    }
  }

  /**
   * Runs it after all that stands in the line now; false when this is closed, and it does not run.
   * For the completion of futures, of which there is a bound elsewhere.
   */
  boolean execute(Runnable task) {
    boolean[] isTaken = {false};
    change(
        () -> {
          if (!isClosed) {
            add(new Task(task));
            isTaken[0] = true;
          }
        });
    return isTaken[0];
  }

  /** Whether the caller is called back right now. */
  boolean isCallBack() {
    return read(() -> server == Thread.currentThread());
  }

  /** Waits until this one is not called any more, but not in a call back. With the lock held. */
  void awaitReturn(Entry one) {
    while (running == one && server != Thread.currentThread()) {
      idle.awaitUninterruptibly();
    }
  }

  Counts counts() {
    return read(() -> new Counts(threw, slow));
  }

  /** Takes no more tasks; what stands in the line, or is added by its entries, is still called. */
  void end() {
    change(() -> isClosed = true);
  }

  /** Waits after {@link #end} until all was called, up to the limit; not in a call back itself. */
  void awaitEnd(Duration limit) {
    lock.lock();
    try {
      if (server == Thread.currentThread() || !isStarted) {
        return;
      }
      awaitIdle(limit.toNanos());
      if (isServed || !line.isEmpty()) {
        log.warn("a call back still runs after {}; nothing is called after it", limit);
        line.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitIdle(long limitNs) {
    boolean wasInterrupted = false;
    long leftNs = limitNs;
    while ((isServed || !line.isEmpty()) && leftNs > 0) {
      try {
        leftNs = idle.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        // It is short, and what close promises holds for the interrupted too.
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Not with the lock held: the executor may run it here and now. */
  private void wakeServer() {
    lock.lock();
    try {
      if (isServed || lock.getHoldCount() > 1) {
        return;
      }
      if (line.isEmpty() || isOver) {
        line.clear();
        becomeOver();
        return;
      }
      isServed = true;
    } finally {
      lock.unlock();
    }
    boolean isTaken = false;
    try {
      executor.execute(serving);
      isTaken = true;
    } catch (RejectedExecutionException e) {
      warn(refusals, "the executor of the call backs refuses them", e);
    } finally {
      if (!isTaken) {
        onRefused();
      }
    }
  }

  private void becomeOver() {
    isOver = isClosed;
    if (isOver && own != null) {
      own.end();
    }
  }

  /** The next change tries again. */
  private void onRefused() {
    lock.lock();
    try {
      isServed = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * An application's mistakes are caught where it is called. What gets here is the end of memory,
   * or of sense: news may be lost, so the agent ends. This goes on, to tell that.
   */
  private void serve() {
    boolean isOver = false;
    while (!isOver) {
      try {
        callAll();
        isOver = true;
      } catch (Throwable e) {
        onFatal.accept(e);
      }
    }
  }

  private void callAll() {
    lock.lock();
    try {
      server = Thread.currentThread();
      Entry one = line.poll();
      while (one != null) {
        one.isQueued = false;
        Runnable call = one.next();
        if (call != null) {
          call(one, call);
          if (one.hasMore()) {
            add(one);
          }
        }
        one = line.poll();
      }
      server = null;
      isServed = false;
      idle.signalAll();
      becomeOver();
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held, once, and without it meanwhile. */
  private void call(Entry one, Runnable call) {
    running = one;
    lock.unlock();
    try {
      call(call);
    } finally {
      lock.lock();
      running = null;
      idle.signalAll();
    }
  }

  private void call(Runnable call) {
    long beginNs = nanoTime.getAsLong();
    boolean wasInterrupted = Thread.currentThread().isInterrupted();
    try {
      call.run();
    } catch (Throwable e) {
      change(() -> threw++);
      warn(throwing, "a call back threw", e);
    }
    // An interrupt was meant for the call that is over, but for one that the thread came with.
    if (!wasInterrupted) {
      Thread.interrupted();
    }
    long tookNs = nanoTime.getAsLong() - beginNs;
    if (tookNs > SLOW_NS) {
      change(() -> slow++);
      long tookMs = TimeUnit.NANOSECONDS.toMillis(tookNs);
      warn(slowness, "a call back took {} ms; all others waited for it", tookMs);
    }
  }

  /** Once in a while. */
  void warn(Sometimes sometimes, String message, Object what) {
    long held = sometimes.pass(nanoTime.getAsLong());
    if (held >= 0) {
      log.warn(message + Sometimes.andMore(held), what);
    }
  }
}
