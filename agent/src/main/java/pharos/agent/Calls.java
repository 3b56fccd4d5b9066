package pharos.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import pharos.agent.core.gateway.Call;
import pharos.agent.core.gateway.Reply;
import pharos.agent.io.World;

/**
 * The calls past the subnet that are open. Futures complete on the call-back thread, each is its
 * caller's own, and none waits for ever. For any thread.
 */
final class Calls {
  /** Every call has ended by then, one way or the other. */
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

  /** So many may be open; more are refused at once. */
  static final int MOST = 1_024;

  private final CallLine line;
  private final PeerBoard board;
  private final World world;
  private final Map<Long, CompletableFuture<Finding>> pending = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Supplier<Optional<AgentClosedException>> closed;

  /**
   * For one agent.
   *
   * @param closed why there can be no calls any more, once that is so
   */
  Calls(
      CallLine line,
      PeerBoard board,
      World world,
      Supplier<Optional<AgentClosedException>> closed) {
    this.line = line;
    this.board = board;
    this.world = world;
    this.closed = closed;
  }

  CompletableFuture<Finding> begin(Consumer<Call> begin) {
    CompletableFuture<Finding> future = new CompletableFuture<>();
    closed.get().ifPresent(future::completeExceptionally);
    if (future.isDone()) {
      return future;
    }
    Call call = new Call(numbers.incrementAndGet(), world.nowNs() + PATIENCE_NS);
    pending.put(call.number(), future);
    if (pending.size() > MOST) {
      onEnded(call.number(), Reply.Ended.of(Reply.Status.REFUSED));
      return future;
    }
    begin.accept(call);
    // It may have been closed meanwhile.
    closed.get().ifPresent(future::completeExceptionally);
    return future;
  }

  /** How many there were so far. */
  long begun() {
    return numbers.get();
  }

  /** How many are open. */
  int open() {
    return pending.size();
  }

  /** On any thread. */
  void onEnded(long call, Reply.Ended end) {
    line.execute(() -> complete(call, end));
  }

  /** Those that are open end, since the agent is closed. */
  void end() {
    for (CompletableFuture<Finding> future : List.copyOf(pending.values())) {
      line.execute(() -> closed.get().ifPresent(future::completeExceptionally));
    }
    pending.clear();
  }

  private void complete(long call, Reply.Ended end) {
    CompletableFuture<Finding> future = pending.remove(call);
    if (future != null) {
      future.complete(finding(end));
    }
  }

  private Finding finding(Reply.Ended end) {
    Instant now = world.now();
    Snapshot latest = board.latest();
    List<Peer> here = latest.members();
    return new Finding(
        Finding.Status.valueOf(end.status().name()),
        end.contact(),
        Duration.ofMillis(end.ageMs()),
        end.peers().stream()
            .map(peer -> nearest(here, Peers.told(peer, latest.self().id(), now)))
            .toList(),
        end.path());
  }

  /** Whom we hear ourselves, oneself included, we know best, whoever else told of it. */
  private static Peer nearest(List<Peer> here, Peer told) {
    int at = Collections.binarySearch(here, told);
    return at >= 0 && here.get(at).incarnation() == told.incarnation() ? here.get(at) : told;
  }
}
