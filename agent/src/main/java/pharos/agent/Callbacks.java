package pharos.agent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.io.Sometimes;

/**
 * The one call-back thread of an agent, and all who are called on it. The loop publishes and goes
 * on; the lock is held for moments only, and never while the application runs. Each subscriber
 * stands in the line at most once, so the line is as long as there are subscribers, and tasks.
 */
final class Callbacks implements Subscriptions {
  /** How many events may wait for one subscriber. */
  static final int EVENTS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
  private static final long SLOW_NS = 1_000_000_000L;

  /** How often a feed looks after its reader. */
  private static final long LOOK_NS = 50_000_000L;

  /** What went wrong so far. */
  record Counts(long threw, long slow, long coalesced, long overflowed) {}

  private final int eventBound;
  private final LongSupplier nanoTime;
  private final Thread thread;
  private Consumer<Throwable> onFatal = why -> {};
  private final Sometimes throwing = new Sometimes();
  private final Sometimes slowness = new Sometimes();
  private final Sometimes overflows = new Sometimes();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition ready = lock.newCondition();
  private final Condition idle = lock.newCondition();
  // All below is guarded by the lock.
  private final ArrayDeque<Line> line = new ArrayDeque<>();
  private final Set<Subscriber> subscribers = new LinkedHashSet<>();
  private Snapshot latest;
  private @Nullable Line running;
  private boolean closed;
  private boolean ended;
  private Optional<Throwable> failure = Optional.empty();
  private long threw;
  private long slow;
  private long coalesced;
  private long overflowed;

  Callbacks(String name, Snapshot first, int eventBound, LongSupplier nanoTime) {
    this.latest = first;
    this.eventBound = eventBound;
    this.nanoTime = nanoTime;
    thread = new Thread(this::run, "pharos-" + name + "-callbacks");
    thread.setDaemon(true);
  }

  /** Starts its thread; where that fails, this hears of it, on that thread, and must not throw. */
  void start(Consumer<Throwable> onFatal) {
    this.onFatal = onFatal;
    thread.start();
  }

  /** What stands in the line to be called. */
  private abstract static class Line {
    boolean queued;

    /** What to call now, if anything; with the lock held. */
    abstract @Nullable Runnable next();

    /** Whether to stand in the line again; with the lock held. */
    boolean hasMore() {
      return false;
    }
  }

  private abstract class Subscriber extends Line implements Cancellable {
    boolean cancelled;

    /** Something was published; with the lock held. */
    abstract void onPublish(List<PeerEvent> events, boolean selfChanged);

    /** The agent is closed; with the lock held. */
    void onClosed() {
      cancelled = true;
    }

    /** Whether it wants to be called now and then without news; with the lock held. */
    boolean looksAround() {
      return false;
    }

