package pharos.daemon.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Tables;
import pharos.testkit.Seeds;

/** Clients that waste what HTTP has: each of them wastes his own. */
class HostileClientsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int CROWD = 150;
  private static final int MOST = 64;
  private static final int LARGE = 4 << 20;
  private static final int STRANGERS = 4;
  private static final int NONSENSE = 500;

  private final List<AutoCloseable> clients = new ArrayList<>();
  private final HttpServer server;

  HostileClientsTest() throws IOException {
    Limits limits =
        new Limits(MOST, 3L * LARGE, Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ZERO);
    server = HttpServer.bind(new InetSocketAddress(LOOPBACK, 0), limits);
    Gate gate = Tables.large(LARGE);
    server.serve(gate, gate);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    for (AutoCloseable client : clients) {
      client.close();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(LOOPBACK, server.port());
    clients.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // He was shown out.
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  /** As a watchdog asks; patiently, since this machine may have much else to do. */
  private void assertHealthIsTold() throws IOException {
    try (Socket socket = new Socket(LOOPBACK, server.port())) {
      socket.setSoTimeout(8_000);
      send(socket, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    }
  }

  private void assertAllAreShownOut() {
    await().atMost(Duration.ofSeconds(30)).until(() -> server.visitors() == 0);
  }

  @Test
  void whoConnectsAndSaysNothingKeepsNobodyOut() throws IOException {
    for (int i = 0; i < CROWD; i++) {
      connect();
    }
    assertHealthIsTold();
    assertTrue(server.visitors() <= MOST);
    assertAllAreShownOut();
  }

  @Test
  void whoSendsAByteNowAndThenKeepsNobodyOutAndIsShownOut() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      sockets.add(connect());
      send(sockets.get(i), "GET /healthz HTTP/1.1\r\nX: ");
    }
    assertHealthIsTold();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              sockets.forEach(it -> send(it, "x"));
              return server.visitors() == 0;
            });
  }

  @Test
  void whoAsksAndReadsNothingHoldsNoMoreThanIsHis() throws IOException {
    for (int i = 0; i < CROWD; i++) {
      SocketChannel channel = SocketChannel.open();
      clients.add(channel);
      channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4_096);
      channel.connect(new InetSocketAddress(LOOPBACK, server.port()));
      byte[] questions = get("/large").repeat(3).getBytes(StandardCharsets.ISO_8859_1);
      channel.write(ByteBuffer.wrap(questions));
    }
    assertHealthIsTold();
    assertTrue(server.visitors() <= MOST);
    assertAllAreShownOut();
  }

  @Test
  void whoWaitsForWhatNeverComesKeepsNobodyOut() throws IOException {
    for (int i = 0; i < CROWD; i++) {
      send(connect(), get("/v1/contacts?id=a"));
    }
    assertHealthIsTold();
    assertAllAreShownOut();
  }

  @Test
  void aBodyWithoutEndKeepsNobodyOut() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      sockets.add(connect());
      String method = i % 2 == 0 ? "POST" : "GET";
      String length = i % 4 < 2 ? "Content-Length: 99999999999" : "Transfer-Encoding: chunked";
      String head = method + " /healthz HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n\r\n";
      send(sockets.get(i), head + "FFFFFFF\r\n" + "x".repeat(1_000));
    }
    assertHealthIsTold();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              sockets.forEach(it -> send(it, "x"));
              return server.visitors() == 0;
            });
  }

  @Test
  void whoAsksOverAndOverOnManyConnectionsKeepsNobodyOut() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      sockets.add(connect());
    }
    for (int round = 0; round < 5; round++) {
      sockets.forEach(it -> send(it, get("/healthz").repeat(10)));
      assertHealthIsTold();
    }
  }

  @Test
  void nonsenseIsAnsweredOrCutOffAndCountsNoLonger() {
    Seeds.forEach(
        CROWD,
        random -> {
          byte[] bytes = new byte[random.nextInt(2_000)];
          random.nextBytes(bytes);
          String text = new String(bytes, StandardCharsets.ISO_8859_1);
          boolean isNearly = random.nextBoolean();
          String asked = "GET /v1/" + text + " HTTP/1.1\r\n" + text + "\r\n\r\n";
          send(connect(), isNearly ? asked : text);
          assertHealthIsTold();
        });
    assertAllAreShownOut();
  }

  /** Several at a time, so that one is shown out while the next is read. */
  @Test
  void theNonsenseOfOneIsNotAnsweredToAnother() throws Exception {
    ExecutorService strangers = Executors.newFixedThreadPool(STRANGERS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < STRANGERS; i++) {
        long seed = i;
        all.add(strangers.submit(() -> talkNonsense(Seeds.random(seed))));
      }
      while (!all.stream().allMatch(Future::isDone)) {
        assertHealthIsTold();
      }
      for (Future<?> it : all) {
        it.get();
      }
    } finally {
      strangers.shutdownNow();
    }
    assertAllAreShownOut();
  }

  private Object talkNonsense(RandomGenerator random) throws IOException {
    for (int i = 0; i < NONSENSE; i++) {
      byte[] bytes = new byte[random.nextInt(2_000)];
      random.nextBytes(bytes);
      try (Socket socket = new Socket(LOOPBACK, server.port())) {
        send(socket, new String(bytes, StandardCharsets.ISO_8859_1));
        socket.getInputStream().read();
      } catch (SocketException e) {
        // He was shown out.
      }
    }
    return random;
  }

  @Test
  void whoComesAndGoesLeavesNothing() throws IOException {
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket(LOOPBACK, server.port())) {
        if (i % 3 == 0) {
          socket.setSoLinger(true, 0);
        }
        send(socket, i % 2 == 0 ? get("/large") : "GET");
      }
    }
    assertHealthIsTold();
    assertAllAreShownOut();
    assertEquals(0, server.visitors());
  }
}
