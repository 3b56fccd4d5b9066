package pharos.daemon.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.testing.TestPeers;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Tables;

/** Readers of events on real sockets: those who read, and those who do not. */
class StreamsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** Heartbeats alone, as they come in chunks. */
  private static final String SILENCE = "3\n:\n\n\n".repeat(5);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestPeers peers = new TestPeers();
  private final List<AutoCloseable> clients = new ArrayList<>();
  private final HttpServer server;

  StreamsTest() throws IOException {
    server = HttpServer.bind(new InetSocketAddress(LOOPBACK, 0));
    server.bindManagement(new InetSocketAddress(LOOPBACK, 0));
    Gate gate = Tables.gate(Tables.of(peers, CompletableFuture::new));
    server.serve(gate, gate);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    for (AutoCloseable client : clients) {
      client.close();
    }
  }

  private static byte[] request(String path, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    String text = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private BufferedReader follow(String path, String... headers) throws IOException {
    Socket socket = new Socket(LOOPBACK, server.port());
    clients.add(socket);
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(request(path, headers));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** All lines up to one that has this in it. */
  private static String readUntil(BufferedReader reader, String text) throws IOException {
    return readUntil(reader, line -> line.contains(text));
  }

  private static String readUntil(BufferedReader reader, Predicate<String> isLast)
      throws IOException {
    StringBuilder read = new StringBuilder();
    String line;
    do {
      line = reader.readLine();
      if (line == null || read.toString().endsWith(SILENCE)) {
        throw new AssertionError("nothing more after " + read);
      }
      read.append(line).append('\n');
    } while (!isLast.test(line));
    return read.toString();
  }

  @Test
  void whatHappensComesAsItHappensAndAQuietStreamIsKeptAlive() throws IOException {
    BufferedReader reader = follow("/v1/events");
    String begin = readUntil(reader, "{\"peers\":[]}");
    assertTrue(begin.startsWith("HTTP/1.1 200 OK\n"), begin);
    assertTrue(begin.contains("Content-Type: text/event-stream\n"), begin);
    peers.put(TestPeers.peer("alpha").build());
    readUntil(reader, "event: arrived");
    // The idle time of a connection is twice as long as the time between two of these.
    for (int i = 0; i < 3; i++) {
      readUntil(reader, ":"::equals);
    }
    peers.put(TestPeers.peer("beta").build());
    readUntil(reader, "id: run.2");
    BufferedReader again = follow("/v1/events", "Last-Event-ID: run.1");
    assertTrue(!readUntil(again, "id: run.2").contains("event: peers"));
  }

  @Test
  void manyReadTenDoNotAndNobodyElseHearsLessForIt() throws Exception {
    List<BufferedReader> readers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      SocketChannel channel = SocketChannel.open();
      clients.add(channel);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
      channel.connect(new InetSocketAddress(LOOPBACK, server.port()));
      channel.write(ByteBuffer.wrap(request("/v1/events")));
    }
    for (int i = 0; i < 60; i++) {
      BufferedReader reader = follow("/v1/events");
      readUntil(reader, "{\"peers\":[]}");
      readers.add(reader);
    }
    await().atMost(PATIENCE).until(() -> server.visitors() == 70);
    // The system itself keeps some of it for a reader, so much has to happen.
    for (int i = 0; i < 600; i++) {
      peers.put(
          TestPeers.peer("p").offer("T" + i, 1, "tcp", Map.of("x", "y".repeat(3_000))).build());
      if (i % 100 == 99) {
        for (BufferedReader reader : readers) {
          readUntil(reader, "\"type\":\"T" + i + "\"");
        }
      }
    }
    await().atMost(PATIENCE).until(() -> server.visitors() == 60);
    peers.put(TestPeers.peer("last").build());
    for (BufferedReader reader : readers) {
      readUntil(reader, "\"name\":\"last\"");
    }
  }

  @Test
  void whoWatchesIsAnsweredWhileAllOtherPlacesAreTaken() throws IOException {
    for (int i = 0; i < 200; i++) {
      Socket socket = new Socket(LOOPBACK, server.port());
      clients.add(socket);
      socket.getOutputStream().write("GET /he".getBytes(StandardCharsets.ISO_8859_1));
    }
    int port = server.managementPort().orElseThrow();
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket(LOOPBACK, port)) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request("/healthz", "Connection: close"));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("HTTP/1.1 200 OK", answer.lines().findFirst().orElse(""));
      }
    }
  }
}
