package pharos.daemon.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.agent.core.Sight;
import pharos.agent.io.Ways;
import pharos.agent.wire.WireCodec;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.Interfaces;
import pharos.beacon.Link;
import pharos.beacon.NodeId;
import pharos.beacon.io.BeaconSockets;
import pharos.beacon.io.Ports;
import pharos.beacon.io.Receiver;
import pharos.beacon.io.SystemInterfaces;

/**
 * One that only listens, on the port that all share: it solicits, and counts what is heard. Where
 * the port cannot be had it is deaf and mute, and says why. For one thread.
 */
final class Station implements AutoCloseable {
  final NodeId self = NodeId.random(ThreadLocalRandom.current());
  final long incarnation = System.currentTimeMillis();
  final Interfaces interfaces;

  /** The links by their addresses. */
  final Map<InetAddress, Sight.Way> ways = new LinkedHashMap<>();

  final Air air;

  /** Why the port cannot be had; empty when it could. */
  final String failure;

  /** Why broadcasts do not leave from an address. */
  final Map<InetAddress, String> failures = new HashMap<>();

  private final int cluster;
  private final BeaconCodec codec = new BeaconCodec();
  private final ByteBuffer datagram = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
  private final Selector selector = Selector.open();
  private final @Nullable BeaconSockets sockets;
  private long sequence;

  Station(InterfaceFilter filter, int beaconPort, int cluster) throws IOException {
    this.cluster = cluster;
    interfaces = Interfaces.choose(SystemInterfaces.list(), filter);
    for (Link link : interfaces.links()) {
      ways.put(link.address(), Ways.of(link));
    }
    air = new Air(self, address -> address.isLoopbackAddress() || ways.containsKey(address));
    BeaconSockets opened = null;
    String why = "";
    try {
      opened = BeaconSockets.open(interfaces, Ports.DEFAULT.withShared(beaconPort));
      for (Receiver receiver : List.of(opened.shared(), opened.own())) {
        receiver.channel().register(selector, SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      why = String.valueOf(e.getMessage());
    }
    sockets = opened;
    failure = why;
  }

  /** Asks everybody; whether anything could be sent. */
  boolean broadcast() {
    if (sockets == null) {
      return false;
    }
    air.onBroadcast(question(sockets.own().port()));
    sockets
        .broadcast(datagram)
        .forEach(
            it ->
                it.link()
                    .ifPresent(
                        link ->
                            failures.put(link.address(), String.valueOf(it.cause().getMessage()))));
    return true;
  }

  /** Asks one. */
  void probe(InetAddress to, int port) {
    if (sockets != null) {
      air.onProbe(question(sockets.own().port()), to);
      sockets.send(datagram, new InetSocketAddress(to, port));
    }
  }

  /** Makes the datagram one that asks; it has room for a whole answer. */
  private long question(int udpPort) {
    long nonce = nonce();
    datagram.clear();
    codec.encode(question(nonce, udpPort), datagram);
    datagram.flip();
    return nonce;
  }

  static long nonce() {
    return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  }

  /** A question that is answered to this port of ours. */
  Beacon question(long nonce, int udpPort) {
    return Beacon.of(self)
        .incarnation(incarnation)
        .sequence(sequence++)
        .udpPort(udpPort)
        .cluster(cluster)
        .solicit(nonce)
        .padTo(Beacon.MAX_LENGTH)
        .build();
  }

  /** Who asks, as every agent that only listens tells it over TCP. */
  byte[] introduction() {
    return WireCodec.write(new Introduction(self, incarnation, "", "", Document.EMPTY));
  }

  /** Waits for so long at most, and takes what came. */
  void hear(long waitMs) throws IOException {
    selector.select(waitMs);
    selector.selectedKeys().clear();
    if (sockets != null) {
      sockets.shared().receive((bytes, from) -> air.onDatagram(bytes, from, true));
      sockets.own().receive((bytes, from) -> air.onDatagram(bytes, from, false));
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      // Nothing waits there any more.
    }
    if (sockets != null) {
      sockets.close();
    }
  }
}
