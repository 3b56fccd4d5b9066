package pharos.kademlia;

import java.util.List;

/**
 * Somebody or something that can be found: a server, a worker, an actor, or a node of the overlay
 * itself. Where it stands tells what it is: the senders and the nearest of a message are nodes,
 * what is announced and held is registered. An immutable value for any thread.
 *
 * @param endpoints where it can be reached, such as {@code tcp://10.0.0.7:5670}, the best first;
 *     nobody here reads them
 */
public record Contact(ContactId id, List<String> endpoints, ContactData data, Version version) {
  /** The most endpoints a contact may have. */
  public static final int MAX_ENDPOINTS = 16;

  /** The most characters an endpoint may have. */
  public static final int MAX_ENDPOINT_LENGTH = 256;

  /** What the objects of a contact, and its place in a store, cost beside what they carry. */
  private static final int OVERHEAD_BYTES = 400;

  /** The same of an endpoint. */
  private static final int ENDPOINT_OVERHEAD_BYTES = 48;

  /** Keeps a copy of the endpoints; refuses what is longer than a contact may be. */
  public Contact {
    endpoints = List.copyOf(endpoints);
    if (endpoints.size() > MAX_ENDPOINTS) {
      throw new IllegalArgumentException(
          id + " has " + endpoints.size() + " endpoints; at most " + MAX_ENDPOINTS + " are kept");
    }
    for (String endpoint : endpoints) {
      if (endpoint.isBlank() || endpoint.length() > MAX_ENDPOINT_LENGTH) {
        throw new IllegalArgumentException(
            "an endpoint of "
                + id
                + " is empty or longer than "
                + MAX_ENDPOINT_LENGTH
                + " characters: '"
                + endpoint.substring(0, Math.min(40, endpoint.length()))
                + "'");
      }
    }
  }

  /** A contact without data and version. */
  public static Contact of(ContactId id, String... endpoints) {
    return new Contact(id, List.of(endpoints), ContactData.NONE, Version.NONE);
  }

  /** The same with other data. */
  public Contact withData(ContactData data) {
    return new Contact(id, endpoints, data, version);
  }

  /** The same with another version. */
  public Contact withVersion(Version version) {
    return new Contact(id, endpoints, data, version);
  }

  /** Where in the key space it lies. */
  public Key key() {
    return id.key();
  }

  /** What it costs to keep, roughly: in memory, not on the wire. */
  public int sizeBytes() {
    int size = OVERHEAD_BYTES + id.length() + data.length();
    for (String endpoint : endpoints) {
      size += ENDPOINT_OVERHEAD_BYTES + 2 * endpoint.length();
    }
    return size;
  }
}
