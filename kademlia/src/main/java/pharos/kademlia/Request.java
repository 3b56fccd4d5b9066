package pharos.kademlia;

import java.util.Optional;

/** What one node asks another. There are these two, and no more. */
public sealed interface Request {
  /** Who asks; empty for one that is no node of the overlay. */
  Optional<Contact> from();

  /** Are you there, and who are you? */
  record Ping(Optional<Contact> from) implements Request {}

  /**
   * Whom do you know near this key, and do you hold a contact there? With an announcement it is
   * sent in the name of that contact, and registers or withdraws it.
   */
  record FindNode(Optional<Contact> from, Key target, Optional<Announcement> announcement)
      implements Request {
    /** Refuses an announcement of another contact than the one that is looked for. */
    public FindNode {
      if (announcement.isPresent() && !announcement.get().contact().key().equals(target)) {
        throw new IllegalArgumentException(
            "target is not the key of the contact that is announced");
      }
    }
  }
}
