package pharos.daemon.doctor;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Link;

/** A way to a peer by UDP, from one link of this host. For one thread. */
final class UdpPath implements AutoCloseable {
  private final Station station;
  private final BeaconCodec codec = new BeaconCodec();
  private final ByteBuffer datagram = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH + 1);
  private final DatagramChannel channel;
  private final Selector selector;
  private final InetSocketAddress target;
  private final InetAddress own;
  private final int port;

  UdpPath(Station station, Link link, Facts.Heard agent) throws IOException {
    this.station = station;
    target = new InetSocketAddress(agent.address(), agent.udpPort());
    own =
        link.isIpv6()
            ? Inet6Address.getByAddress(null, link.address().getAddress(), link.index())
            : link.address();
    channel =
        DatagramChannel.open(
            link.isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      channel.bind(new InetSocketAddress(own, 0));
      channel.configureBlocking(false);
      selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Tells by TCP who asks: of a stranger's address a datagram is answered once in a while. */
  void introduce(int tcpPort, int patienceMs) {
    BoundQuestion.ask(
        own,
        new InetSocketAddress(target.getAddress(), tcpPort),
        station.introduction(),
        patienceMs);
  }

  /** Asks, and returns how long the answer took in nanoseconds; negative when none came. */
  long ping(int patienceMs) throws IOException {
    long nonce = Station.nonce();
    datagram.clear();
    codec.encode(station.question(nonce, port), datagram);
    datagram.flip();
    long beganNs = System.nanoTime();
    long endNs = beganNs + TimeUnit.MILLISECONDS.toNanos(patienceMs);
    try {
      channel.send(datagram, target);
    } catch (IOException e) {
      return -1; // no route, or a firewall of this host
    }
    for (long leftNs = endNs - beganNs; leftNs > 0; leftNs = endNs - System.nanoTime()) {
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs)));
      selector.selectedKeys().clear();
      datagram.clear();
      while (channel.receive(datagram) != null) {
        datagram.flip();
        if (codec.decode(datagram) instanceof Beacon answer && answer.echo() == nonce) {
          return System.nanoTime() - beganNs;
        }
        datagram.clear();
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
