package pharos.kademlia;

import java.util.List;

/**
 * Decides between two contacts of one id, in three places: in a bucket, in the cache, and where one
 * is registered or withdrawn. What it returns is stored, be it one of the two or a merged one; it
 * has the same id. {@link Arbiters} has some. Every node of an overlay should have the same.
 */
@FunctionalInterface
public interface Arbiter {
  /** The contact to keep. The same two must give the same contact everywhere, in either order. */
  Contact choose(Contact incumbent, Contact candidate);

  /**
   * What a contact lacks before it is registered here.
   *
   * @param next later than all that this node has given out so far
   */
  default Contact withDefaults(Contact contact, Version next) {
    return contact.version().equals(Version.NONE) ? contact.withVersion(next) : contact;
  }

  /**
   * Whether this contact gathers what several say, each for itself. A holder then keeps apart what
   * it was told from where, and answers with what {@link #gather} makes of it; so that who tells a
   * lot does not push out what the others told. Such a contact is not withdrawn, it expires.
   */
  default boolean gathers(ContactId id) {
    return false;
  }

  /** One contact of what several told, at least one, with room for a part of each. */
  default Contact gather(List<Contact> parts) {
    Contact gathered = parts.get(0);
    for (Contact part : parts.subList(1, parts.size())) {
      gathered = choose(gathered, part);
    }
    return gathered;
  }

  /**
   * Whether {@code chosen} says what {@code candidate} said: an earlier version is refused, but an
   * element that is in the set already is confirmed.
   */
  default boolean covers(Contact chosen, Contact candidate) {
    return chosen.version().compareTo(candidate.version()) <= 0;
  }
}
