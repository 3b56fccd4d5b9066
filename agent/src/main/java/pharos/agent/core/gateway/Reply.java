package pharos.agent.core.gateway;

import java.util.List;
import java.util.Optional;
import pharos.kademlia.Contact;
import pharos.kademlia.Response;

/** What is answered to a {@link Question}. */
public sealed interface Reply {
  /** One node of the overlay to another. */
  record Node(Response response) implements Reply {}

  /**
   * Peers by id, of a gateway's own LAN or of all.
   *
   * @param hasMore whether there are others after the last of these
   */
  record Page(List<RemotePeer> peers, boolean hasMore) implements Reply {
    /** Keeps a copy of the list. */
    public Page {
      peers = List.copyOf(peers);
    }
  }

  /**
   * How a call of the application ended, made here or through a gateway.
   *
   * @param contact what was found or registered
   * @param ageMs how long ago the contact gave a sign of life, as far as known
   * @param peers who was found: several may have one name
   * @param path by whom it was found, for people
   */
  record Ended(
      Status status,
      Optional<Contact> contact,
      long ageMs,
      List<RemotePeer> peers,
      List<String> path)
      implements Reply {
    /** Keeps copies of the lists. */
    public Ended {
      peers = List.copyOf(peers);
      path = List.copyOf(path);
    }

    /** An end with nothing to show. */
    public static Ended of(Status status) {
      return new Ended(status, Optional.empty(), 0, List.of(), List.of());
    }
  }

  /** How a call ended. */
  enum Status {
    /** It is there. */
    FOUND,
    /** All who could know it do not. */
    NOT_FOUND,
    /** It is announced. */
    REGISTERED,
    /** It is announced no more. */
    UNREGISTERED,
    /** This agent is no node of the overlay, and no gateway is on its LAN. */
    NO_GATEWAY,
    /** There is no other node of the overlay. */
    NO_NETWORK,
    /** The time was up, and it was still not certain. */
    TIMED_OUT,
    /** A bound was reached, or a later version is known. */
    REFUSED
  }
}
