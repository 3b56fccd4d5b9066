package pharos.kademlia;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for an answer. Each has a number of its own that nobody can guess, and
 * only the node it was sent to can answer it.
 */
final class Rpcs {
  private final Turn turn;
  private final RoundTrips roundTrips;
  private final Sight sight;
  private final Map<Long, Rpc> open = new HashMap<>();

  /** Who was heard last and when, and when anybody else was: nobody is his own witness. */
  private Optional<ContactId> heard = Optional.empty();

  private long heardNs = Turn.NEVER;
  private long heardBeforeNs = Turn.NEVER;

  /** Who wants to know how a request went. */
  interface Handler {
    void answered(Response response);

    void failed();

    /** It takes long; it may still be answered. */
    default void stalled() {}

    static Handler of(Consumer<Response> answered, Runnable failed) {
      return new Handler() {
        @Override
        public void answered(Response response) {
          answered.accept(response);
        }

        @Override
        public void failed() {
          failed.run();
        }
      };
    }
  }

  /** Who wants to know how every request to a node went, whatever it was for. */
  interface Sight {
    /**
     * It answered.
     *
     * @param at the address that it answered from; empty when nobody told
     */
    void answered(Contact node, String at);

    void failed(ContactId node, boolean isItsFault);
  }

  private final class Rpc extends Timed {
    final long number;
    final @Nullable Contact to;
    final Handler handler;
    final long sentNs = turn.nowNs;
    final long deadlineNs = sentNs + turn.settings.times().rpcNs();

    Rpc(long number, @Nullable Contact to, Handler handler) {
      this.number = number;
      this.to = to;
      this.handler = handler;
    }

    @Override
    void fire() {
      if (deadlineNs - turn.nowNs > 0) {
        // sometimes: a node takes longer than is usual
        turn.timers.set(this, deadlineNs);
        turn.count(Count.STALLED);
        handler.stalled();
      } else {
        turn.emit(new Effect.Forget(number));
        onFailure(number);
      }
    }
  }

  Rpcs(Turn turn, Sight sight) {
    this.turn = turn;
    this.sight = sight;
    roundTrips = new RoundTrips(turn);
  }

  /** Asks a node. */
  void ask(Contact to, Request request, Handler handler) {
    send(to, to.endpoints(), Optional.of(to.id()), request, handler);
  }

  /** Asks whoever is at this endpoint. */
  void askSeed(String endpoint, Request request, Handler handler) {
    send(null, List.of(endpoint), Optional.empty(), request, handler);
  }

  private void send(
      @Nullable Contact to,
      List<String> endpoints,
      Optional<ContactId> node,
      Request request,
      Handler handler) {
    long number = turn.random.nextLong();
    while (open.containsKey(number)) {
      number = turn.random.nextLong();
    }
    Rpc rpc = new Rpc(number, to, handler);
    open.put(number, rpc);
    turn.timers.set(rpc, turn.nowNs + roundTrips.stallNs());
    turn.count(Count.SENT);
    turn.emit(new Effect.Ask(number, endpoints, node, request, rpc.deadlineNs));
  }

  /**
   * Something arrived: this node is not cut off.
   *
   * @param from the node that sent it, empty for one that is no node; itself is no sign
   */
  void onHeard(Optional<ContactId> from) {
    if (from.equals(Optional.of(turn.self.id()))) {
      return;
    }
    if (!from.equals(heard)) {
      heard = from;
      heardBeforeNs = heardNs;
    }
    heardNs = turn.nowNs;
  }

  /** When anything arrived last from others than this one. */
  long heardNs(ContactId except) {
    return heard.equals(Optional.of(except)) ? heardBeforeNs : heardNs;
  }

  void onResponse(long number, String at, Response response) {
    Rpc rpc = open.get(number);
    if (rpc == null) {
      turn.count(Count.LATE);
      return;
    }
    if (rpc.to != null && !rpc.to.id().equals(response.from().id())) {
      // sometimes: another node answers at the address of one
      turn.count(Count.WRONG_SENDER);
      return;
    }
    onHeard(Optional.of(response.from().id()));
    close(rpc);
    turn.count(Count.ANSWERED);
    roundTrips.add(turn.nowNs - rpc.sentNs);
    if (rpc.to != null) {
      sight.answered(response.from(), at);
    }
    rpc.handler.answered(response);
  }

  void onFailure(long number) {
    Rpc rpc = open.get(number);
    if (rpc == null) {
      return;
    }
    close(rpc);
    turn.count(Count.FAILED);
    if (rpc.to != null) {
      long othersNs = heardNs(rpc.to.id());
      sight.failed(rpc.to.id(), othersNs != Turn.NEVER && othersNs - rpc.sentNs >= 0);
    }
    rpc.handler.failed();
  }

  private void close(Rpc rpc) {
    open.remove(rpc.number);
    turn.timers.cancel(rpc);
  }

  int open() {
    return open.size();
  }
}
