package pharos.beacon.io;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pharos.beacon.BeaconCodec;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.Interfaces;
import pharos.beacon.Link;
import pharos.beacon.Nic;

/** Real sockets on the loopback. */
final class BeaconSocketsTest {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Interfaces loopback = Interfaces.none();
  private Ports ports = Ports.DEFAULT;

  @BeforeEach
  void choosePortAndLoopback() throws IOException {
    loopback = Interfaces.choose(SystemInterfaces.list(), InterfaceFilter.loopback());
    ports = Ports.DEFAULT.withShared(freePort());
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
  }

  @Test
  void allSocketsOfOneHostHearOneBroadcast() throws IOException {
    List<BeaconSockets> agents = List.of(open(), open(), open());
    List<Inbox> inboxes = new ArrayList<>();
    for (BeaconSockets agent : agents) {
      inboxes.add(new Inbox(agent.shared()));
    }
    assertEquals(List.of(), agents.get(0).broadcast(datagram("hello")));
    for (Inbox inbox : inboxes) {
      assertEquals("hello", inbox.next());
      assertEquals("/127.0.0.1", String.valueOf(inbox.sender.getAddress()));
    }
  }

  @Test
  void aDatagramToTheOwnSocketReachesItAlone() throws IOException {
    BeaconSockets alpha = open();
    BeaconSockets beta = open();
    Inbox inbox = new Inbox(beta.own());
    ByteBuffer datagram = datagram("to beta");
    assertEquals(Optional.empty(), alpha.send(datagram, local(beta.own().port())));
    assertEquals(7, datagram.remaining(), "the buffer can be sent again");
    assertEquals("to beta", inbox.next());
    assertEquals(alpha.own().port(), inbox.sender.getPort(), "answers go to the own socket");
    assertEquals(0, alpha.own().receive((d, s) -> {}) + alpha.shared().receive((d, s) -> {}));
  }

  @Test
  void whatIsTooLongForABeaconIsOnlyCounted() throws IOException {
    BeaconSockets alpha = open();
    Inbox inbox = new Inbox(alpha.own());
    InetSocketAddress target = local(alpha.own().port());
    for (int length :
        new int[] {0, 1, BeaconCodec.MAX_LENGTH, BeaconCodec.MAX_LENGTH + 1, 65_507}) {
      assertEquals(Optional.empty(), alpha.send(ByteBuffer.allocate(length), target));
    }
    alpha.send(datagram("end"), target);
    List<Integer> lengths = new ArrayList<>();
    for (String text = ""; !text.equals("end"); ) {
      text = inbox.next();
      lengths.add(text.length());
    }
    assertEquals(List.of(0, 1, BeaconCodec.MAX_LENGTH, 3), lengths);
    assertEquals(2, alpha.own().oversize());
    assertEquals(4, alpha.own().received());
    assertEquals(0, alpha.own().errors());
  }

  @Test
  void aFloodThatNeverEndsIsTakenInBoundedPortions() throws IOException {
    BeaconSockets alpha = open();
    InetSocketAddress target = local(alpha.own().port());
    alpha.send(datagram("x"), target);
    for (int portion = 1; portion <= 3; portion++) {
      int taken = alpha.own().receive((datagram, sender) -> alpha.send(datagram, target));
      assertEquals(Receiver.MAX_DRAINED, taken);
      assertEquals((long) portion * Receiver.MAX_DRAINED, alpha.own().received());
    }
  }

  @Test
  void theGrantedReceiveBufferIsKnown() throws IOException {
    BeaconSockets alpha = open();
    assertTrue(alpha.shared().bufferBytes() >= 64 << 10, () -> "" + alpha.shared().bufferBytes());
    assertTrue(alpha.shared().bufferBytes() >= alpha.own().bufferBytes());
  }

  @Test
  void aLinkThatCannotSendIsAValueAndTheOthersGoOn() throws IOException {
    BeaconSockets alpha = open();
    Inbox inbox = new Inbox(alpha.shared());
    Interfaces withGhosts =
        Interfaces.choose(nicsWithGhosts(), InterfaceFilter.of(List.of("lo", "ghost0")));
    List<SendFailure> failures = alpha.update(withGhosts);
    assertEquals(2, failures.size(), failures::toString);
    assertEquals("ghost0", failures.get(0).link().map(Link::nic).orElse(""));
    assertEquals(failures, alpha.broadcast(datagram("still here")));
    assertEquals("still here", inbox.next());
    assertEquals(3, alpha.links().size());
    assertEquals(2, alpha.update(withGhosts).size(), "tried again, and still not there");
    assertEquals(List.of(), alpha.update(loopback));
    assertEquals(loopback.links(), alpha.links());
    assertEquals(List.of(), alpha.broadcast(datagram("all is well")));
    assertTrue(failures.get(0).toString().contains("ghost0 198.51.100.7 to /198.51.100.255:"));
  }

