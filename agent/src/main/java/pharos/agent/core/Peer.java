package pharos.agent.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;

/**
 * One peer as this agent sees it: plain fields, which {@link Tracker} and its helpers read and set.
 * A time of {@link #NEVER} means that the thing did not happen or is not planned.
 */
final class Peer extends Heard {
  static final long NEVER = Long.MIN_VALUE;

  /** How many places are remembered: a few interfaces of two families, with three ports each. */
  private static final int MAX_PLACES = 24;

  private final Deadlines deadlines;

  // How it is reached, and what it offers.
  int tcpPort;
  int udpPort;
  List<InetAddress> advertised = List.of();
  @Nullable Document document;
  private @Nullable Place places;
  @Nullable InetSocketAddress unprovenSource;
  @Nullable InetSocketAddress endpoint;

  @Nullable Reason reason;
  long sinceNs = NEVER;

  // Meeting it.
  boolean hasEchoed;
  boolean hasAnswered;
  boolean hasAsked;
  boolean mustProve;
  boolean isUnreachable;
  long askNs = NEVER;
  long askedNs = NEVER;
  long offerAskedNs = NEVER;
  int failures;
  @Nullable Candidate candidate;
  long objectionNs = NEVER;

  // Open or waiting questions: for its capabilities, and about its candidate.
  @Nullable Question meeting;
  @Nullable Question checking;

  // Looking for it: a series of probes shares one nonce.
  long nonce;
  int probes;
  long probeNs = NEVER;
  long cutOffNs = NEVER;
  long doubtedNs = NEVER;
  boolean refusalsLie;

  // The ring: where it stands among those shown, and its watch.
  int place;
  long rewatchNs = NEVER;

  // Bounds on what its datagrams make us do.
  long answeredNs = NEVER;
  boolean isAnsweredTwice;
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

  Peer(Deadlines deadlines, Beacon beacon, InetSocketAddress from) {
    super(beacon.id(), beacon.name(), beacon.service(), from);
    this.deadlines = deadlines;
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
    places = null;
    unprovenSource = null;
    source = from;
    addSource(from);
    addSource(new InetSocketAddress(from.getAddress(), beacon.udpPort()));
    sequencedNs = NEVER;
    pacedNs = NEVER;
    document = null;
    hasEchoed = false;
    hasAnswered = false;
    hasAsked = false;
    mustProve = false;
    isUnreachable = false;
    askNs = NEVER;
    askedNs = NEVER;
    offerAskedNs = NEVER;
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
    if (from.equals(source)) {
      return true;
    }
    Place place = find(from);
    return place != null && place.isSource;
  }

  void addSource(InetSocketAddress from) {
    place(from).isSource = true;
  }

  void addEchoed(InetSocketAddress udpEndpoint) {
    place(udpEndpoint).hasEchoed = true;
  }

  boolean hasEchoedAt(InetSocketAddress udpEndpoint) {
    Place place = find(udpEndpoint);
    return place != null && place.hasEchoed;
  }

  void addConnected(InetSocketAddress tcpEndpoint) {
    place(tcpEndpoint).hasConnected = true;
  }

  boolean hasConnectedAt(InetSocketAddress tcpEndpoint) {
    Place place = find(tcpEndpoint);
    return place != null && place.hasConnected;
  }

  private @Nullable Place find(InetSocketAddress at) {
    Place place = places;
    while (place != null && !place.at.equals(at)) {
      place = place.next;
    }
    return place;
  }

  /** The place at that address and port; beyond the bound, one that nobody remembers. */
  private Place place(InetSocketAddress at) {
    Place latest = null;
    int count = 0;
    for (Place place = places; place != null; place = place.next) {
      if (place.at.equals(at)) {
        return place;
      }
      latest = place;
      count++;
    }
    Place added = new Place(at);
    if (latest == null) {
      places = added;
    } else if (count < MAX_PLACES) {
      latest.next = added;
    }
    return added;
  }

  /** Where it is reached: as it asks to be, or where it was heard first, without repetition. */
  List<InetAddress> addresses() {
    if (!advertised.isEmpty()) {
      return advertised;
    }
    List<InetAddress> addresses = new ArrayList<>(1);
    for (Place place = places; place != null; place = place.next) {
      InetAddress address = place.at.getAddress();
      if (place.isSource && !addresses.contains(address)) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  /** Where to probe it: all its addresses in turn. */
  InetSocketAddress udpEndpoint(int turn) {
    return new InetSocketAddress(address(turn), udpPort);
  }

  InetSocketAddress tcpEndpoint(int turn) {
    return new InetSocketAddress(address(turn), tcpPort);
  }

  private InetAddress address(int turn) {
    if (turn == 0 && advertised.isEmpty()) {
      return source.getAddress(); // the first of all
    }
    List<InetAddress> addresses = addresses();
    return addresses.get(turn % addresses.size());
  }

  /**
   * A link-local address needs its zone, which few programs know what to do with: it comes last.
   */
  private static List<InetAddress> told(List<InetAddress> addresses) {
    if (addresses.size() < 2) {
      return addresses;
    }
    List<InetAddress> sorted = new ArrayList<>(addresses);
    sorted.sort(Comparator.comparing(InetAddress::isLinkLocalAddress));
    return sorted;
  }

  /** As the application is told of it, in the time of the caller. */
  PeerInfo info(long stoodStillNs) {
    return new PeerInfo(
        id,
        incarnation,
        name,
        service,
        told(addresses()),
        tcpPort,
        overlay,
        document == null ? Document.EMPTY : document,
        state,
        sinceNs + stoodStillNs,
        heardNs + stoodStillNs);
  }

  @Override
  long dueNs(long setNs) {
    return isAwaited ? deadlines.awaitedNs(this) : setNs;
  }

  @Override
  void fire() {
    deadlines.onTimer(this);
  }
}
