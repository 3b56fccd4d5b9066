package pharos.agent;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import pharos.agent.io.Sometimes;
import pharos.beacon.NodeId;

/**
 * The latest list, and all who follow it. An {@link Agent} has one, which its loop publishes to,
 * and never waits. A program that learns of peers by itself may have one too; for tests there is
 * {@code pharos.agent.testing.TestPeers}. Its methods are for any thread.
 */
public class PeerBoard implements PeerView {
  /** How many events may wait for one subscriber. */
  static final int EVENTS = 10_000;

  private static final Duration MOST_SETTLE = Duration.ofMinutes(1);

  /** What went wrong so far. */
  record Counts(long coalesced, long overflowed) {}

  // News go to the subscribers by way of the line, whose lock guards them.
  private final CallLine line;
  private final int eventBound;
  private final boolean isObserver;
  private final Sometimes overflows = new Sometimes();
  private volatile Snapshot latest;
  private volatile boolean isIsolated;
  // All below is guarded by the lock of the line.
  private final Set<Subscriber> subscribers = new LinkedHashSet<>();
  private boolean isEnded;
  private Optional<Throwable> failure = Optional.empty();
  private long coalesced;
  private long overflowed;

  /**
   * One that lists nobody yet.
   *
   * @param callbacks what runs the call backs, one after the other; {@code Runnable::run} will do,
   *     and then they are over when what caused them returns
   */
  public PeerBoard(Peer self, Executor callbacks) {
    this(
        CallLine.on(callbacks, System::nanoTime),
        Snapshot.ofSorted(self, new Peer[0], new Peer[0]),
        false,
        EVENTS);
  }

  PeerBoard(CallLine line, Snapshot first, boolean isObserver, int eventBound) {
    this.line = line;
    this.latest = first;
    this.isObserver = isObserver;
    this.eventBound = eventBound;
  }

  /**
   * Lists these from now on, and tells how they differ from those before.
   *
   * @param others with each id once; those heard only are listed as such
   * @param why why those are gone who were listed and are not any more
   */
  public void show(Collection<Peer> others, GoneReason why) {
    line.change(
        () -> {
          Map<NodeId, Peer> before = new HashMap<>();
          latest.peers().forEach(peer -> before.put(peer.id(), peer));
          Map<NodeId, Peer> now = new TreeMap<>();
          others.forEach(peer -> now.put(peer.id(), peer));
          List<Peer> peers =
              now.values().stream().filter(it -> it.state() != PeerState.HEARD_ONLY).toList();
          List<Peer> mute =
              now.values().stream().filter(it -> it.state() == PeerState.HEARD_ONLY).toList();
          List<PeerEvent> events =
              Differences.between(
                  before, peers, gone -> now.containsKey(gone.id()) ? GoneReason.REPLACED : why);
          publish(
              Snapshot.ofSorted(self(), peers.toArray(Peer[]::new), mute.toArray(Peer[]::new)),
              events);
        });
  }

  /** The news of a turn. */
  void publish(Snapshot snapshot, List<PeerEvent> events) {
    line.change(
        () -> {
          if (isEnded) {
            return;
          }
          boolean hasOtherMembers = latest.hasOtherMembers(snapshot);
          latest = snapshot;
          for (Subscriber subscriber : subscribers) {
            subscriber.onPublish(events, hasOtherMembers);
          }
        });
  }

  /** It hears nobody where others were, or somebody again. */
  public void isolate(boolean isIsolated) {
    line.change(
        () -> {
          this.isIsolated = isIsolated;
          subscribers.forEach(Subscriber::onIsolated);
        });
  }

  /**
   * There are no more news. {@link #onEnd} and the end of each publisher are still called, perhaps
   * after this returned. A second time, nothing happens.
   *
   * @param why what went wrong, if it does not end in peace: then nobody is listed any more, for a
   *     list that nobody keeps up must not look as if it were true
   */
  public void end(Optional<Throwable> why) {
    line.change(
        () -> {
          if (!isEnded) {
            isEnded = true;
            failure = why;
          }
          if (failure.isPresent()) {
            latest = latest.withoutPeers();
          }
          // One by one: where memory has run out, a second call goes on where the first one failed.
          for (Subscriber one : subscribers.toArray(Subscriber[]::new)) {
            one.onEnd(failure);
            subscribers.remove(one);
          }
        });
    line.end();
  }

  // For subscribers.

  void change(Runnable change) {
    line.change(change);
  }

  void call(Subscriber one) {
    line.add(one);
  }

  void forget(Subscriber one) {
    subscribers.remove(one);
  }

