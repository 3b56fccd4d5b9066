package pharos.beacon;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The ways out of this machine, chosen from what the system lists, and why each other one was left
 * out. The choice does not depend on the order of that list. Immutable, for any thread.
 */
public final class Interfaces {
  /** More links than this are not used: each costs a socket, and a datagram per beacon. */
  public static final int MAX_LINKS = 64;

  private static final Interfaces NONE = new Interfaces(List.of());

  private final List<Entry> entries;
  private final List<Link> links;

  Interfaces(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.links =
        entries.stream()
            .flatMap(entry -> entry.link().stream())
            .sorted(Comparator.comparing(Link::isIpv6))
            .collect(Collectors.toUnmodifiableList());
  }

  /** Nothing at all: what a program has before it looks. */
  public static Interfaces none() {
    return NONE;
  }

  /** Chooses among what the system lists. Odd lists give odd explanations, never an exception. */
  public static Interfaces choose(List<Nic> nics, InterfaceFilter filter) {
    return new InterfaceChooser(filter).choose(nics);
  }

  /** What to send on, IPv4 first. */
  public List<Link> links() {
    return links;
  }

  /** Every interface and address, used or why not; then the selectors that matched nothing. */
  public List<Entry> explain() {
    return entries;
  }

  /** What is different from an earlier choice. */
  public Change since(Interfaces earlier) {
    return new Change(without(links, earlier.links), without(earlier.links, links));
  }

  private static List<Link> without(List<Link> links, List<Link> others) {
    return links.stream().filter(link -> !others.contains(link)).collect(Collectors.toList());
  }

  @Override
  public String toString() {
    return links.toString();
  }

  /**
   * The difference between two choices.
   *
   * @param came links that were not there before
   * @param went links that are there no more
   */
  public record Change(List<Link> came, List<Link> went) {
    /** Copies the lists. */
    public Change {
      came = List.copyOf(came);
      went = List.copyOf(went);
    }

    /** Whether nothing changed. */
    public boolean isEmpty() {
      return came.isEmpty() && went.isEmpty();
    }
  }

  /** What became of an interface, one of its addresses, or a selector. More may be added. */
  public enum Verdict {
    /** Beacons are sent from here. */
    USED,
    /** The interface is down. */
    DOWN,
    /** The interface has no address, or one that is no use as a sender. */
    NO_ADDRESS,
    /** The interface has another end instead of a network. */
    POINT_TO_POINT,
    /** The interface has no multicast, which IPv6 needs. */
    NO_MULTICAST,
    /** The network has no broadcast address that could be known. */
    NO_BROADCAST,
    /** IPv6 beacons leave from the interface's link-local address, and this is another one. */
    NOT_LINK_LOCAL,
    /** Another address of this interface reaches the same network. */
    SAME_SUBNET,
    /** Another interface has this very address. */
    SAME_ADDRESS,
    /** Other interfaces are there, so the loopback is not needed. */
    LOOPBACK_NOT_NEEDED,
    /** A selector excludes it. */
    EXCLUDED,
    /** There are selectors that include, and none of them matches it. */
    NOT_INCLUDED,
    /** There are more than {@link #MAX_LINKS} before it. */
    TOO_MANY,
    /** A selector that includes, but there is nothing on this machine that it matches. */
    UNMATCHED
  }

  /**
   * One line of the explanation.
   *
   * @param name the interface's name, or the selector when the verdict is {@link Verdict#UNMATCHED}
   * @param address the address that is meant; empty when it is the interface as a whole
   * @param link the way out, when it is used
   * @param verdict what became of it, for programs
   * @param reason what became of it, for people
   */
  public record Entry(
      String name,
      Optional<InetAddress> address,
      Optional<Link> link,
      Verdict verdict,
      String reason) {
    @Override
    public String toString() {
      return name + address.map(a -> ' ' + Addresses.text(a)).orElse("") + ": " + reason;
    }
  }
}
