package pharos.agent.io;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.core.Change;
import pharos.agent.core.Introduction;
import pharos.agent.core.PeerInfo;
import pharos.agent.io.Loops.Running;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;
import pharos.testkit.stranger.HostileServer;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/** A stranger on real sockets, against an agent with live peers: it must lose none of them. */
class HostileInputTest {
  /** From another address than any agent of this test has. */
  private static final byte[] ELSEWHERE = {127, 0, 0, 66};

  private final Loops loops = new Loops();
  private final BeaconCodec codec = new BeaconCodec();
  private DatagramSocket stranger;
  private Running victim;
  private Running friend;
  private PeerInfo known;

  @BeforeEach
  void start() throws IOException {
    stranger = new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(ELSEWHERE), 0));
    victim = loops.start("victim");
    friend = loops.start("friend");
    await().until(() -> victim.names().equals(List.of("friend")));
    await().until(() -> friend.names().equals(List.of("victim")));
    known = victim.peers.get(0);
  }

  @AfterEach
  void stop() throws InterruptedException {
    loops.close();
    stranger.close();
  }

  private void send(byte[] bytes) {
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      stranger.send(new DatagramPacket(bytes, bytes.length, loopback, victim.loop.udpPort()));
      stranger.send(new DatagramPacket(bytes, bytes.length, loopback, loops.beaconPort));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(Beacon beacon) {
    ByteBuffer bytes = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    codec.encode(beacon, bytes);
    byte[] sent = new byte[bytes.flip().remaining()];
    bytes.get(sent);
    send(sent);
  }

  /** A beacon in the friend's name. */
  private Beacon forged(UnaryOperator<Beacon.Builder> lie) {
    return lie.apply(
            Beacon.of(known.id())
                .incarnation(known.incarnation())
                .sequence(1_000_000)
                .nextMs(1_000)
                .tcpPort(known.tcpPort())
                .udpPort(friend.loop.udpPort())
                .digest(known.document().digest())
                .name("friend")
                .service("Test"))
        .build();
  }

  /** The agent still works: it meets a newcomer, and it never lost its friend. */
  private void assertUnharmed() throws IOException {
    Running newcomer = loops.start("newcomer");
    await().until(() -> newcomer.names().equals(List.of("friend", "victim")));
    await().until(() -> victim.names().contains("newcomer"));
    for (Change change : victim.changes()) {
      assertFalse(
          change.peer().id().equals(known.id()) && change.kind() != Change.Kind.ARRIVED,
          change::toString);
    }
    assertEquals(List.of("friend", "newcomer"), victim.names());
  }

  @Test
  void oneDatagramDisplacesFreezesOrInventsNobody() throws IOException {
    NodeId invented = NodeId.random(new Random(1));
    send(forged(it -> it.incarnation(known.incarnation() + 1_000)));
    send(forged(it -> it.incarnation(known.incarnation() + 2_000).tcpPort(1).udpPort(1)));
    send(forged(it -> it.sequence(0xFFFF_FFF0L)));
    send(forged(it -> it.nextMs(Beacon.MAX_INTERVAL_MS)));
    send(forged(Beacon.Builder::leaving));
    send(forged(it -> it.digest(4711)));
    send(
        Beacon.of(invented)
            .incarnation(1)
            .tcpPort(known.tcpPort())
            .udpPort(friend.loop.udpPort())
            .name("reused")
            .build());
    send(
        Beacon.of(invented)
            .incarnation(2)
            .tcpPort(1)
            .udpPort(1)
            .digest(known.document().digest())
            .name("digest")
            .build());
    send(forged(it -> it.doubt(new Doubt(known.id(), known.incarnation()))));
    send(
        Beacon.of(invented)
            .incarnation(2)
            .udpPort(2)
            .doubt(new Doubt(known.id(), known.incarnation()))
            .build());

    assertUnharmed();
  }

  @Test
  void whatIsNoBeaconIsCountedAndDropped() throws IOException {
    RandomGenerator random = Seeds.random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      if (noise.length > 4 && random.nextBoolean()) {
        System.arraycopy("PHR\1".getBytes(StandardCharsets.US_ASCII), 0, noise, 0, 4);
      }
      send(noise);
    }
    send(new byte[0]);
    send(new byte[60_000]);

    assertUnharmed();
    await().until(() -> victim.count("REJECTED_FOREIGN") > 0);
  }

  @Test
  void thousandsOfInventedPeersPushOutNobody() throws IOException {
    RandomGenerator random = Seeds.random(7);
    for (int i = 0; i < 5_000; i++) {
      send(
          Beacon.of(NodeId.random(random))
              .incarnation(1 + i)
              .nextMs(1_000)
              .tcpPort(1 + random.nextInt(60_000))
              .udpPort(1 + random.nextInt(60_000))
              .digest(random.nextLong())
              .name("invented-" + i)
              .build());
    }

    assertUnharmed();
  }

  @Test
  void replaysOfOldBeaconsReviveNobody() throws Exception {
    List<byte[]> recorded = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int sequence = i;
      ByteBuffer bytes = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
      codec.encode(forged(it -> it.sequence(sequence)), bytes);
      byte[] one = new byte[bytes.flip().remaining()];
      bytes.get(one);
      recorded.add(one);
    }
    friend.loop.stop("");
    await().until(() -> victim.names().isEmpty());

    for (int round = 0; round < 10; round++) {
      recorded.forEach(this::send);
    }

    Running newcomer = loops.start("newcomer");
    await().until(() -> victim.names().equals(List.of("newcomer")));
    assertEquals(3, victim.changes().size(), () -> victim.changes().toString());
    assertTrue(newcomer.loop.tcpPort() > 0);
  }

  @Test
  void whatIsNoZmtpOrNoDocumentHarmsNobody() throws IOException {
    byte[] greeting = new byte[64];
    greeting[0] = (byte) 0xFF;
    greeting[9] = 0x7F;
    greeting[10] = 3;
    System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 4);
    byte[] gibibyte = ByteBuffer.allocate(9).put((byte) 2).putLong(1L << 30).array();
    List<byte[]> openings =
        List.of(
            new byte[0],
            new byte[] {1},
            greeting,
            ByteBuffer.allocate(73).put(greeting).put(gibibyte).array(),
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Socket socket =
          new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), victim.loop.tcpPort());
      open.add(socket);
      OutputStream out = socket.getOutputStream();
      out.write(openings.get(i % openings.size()));
      out.flush();
    }
    List<String> bodies =
        List.of(
            "",
            "nonsense",
            "[".repeat(50_000),
            "{\"a\":".repeat(10_000),
            "{\"pharos\":1,\"id\":\"" + "A".repeat(60_000),
            "{\"pharos\":" + "9".repeat(50_000) + "}",
            "{\"pharos\":2}");
    try (Stranger client = Stranger.shaken(victimsPort(), "REQ")) {
      for (String body : bodies) {
        byte[] answer = client.ask(body.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(10));
        String text = new String(answer, StandardCharsets.UTF_8);
        assertTrue(text.startsWith("{\"pharos\":1,\"error\":"), text);
      }
    }
    sendManyFrames();

    assertUnharmed();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private InetSocketAddress victimsPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), victim.loop.tcpPort());
  }

  /**
   * Not by JeroMQ: its asserts end the I/O thread of a client whose message is cut off, and a
   * context without that thread never closes.
   */
  private void sendManyFrames() throws IOException {
    byte[] frame = Zmtp.frame("frame".getBytes(StandardCharsets.US_ASCII), true);
    byte[][] frames = new byte[200][];
    Arrays.fill(frames, frame);
    try (Stranger client = Stranger.shaken(victimsPort(), "DEALER")) {
      client.send(frames);
      assertTrue(client.isEnded(Duration.ofSeconds(10)));
    }
  }

  /** Two that answer each other's errors would never stop. */
  @Test
  void anErrorIsNeverAnswered() throws IOException {
    try (Stranger other = Stranger.shaken(victimsPort(), "REQ")) {
      byte[] error = "{\"pharos\":1,\"error\":\"what?\"}".getBytes(StandardCharsets.US_ASCII);
      assertThrows(SocketTimeoutException.class, () -> other.ask(error, Duration.ofSeconds(1)));
      byte[] hello = "HELLO".getBytes(StandardCharsets.US_ASCII);
      assertTrue(other.ask(hello, Duration.ofSeconds(10)).length > 5);
    }
  }

  /** That made every agent of a network deaf: 70 octets, and 73 to each that came. */
  @Test
  void oneBeaconThatLeadsToAHostileServerMakesNobodyDeaf() throws IOException {
    byte[] huge = Zmtp.header(0, 0x8000_0000_7fff_ffffL);
    List<HostileServer.Script> scripts =
        List.of(
            client -> client.send(Zmtp.greeting(), huge),
            client -> client.shake("ROUTER").send(huge),
            client -> client.shake("ROUTER").send(Zmtp.header(0, -1)).close(),
            client -> client.shake("ROUTER").send(Zmtp.command("PING", new byte[0])));
    List<HostileServer> servers = new ArrayList<>();
    for (HostileServer.Script script : scripts) {
      HostileServer server = HostileServer.at(InetAddress.getByAddress(ELSEWHERE), script);
      servers.add(server);
      for (int i = 0; i < 3; i++) {
        send(
            Beacon.of(NodeId.random(new Random(servers.size())))
                .incarnation(1)
                .sequence(i)
                .nextMs(1_000)
                .tcpPort(server.port())
                .udpPort(stranger.getLocalPort())
                .digest(5)
                .name("hostile")
                .build());
      }
      await().until(() -> server.accepted() > 0);
    }
    assertUnharmed();
    servers.forEach(HostileServer::close);
    assertEquals(0, victim.count("JEROMQ_DEATHS"));
  }

  /** It beacons as somebody new, and answers as somebody else. */
  @Test
  void whoAnswersWithAnotherIdIsNotShown() throws Exception {
    NodeId claimed = NodeId.random(new Random(2));
    NodeId real = NodeId.random(new Random(3));
    try (ZContext context = new ZContext()) {
      ZMQ.Socket liar = context.createSocket(SocketType.ROUTER);
      int port = liar.bindToRandomPort("tcp://127.0.0.66");
      Thread answering =
          new Thread(
              () -> {
                Introduction answer =
                    new Introduction(
                        real,
                        1,
                        "liar",
                        "",
                        WireCodec.write(List.of(new Offer("X", 1, "tcp", Map.of()))));
                liar.setReceiveTimeOut(3_000);
                for (byte[] id = liar.recv(); id != null; id = liar.recv()) {
                  byte[] number = liar.recv();
                  liar.recv();
                  liar.recv();
                  liar.sendMore(id);
                  liar.sendMore(number);
                  liar.sendMore(new byte[0]);
                  liar.send(WireCodec.write(answer));
                }
              });
      answering.start();
      for (int i = 0; i < 5; i++) {
        send(
            Beacon.of(claimed)
                .incarnation(1)
                .sequence(i)
                .nextMs(1_000)
                .tcpPort(port)
                .udpPort(stranger.getLocalPort())
                .digest(5)
                .name("liar")
                .build());
      }
      await().until(() -> victim.count("WRONG_ANSWERS") > 0);
      assertUnharmed();
      answering.join();
    }
  }

  @Test
  void whatIsTooLongForABeaconIsCountedByName() throws IOException {
    send(new byte[BeaconCodec.MAX_LENGTH + 1]);

    await().until(() -> victim.count("DATAGRAMS_TOO_LONG") > 0);
    assertEquals(0, victim.count("RECEIVE_ERRORS"));
  }
}
