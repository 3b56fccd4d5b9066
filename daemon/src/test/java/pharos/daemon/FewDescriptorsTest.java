package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.testkit.Needs;

/** An agent that has hardly a descriptor left, and a crowd that wants all of them by HTTP. */
class FewDescriptorsTest {
  private static final int DESCRIPTORS = 95;
  private static final int CROWD = 100;
  private static final int LOOKS = 10;

  private final List<Socket> crowd = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : crowd) {
      socket.close();
    }
  }

  @Test
  void healthIsToldTheLogStaysSmallAndNothingSpins(@TempDir Path jars) throws Exception {
    Needs.that(Path.of("/bin/sh").toFile().canExecute(), "a shell that sets limits");
    String port = String.valueOf(Ports.udp());
    String[] args = {
      "agent", "--loopback", "--beacon-port", port, "--name", "a", "--http", "0", "--zmq", "off"
    };
    try (Program agent = Program.withDescriptors(DESCRIPTORS, jars, args)) {
      String url = agent.http();
      for (int i = 0; i < CROWD; i++) {
        crowd.add(connect(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1))));
      }
      Duration before = agent.process().toHandle().info().totalCpuDuration().orElseThrow();
      long beganNs = System.nanoTime();
      AtomicInteger looks = new AtomicInteger();
      Awaitility.await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                Ran ran = Ran.of("health", url);
                assertEquals(0, ran.code(), ran::toString);
                return looks.incrementAndGet() == LOOKS;
              });
      Duration after = agent.process().toHandle().info().totalCpuDuration().orElseThrow();
      Duration took = Duration.ofNanos(System.nanoTime() - beganNs);
      assertTrue(after.minus(before).compareTo(took.dividedBy(2)) < 0, "it does not spin");
      assertTrue(agent.err().size() < 20, () -> agent.err().toString());
      agent.terminate();
      assertEquals(0, agent.awaitEnd(), () -> agent.err().toString());
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    byte[] head = "GET /healthz HTTP/1.1\r\nX: ".getBytes(StandardCharsets.ISO_8859_1);
    socket.getOutputStream().write(head);
    return socket;
  }
}
