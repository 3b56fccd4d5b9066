package pharos.kademlia;

/** A node of the overlay that has answered, as the routing table knows it. */
final class Entry {
  Contact contact;

  /** The address that it answered from; empty when nobody told. */
  String at;

  /** When it last answered. */
  long heardNs;

  /** How many requests in a row it failed while others answered. */
  int failures;

  /** When a request failed first while nobody was heard meanwhile, since the last that counted. */
  long failedNs = Turn.NEVER;

  /** Whether the last request failed, for whatever reason: it is not told to others. */
  boolean isDoubtful;

  Entry(Contact contact, String at, long heardNs) {
    this.contact = contact;
    this.at = at;
    this.heardNs = heardNs;
  }
}
