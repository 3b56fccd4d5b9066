package pharos.agent.core;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

  // How it is reached.
  int tcpPort;
  int udpPort;
  List<InetAddress> advertised = List.of();
  Places places = new Places();
  @Nullable InetSocketAddress endpoint;

  /** Its interval by its latest echo: so long ago it announced itself, and so soon it will. */
  long promisedNs = NEVER;

  @Nullable Reason reason;
  long sinceNs = NEVER;
  long goneNs = NEVER;

  /** What it is asked with; a series of probes shares it. */
  long nonce;

  // Each is written by who follows that part; those of a run are replaced with it.
  final Bounds bounds = new Bounds();
  Meeting meeting = new Meeting();
  Goodbye goodbye = new Goodbye();
  Refusal refusal = new Refusal();
  Watched watch = new Watched();

  // What is said of it from elsewhere, if anything, and the claim to be it that is being checked.
  private @Nullable Elsewhere elsewhere;
  @Nullable Claim claim;

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
    isWitness = beacon.isWitness();
    inquiry = null;
    digest = beacon.digest();
    advertised = beacon.addresses();
    if (!beacon.name().isEmpty() || !beacon.service().isEmpty()) {
      name = beacon.name();
      service = beacon.service();
    }
    if (elsewhere != null) {
      elsewhere.forget();
    }
    meeting = new Meeting();
    goodbye = new Goodbye();
    refusal = new Refusal();
    watch = new Watched();
    settleAt(from);
    sequencedNs = NEVER;
    announcedNs = NEVER;
    isUnheard = false;
    answeredNs = NEVER;
    unheardThereNs = NEVER;
    heard = new Losses.Sample();
    report = null;
    complaints = null;
    failures = null;
    promisedNs = NEVER;
    isUnanswering = false;
  }

  void endSeries() {
    series = null;
    lastFailed = false;
    drop(Plan.PROBE);
  }

  boolean isProbedFor(Series.Why why) {
    return series != null && series.why == why;
  }

  /** How many probes of its series were sent. */
  int probes() {
    return series == null ? 0 : series.probes;
  }

  /** Its beacons come, though it answers nothing since it is in doubt. */
  boolean isBeaconing() {
    return series != null && series.isBeaconing;
  }

  /** Since when it is in doubt. */
  long cutOffNs() {
    return series != null && series.why == Series.Why.DOUBT ? series.sinceNs : NEVER;
  }

  /** It is here, and nowhere else: what was learned elsewhere, perhaps of a liar, is forgotten. */
  void settleAt(InetSocketAddress from) {
    goodbye.forget();
    meeting.hasAskedHere = false;
    places = new Places();
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
    return state == State.ASKING
        && !meeting.hasAnswered
        && elsewhere != null
        && elsewhere.places() > 1;
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
    meeting.hasEchoed = false;
    meeting.hasAnswered = false;
    meeting.askedNs = NEVER;
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
    if (port != udpPort && port != 0 && !places.hasEchoedAt(ownSocket())) {
      udpPort = port;
    }
  }

  /** Whether it was asked with this nonce, at any of its places. */
  boolean wasAsked(long echo) {
    return nonce != 0 && places.hasSalt(echo ^ nonce);
  }

  /** The same at that address, which then is no forged source. */
  boolean wasAskedAt(InetAddress address, long echo) {
    return nonce != 0 && places.hasSaltAt(address, echo ^ nonce);
  }

  /** It asked us over TCP from there; where it is not known, that may be anybody's relay. */
  void addAsked(InetAddress from) {
    meeting.hasAsked = true;
    meeting.hasAskedHere |= from.equals(source.getAddress());
    places.addSpoken(from);
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
  PeerInfo info(Hearing hearing, long stoodStillNs) {
    return new PeerInfo(
        id,
        incarnation,
        name,
        service,
        told(addresses()),
        tcpPort,
        overlay,
        meeting.document == null ? Document.EMPTY : meeting.document,
        state,
        hearing,
        sinceNs + stoodStillNs,
        heardNs + stoodStillNs);
  }

  @Override
  void touch() {
    if (!isTouched) {
      isTouched = true;
      deadlines.touched(this);
    }
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