    @Override
    public void cancel() {
      lock.lock();
      try {
        cancelled = true;
        subscribers.remove(this);
        while (running == this && !isCallbackThread()) {
          idle.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Called with the latest list, or what else is made of a snapshot. */
  private final class Latest<T> extends Subscriber {
    private final Function<Snapshot, T> view;
    private final Consumer<? super T> callback;
    private final boolean withSelf;
    private boolean waiting = true;

    Latest(Function<Snapshot, T> view, boolean withSelf, Consumer<? super T> callback) {
      this.view = view;
      this.withSelf = withSelf;
      this.callback = callback;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean selfChanged) {
      if (events.isEmpty() && !(withSelf && selfChanged)) {
        return;
      }
      if (waiting) {
        coalesced++;
      }
      waiting = true;
      enqueue(this);
    }

    @Override
    @Nullable Runnable next() {
      if (cancelled || !waiting) {
        return null;
      }
      waiting = false;
      Snapshot now = latest;
      return () -> callback.accept(view.apply(now));
    }
  }

  private final class Events extends Subscriber {
    private final Told told = new Told(eventBound);
    private final Consumer<PeerEvent> callback;

    Events(Consumer<PeerEvent> callback) {
      this.callback = callback;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean selfChanged) {
      if (told.add(events)) {
        overflowed++;
        warn(
            overflows,
            "more than {} events waited for a subscriber; it is told what differs",
            eventBound);
      }
      if (!told.isEmpty()) {
        enqueue(this);
      }
    }

    @Override
    @Nullable Runnable next() {
      PeerEvent event = cancelled ? null : told.next(latest);
      return event == null ? null : () -> callback.accept(event);
    }

    @Override
    boolean hasMore() {
      return !cancelled && !told.isEmpty();
    }
  }

  private static final class Task extends Line {
    private final Runnable task;

    Task(Runnable task) {
      this.task = task;
    }

    @Override
    Runnable next() {
      return task;
    }
  }

  /** A subscriber with demand. Its signals come in the line, so they are never two at once. */
  private final class Flowing extends Subscriber implements Flow.Subscription {
    private final Flow.Subscriber<? super List<Peer>> subscriber;
    private boolean greeted;
    private boolean waiting = true;
    private long demand;
    private boolean complete;
    private @Nullable Throwable error;

    Flowing(Flow.Subscriber<? super List<Peer>> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean selfChanged) {
      if (events.isEmpty()) {
        return;
      }
      if (waiting) {
        coalesced++;
      }
      waiting = true;
      enqueueIfMore();
    }

    @Override
    void onClosed() {
      if (failure.isPresent()) {
        error = failure.get();
      } else {
        complete = true;
      }
      enqueue(this);
    }

    @Override
    public void request(long n) {
      lock.lock();
      try {
        if (cancelled) {
          return;
        }
        if (n <= 0) {
          // Section 3.9 of Reactive Streams.
          error = new IllegalArgumentException("3.9: asked for " + n + ", which is not positive");
        } else {
          demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        }
        enqueueIfMore();
      } finally {
        lock.unlock();
      }
    }

    /** Unlike others it does not wait for a signal that runs: section 3.5 wants it quick. */
    @Override
    public void cancel() {
      lock.lock();
      try {
        drop();
      } finally {
        lock.unlock();
      }
    }

    private void drop() {
      cancelled = true;
      subscribers.remove(this);
    }

    private void enqueueIfMore() {
      if (hasMore()) {
        enqueue(this);
      }
    }

    @Override
    boolean hasMore() {
      return !cancelled && (!greeted || error != null || complete || (waiting && demand > 0));
    }

    @Override
    @Nullable Runnable next() {
      if (!hasMore()) {
        return null;
      }
      if (!greeted) {
        greeted = true;
        return () -> guarded(() -> subscriber.onSubscribe(this));
      }
      Throwable wrong = error;
      if (wrong != null) {
        drop();
        return () -> subscriber.onError(wrong);
      }
      if (complete) {
        drop();
        return subscriber::onComplete;
      }
      waiting = false;
      if (demand != Long.MAX_VALUE) {
        demand--;
      }
      List<Peer> peers = latest.peers();
      return () -> guarded(() -> subscriber.onNext(peers));
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

  /** Written to a socket of the application, which may be behind, or gone. */
  private final class Feeding extends Subscriber {
    private final Feed feed;
    private final ArrayDeque<PeerEvent> waiting = new ArrayDeque<>();
    private boolean resync = true;
    private boolean closing;
    private volatile boolean over;

    Feeding(Feed feed) {
      this.feed = feed;
    }

    @Override
    void onPublish(List<PeerEvent> events, boolean selfChanged) {
      if (resync || events.isEmpty()) {
        return;
      }
      if (waiting.size() + events.size() > eventBound) {
        overflowed++;
        needResync();
      } else {
        waiting.addAll(events);
      }
      enqueue(this);
    }

    private void needResync() {
      waiting.clear();
      resync = true;
    }

    @Override
    void onClosed() {
      closing = true;
      enqueue(this);
    }

    @Override
    boolean looksAround() {
      return !over;
    }

    @Override
    boolean hasMore() {
      if (over) {
        subscribers.remove(this);
      }
      return false;
    }

    @Override
    @Nullable Runnable next() {
      if (over) {
        return null;
      }
      if (closing) {
        over = true;
        return feed::close;
      }
      // Under the lock, so that the list and the events after it fit together.
      List<PeerEvent> events = List.copyOf(waiting);
      Optional<Snapshot> list = resync ? Optional.of(latest) : Optional.empty();
      waiting.clear();
      resync = false;
      return () -> write(list, events);
    }

    private void write(Optional<Snapshot> list, List<PeerEvent> events) {
      if (!feed.isWanted()) {
        over = true;
        feed.close();
      } else if (!(list.isEmpty() || feed.sendList(list.get())) || !feed.sendEvents(events)) {
        lock.lock();
        try {
          needResync();
        } finally {
          lock.unlock();
        }
      }
    }
  }

  /**
   * A socket in a context of the application's, to read the news from.
   *
   * @see Feed
   */
  ZMQ.Socket feed(ZContext context) {
    Feed feed = Feed.open(context, eventBound);
    try {
      subscribe(new Feeding(feed));
    } catch (AgentClosedException e) {
      feed.abandon();
      throw e;
    }
    return feed.reader();
  }

  /** How many feeds are written. */
  int feeds() {
    lock.lock();
    try {
      return (int) subscribers.stream().filter(Subscriber::looksAround).count();
    } finally {
      lock.unlock();
    }
  }

  /** The news of a turn, from the loop. */
  void publish(Snapshot snapshot, List<PeerEvent> events) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      boolean selfChanged = !latest.self().equals(snapshot.self());
      latest = snapshot;
      for (Subscriber subscriber : subscribers) {
        subscriber.onPublish(events, selfChanged);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What was published last. */
  Snapshot latest() {
    lock.lock();
    try {
      return latest;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Cancellable onPeers(Consumer<List<Peer>> callback) {
    return subscribe(new Latest<>(Snapshot::peers, false, callback));
  }

  @Override
  public Cancellable onMembers(Consumer<List<Peer>> callback) {
    return subscribe(new Latest<>(Snapshot::members, true, callback));
  }

  @Override
  public Cancellable onEvent(Consumer<PeerEvent> callback) {
    return subscribe(new Events(callback));
  }

  /**
   * Runs it after all that stands in the line now; false when the agent is closed, and it does not
   * run. For the completion of futures, of which there is a bound elsewhere.
   */
  boolean execute(Runnable task) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      enqueue(new Task(task));
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean isCallbackThread() {
    return Thread.currentThread() == thread;
  }

  Counts counts() {
    lock.lock();
    try {
      return new Counts(threw, slow, coalesced, overflowed);
    } finally {
      lock.unlock();
    }
  }

  private Cancellable subscribe(Subscriber subscriber) {
    lock.lock();
    try {
      if (closed) {
        throw closedException();
      }
      subscribers.add(subscriber);
      enqueue(subscriber);
      return subscriber;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Flow.Publisher<List<Peer>> publisher() {
    return subscriber -> {
      Flowing flowing = new Flowing(Objects.requireNonNull(subscriber, "subscriber"));
      lock.lock();
      try {
        if (!closed) {
          subscribers.add(flowing);
          enqueue(flowing);
          return;
        }
      } finally {
        lock.unlock();
      }
      // The thread may be gone, so it ends in the one that asks.
      flowing.cancel();
      subscriber.onSubscribe(flowing);
      failure.ifPresentOrElse(subscriber::onError, subscriber::onComplete);
    };
  }

  @Override
  public List<Peer> awaitPeers(String type, int count, Duration limit) {
    if (isCallbackThread()) {
      throw new IllegalStateException(
          "awaitPeers in a call back would wait for itself; use onPeers or another thread");
    }
    long leftNs = nanos(limit);
    lock.lock();
    try {
      while (true) {
        List<Peer> there =
            latest.offering(type).stream().filter(p -> p.state() == PeerState.ALIVE).toList();
        if (closed) {
          throw closedException();
        }
        if (there.size() >= count) {
          return there;
        }
        if (leftNs <= 0) {
          throw new AwaitTimeoutException(missing(type, count, limit, there));
        }
        leftNs = changed.awaitNanos(leftNs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PharosException("interrupted while waiting for peers offering " + type, e);
    } finally {
      lock.unlock();
    }
  }

  private static long nanos(Duration limit) {
    try {
      return limit.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // 292 years are for ever
    }
  }

  private String missing(String type, int count, Duration limit, List<Peer> there) {
    List<Peer> suspect =
        latest.offering(type).stream().filter(p -> p.state() != PeerState.ALIVE).toList();
    List<Peer> others = latest.peers().stream().filter(peer -> !peer.offers(type)).toList();
    return "after "
        + limit
        + " "
        + there.size()
        + " of "
        + count
        + " peers offer "
        + type
        + names("; there: ", there)
        + names("; suspect: ", suspect)
        + names("; without it: ", others)
        + names("; heard, but not to be asked: ", latest.unreachable());
  }

  private static String names(String what, Collection<Peer> peers) {
    if (peers.isEmpty()) {
      return "";
    }
    List<String> names = peers.stream().limit(10).map(Peer::name).toList();
    int more = peers.size() - names.size();
    return what + String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }

  private AgentClosedException closedException() {
    return closedException(failure);
  }

  static AgentClosedException closedException(Optional<Throwable> failure) {
    return failure
        .map(why -> new AgentClosedException("the agent failed: " + why.getMessage(), why))
        .orElseGet(() -> new AgentClosedException("the agent is closed"));
  }

  /**
   * No call back begins after this; what was given to {@link #execute} before, and the end of each
   * publisher, still come first. Waits for that and for the call that runs, up to the limit; not in
   * a call back itself. A second call waits too.
   *
   * @param why what publishers end with, if not in peace
   */
  void close(Duration limit, Optional<Throwable> why) {
    lock.lock();
    try {
      end(why);
      if (isCallbackThread() || !thread.isAlive()) {
        return;
      }
      awaitEnd(limit.toNanos());
      if (!ended) {
        LOG.warn("a call back still runs after {}; nothing is called after it", limit);
        line.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same, without waiting: what is still to be told is told after this returned. */
  void end(Optional<Throwable> why) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        failure = why;
      }
      // One by one: where memory has run out, a second call goes on where the first one failed.
      for (Subscriber one : subscribers.toArray(Subscriber[]::new)) {
        one.onClosed();
        subscribers.remove(one);
      }
      changed.signalAll();
      ready.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitEnd(long limitNs) {
    boolean interrupted = false;
    long leftNs = limitNs;
    while (!ended && leftNs > 0) {
      try {
        leftNs = idle.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        // It is short, and what close promises holds for the interrupted too.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void enqueue(Line one) {
    if (!one.queued) {
      one.queued = true;
      line.add(one);
      ready.signal();
    }
  }

  /**
   * An application's mistakes are caught where it is called. What gets here is the end of memory,
   * or of sense: news may be lost, so the agent ends. This thread goes on, to tell that.
   */
  private void run() {
    boolean isOver = false;
    while (!isOver) {
      try {
        serve();
        isOver = true;
      } catch (Throwable e) {
        onFatal.accept(e);
      }
    }
    lock.lock();
    try {
      ended = true;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void serve() {
    lock.lock();
    try {
      while (true) {
        Line one = line.poll();
        if (one == null) {
          if (closed) {
            return;
          }
          awaitReady();
          continue;
        }
        one.queued = false;
        Runnable call = one.next();
        if (call == null) {
          continue;
        }
        running = one;
        lock.unlock();
        try {
          call(call);
        } finally {
          lock.lock();
          running = null;
          idle.signalAll();
        }
        if (one.hasMore()) {
          enqueue(one);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitReady() {
    if (subscribers.stream().noneMatch(Subscriber::looksAround)) {
      while (line.isEmpty() && !closed) {
        ready.awaitUninterruptibly();
      }
      return;
    }
    try {
      long leftNs = LOOK_NS;
      while (line.isEmpty() && !closed && leftNs > 0) {
        leftNs = ready.awaitNanos(leftNs);
      }
    } catch (InterruptedException e) {
      // Meant for a call that is over.
      LOG.debug("interrupted between two calls", e);
    }
    subscribers.stream().filter(Subscriber::looksAround).forEach(this::enqueue);
  }

  private void call(Runnable call) {
    long beginNs = nanoTime.getAsLong();
    try {
      call.run();
    } catch (Throwable e) {
      count(() -> threw++);
      warn(throwing, "a call back threw", e);
    }
    // An interrupt was meant for the call that is over.
    Thread.interrupted();
    long tookNs = nanoTime.getAsLong() - beginNs;
    if (tookNs > SLOW_NS) {
      count(() -> slow++);
      warn(slowness, "a call back took {} ms; all others waited for it", tookNs / 1_000_000);
    }
  }

  private void count(Runnable increment) {
    lock.lock();
    try {
      increment.run();
    } finally {
      lock.unlock();
    }
  }

  private void warn(Sometimes sometimes, String message, Object what) {
    long held = sometimes.pass(nanoTime.getAsLong());
    if (held >= 0) {
      LOG.warn(message + Sometimes.andMore(held), what);
    }
  }
}
