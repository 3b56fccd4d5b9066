package pharos.beacon.io;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.SplittableRandom;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Decoded;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.Interfaces;
import pharos.beacon.NodeId;
import pharos.beacon.Reject;

/**
 * A program around {@link BeaconSockets} alone, for tests that need processes: {@code PORT NAME
 * SELECTOR...}. Beacons every 100 ms, rescans as often, prints each beacon it hears and every fifth
 * turn, and goes on until it is killed.
 */
final class BeaconNode {
  private static final int INTERVAL_MS = 100;

  private final String name;
  private final InterfaceFilter filter;
  private final BeaconCodec codec = new BeaconCodec();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BeaconCodec.MAX_LENGTH);
  private Interfaces interfaces = Interfaces.none();
  private Beacon beacon;

  private BeaconNode(String name, InterfaceFilter filter) {
    this.name = name;
    this.filter = filter;
    NodeId id = NodeId.random(new SplittableRandom(name.hashCode()));
    this.beacon = Beacon.of(id).name(name).incarnation(1).udpPort(1).build();
  }

  public static void main(String... arguments) throws IOException {
    InterfaceFilter filter =
        InterfaceFilter.of(Arrays.asList(arguments).subList(2, arguments.length));
    new BeaconNode(arguments[1], filter).run(Integer.parseInt(arguments[0]));
  }

  private void run(int port) throws IOException {
    try (BeaconSockets sockets =
            BeaconSockets.open(Interfaces.none(), Ports.DEFAULT.withShared(port));
        Selector selector = Selector.open()) {
      sockets.shared().channel().register(selector, SelectionKey.OP_READ);
      sockets.own().channel().register(selector, SelectionKey.OP_READ);
      beacon = beacon.toBuilder().udpPort(sockets.own().port()).build();
      System.out.println("ready");
      while (true) {
        rescan(sockets);
        broadcast(sockets);
        listen(sockets, selector);
      }
    }
  }

  private void rescan(BeaconSockets sockets) {
    try {
      Interfaces now = Interfaces.choose(SystemInterfaces.list(), filter);
      Interfaces.Change change = now.since(interfaces);
      interfaces = now;
      change.came().forEach(link -> System.out.println("came " + link));
      change.went().forEach(link -> System.out.println("went " + link));
    } catch (IOException e) {
      System.out.println("cannot rescan: " + e.getMessage());
    }
    sockets.update(interfaces);
  }

  private void broadcast(BeaconSockets sockets) {
    beacon = beacon.toBuilder().sequence(beacon.sequence() + 1).build();
    codec.encode(beacon, buffer.clear());
    if (beacon.sequence() % 5 == 0) {
      System.out.println("turn " + beacon.sequence());
    }
    for (SendFailure failure : sockets.broadcast(buffer.flip())) {
      System.out.println("failed " + failure);
    }
  }

  private void listen(BeaconSockets sockets, Selector selector) throws IOException {
    long endNs = System.nanoTime() + INTERVAL_MS * 1_000_000L;
    for (long leftMs = INTERVAL_MS; leftMs > 0; leftMs = (endNs - System.nanoTime()) / 1_000_000) {
      selector.select(key -> {}, leftMs);
      sockets.shared().receive(this::heard);
      sockets.own().receive(this::heard);
    }
  }

  private void heard(ByteBuffer datagram, InetSocketAddress sender) {
    Decoded decoded = codec.decode(datagram);
    if (!(decoded instanceof Beacon heard)) {
      System.out.println("rejected " + decoded + ' ' + codec.rejected((Reject) decoded));
    } else if (!heard.name().equals(name)) {
      System.out.println("heard " + heard.name() + " from " + text(sender.getAddress()) + ';');
    }
  }

  /** A link-local address with the name of the interface it arrived at. */
  private static String text(InetAddress address) {
    if (!(address instanceof Inet6Address ipv6)) {
      return address.getHostAddress();
    }
    try {
      NetworkInterface nic = NetworkInterface.getByIndex(ipv6.getScopeId());
      return "IPv6%" + (nic == null ? "?" : nic.getName());
    } catch (IOException e) {
      return "IPv6%?";
    }
  }
}
