package pharos.agent.core;

import java.net.InetAddress;
import java.util.List;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/** This agent itself: what its beacons and answers say. */
final class Self {
  private final Identity identity;
  private final boolean observer;
  private NodeId id;
  private long incarnation;
  private Document document;
  private long sequence;
  private List<Subnet> links = List.of();

  Self(Identity identity, boolean observer, Document document) {
    this.identity = identity;
    this.observer = observer;
    this.id = identity.id();
    this.incarnation = identity.incarnation();
    this.document = document;
  }

  NodeId id() {
    return id;
  }

  long incarnation() {
    return incarnation;
  }

  boolean isIdFixed() {
    return identity.isFixed();
  }

  void rename(NodeId id) {
    this.id = id;
  }

  void reincarnate(long incarnation) {
    this.incarnation = incarnation;
  }

  void offer(Document document) {
    this.document = document;
  }

  /** The networks that this host is on, each with its address there. */
  void links(List<Subnet> links) {
    this.links = List.copyOf(links);
  }

  List<Subnet> links() {
    return links;
  }

  /** Whether this host itself has that address. */
  boolean isOwn(InetAddress address) {
    return address.isLoopbackAddress()
        || links.stream().anyMatch(link -> link.address().equals(address));
  }

  boolean isSameCluster(Presence presence) {
    return presence.cluster() == identity.cluster();
  }

  /** Whether the datagram came out of this very agent, by way of a broadcast. */
  boolean isEcho(Presence presence) {
    return presence.incarnation() == incarnation && hasPortsOf(presence);
  }

  boolean hasPortsOf(Presence presence) {
    return presence.udpPort() == identity.udpPort();
  }

  boolean hasLowerPortThan(Presence presence) {
    return identity.udpPort() < presence.udpPort();
  }

  /** The next datagram, to be completed; one that only listens has no port to be asked at. */
  Beacon.Builder beacon(int nextMs) {
    Beacon.Builder beacon =
        Beacon.of(id)
            .incarnation(incarnation)
            .sequence(sequence++ & 0xFFFF_FFFFL)
            .nextMs(nextMs)
            .tcpPort(observer ? 0 : identity.tcpPort())
            .udpPort(identity.udpPort())
            .cluster(identity.cluster())
            .digest(document.digest())
            .overlay(identity.overlay())
            .name(identity.name())
            .service(identity.service());
    identity.advertised().forEach(beacon::address);
    return beacon;
  }

  Introduction introduction() {
    return new Introduction(id, incarnation, identity.name(), identity.service(), document);
  }
}
