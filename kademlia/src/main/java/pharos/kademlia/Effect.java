package pharos.kademlia;

import java.util.List;
import java.util.Optional;

/**
 * What the overlay wants done. Effects are done in the order they are given, and none is done while
 * the overlay is being called. A request is answered before anything that it gives rise to is
 * asked.
 */
public sealed interface Effect {
  /**
   * Ask a node; {@link Overlay#onResponse} or {@link Overlay#onFailure} tells what came of it.
   *
   * @param endpoints where it can be reached, the best first
   * @param node whom we expect there; empty for a seed, of which only the address is known
   * @param deadlineNs when nobody waits for the answer any more
   */
  record Ask(
      long rpc, List<String> endpoints, Optional<ContactId> node, Request request, long deadlineNs)
      implements Effect {
    /** Keeps a copy of the list. */
    public Ask {
      endpoints = List.copyOf(endpoints);
    }
  }

  /** Nobody waits for this answer any more. */
  record Forget(long rpc) implements Effect {}

  /** Answer what {@link Overlay#onRequest} brought. */
  record Reply(long token, Response response) implements Effect {}

  /** Do not answer what {@link Overlay#onRequest} brought. */
  record Ignore(long token) implements Effect {}

  /** A call of the application is over. */
  record Completed(long call, Result result) implements Effect {}
}
