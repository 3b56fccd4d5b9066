package pharos.agent;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import pharos.kademlia.Contact;

/**
 * How a search past the subnet ended. Immutable, for any thread.
 *
 * @param status how it ended
 * @param contact the contact that was registered under this id
 * @param age how long ago the contact gave a sign of life, as far as known
 * @param peers those with this id, name, service or type: several may have one name; by id
 * @param path by whom it was found, for people
 */
public record Finding(
    Status status, Optional<Contact> contact, Duration age, List<Peer> peers, List<String> path) {
  /** How a call past the subnet ended. More may be added, so a {@code switch} wants a default. */
  public enum Status {
    /** It is there. */
    FOUND,
    /** All who could know it do not. */
    NOT_FOUND,
    /** It is announced. */
    REGISTERED,
    /** It is announced no more. */
    UNREGISTERED,
    /** This agent has no seeds, and no gateway is on its LAN. */
    NO_GATEWAY,
    /** No other node of the overlay can be reached. */
    NO_NETWORK,
    /** The time was up, and it was still not certain. */
    TIMED_OUT,
    /** A bound was reached, the id is reserved, or a later version is known. */
    REFUSED
  }

  /** Keeps copies of the lists. */
  public Finding {
    peers = List.copyOf(peers);
    path = List.copyOf(path);
  }

  /** Whether it is {@link Status#FOUND}. */
  public boolean isFound() {
    return status == Status.FOUND;
  }

  @Override
  public String toString() {
    String told = contact.map(it -> " " + it.id() + " at " + it.endpoints()).orElse("");
    return status + told + " " + peers;
  }
}
