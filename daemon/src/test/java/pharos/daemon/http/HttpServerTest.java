package pharos.daemon.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.testing.TestPeers;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Reply;
import pharos.daemon.api.Tables;

/** Requests as they come over the wire, sensible or not. */
class HttpServerTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final TestPeers peers = new TestPeers();
  private final CompletableFuture<Reply> found = new CompletableFuture<>();
  private final HttpServer server;

  HttpServerTest() throws IOException {
    server = HttpServer.bind(new InetSocketAddress(LOOPBACK, 0));
    Gate gate = Tables.gate(Tables.of(peers, () -> found));
    server.serve(gate, gate);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String send(String request) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String ask(String line, String... headers) throws IOException {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return send(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + "\r\n");
  }

  @Test
  void aDocumentComesWithItsTypeAndLength() throws IOException {
    String answer = ask("GET /v1/peers");
    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    assertTrue(answer.contains("Content-Type: application/json\r\n"), answer);
    assertTrue(answer.contains("Content-Length: 13\r\n"), answer);
    assertTrue(answer.contains("Cache-Control: no-store\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n{\"peers\":[]}\n"), answer);
    assertFalse(answer.contains("Server:"), answer);
  }

  @Test
  void headHasTheHeadersAlone() throws IOException {
    String answer = ask("HEAD /v1/peers");
    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    assertTrue(answer.contains("Content-Length: 13\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @Test
  void whatIsNotThereIsAProblem() throws IOException {
    assertProblem("404 Not Found", ask("GET /nowhere"));
    assertProblem("405 Method Not Allowed", ask("DELETE /v1/peers"));
    assertTrue(ask("DELETE /v1/peers").contains("Allow: GET, HEAD\r\n"));
  }

  @Test
  void anotherHostIsNotServed() throws IOException {
    assertProblem(
        "421 Misdirected Request",
        send("GET /v1/peers HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"));
  }

  @Test
  void whatIsNoRequestIsAProblemToo() throws IOException {
    assertProblem("400 Bad Request", send("NONSENSE\r\n\r\n"));
    assertProblem("400 Bad Request", send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
    assertProblem(
        "431 Request Header Fields Too Large", ask("GET /v1/peers", "X: " + "x".repeat(9_000)));
    assertProblem("414 URI Too Long", ask("GET /" + "x".repeat(9_000)));
  }

  @Test
  void whoWaitsForAContactKeepsNobodyOutAndOneTooManyIsSentAway() throws IOException {
    try (Socket one = asking();
        Socket two = asking()) {
      await()
          .untilAsserted(
              () -> {
                String answer = ask("GET /v1/contacts?id=three");
                assertProblem("503 Service Unavailable", answer);
                assertTrue(answer.contains("Retry-After: 1\r\n"), answer);
              });
      assertTrue(ask("GET /healthz").startsWith("HTTP/1.1 200"));

      found.complete(Tables.json("{}"));

      for (Socket socket : List.of(one, two)) {
        socket.setSoTimeout(10_000);
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
      }
    }
    assertTrue(ask("GET /v1/contacts?id=four").startsWith("HTTP/1.1 200"));
  }

  private Socket asking() throws IOException {
    Socket socket = new Socket(LOOPBACK, server.port());
    socket
        .getOutputStream()
        .write(
            "GET /v1/contacts?id64=Zm9v HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  @Test
  void aFailureIsAProblemToo() throws IOException {
    found.completeExceptionally(new IllegalStateException("closed"));
    assertProblem("503 Service Unavailable", ask("GET /v1/contacts?id=a"));
  }

  @Test
  void noPathLeadsToAFile() throws IOException {
    for (String path : List.of("/../../etc/passwd", "/%2e%2e/etc/passwd", "/v1/..%2f..%2fetc")) {
      String answer = ask("GET " + path);
      assertTrue(answer.matches("(?s)HTTP/1\\.1 40[04] .*"), answer);
    }
  }

  @Test
  void aPathThatMakesNoSenseIsToldWhy() throws IOException {
    String answer = ask("GET /v1/%zz");
    assertProblem("400 Bad Request", answer);
    String why = "this cannot be answered: its path or a header is not well formed";
    assertTrue(answer.contains(why), answer);
    // Within a name these would mean something; here they lead nowhere.
    for (String path : List.of("//v1/self", "/v1/%2e%2e/self", "/v1/../v1/self")) {
      assertProblem("404 Not Found", ask("GET " + path));
    }
  }

  @Test
  void aTakenPortThrows() {
    assertThrows(
        IOException.class, () -> HttpServer.bind(new InetSocketAddress(LOOPBACK, server.port())));
  }

  @Test
  void afterClosingNobodyListens() {
    int port = server.port();
    server.close();
    assertThrows(IOException.class, () -> new Socket(LOOPBACK, port).close());
  }

  @Test
  void aBodyIsReadToItsEndAndNoFurther() throws IOException {
    found.complete(Tables.json("{}"));
    String json = "Content-Type: application/json";
    String body = "{\"endpoints\":[\"tcp://a:1\"]}";
    String put =
        "PUT /v1/contacts?id=a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + json;
    String answer = send(put + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    String chunked = put + "\r\nTransfer-Encoding: chunked\r\n\r\n1b\r\n" + body;
    answer = send(chunked + "\r\n0\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    assertProblem("400 Bad Request", send(chunked + "x\r\n0\r\n\r\n"));
    assertProblem(
        "413 Payload Too Large",
        send(put + "\r\nContent-Length: 70000\r\n\r\n" + "x".repeat(70_000)));
    assertProblem("415 Unsupported Media Type", ask("PUT /v1/contacts?id=a"));
  }

  @Test
  void aListIsAskedForAgainByItsTag() throws IOException {
    String answer = ask("GET /v1/peers");
    String tag = answer.replaceFirst("(?s).*ETag: (.*?)\r\n.*", "$1");
    String same = ask("GET /v1/peers", "If-None-Match: " + tag);
    assertTrue(same.startsWith("HTTP/1.1 304 Not Modified\r\n"), same);
    assertTrue(same.contains("ETag: " + tag + "\r\n"), same);
    assertTrue(same.endsWith("\r\n\r\n"), same);
  }

  @Test
  void whoWaitsForAListKeepsHisConnectionLongerThanAnIdleOneMay() throws Exception {
    String tag = ask("GET /v1/peers").replaceFirst("(?s).*ETag: (.*?)\r\n.*", "$1");
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try (Socket socket = new Socket(LOOPBACK, server.port())) {
                socket.setSoTimeout(60_000);
                String asked =
                    "GET /v1/peers?wait=13s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
                socket
                    .getOutputStream()
                    .write(
                        (asked + "If-None-Match: " + tag + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                return e.toString();
              }
            });
    String same = answer.get(60, java.util.concurrent.TimeUnit.SECONDS);
    assertTrue(same.startsWith("HTTP/1.1 304 Not Modified\r\n"), same);
  }

  private static void assertProblem(String status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + "\r\n"), answer);
    assertTrue(answer.contains("Content-Type: application/problem+json\r\n"), answer);
    assertTrue(answer.contains("\"status\":" + status.substring(0, 3)), answer);
    assertEquals(1, answer.substring(answer.indexOf("\r\n\r\n") + 4).lines().count(), answer);
  }
}
