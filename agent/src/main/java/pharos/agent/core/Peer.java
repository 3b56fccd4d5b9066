package pharos.agent.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.Presence;

/**
 * One peer as this agent sees it: plain fields, which {@link Tracker} and its helpers read and set.
 * A time of {@link #NEVER} means that the thing did not happen or is not planned.
 */
final class Peer extends Heard {
  static final long NEVER = Long.MIN_VALUE;

  private final Deadlines deadlines;

  // How it is reached, and what it offers.
  int tcpPort;
  int udpPort;
  List<InetAddress> advertised = List.of();
  @Nullable Document document;
  private Places places = new Places();

  /** Where its last document says that it sends from; empty when it did not say. */
  List<InetAddress> named = List.of();

  @Nullable InetSocketAddress endpoint;

  /** Its interval by its latest echo: so long ago it announced itself, and so soon it will. */
  long promisedNs = NEVER;

  @Nullable Reason reason;
  long sinceNs = NEVER;

  // Meeting it.
  boolean hasEchoed;
  boolean hasAnswered;
  boolean hasAsked;

  /** Its question came from where it was heard first: that is proved, as by an echo. */
  boolean hasAskedHere;

  boolean mustProve;
  boolean isUnreachable;
  long askNs = NEVER;
  long askedNs = NEVER;
  int failures;

  // When its datagrams and its answer said different things, and when it was asked about that.
  long contestedNs = NEVER;
  long contradictedNs = NEVER;

  // Open or waiting questions: for its capabilities, and about who claims to be it.
  @Nullable Question meeting;
  @Nullable Question checking;

  // What is said of it from elsewhere, if anything, and the claim to be it that is being checked.
  private @Nullable Elsewhere elsewhere;
  @Nullable Claim claim;

  // By what its goodbye is known: a hash, or nothing yet, or never.
  long goodbye;
  boolean isFormer;
  int goodbyeTries;

  // Looking for it: a series of probes shares one nonce.
  long nonce;
  int probes;
  long probeNs = NEVER;
  long cutOffNs = NEVER;
  long doubtedNs = NEVER;
  long doubtNs = NEVER;

  // What contradicts what: a port that refused, and when; beacons that come though nothing answers.
  @Nullable Port refused;
  long refusedNs = NEVER;
  boolean isVerdictPutOff;
  boolean udpRefusalsLie;
  boolean tcpRefusalsLie;
  boolean isBeaconing;

  /** Its beacons come, and it answers nothing: they lift no suspicion. */
  boolean isUnanswering;

  /** It said goodbye before its secret could be known. */
  boolean hasSaidGoodbye;

  // The ring: where it stands among those shown, and its watch.
  int place;
  long rewatchNs = NEVER;
  boolean isWatchOpen;
  long passedOverNs = NEVER;
  long nextWatchNs = NEVER;

  // Bounds on what its datagrams make us do.
  long answeredNs = NEVER;
  long answeredNonce;
  int answeredCopies;
  boolean isAnsweredTwice;
  long hintedNs = NEVER;
  long lookedNs = NEVER;
  long goneNs = NEVER;
  long stirredNs = NEVER;

  /** What refused. */
  enum Port {
    UDP,
    TCP
  }

  /** Why a peer is being probed; it decides the pace. */
  enum Series {
    /** It is watched, and asked from time to time: beacons alone may be forged. */
    WATCH,
    /** It was shown to nobody yet and must prove itself. */
    PROOF,
    /** Its beacon is overdue. */
    OVERDUE,
    /** Somebody lost the connection to it. */
    DOUBT
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
    named = List.of();
    if (elsewhere != null) {
      elsewhere.forget();
    }
    settleAt(from);
    sequencedNs = NEVER;
    announcedNs = NEVER;
    document = null;
    hasEchoed = false;
    hasAnswered = false;
    hasAsked = false;
    mustProve = false;
    isUnreachable = false;
    askNs = NEVER;
    askedNs = NEVER;
    promisedNs = NEVER;
    failures = 0;
    contestedNs = NEVER;
    refused = null;
    refusedNs = NEVER;
    isVerdictPutOff = false;
    udpRefusalsLie = false;
    tcpRefusalsLie = false;
    isWatchBroken = false;
    isUnanswering = false;
    hasSaidGoodbye = false;
    passedOverNs = NEVER;
    doubtNs = NEVER;
    endSeries();
  }

  /** It answered us: its goodbye will be known by this hash, or it is of the former format. */
  void learnGoodbye(long hash) {
    if (goodbye == 0) {
      goodbye = hash;
      isFormer = hash == 0;
    }
  }

  boolean refusalsLie(Port port) {
    return port == Port.UDP ? udpRefusalsLie : tcpRefusalsLie;
  }

  void endSeries() {
    series = null;
    probes = 0;
    probeNs = NEVER;
    cutOffNs = NEVER;
    isBeaconing = false;
    lastFailed = false;
  }

  /** It is here, and nowhere else: what was learned elsewhere, perhaps of a liar, is forgotten. */
  void settleAt(InetSocketAddress from) {
    goodbye = 0;
    isFormer = false;
    places = new Places();
    hasAskedHere = false;
    source = from;
    places.addSource(from, udpPort, heardNs, heardNs);
    isAtSeveral = false;
  }

  Elsewhere elsewhere() {
    if (elsewhere == null) {
      elsewhere = new Elsewhere();
    }
    return elsewhere;
  }

  boolean isHeardElsewhere() {
    return elsewhere != null;
  }

  /** Whether it may be at one of several places, of which none is proved. */
  boolean isAtOneOfSeveral() {
    return state == State.ASKING && !hasAnswered && elsewhere != null && elsewhere.places() > 1;
  }

