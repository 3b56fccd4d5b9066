package pharos.checks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import pharos.agent.Agent;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.NodeId;
import pharos.testkit.Namespaces;
import pharos.testkit.stranger.Datagrams;
import pharos.testkit.stranger.ForgedSources;
import pharos.testkit.stranger.HostileServer;
import pharos.testkit.stranger.SlowHttp;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/** What the attack kit sends arrives: an attack that nobody notices would prove nothing. */
class AttackKitTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private final int beaconPort = freePort();

  @Test
  void aStrangerWhoKeepsTheRulesIsAnswered() throws Exception {
    try (Agent agent = agent();
        Stranger stranger = Stranger.shaken(new InetSocketAddress(HERE, agent.port()), "REQ")) {
      String answer = new String(stranger.ask("HELLO".getBytes(UTF_8), PATIENCE), UTF_8);
      assertTrue(answer.contains("\"name\":\"alpha\""), answer);

      stranger.send(Zmtp.ping(0, new byte[] {7}));
      Stranger.Frame pong = stranger.read(PATIENCE);
      assertTrue(pong.isCommand());
      assertEquals("\4PONG\7", new String(pong.body(), UTF_8));
    }
  }

  @Test
  void whatTheServerSaysIsHeardByWhoeverItsBeaconLures() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    HostileServer.Script script =
        client -> {
          client.shake("ROUTER");
          // An identity or a delimiter may come first.
          Stranger.Frame frame = client.read(PATIENCE);
          while (frame.isCommand() || frame.hasMore()) {
            frame = client.read(PATIENCE);
          }
          told.add(new String(frame.body(), UTF_8));
        };
    try (HostileServer server = HostileServer.at(HERE, script);
        Agent agent = agent();
        Datagrams datagrams = Datagrams.at(HERE)) {
      byte[] beacon = beacon(datagrams.port(), server.port());
      InetSocketAddress everybody = new InetSocketAddress("127.255.255.255", beaconPort);
      datagrams.send(beacon, everybody);

      String question = told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertTrue(question != null && question.contains("alpha"), "it asked " + question);
      assertTrue(datagrams.hear(PATIENCE).isPresent(), "it probed nobody");
      assertEquals(agent.self().name(), "alpha");
    }
  }

  @Test
  void aDatagramComesFromWhereTheForgerSays() throws Exception {
    try (Namespaces hosts = Namespaces.of("one");
        ForgedSources forger = ForgedSources.start(hosts.on("one"))) {
      hosts.ip("one", "route", "add", "local", "10.99.0.0/24", "dev", "lo");
      String print =
          "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
              + "s.bind(('10.99.0.1', 9)); print('up', flush=True); print(*s.recvfrom(99))";
      List<String> command = new ArrayList<>(hosts.on("one"));
      command.addAll(List.of("python3", "-c", print));
      Process receiver = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var lines = receiver.inputReader()) {
        assertEquals("up", lines.readLine());
        forger.send(
            new InetSocketAddress("10.99.0.77", 4711),
            new InetSocketAddress("10.99.0.1", 9),
            "forged".getBytes(UTF_8));
        assertEquals("b'forged' ('10.99.0.77', 4711)", lines.readLine());
      } finally {
        receiver.destroyForcibly();
      }
    }
  }

  @Test
  void aSlowRequestStaysOpenUntilTheOtherSideEndsIt() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, HERE);
        SlowHttp slow = SlowHttp.speaking(new InetSocketAddress(HERE, server.getLocalPort()), 3)) {
      assertEquals(3, slow.refill());
      assertEquals(3, slow.drip());
      for (int i = 0; i < 3; i++) {
        server.accept().close();
      }
      assertTrue(slow.outlast(PATIENCE, Duration.ofMillis(10)));
    }
  }

  private Agent agent() {
    return Agent.builder().name("alpha").beaconPort(beaconPort).loopback(true).start();
  }

  private static byte[] beacon(int udpPort, int tcpPort) {
    byte[] id = new byte[NodeId.LENGTH];
    id[0] = 66;
    Beacon beacon =
        Beacon.of(NodeId.of(id)).udpPort(udpPort).tcpPort(tcpPort).incarnation(1).build();
    ByteBuffer bytes = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    new BeaconCodec().encode(beacon, bytes);
    byte[] datagram = new byte[bytes.position()];
    bytes.flip().get(datagram);
    return datagram;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