  @Test
  void aTargetThatCannotBeIsAValue() throws IOException {
    BeaconSockets alpha = open();
    InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere", 1);
    SendFailure failure = alpha.send(datagram("x"), nowhere).orElseThrow();
    assertEquals(nowhere, failure.target());
    assertEquals(Optional.empty(), failure.link());
    assertTrue(alpha.send(ByteBuffer.allocate(70_000), local(9)).isPresent(), "too long for UDP");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    try (DatagramChannel greedy = DatagramChannel.open()) {
      greedy.bind(new InetSocketAddress(0));
      int taken = ((InetSocketAddress) greedy.getLocalAddress()).getPort();
      Exception e = assertThrows(IOException.class, () -> open(ports.withShared(taken)));
      assertTrue(e.toString().contains("UDP port " + taken), e::toString);
      assertTrue(e.toString().contains("stop the program that holds it"), e::toString);
      e = assertThrows(IOException.class, () -> open(ports.withOwn(taken)));
      assertTrue(e.toString().contains("cannot open UDP port " + taken), e::toString);
      assertFalse(open(ports.wishingOwn(taken)).own().port() == taken);
    }
    int free = freePort();
    assertEquals(free, open(ports.withOwn(free)).own().port());
  }

  @Test
  void theOwnPortIsNotTheSharedOne() {
    int shared = ports.shared();
    assertThrows(IllegalArgumentException.class, () -> ports.withOwn(shared));
    assertEquals(0, ports.wishingOwn(shared).own());
    assertThrows(IllegalArgumentException.class, () -> ports.withOwn(65_536));
    assertThrows(IllegalArgumentException.class, () -> ports.withShared(0));
  }

  @Test
  void closedSocketsStayQuiet() throws IOException {
    BeaconSockets alpha = open();
    alpha.close();
    alpha.close();
    assertEquals(List.of(), alpha.broadcast(datagram("x")));
    assertTrue(alpha.send(datagram("x"), local(9)).isPresent());
    assertEquals(0, alpha.shared().receive((d, s) -> {}));
    assertEquals(0, alpha.shared().errors());
    assertEquals(List.of(), alpha.update(loopback));
    assertEquals(List.of(), alpha.links());
    assertFalse(alpha.own().channel().isOpen());
  }

  @Test
  void aHandlerMayCloseTheSockets() throws IOException {
    BeaconSockets alpha = open();
    for (int i = 0; i < 2; i++) {
      alpha.send(datagram("x"), local(alpha.own().port()));
    }
    await()
        .pollDelay(ZERO)
        .atMost(ofSeconds(10))
        .until(() -> alpha.own().receive((datagram, sender) -> alpha.close()) == 1);
    assertEquals(
        0, alpha.own().errors(), "what is closed has nothing to say, and that is no error");
  }

  private BeaconSockets open() throws IOException {
    return open(ports);
  }

  private BeaconSockets open(Ports these) throws IOException {
    BeaconSockets sockets = BeaconSockets.open(loopback, these);
    opened.add(sockets);
    return sockets;
  }

  /** An interface that this machine has not, in the addresses reserved for documents. */
  private static List<Nic> nicsWithGhosts() throws IOException {
    List<Nic> nics = new ArrayList<>(SystemInterfaces.list());
    nics.add(
        new Nic(
            "ghost0",
            99_999,
            true,
            false,
            false,
            true,
            List.of(
                new Nic.Address(address(198, 51, 100, 7), 24, Optional.empty()),
                new Nic.Address(
                    address(0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7),
                    64,
                    Optional.empty()))));
    return nics;
  }

  private static InetAddress address(int... bytes) throws IOException {
    byte[] address = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      address[i] = (byte) bytes[i];
    }
    return InetAddress.getByAddress(address);
  }

  static InetSocketAddress local(int port) throws IOException {
    return new InetSocketAddress(address(127, 0, 0, 1), port);
  }

  static ByteBuffer datagram(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A port that was free just now. */
  static int freePort() throws IOException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress(0));
      return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }
  }

  /** Waits for datagrams as a poller would. */
  private static final class Inbox {
    private final Receiver receiver;
    private final List<String> texts = new ArrayList<>();
    private InetSocketAddress sender = new InetSocketAddress(0);

    Inbox(Receiver receiver) {
      this.receiver = receiver;
    }

    String next() {
      await()
          .pollDelay(ZERO)
          .atMost(ofSeconds(10))
          .until(() -> receiver.receive(this::take) + texts.size() > 0);
      return texts.remove(0);
    }

    private void take(ByteBuffer datagram, InetSocketAddress from) {
      texts.add(StandardCharsets.ISO_8859_1.decode(datagram).toString());
      sender = from;
    }
  }
}
