package pharos.agent.core.gateway;

import java.util.Optional;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Request;

/** What one agent asks another past introductions, on the same port. */
public sealed interface Question {
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
  record Find(ContactId id) implements Question {}

  /** To a gateway of one's own LAN: who is that, everywhere? */
  record Browse(String service, Optional<NodeId> after) implements Question {}

  /** To a gateway of one's own LAN: keep this announced for so long. */
  record Register(Contact contact, long leaseMs) implements Question {}

  /** To a gateway of one's own LAN: announce it no more. */
  record Unregister(ContactId id) implements Question {}
}