  void cancel(Subscriber one) {
    line.change(
        () -> {
          one.isCancelled = true;
          forget(one);
          line.awaitReturn(one);
        });
  }

  void coalesced() {
    coalesced++;
  }

  void overflowed() {
    overflowed++;
    line.warn(
        overflows,
        "more than {} events waited for a subscriber; it is told what there is instead",
        eventBound);
  }

  Snapshot latest() {
    return latest;
  }

  Counts counts() {
    return line.read(() -> new Counts(coalesced, overflowed));
  }

  // For the application.

  @Override
  public Peer self() {
    return latest.self();
  }

  @Override
  public List<Peer> peers() {
    return latest.peers();
  }

  @Override
  public List<Peer> heardOnly() {
    return latest.heardOnly();
  }

  @Override
  public List<Peer> members() {
    return isObserver ? latest.peers() : latest.members();
  }

  @Override
  public List<Peer> peersOffering(String type) {
    return latest.offering(type);
  }

  @Override
  public boolean isIsolated() {
    return isIsolated;
  }

  @Override
  public List<Peer> awaitPeers(String type, int count, Duration limit) {
    if (line.isCallBack()) {
      throw new IllegalStateException(
          "awaitPeers in a call back would wait for itself; use onPeers or another thread");
    }
    Awaited awaited = new Awaited(type, count, limit);
    try {
      List<Peer> there =
          line.await(
              awaited.limitNs(),
              () -> {
                if (isEnded) {
                  throw closed(failure);
                }
                return awaited.in(latest);
              });
      if (there == null) {
        throw new AwaitTimeoutException(awaited.missing(latest));
      }
      return there;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PharosException("interrupted while waiting for peers offering " + type, e);
    }
  }

  @Override
  public Cancellable onPeers(Consumer<List<Peer>> callback, Duration settle) {
    check(settle);
    return subscribe(new Subscriber.OfLists(this, Snapshot::peers, false, settle, callback));
  }

  @Override
  public Cancellable onMembers(Consumer<List<Peer>> callback, Duration settle) {
    check(settle);
    Function<Snapshot, List<Peer>> view = isObserver ? Snapshot::peers : Snapshot::members;
    return subscribe(new Subscriber.OfLists(this, view, !isObserver, settle, callback));
  }

  @Override
  public Cancellable onEvents(Consumer<List<PeerEvent>> callback, Duration settle) {
    check(settle);
    return subscribe(new Subscriber.OfBatches(this, eventBound, settle, callback));
  }

  private static void check(Duration settle) {
    Checks.range("settle", settle, Duration.ZERO, MOST_SETTLE);
  }

  @Override
  public Cancellable onEvent(Consumer<PeerEvent> callback) {
    return subscribe(new Subscriber.OfEvents(this, eventBound, callback));
  }

  @Override
  public Cancellable onNews(Consumer<List<Peer>> all, Consumer<PeerEvent> event) {
    return subscribe(new Subscriber.OfNews(this, eventBound, all, event));
  }

  @Override
  public Cancellable onIsolated(Consumer<Boolean> callback) {
    return subscribe(new Subscriber.OfIsolation(this, callback));
  }

  @Override
  public Cancellable onEnd(Consumer<Optional<Throwable>> callback) {
    Subscriber waiting = new Subscriber.OfEnd(this, callback);
    if (!follows(waiting)) {
      callback.accept(failure());
    }
    return waiting;
  }

  @Override
  public Flow.Publisher<List<Peer>> publisher() {
    return subscriber -> {
      FlowSubscriber flowing =
          new FlowSubscriber(this, Objects.requireNonNull(subscriber, "subscriber"));
      if (!follows(flowing)) {
        flowing.endHere(failure());
      }
    };
  }

  private Cancellable subscribe(Subscriber subscriber) {
    if (!follows(subscriber)) {
      throw closed(failure());
    }
    return subscriber;
  }

  /** From now on; false when there is nothing to follow any more. */
  private boolean follows(Subscriber subscriber) {
    boolean[] isTaken = {false};
    line.change(
        () -> {
          if (!isEnded) {
            subscribers.add(subscriber);
            line.add(subscriber);
            isTaken[0] = true;
          }
        });
    return isTaken[0];
  }

  private Optional<Throwable> failure() {
    return line.read(() -> failure);
  }

  static AgentClosedException closed(Optional<Throwable> failure) {
    return failure
        .map(why -> new AgentClosedException("the agent failed: " + why.getMessage(), why))
        .orElseGet(() -> new AgentClosedException("the agent is closed"));
  }
}
