package pharos.agent.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/**
 * One peer as this agent sees it: plain fields, which {@link Tracker} and its helpers read and set.
 * A time of {@link #NEVER} means that the thing did not happen or is not planned.
 */
final class Peer extends Timed {
  static final long NEVER = Long.MIN_VALUE;

  /** How many addresses and ports a peer may be heard from: a few interfaces of two families. */
  private static final int MAX_SOURCES = 8;

  final NodeId id;
  private final Tracker tracker;
  @Nullable Peer nextInChain;

  // What it says of itself.
  long incarnation;
  String name;
  String service;
  int tcpPort;
  int udpPort;
  boolean overlay;
  long digest;
  long sequence;
  long sequencedNs = NEVER;
  List<InetAddress> advertised = List.of();
  @Nullable Document document;

  // Where it was heard, and where it answered: a refusal counts only there.
  private final List<InetSocketAddress> sources = new ArrayList<>(2);
  private final List<InetSocketAddress> echoedAt = new ArrayList<>(1);
  private final List<InetSocketAddress> connectedAt = new ArrayList<>(1);
  @Nullable InetSocketAddress unprovenSource;
  @Nullable InetSocketAddress endpoint;

  // Where it stands.
  State state = State.UNKNOWN;
  @Nullable Reason reason;
  long intervalNs;
  long heardNs;
  long sinceNs = NEVER;

  // Meeting it.
  boolean hasEchoed;
  boolean hasAnswered;
  boolean mustProve;
  boolean isUnreachable;
  long askNs = NEVER;
  long askedNs = NEVER;
  long connectNs = NEVER;
  int failures;
  @Nullable Candidate candidate;
  long objectionNs = NEVER;

  // Open or waiting questions: for its capabilities, about its candidate, and the last one.
  @Nullable Question meeting;
  @Nullable Question checking;
  @Nullable Question last;

  // Looking for it: a series of probes shares one nonce.
  @Nullable Series series;
  long nonce;
  int probes;
  long probeNs = NEVER;
  long cutOffNs = NEVER;
  long doubtedNs = NEVER;
  long verdictNs = NEVER;
  boolean refusalsLie;
  boolean lastFailed;

  // The watch.
  boolean isWatchBroken;
  long rewatchNs = NEVER;

  // Bounds on what its datagrams make us do.
  long answeredNs = NEVER;
  long checkedNs = NEVER;
  long goneNs = NEVER;
  long stirredNs = NEVER;

  /** Why a peer is being probed; it decides the pace. */
  enum Series {
    /** It was shown to nobody yet and must prove itself. */
    PROOF,
    /** Its beacon is overdue. */
    OVERDUE,
    /** Somebody lost the connection to it. */
    DOUBT
  }

  /** Who claims to be this peer now, and is being asked whether that is so. */
  record Candidate(Beacon beacon, InetSocketAddress source, long sinceNs) {
    InetSocketAddress tcpEndpoint() {
      return new InetSocketAddress(source.getAddress(), beacon.tcpPort());
    }
  }

  Peer(Tracker tracker, Beacon beacon, InetSocketAddress from) {
    this.tracker = tracker;
    this.id = beacon.id();
    this.name = beacon.name();
    this.service = beacon.service();
    incarnate(beacon, from);
  }

  /** Becomes another run of the same node: nothing that was known of the former one holds. */
  void incarnate(Beacon beacon, InetSocketAddress from) {
    incarnation = beacon.incarnation();
    tcpPort = beacon.tcpPort();
    udpPort = beacon.udpPort();
    overlay = beacon.isOverlay();
    digest = beacon.digest();
    advertised = beacon.addresses();
    if (!beacon.name().isEmpty() || !beacon.service().isEmpty()) {
      name = beacon.name();
      service = beacon.service();
    }
    sources.clear();
    echoedAt.clear();
    connectedAt.clear();
    unprovenSource = null;
    addSource(from);
    addSource(new InetSocketAddress(from.getAddress(), beacon.udpPort()));
    sequencedNs = NEVER;
    document = null;
    hasEchoed = false;
    hasAnswered = false;
    mustProve = false;
    connectNs = NEVER;
    isUnreachable = false;
    askNs = NEVER;
    askedNs = NEVER;
    failures = 0;
    candidate = null;
    objectionNs = NEVER;
    refusalsLie = false;
    isWatchBroken = false;
    endSeries();
  }

  void endSeries() {
    series = null;
    probes = 0;
    probeNs = NEVER;
    cutOffNs = NEVER;
    lastFailed = false;
  }

  boolean isKnownSource(InetSocketAddress from) {
    return sources.contains(from);
  }

  void addSource(InetSocketAddress from) {
    add(sources, from);
  }

  /** It answered a datagram there: a port unreachable counts from now on. */
  void addEchoed(InetSocketAddress udpEndpoint) {
    add(echoedAt, udpEndpoint);
  }

  boolean hasEchoedAt(InetSocketAddress udpEndpoint) {
    return echoedAt.contains(udpEndpoint);
  }

  /** It took a connection there: a reset counts from now on. */
  void addConnected(InetSocketAddress tcpEndpoint) {
    add(connectedAt, tcpEndpoint);
  }

  boolean hasConnectedAt(InetSocketAddress tcpEndpoint) {
    return connectedAt.contains(tcpEndpoint);
  }

  private static void add(List<InetSocketAddress> list, InetSocketAddress address) {
    if (!list.contains(address) && list.size() < MAX_SOURCES) {
      list.add(address);
    }
  }

  /** Where it is reached: as it asks to be, or where it was heard first, without repetition. */
  List<InetAddress> addresses() {
    if (!advertised.isEmpty()) {
      return advertised;
    }
    List<InetAddress> addresses = new ArrayList<>(sources.size());
    for (InetSocketAddress source : sources) {
      if (!addresses.contains(source.getAddress())) {
        addresses.add(source.getAddress());
      }
    }
    return addresses;
  }

  /** Where to probe it: all its addresses in turn. */
  InetSocketAddress udpEndpoint(int turn) {
    List<InetAddress> addresses = addresses();
    return new InetSocketAddress(addresses.get(turn % addresses.size()), udpPort);
  }

  InetSocketAddress tcpEndpoint(int turn) {
    List<InetAddress> addresses = addresses();
    return new InetSocketAddress(addresses.get(turn % addresses.size()), tcpPort);
  }

  PeerInfo info() {
    return new PeerInfo(
        id,
        incarnation,
        name,
        service,
        addresses(),
        tcpPort,
        overlay,
        document == null ? Document.EMPTY : document,
        state,
        sinceNs,
        heardNs);
  }

  @Override
  void fire() {
    tracker.onTimer(this);
  }
}
