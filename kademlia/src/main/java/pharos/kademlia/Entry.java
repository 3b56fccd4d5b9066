package pharos.kademlia;

/** A node of the overlay that has answered, as the routing table knows it. */
final class Entry {
  Contact contact;

  /** When it last answered. */
  long heardNs;

  /** How many requests in a row it failed while others answered. */
  int failures;

  /** Whether the last request failed, for whatever reason: it is not told to others. */
  boolean isDoubtful;

  Entry(Contact contact, long heardNs) {
    this.contact = contact;
    this.heardNs = heardNs;
  }
}
