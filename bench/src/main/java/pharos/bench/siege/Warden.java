package pharos.bench.siege;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import pharos.testkit.stranger.Stranger;

/**
 * Asks once a second, on the host of an agent, whether it is well, as {@code pharos health} does;
 * and another agent, over a fresh connection, who it is. Ends when its input does.
 */
public final class Warden {
  private static final int PATIENCE_MS = 2_000;
  private static final byte[] REQUEST =
      ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
              + Field.HTTP_TOKEN
              + "\r\n\r\n")
          .getBytes(US_ASCII);

  private Warden() {}

  /** Arguments: a name, and the address of the other agent. */
  public static void main(String[] args) throws IOException {
    InetSocketAddress other = new InetSocketAddress(InetAddress.getByName(args[1]), Field.TCP_PORT);
    InetSocketAddress here =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Field.HTTP_PORT);
    Thread health = new Thread(() -> everySecond("health", () -> health(here)), "health");
    health.setDaemon(true);
    health.start();
    Thread question = new Thread(() -> everySecond("question", () -> question(other)), "question");
    question.setDaemon(true);
    question.start();
    tell("ready", "");
    while (System.in.read() >= 0) {
      // Nothing is said to it: its end is what it waits for.
    }
    System.exit(0);
  }

  private interface Asking {
    String ask() throws IOException;
  }

  private static void everySecond(String what, Asking asking) {
    try {
      while (true) {
        long beganNs = System.nanoTime();
        String answer;
        try {
          answer = asking.ask();
        } catch (IOException e) {
          answer = "failed: " + e;
        }
        tell(what, (System.nanoTime() - beganNs) / 1_000 + " " + answer);
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String health(InetSocketAddress here) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.connect(here, PATIENCE_MS);
      socket.getOutputStream().write(REQUEST);
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return answer.startsWith("HTTP/1.1 200") ? "ok" : "failed: " + answer.lines().findFirst();
    }
  }

  private static String question(InetSocketAddress other) throws IOException {
    try (Stranger asker = Stranger.shaken(other, "REQ")) {
      byte[] answer = asker.ask("HELLO".getBytes(US_ASCII), Duration.ofMillis(PATIENCE_MS));
      return new String(answer, UTF_8).contains("\"id\"") ? "ok" : "failed: no document";
    }
  }

  private static synchronized void tell(String what, String detail) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    System.out.println(micros + " " + what + " " + detail.replace('\n', ' '));
    System.out.flush();
  }
}
