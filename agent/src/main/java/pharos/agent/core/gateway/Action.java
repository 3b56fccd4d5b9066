package pharos.agent.core.gateway;

import java.util.List;

/**
 * What the gateway wants done. Actions are done in the order they are given, and none is done while
 * the gateway is being called.
 */
public sealed interface Action {
  /**
   * Ask an agent; {@link Gateway#onReply} or {@link Gateway#onFailed} tells what came of it.
   *
   * @param endpoints where it can be reached; those on one's own links are tried first
   */
  record Ask(long number, List<String> endpoints, Question question) implements Action {
    /** Keeps a copy of the list. */
    public Ask {
      endpoints = List.copyOf(endpoints);
    }
  }

  /** Nobody waits for this answer any more. */
  record Forget(long number) implements Action {}

  /** Answer what {@link Gateway#onQuestion} brought. */
  record Answer(long token, Reply reply) implements Action {}

  /** Do not answer what {@link Gateway#onQuestion} brought. */
  record Ignore(long token) implements Action {}

  /** Who of the followed services is on other networks now, by id. */
  record Followed(List<RemotePeer> peers) implements Action {
    /** Keeps a copy of the list. */
    public Followed {
      peers = List.copyOf(peers);
    }
  }

  /** A call of the application is over. */
  record End(long call, Reply.Ended ended) implements Action {}
}
