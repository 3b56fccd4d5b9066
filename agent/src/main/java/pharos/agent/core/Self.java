package pharos.agent.core;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import pharos.beacon.Addresses;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/** This agent itself: what its beacons and answers say. */
final class Self implements Serializable {
  private final Identity identity;
  private final boolean observer;
  private NodeId id;
  private long incarnation;
  private Document document;

  /** Nobody else shall know it, so no record of this state has it. */
  private transient long secret;

  private final long goodbye;
  private List<InetAddress> addresses = List.of();
  private long sequence;

  /** The secret is told in the farewell, and its hash before. */
  Self(Identity identity, boolean observer, Document document, long secret) {
    this.identity = identity;
    this.observer = observer;
    this.id = identity.id();
    this.incarnation = identity.incarnation();
    this.document = document;
    this.secret = secret;
    this.goodbye = Beacon.goodbyeHash(secret);
  }

  /** Of a record: its farewell proves nothing. */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    secret = 1;
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

  /** From where our datagrams may come: the addresses of our links. */
  void subnets(List<Subnet> subnets) {
    addresses =
        subnets.stream()
            .filter(Subnet::isOurs)
            .map(subnet -> Addresses.withoutZone(subnet.address()))
            .distinct()
            .limit(Introduction.MAX_ADDRESSES)
            .toList();
  }

  /** Whether a datagram of ours may come from that address. */
  boolean sendsFrom(InetAddress address) {
    return addresses.contains(Addresses.withoutZone(address));
  }

  /** Whether this host itself has that address. */
  boolean isOwn(InetAddress address) {
    return address.isLoopbackAddress() || sendsFrom(address);
  }

  /** Whether our own questions would be answered there, by ourselves. */
  boolean isOwnPort(InetSocketAddress tcpEndpoint) {
    return tcpEndpoint.getPort() == identity.tcpPort() && isOwn(tcpEndpoint.getAddress());
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
            .witness(!observer)
            .name(identity.name())
            .service(identity.service())
            .namesWithin(Beacon.MAX_LENGTH);
    identity.advertised().forEach(beacon::address);
    return beacon;
  }

  /** The farewell, with the secret that proves it, and how the program failed, if it did. */
  Beacon farewell(String detail) {
    return beacon(0).leaving().goodbye(secret).detail(detail).build();
  }

  /** By what our goodbye will be known. */
  long goodbye() {
    return goodbye;
  }

  Introduction introduction() {
    return new Introduction(
        id, incarnation, identity.name(), identity.service(), document, goodbye, addresses);
  }
}
