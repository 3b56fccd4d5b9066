package pharos.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.daemon.api.Gate;
import pharos.daemon.api.Tables;
import pharos.records.Content;
import pharos.records.testing.TestRecords;

/** Records as they come over the wire: bytes as they are, whoever sends them. */
class RecordsOverHttpTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestRecords records = new TestRecords();
  private final HttpServer server;

  RecordsOverHttpTest() throws IOException {
    server = HttpServer.bind(new InetSocketAddress(LOOPBACK, 0));
    Gate gate = Tables.gate(Tables.records(records, PATIENCE));
    server.serve(gate, gate);
  }

  @AfterEach
  void stop() {
    server.close();
    records.close();
  }

  /** One byte a letter, both ways. */
  private String send(String request) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private String ask(String line, String... headers) throws IOException {
    return send(head(line, headers));
  }

  private static String head(String line, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + "\r\n";
  }

  private String put(String key, String body) throws IOException {
    return send(head("PUT /v1/records/" + key, "Content-Length: " + body.length()) + body);
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }

  private static String allBytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 7);
    }
    return new String(bytes, ISO_8859_1);
  }

  @Test
  void theLargestValueComesBackByteForByteAndOneByteMoreIsRefused() throws IOException {
    String value = allBytes(Content.MAX_BYTES);
    assertStatus(201, put("large", value));
    String answer = ask("GET /v1/records/large");
    assertEquals(value, body(answer));
    assertTrue(answer.contains("Content-Length: 65536\r\n"), () -> head(answer));
    assertTrue(answer.contains("X-Content-Type-Options: nosniff\r\n"), () -> head(answer));
    assertTrue(answer.contains("ETag: \"1\"\r\n"), () -> head(answer));
    String refused = put("larger", value + "x");
    assertStatus(413, refused);
    assertTrue(refused.contains("65536"), refused);
    assertStatus(404, ask("GET /v1/records/larger"));
  }

  @Test
  void aHeadHasTheHeadersAlone() throws IOException {
    put("a", "twelve bytes");
    String answer = ask("HEAD /v1/records/a");
    assertStatus(200, answer);
    assertTrue(answer.contains("Content-Length: 12\r\n"), answer);
    assertTrue(answer.contains("Pharos-Copies: 1 of 1\r\n"), answer);
    assertEquals("", body(answer));
    assertStatus(404, ask("HEAD /v1/records/b"));
  }

  @Test
  void chunksAreOneValueAndTooManyOfThemAreRefused() throws IOException {
    String chunk = "1000\r\n" + allBytes(0x1000) + "\r\n";
    String head = head("PUT /v1/records/c", "Transfer-Encoding: chunked");
    assertStatus(201, send(head + chunk.repeat(16) + "0\r\n\r\n"));
    assertEquals(allBytes(0x1000).repeat(16), body(ask("GET /v1/records/c")));
    String larger = send(head + chunk.repeat(16) + "1\r\nx\r\n0\r\n\r\n");
    assertStatus(413, larger);
    assertStatus(400, send(head + "zz\r\nx\r\n0\r\n\r\n"));
    assertEquals(16 * 0x1000, body(ask("GET /v1/records/c")).length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a%00|400",
        "a%01|400",
        "%ff%fe|400",
        "%E4|400",
        "%zz|400",
        "a/../b|400",
        "..|400",
        "../../../etc/passwd|400",
        "%2E%2E|404",
        "%2e%2e%2Fetc%2fpasswd|404",
        "a%2Fb|404",
        "a//b|404",
        "a;b=1/..;/c|404",
        "a%5Cb|404",
        "%25%32%65|404",
      })
  void hostileKeysAreKeysOrMistakes(String key, int status) throws IOException {
    String answer = ask("GET /v1/records/" + key);
    assertStatus(status, answer);
    assertTrue(answer.contains("application/problem+json"), answer);
    if (status == 404) {
      assertStatus(201, put(key, "x"));
      assertEquals("x", body(ask("GET /v1/records/" + key)));
    } else {
      assertStatus(status, put(key, "x"));
    }
  }

  @Test
  void keysOf256BytesFitAndOneMoreDoesNot() throws IOException {
    assertStatus(201, put("%C3%A4".repeat(128), "x"));
    assertStatus(400, put("%C3%A4".repeat(128) + "a", "x"));
    assertStatus(400, put("a".repeat(257), "x"));
  }

  @Test
  void whatIsNoMethodOfRecordsTellsWhichAre() throws IOException {
    for (String method : List.of("PATCH", "OPTIONS", "BREW")) {
      String answer = ask(method + " /v1/records/a/b");
      assertStatus(405, answer);
      assertTrue(answer.contains("Allow: DELETE, GET, HEAD, POST, PUT\r\n"), answer);
    }
    assertTrue(ask("PUT /v1/records").contains("Allow: GET, HEAD\r\n"));
  }

  @Test
  void aPageFromElsewhereWritesNothing() throws IOException {
    String head = "POST /v1/records/a";
    assertStatus(403, ask(head, "Origin: http://evil.example", "Content-Length: 0"));
    assertStatus(403, ask(head, "Sec-Fetch-Site: cross-site", "Content-Length: 0"));
    assertStatus(403, ask("DELETE /v1/records/a", "Origin: null"));
    assertStatus(404, ask("GET /v1/records/a"));
    assertStatus(201, ask(head, "Content-Length: 0"));
  }

  @Test
  void whoWatchesHearsOfAChangeAtOnceAndHoldsNothingWhenHeIsGone() throws IOException {
    try (Socket socket = new Socket(LOOPBACK, server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head("GET /v1/records/a?watch").getBytes(ISO_8859_1));
      StringBuilder told = new StringBuilder();
      readUntil(socket, told, "\"isThere\":false");
      assertTrue(told.indexOf("Content-Type: text/event-stream") > 0, told.toString());
      put("a", "x");
      readUntil(socket, told, "\"text\":\"x\"");
      assertTrue(told.indexOf("event: record") > 0, told.toString());
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              put("a", "y");
              return server.visitors() == 0;
            });
  }

  private static void readUntil(Socket socket, StringBuilder told, String wanted)
      throws IOException {
    while (told.indexOf(wanted) < 0) {
      int next = socket.getInputStream().read();
      assertFalse(next < 0, told::toString);
      told.append((char) next);
    }
  }
}
