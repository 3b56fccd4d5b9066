package pharos.agent;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import pharos.kademlia.Contact;

/** How a search past the subnet ended. Immutable, for any thread. */
public final class Finding {
  private final Status status;
  private final Optional<Contact> contact;
  private final Duration age;
  private final List<Peer> peers;
  private final List<String> path;

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

  Finding(
      Status status, Optional<Contact> contact, Duration age, List<Peer> peers, List<String> path) {
    this.status = status;
    this.contact = contact;
    this.age = age;
    this.peers = List.copyOf(peers);
    this.path = List.copyOf(path);
  }

  /** How it ended. */
  public Status status() {
    return status;
  }

  /** Whether it is {@link Status#FOUND}. */
  public boolean isFound() {
    return status == Status.FOUND;
  }

  /** The contact that was registered under this id. */
  public Optional<Contact> contact() {
    return contact;
  }

  /** How long ago the contact gave a sign of life, as far as known. */
  public Duration age() {
    return age;
  }

  /** Peers with this id, name, service or type: several may have one name. By id. */
  public List<Peer> peers() {
    return peers;
  }

  /** By whom it was found, for people. */
  public List<String> path() {
    return path;
  }

  @Override
  public String toString() {
    return status
        + contact.map(it -> " " + it.id() + " at " + it.endpoints()).orElse("")
        + " "
        + peers;
  }
}
