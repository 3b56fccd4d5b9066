package pharos.beacon.io;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static pharos.beacon.io.BeaconSocketsTest.datagram;
import static pharos.beacon.io.BeaconSocketsTest.freePort;
import static pharos.beacon.io.BeaconSocketsTest.local;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.beacon.io.Probe.Outcome;

final class ProbeTest {
  @Test
  void aUdpProbeOfADeadPortIsRefused() throws IOException {
    try (UdpProbe probe = UdpProbe.send(datagram("?"), local(freePort()))) {
      assertEquals(Outcome.REFUSED, outcome(probe));
      assertEquals(0, probe.answer().remaining(), "a refusal is no answer");
      assertEquals(Outcome.REFUSED, probe.poll(), "the system says so once, the probe remembers");
    }
  }

  @Test
  void aUdpProbeOfALivePortIsSilentUntilItIsAnswered() throws IOException {
    try (DatagramChannel peer = DatagramChannel.open().bind(local(0));
        UdpProbe probe = UdpProbe.send(datagram("?"), (InetSocketAddress) peer.getLocalAddress())) {
      assertEquals(Outcome.PENDING, probe.poll());
      ByteBuffer asked = ByteBuffer.allocate(10);
      InetSocketAddress asker = (InetSocketAddress) peer.receive(asked);
      assertEquals(1, asked.position());
      assertEquals(Outcome.PENDING, probe.poll());
      peer.send(datagram("here"), asker);
      assertEquals(Outcome.ANSWERED, outcome(probe));
      assertEquals("here", StandardCharsets.US_ASCII.decode(probe.answer()).toString());
    }
  }

  @Test
  void aTcpProbeTellsAListenerFromADeadPort() throws IOException {
    InetSocketAddress target;
    try (ServerSocketChannel peer = ServerSocketChannel.open().bind(local(0))) {
      target = (InetSocketAddress) peer.getLocalAddress();
      try (Probe probe = TcpProbe.connect(target)) {
        assertEquals(Outcome.ANSWERED, outcome(probe));
        assertEquals(target, probe.target());
      }
    }
    try (Probe probe = TcpProbe.connect(target)) {
      assertEquals(Outcome.REFUSED, outcome(probe));
    }
  }

  /** 0.0.0.0/8 and 255.255.255.255 are nobody: the kernel says so without a packet. */
  @Test
  void whatHasNoRouteIsUnreachableAndSaysNothingOfThePeer() throws IOException {
    InetSocketAddress everybody = new InetSocketAddress("255.255.255.255", 9);
    try (Probe udp = UdpProbe.send(datagram("?"), everybody);
        Probe tcp = TcpProbe.connect(everybody);
        Probe unresolved =
            UdpProbe.send(datagram("?"), InetSocketAddress.createUnresolved("x", 9))) {
      assertEquals(Outcome.UNREACHABLE, outcome(udp));
      assertEquals(Outcome.UNREACHABLE, outcome(tcp));
      assertEquals(Outcome.UNREACHABLE, outcome(unresolved));
    }
  }

  @Test
  void onlyTheHostItselfCanRefuse() throws IOException {
    try (Probe udp = UdpProbe.send(datagram("?"), local(freePort()));
        Probe tcp = TcpProbe.connect(local(freePort()))) {
      assertEquals(true, udp.isRefusal(new PortUnreachableException()));
      assertEquals(true, tcp.isRefusal(new ConnectException("Connection refused")));
      assertEquals(false, tcp.isRefusal(new ConnectException("Connection timed out")));
      for (Probe probe : new Probe[] {udp, tcp}) {
        assertFalse(probe.isRefusal(new NoRouteToHostException("No route to host")));
        assertFalse(probe.isRefusal(new SocketException("Network is unreachable")));
      }
    }
  }

  /** The system may give a probe of its own host the very port it asks for. */
  @Test
  void aProbeThatTalksToItselfIsRecognised() throws IOException {
    try (DatagramChannel channel = DatagramChannel.open().bind(local(0));
        DatagramChannel other = DatagramChannel.open().bind(local(0))) {
      InetSocketAddress itself = (InetSocketAddress) channel.getLocalAddress();
      assertEquals(true, Probe.isItself(channel.connect(itself), itself));
      assertEquals(false, Probe.isItself(other.connect(itself), itself));
    }
  }

  @Test
  void aPollerWakesForARefusalAndSleepsAgain() throws IOException {
    try (ZContext context = new ZContext();
        ZMQ.Poller poller = context.createPoller(3);
        Probe probe = UdpProbe.send(datagram("?"), local(freePort()))) {
      poller.register(context.createSocket(SocketType.PULL), ZMQ.Poller.POLLIN);
      int index = poller.register(probe.channel(), ZMQ.Poller.POLLIN);
      assertEquals(1, poller.poll(10_000));
      assertEquals(true, poller.pollin(index));
      assertEquals(Outcome.REFUSED, probe.poll());
      assertEquals(0, poller.poll(50));
      poller.unregister(probe.channel());
    }
  }

  private static Outcome outcome(Probe probe) {
    await().pollDelay(ZERO).atMost(ofSeconds(10)).until(() -> probe.poll() != Outcome.PENDING);
    return probe.poll();
  }
}
