package pharos.agent.core.gateway;

import pharos.kademlia.ContactId;

/** Whom a question to a gateway is about. */
public sealed interface Subject {
  /** Who has this id, or this text as its name. */
  record Holder(ContactId id) implements Subject {}

  /** Who is of this service, or offers this type. */
  record Service(String name) implements Subject {}
}
