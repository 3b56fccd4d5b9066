package pharos.examples.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.examples.Trial.PATIENCE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.examples.Trial;
import pharos.testkit.JavaProcess;
import pharos.testkit.Needs;

class BalancerTest {
  private static final Pattern FAILED = Pattern.compile("(\\d+) requests, (\\d+) failed");

  /** A few that were on their way to the one that is killed. */
  private static final int FAILED_BY_A_CRASH = 5;

  private final Trial trial = new Trial();

  @AfterEach
  void close() {
    trial.close();
  }

  private static Optional<String> haProxy() {
    return Stream.of("/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy")
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst();
  }

  private static int failed(String line) {
    Matcher matcher = FAILED.matcher(line);
    assertTrue(matcher.find(), line);
    return Integer.parseInt(matcher.group(2));
  }

  /** What the client tells after it told this much: a whole second later at least. */
  private static String nextSecond(JavaProcess client) throws InterruptedException {
    int from = client.lineCount();
    client.awaitLine(from, " requests, ", PATIENCE);
    List<String> lines = client.lines();
    return client.awaitLine(lines.size(), " requests, ", PATIENCE);
  }

  @Test
  void noRequestFailsWhileInstancesComeAndLeaveAndFewWhenOneIsKilled() throws InterruptedException {
    Optional<String> program = haProxy();
    Needs.that(program.isPresent(), "haproxy");
    int port = Trial.freePort();
    JavaProcess balancer =
        trial.start(
            Main.class,
            "--haproxy=" + program.orElseThrow(),
            "--listen=127.0.0.1:" + port,
            "--slots=4");
    try {
      balancer.awaitLine("HAProxy listens at", PATIENCE);
      JavaProcess killed = instance("web-killed");
      JavaProcess leaving = instance("web-leaving");
      awaitReady(balancer, 2);
      JavaProcess client =
          trial.startBare(Client.class, "--url=http://127.0.0.1:" + port + "/", "--per-second=50");
      client.awaitLine("web-killed=", PATIENCE);

      instance("web-late");
      awaitReady(balancer, 3);
      client.awaitLine("web-late=", PATIENCE);
      leaving.terminate();
      balancer.awaitLine("state maint", PATIENCE);
      leaving.awaitEnd(PATIENCE);
      String line = nextSecond(client);
      assertEquals(0, failed(line), () -> client.lines().toString());

      killed.close();
      line = nextSecond(client);
      int atFirst = failed(line);
      assertTrue(atFirst <= FAILED_BY_A_CRASH, line);
      line = nextSecond(client);
      assertEquals(atFirst, failed(line), "none fails once the crash is known: " + line);
      assertTrue(line.contains("{web-late="), line);
    } finally {
      // HAProxy is a process of the balancer's: it ends it when it is asked to end.
      balancer.terminate();
      balancer.awaitEnd(PATIENCE);
    }
  }

  private JavaProcess instance(String name) {
    return trial.start(Instance.class, "--name=" + name);
  }

  private static void awaitReady(JavaProcess balancer, int slot) throws InterruptedException {
    balancer.awaitLine("set server web/web" + slot + " state ready", PATIENCE);
  }

  @Test
  void aMissingHaProxyIsNamed() throws InterruptedException {
    JavaProcess balancer = trial.start(Main.class, "--haproxy=no-such-program");
    balancer.awaitLine("no-such-program", PATIENCE);
    assertEquals(1, balancer.awaitEnd(PATIENCE));
    assertTrue(
        balancer.lines().stream().noneMatch(line -> line.contains("\tat ")),
        () -> balancer.lines().toString());
  }
}
