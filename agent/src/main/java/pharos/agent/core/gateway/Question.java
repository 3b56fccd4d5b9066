package pharos.agent.core.gateway;

import java.util.Optional;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Request;

/** What one agent asks another past introductions, on the same port. */
public sealed interface Question {
  /** A call that a gateway makes for another agent of its LAN. */
  sealed interface Forwarded extends Question {
    /** So long the asker waits, if it does not say. */
    long PATIENCE_MS = 10_000;

    /** So long the asker waits for the answer: what is left of its own call. */
    long withinMs();

    /** The same, when there is so much left. */
    Forwarded within(long leftMs);
  }

  /** One node of the overlay to another. */
  record Node(Request request) implements Question {}

  /**
   * To a gateway, about its own LAN: who is that? Answered by {@link Reply.Page}.
   *
   * @param subject whom it is about
   * @param after only those whose id is greater; empty for the first page
   */
  record Who(Subject subject, Optional<NodeId> after) implements Question {}

  /** To a gateway of one's own LAN: find that, wherever it is. */
  record Find(ContactId id, long withinMs) implements Forwarded {
    Find(ContactId id) {
      this(id, PATIENCE_MS);
    }

    @Override
    public Find within(long leftMs) {
      return new Find(id, leftMs);
    }
  }

  /** To a gateway of one's own LAN: who is that, everywhere? */
  record Browse(String service, Optional<NodeId> after, long withinMs) implements Forwarded {
    Browse(String service, Optional<NodeId> after) {
      this(service, after, PATIENCE_MS);
    }

    @Override
    public Browse within(long leftMs) {
      return new Browse(service, after, leftMs);
    }
  }

  /** To a gateway of one's own LAN: keep this announced for so long. */
  record Register(Contact contact, long leaseMs, long withinMs) implements Forwarded {
    Register(Contact contact, long leaseMs) {
      this(contact, leaseMs, PATIENCE_MS);
    }

    @Override
    public Register within(long leftMs) {
      return new Register(contact, leaseMs, leftMs);
    }
  }

  /** To a gateway of one's own LAN: announce it no more. */
  record Unregister(ContactId id, long withinMs) implements Forwarded {
    Unregister(ContactId id) {
      this(id, PATIENCE_MS);
    }

    @Override
    public Unregister within(long leftMs) {
      return new Unregister(id, leftMs);
    }
  }
}
