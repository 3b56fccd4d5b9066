package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code pharos health} makes of what is answered, by an agent or by who has its port. */
class HealthCommandTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final String url = "http://127.0.0.1:" + server.getLocalPort();

  HealthCommandTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private interface Answer {
    void to(Socket client) throws IOException;
  }

  private void answer(Answer answer) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket client = server.accept()) {
                answer.to(client);
              } catch (IOException e) {
                // The command has seen enough.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void write(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(UTF_8));
    client.getOutputStream().flush();
  }

  @Test
  void whyItIsNotWellIsToldInALine() {
    String body = "{\"status\":\"deaf\",\"why\":\"nobody answers\"}\n";
    answer(
        client ->
            write(client, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n" + body));
    Ran ran = Ran.of("health", url);
    assertEquals(1, ran.code());
    assertEquals(
        "pharos health: " + url + "/healthz answers 503: " + body.strip() + System.lineSeparator(),
        ran.err());
  }

  @Test
  void whatATerminalWouldObeyIsWrittenOutAndTheRestCutOff() {
    answer(
        client ->
            write(
                client,
                "HTTP/1.1 500 \u001b[2J\r\nConnection: close\r\n\r\n\u001b[31m"
                    + "x".repeat(100_000)));
    Ran ran = Ran.of("health", url);
    assertEquals(1, ran.code());
    assertTrue(ran.err().contains("answers 500: \\u001B[31mx"), ran::toString);
    assertTrue(ran.err().length() < 1_200, ran::toString);
  }

  @Test
  void whoAnswersLetterByLetterIsNotWaitedFor() {
    answer(
        client -> {
          write(client, "HTTP/1.1 200 ");
          byte[] drop = new byte[1];
          client.setSoTimeout(500);
          while (!client.isClosed()) {
            write(client, "x");
            try {
              if (client.getInputStream().read(drop) < 0) {
                return;
              }
            } catch (java.net.SocketTimeoutException e) {
              // Another letter, then.
            }
          }
        });
    assertTimeoutPreemptively(LONG, () -> assertEquals(1, Ran.of("health", url).code()));
  }
}
