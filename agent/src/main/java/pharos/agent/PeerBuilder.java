package pharos.agent;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import pharos.agent.wire.Offer;
import pharos.beacon.NodeId;

/**
 * Makes a {@link Peer} by hand, for tests of code that is given some. It is alive, found by its
 * beacon, at 127.0.0.1, and offers nothing, unless something else is said. For one thread.
 */
public final class PeerBuilder {
  private final NodeId id;
  private long incarnation = 1;
  private String name = "";
  private String service = "";
  private List<InetAddress> addresses = List.of(InetAddress.getLoopbackAddress());
  private int port = 1;
  private final List<Offer> offers = new ArrayList<>();
  private PeerState state = PeerState.ALIVE;
  private boolean isHeld;
  private int lossPercent;
  private PeerHearing hearing = PeerHearing.WELL;
  private String failure = "";
  private PeerSource source = PeerSource.BEACON;
  private Instant since = Instant.EPOCH;
  private Instant lastHeard = Instant.EPOCH;
  private String site = "";

  PeerBuilder(NodeId id) {
    this.id = Objects.requireNonNull(id, "id");
  }

  /** What people call it. */
  public PeerBuilder name(String name) {
    this.name = name;
    return this;
  }

  /** The kind of program that it is. */
  public PeerBuilder service(String service) {
    this.service = service;
    return this;
  }

  /** Which run of it; a higher one is a restart. */
  public PeerBuilder incarnation(long incarnation) {
    this.incarnation = incarnation;
    return this;
  }

  /** Where it is reached, the best address first; all it offers is there. */
  public PeerBuilder addresses(InetAddress... addresses) {
    if (addresses.length == 0) {
      throw new IllegalArgumentException("a peer has an address");
    }
    this.addresses = List.of(addresses);
    return this;
  }

  /** The port of its agent. */
  public PeerBuilder port(int port) {
    this.port = port;
    return this;
  }

  /** Offers something by ZeroMQ. */
  public PeerBuilder offer(String type, int port) {
    return offer(type, port, Agent.TCP, Map.of());
  }

  /** The same, spoken to in another way, and with more to tell of it. */
  public PeerBuilder offer(String type, int port, String protocol, Map<String, String> attributes) {
    offers.add(new Offer(type, port, protocol, attributes));
    return this;
  }

  /** Where it stands. */
  public PeerBuilder state(PeerState state) {
    this.state = state;
    return this;
  }

  /** Whether it is as it was before its network was heard no more. */
  public PeerBuilder held(boolean isHeld) {
    this.isHeld = isHeld;
    return this;
  }

  /** How much of what it sends is lost, where it is much. */
  public PeerBuilder lossPercent(int lossPercent) {
    this.lossPercent = lossPercent;
    return this;
  }

  /** How programs say that it fails. */
  public PeerBuilder failure(String cause) {
    this.failure = Objects.requireNonNull(cause, "cause");
    return this;
  }

  /** How it and others hear each other. */
  public PeerBuilder hearing(PeerHearing hearing) {
    this.hearing = Objects.requireNonNull(hearing, "hearing");
    return this;
  }

  /** When it arrived, and when it last gave proof of life; 1970 when nothing is said. */
  public PeerBuilder times(Instant since, Instant lastHeard) {
    this.since = since;
    this.lastHeard = lastHeard;
    return this;
  }

  /** It is on another network, and this gateway told of it. */
  public PeerBuilder site(String gateway) {
    site = gateway;
    source = PeerSource.GATEWAY;
    return this;
  }

  /** The peer as it was described. */
  public Peer build() {
    return new Peer(
        id,
        incarnation,
        name,
        service,
        addresses,
        port,
        Capability.at(addresses, offers),
        state,
        hearing.toCore(isHeld, state == PeerState.UNREACHABLE_FROM_HERE, lossPercent, failure),
        source,
        since,
        lastHeard,
        site);
  }
}