  /** Whether every program can use the place where it is asked, and hardly one the others. */
  boolean isBestHere() {
    return !source.getAddress().isLinkLocalAddress()
        && (elsewhere == null || elsewhere.areLinkLocal());
  }

  /** Where it is asked now. */
  Elsewhere.HeardAt here() {
    return new Elsewhere.HeardAt(source, tcpPort, udpPort, advertised);
  }

  /** It is asked there from now on; what it was asked elsewhere proves nothing. */
  void tryAt(Elsewhere.HeardAt place, long nonce) {
    tcpPort = place.tcpPort();
    udpPort = place.udpPort();
    advertised = place.advertised();
    settleAt(place.from());
    this.nonce = nonce;
    hasEchoed = false;
    hasAnswered = false;
    askedNs = NEVER;
  }

  /**
   * Whether it is the peer that says this, so that it counts: it came from where the peer is known,
   * or is signed with a key of ours and no copy of what was heard before.
   */
  boolean isSaidBy(Presence presence, InetSocketAddress from) {
    return isKnownSource(from) || (presence.isAuthentic() && presence.sequence() > sequence);
  }

  boolean isKnownSource(InetSocketAddress from) {
    return from.equals(source) || places.isSource(from, udpPort);
  }

  boolean isKnownAddress(InetAddress address) {
    return places.isSource(address);
  }

  /** Whether it is asked at the port, and where it asks to be, that this says. */
  boolean isReachedAs(Presence presence) {
    return presence.tcpPort() == tcpPort && presence.addresses().equals(advertised);
  }

  /** It speaks from there too. */
  void addSource(InetSocketAddress from, long nowNs) {
    places.addSource(from, udpPort, heardNs, nowNs);
    isAtSeveral = places.areSeveral();
    if (from.getAddress().equals(source.getAddress()) && from.getPort() != udpPort) {
      source = from; // most of what it sends comes from there
    }
  }

  /** It was heard from there, where it is known; whether what it is told of changed by that. */
  boolean hear(InetSocketAddress from, long nowNs) {
    if (!isAtSeveral || !places.hear(from.getAddress(), intervalNs, nowNs)) {
      return false;
    }
    isAtSeveral = places.areSeveral();
    InetAddress first = places.sources().get(0);
    source = first.equals(source.getAddress()) ? source : from;
    return advertised.isEmpty();
  }

  /** It says so; the port that answered is its own whatever is said. */
  void learnUdpPort(int port) {
    if (port != udpPort && port != 0 && !hasEchoedAt(ownSocket())) {
      udpPort = port;
    }
  }

  Place place(InetAddress address) {
    return places.at(address);
  }

  /** Whether it was asked with this nonce, at any of its places. */
  boolean wasAsked(long echo) {
    return nonce != 0 && places.hasSalt(echo ^ nonce);
  }

  /** Whether it was asked with this nonce at that address, which then is no forged source. */
  boolean wasAsked(long echo, InetAddress at) {
    Place place = places.find(at);
    return nonce != 0 && place != null && place.salt != 0 && place.salt == (echo ^ nonce);
  }

  void addEchoed(InetSocketAddress udpEndpoint) {
    places.at(udpEndpoint.getAddress()).echoedPort = udpEndpoint.getPort();
  }

  boolean hasEchoedAt(InetSocketAddress udpEndpoint) {
    Place place = places.find(udpEndpoint.getAddress());
    return place != null && place.echoedPort == udpEndpoint.getPort();
  }

  void addConnected(InetSocketAddress tcpEndpoint) {
    places.at(tcpEndpoint.getAddress()).connectedPort = tcpEndpoint.getPort();
  }

  /** It answered over TCP from there. */
  void addAnswered(InetSocketAddress tcpEndpoint) {
    addConnected(tcpEndpoint);
    places.at(tcpEndpoint.getAddress()).hasSpoken = true;
  }

  /** It asked us over TCP from there; where it is not known, that may be anybody's relay. */
  void addAsked(InetAddress from) {
    hasAsked = true;
    hasAskedHere |= from.equals(source.getAddress());
    Place place = places.find(from);
    if (place != null) {
      place.hasSpoken = true;
    }
  }

  boolean hasConnectedAt(InetSocketAddress tcpEndpoint) {
    Place place = places.find(tcpEndpoint.getAddress());
    return place != null && place.connectedPort == tcpEndpoint.getPort();
  }

  /** Whether it answered or took a connection at that address. */
  boolean isProvenAt(InetAddress address) {
    Place place = places.find(address);
    return place != null && place.isProven();
  }

  /** Adds one at each address where it took a connection and said who it is. */
  void addProven(Map<InetAddress, Integer> agents) {
    places.addProven(agents);
  }

  /** Where it is reached: as it asks to be, or where it speaks from, the best first. */
  List<InetAddress> addresses() {
    return advertised.isEmpty() ? places.sources() : advertised;
  }

  /** Where its datagrams come from, whatever it advertises. */
  InetSocketAddress ownSocket() {
    return new InetSocketAddress(source.getAddress(), udpPort);
  }

  /** Where to probe it: all its addresses in turn. */
  InetSocketAddress udpEndpoint(int turn) {
    return new InetSocketAddress(address(turn), udpPort);
  }

  InetSocketAddress udpEndpointAt(InetAddress address) {
    return new InetSocketAddress(address, udpPort);
  }

  InetSocketAddress tcpEndpoint(int turn) {
    return new InetSocketAddress(address(turn), tcpPort);
  }

  private InetAddress address(int turn) {
    if (turn == 0 && advertised.isEmpty()) {
      return source.getAddress();
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
