package pharos.agent;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.gateway.Endpoints;
import pharos.agent.wire.Offer;

/** One thing that a peer offers, with where to reach it. Immutable, for any thread. */
public final class Capability {
  private final Offer offer;
  private final List<String> endpoints;

  Capability(Offer offer, List<String> endpoints) {
    this.offer = offer;
    this.endpoints = List.copyOf(endpoints);
  }

  /** What is offered by one who is reached at these addresses. */
  static List<Capability> at(List<InetAddress> addresses, List<Offer> offers) {
    return offers.stream()
        .map(offer -> new Capability(offer, endpoints(offer, addresses)))
        .toList();
  }

  private static List<String> endpoints(Offer offer, List<InetAddress> addresses) {
    return addresses.stream()
        .map(address -> Endpoints.of(offer.protocol(), address, offer.port()))
        .toList();
  }

  /** What it is, such as {@code Alpha.Orders}. */
  public String type() {
    return offer.type();
  }

  /** Where it answers. */
  public int port() {
    return offer.port();
  }

  /** How it is spoken to, such as {@code tcp}. */
  public String protocol() {
    return offer.protocol();
  }

  /** What else its owner tells of it. */
  public Map<String, String> attributes() {
    return offer.attributes();
  }

  /**
   * Ready to connect to, such as {@code tcp://10.0.0.5:7001}: one for each address of the peer, the
   * best one first; never empty.
   */
  public List<String> endpoints() {
    return endpoints;
  }

  /** The first of the {@link #endpoints}. */
  public String endpoint() {
    return endpoints.get(0);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Capability that
        && offer.equals(that.offer)
        && endpoints.equals(that.endpoints);
  }

  @Override
  public int hashCode() {
    return Objects.hash(offer, endpoints);
  }

  @Override
  public String toString() {
    return offer.type() + " at " + endpoint();
  }
}
