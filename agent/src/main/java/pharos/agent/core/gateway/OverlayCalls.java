package pharos.agent.core.gateway;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import pharos.agent.core.Action;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Effect;
import pharos.kademlia.FindOptions;
import pharos.kademlia.Overlay;
import pharos.kademlia.Result;
import pharos.kademlia.Route;

/**
 * Between a node of the overlay and the rest of its agent: the end of each call finds who made it,
 * and what the node wants done becomes actions. Its questions keep the numbers that it gives them,
 * which are random: none is one of ours.
 */
final class OverlayCalls {
  private final Overlay overlay;
  private final Here here;
  private final Map<Long, Consumer<Result>> calls = new HashMap<>();

  OverlayCalls(Overlay overlay, Here here) {
    this.overlay = overlay;
    this.here = here;
  }

  void find(ContactId id, FindOptions options, Consumer<Result> then) {
    overlay.find(call(then), id, options);
  }

  void register(Contact contact, Consumer<Reply.Ended> then) {
    overlay.register(call(result -> then.accept(ended(result))), contact);
  }

  void unregister(ContactId id, Consumer<Reply.Ended> then) {
    overlay.unregister(call(result -> then.accept(ended(result))), id);
  }

  void unregister(Contact contact, Consumer<Reply.Ended> then) {
    overlay.unregister(call(result -> then.accept(ended(result))), contact);
  }

  private long call(Consumer<Result> then) {
    long call = here.nextNumber();
    calls.put(call, then);
    return call;
  }

  /** How many calls are not over. */
  int open() {
    return calls.size();
  }

  // What the node wants done.

  /** Until it wants nothing more: the end of a call may be the reason for the next. */
  void takeEffects() {
    for (List<Effect> effects = overlay.takeEffects();
        !effects.isEmpty();
        effects = overlay.takeEffects()) {
      effects.forEach(this::translate);
    }
  }

  private void translate(Effect effect) {
    if (effect instanceof Effect.Ask it) {
      Question question = new Question.Node(it.request());
      here.want(new Action.Ask<>(it.rpc(), it.endpoints(), question, it.deadlineNs()));
    } else if (effect instanceof Effect.Forget it) {
      here.want(new Action.Forget<>(it.rpc()));
    } else if (effect instanceof Effect.Reply it) {
      here.answer(it.token(), new Reply.Node(it.response()));
    } else if (effect instanceof Effect.Ignore it) {
      here.want(new Action.Ignore<>(it.token()));
    } else if (effect instanceof Effect.Completed it) {
      Consumer<Result> then = calls.remove(it.call());
      if (then != null) {
        then.accept(it.result());
      }
    } else {
      throw new AssertionError(effect);
    }
  }

  // How a call ended.

  /** The same as it is told to applications and to other agents. */
  static Reply.Ended ended(Result result) {
    if (result instanceof Result.Found it) {
      return new Reply.Ended(
          Reply.Status.FOUND,
          Optional.of(it.contact()),
          it.ageNs() / 1_000_000,
          List.of(),
          path(it.route()));
    } else if (result instanceof Result.Registered it) {
      return new Reply.Ended(
          Reply.Status.REGISTERED,
          Optional.of(it.contact()),
          0,
          List.of(),
          List.of("held by " + it.by().size() + " nodes"));
    } else if (result instanceof Result.Unregistered) {
      return Reply.Ended.of(Reply.Status.UNREGISTERED);
    } else if (result instanceof Result.NotFound || result instanceof Result.Nearest) {
      return Reply.Ended.of(Reply.Status.NOT_FOUND);
    } else if (result instanceof Result.NoNetwork) {
      return Reply.Ended.of(Reply.Status.NO_NETWORK);
    } else if (result instanceof Result.TimedOut) {
      return Reply.Ended.of(Reply.Status.TIMED_OUT);
    } else if (result instanceof Result.Refused) {
      return Reply.Ended.of(Reply.Status.REFUSED);
    }
    throw new AssertionError(result);
  }

  private static List<String> path(Route route) {
    String where =
        switch (route.source()) {
          case OWN -> "registered here";
          case HELD -> "held here";
          case CACHE -> "found before";
          case TABLE -> "a known node";
          case NETWORK -> "found after " + route.hops() + " hops";
        };
    return route.by().map(by -> List.of(where + ", told by " + by)).orElse(List.of(where));
  }
}
