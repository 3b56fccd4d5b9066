package pharos.agent.core.gateway;

import java.util.List;

/** What the gateway tells its own agent. */
public sealed interface Event {
  /** Who of the followed services is on other networks now, by id. */
  record Followed(List<RemotePeer> peers) implements Event {
    /** Keeps a copy of the list. */
    public Followed {
      peers = List.copyOf(peers);
    }
  }

  /** A call of the application is over. */
  record Ended(long call, Reply.Ended ended) implements Event {}
}
