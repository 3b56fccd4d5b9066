package pharos.agent;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Hearing;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;

/**
 * Another program on the network, as it was known at one moment. Immutable, for any thread. Two
 * snapshots are equal when nothing that an application would act on differs: the times do not
 * count.
 */
public final class Peer implements Comparable<Peer> {
  private final NodeId id;
  private final long incarnation;
  private final String name;
  private final String service;
  private final List<InetAddress> addresses;
  private final int port;
  private final List<Capability> capabilities;
  private final PeerState state;
  private final Hearing hearing;
  private final PeerSource source;
  private final Instant since;
  private final Instant lastHeard;
  private final String site;

  Peer(
      NodeId id,
      long incarnation,
      String name,
      String service,
      List<InetAddress> addresses,
      int port,
      List<Capability> capabilities,
      PeerState state,
      Hearing hearing,
      PeerSource source,
      Instant since,
      Instant lastHeard,
      String site) {
    this.id = id;
    this.incarnation = incarnation;
    this.name = name;
    this.service = service;
    this.addresses = List.copyOf(addresses);
    this.port = port;
    this.capabilities = List.copyOf(capabilities);
    this.state = state;
    this.hearing = hearing;
    this.source = source;
    this.since = since;
    this.lastHeard = lastHeard;
    this.site = site;
  }

  /** Makes one by hand, for tests. */
  public static PeerBuilder builder(NodeId id) {
    return new PeerBuilder(id);
  }

  /** Who it is: one id for one node, unless it is told to keep it for one run only. */
  public NodeId id() {
    return id;
  }

  /** Which run of it: the time of its start in milliseconds since 1970. */
  public long incarnation() {
    return incarnation;
  }

  /** What people call it; several may have the same name. */
  public String name() {
    return name;
  }

  /** The kind of program that it is; empty when it does not say. */
  public String service() {
    return service;
  }

  /** Where it is reached, the best address first; never empty. */
  public List<InetAddress> addresses() {
    return addresses;
  }

  /** The port of its agent, which answers questions over TCP. */
  public int port() {
    return port;
  }

  /** What it offers, in its own order. */
  public List<Capability> capabilities() {
    return capabilities;
  }

  /** What it offers of this type; the first one when there are several. */
  public Optional<Capability> capability(String type) {
    return capabilities.stream().filter(it -> it.type().equals(type)).findFirst();
  }

  /** Whether it offers something of this type. */
  public boolean offers(String type) {
    return capability(type).isPresent();
  }

  /** Where it stands. */
  public PeerState state() {
    return state;
  }

  /**
   * Whether it is as it was when this agent last heard anybody of its network: {@link
   * PeerView#isIsolated} says that it hears nobody there now.
   */
  public boolean isHeld() {
    return hearing.isHeld();
  }

  /**
   * How much of what it sends does not arrive here, in tens, where that is so much that its silence
   * tells less: it may be silent for up to six times as long as others before it is gone. Else 0.
   */
  public int lossPercent() {
    return hearing.lossPercent();
  }

  /** How it and this agent hear each other, and whose fault it is where that is bad. */
  public PeerHearing hearing() {
    return hearing.equals(Hearing.WELL) ? PeerHearing.WELL : PeerHearing.of(hearing);
  }

  /**
   * How it fails, as programs of this agent said three times in a row ({@link
   * Agent#reportFailure}); its agent may well answer. Empty once one says that it works, or none
   * complained for a minute.
   */
  public Optional<String> failure() {
    return Optional.of(hearing.word().failure()).filter(it -> !it.isEmpty());
  }

  /** How it was found. */
  public PeerSource source() {
    return source;
  }

  /** When it arrived. */
  public Instant since() {
    return since;
  }

  /** When it last gave proof of life, as known when this snapshot was made. */
  public Instant lastHeard() {
    return lastHeard;
  }

  /** The same peer, standing elsewhere. */
  Peer in(PeerState other) {
    return state == other ? this : copy(other, lastHeard);
  }

  /** The same peer, heard of since. */
  Peer heardAt(Instant time) {
    return copy(state, time);
  }

  private Peer copy(PeerState state, Instant lastHeard) {
    return new Peer(
        id,
        incarnation,
        name,
        service,
        addresses,
        port,
        capabilities,
        state,
        hearing,
        source,
        since,
        lastHeard,
        site);
  }

  /**
   * All of it as a JSON object: {@code id} (base64), {@code short}, {@code name}, {@code service},
   * {@code state}, {@code incarnation}, {@code port}, {@code addresses}, {@code capabilities} (each
   * with {@code type}, {@code port}, {@code protocol}, {@code attributes} and {@code endpoints}),
   * {@code since}, {@code lastHeard} (ISO 8601), {@code source}, {@code site} of one that a gateway
   * told of, and {@code held}, which is true, of one that is {@link #isHeld}, and {@code
   * lossPercent} where it is not 0, and {@code hearing} where something is wrong with it ({@code
   * fault}, {@code lossIn}, {@code lossOut}, {@code hearsPercent}, {@code badlyHeardBy} by id), and
   * {@code failure} of one that has a {@link #failure}. More fields may be added.
   */
  public String toJson() {
    return PeerJson.of(this);
  }

  /** These peers, as they come, as a JSON object with one array, {@code peers}. */
  public static String toJson(Collection<Peer> peers) {
    return PeerJson.of(peers);
  }

  /** The gateway that told of it, as people call it; empty for one of our own network. */
  public String site() {
    return site;
  }

  /** By id, as all members of a cluster order each other. */
  @Override
  public int compareTo(Peer other) {
    return id.compareTo(other.id);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Peer that
        && id.equals(that.id)
        && incarnation == that.incarnation
        && name.equals(that.name)
        && service.equals(that.service)
        && addresses.equals(that.addresses)
        && port == that.port
        && capabilities.equals(that.capabilities)
        && state == that.state
        && failure().equals(that.failure())
        && source == that.source;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, incarnation, state);
  }

  @Override
  public String toString() {
    String where = addresses.isEmpty() ? "nowhere" : Addresses.zonedText(addresses.get(0));
    return name + " (" + id.toShortString() + " at " + where + ":" + port + ") " + state;
  }
}
