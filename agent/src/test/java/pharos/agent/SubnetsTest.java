package pharos.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.testkit.JavaProcess;
import pharos.testkit.Namespaces;
import pharos.testkit.Subnets;

/**
 * Two subnets of real hosts, as far as the kernel makes them, with a router that forwards no
 * broadcast. {@code -Dpharos.cut=SECONDS} makes the cut between them longer.
 */
class SubnetsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int CUT_SECONDS = Integer.getInteger("pharos.cut", 6);
  private static final int BEACON_PORT = 5670;
  private static final int PORT = 5671;
  private static final String SEEDS = "10.81.1.11:5671,10.81.2.11:5671";
  private static final Pattern TOOK = Pattern.compile(" in (\\d+) ms");

  private final List<JavaProcess> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(JavaProcess::close);
  }

  private JavaProcess start(
      Namespaces hosts, String host, String name, int port, String role, String... questions) {
    List<String> arguments = new ArrayList<>(List.of(name, "" + BEACON_PORT, "" + port, role));
    arguments.addAll(List.of(questions));
    JavaProcess process =
        JavaProcess.start(hosts.on(host), List.of(), Asker.class, arguments.toArray(String[]::new));
    started.add(process);
    return process;
  }

  private static void awaitFound(JavaProcess process, String... questions)
      throws InterruptedException {
    for (String question : questions) {
      process.awaitLine(process.lineCount(), "asked " + question + " FOUND", PATIENCE);
    }
  }

  private static List<String> answers(JavaProcess process, int from) {
    List<String> lines = process.lines();
    return lines.subList(from, lines.size()).stream()
        .filter(line -> line.startsWith("asked "))
        .toList();
  }

  private static void assertAllFound(List<String> answers) {
    assertEquals(List.of(), answers.stream().filter(line -> !line.contains(" FOUND ")).toList());
  }

  private static long slowestMs(List<String> answers) {
    long slowest = 0;
    for (String answer : answers) {
      Matcher matcher = TOOK.matcher(answer);
      assertTrue(matcher.find(), answer);
      slowest = Math.max(slowest, Long.parseLong(matcher.group(1)));
    }
    return slowest;
  }

  @Test
  void findCrossesARouterInBothDirectionsAndKnowsWhoDied() throws InterruptedException {
    try (Namespaces hosts = Subnets.make()) {
      start(hosts, "one-1", "gate-1", PORT, SEEDS);
      start(hosts, "two-1", "gate-2", PORT, SEEDS);
      String[] aboutAlpha = {"name=alpha", "id=alpha", "type=alpha.Work"};
      String[] aboutBeta = {"name=beta", "id=beta", "type=beta.Work"};
      JavaProcess alpha = start(hosts, "one-2", "alpha", 0, "agent", aboutBeta);
      JavaProcess beta = start(hosts, "two-2", "beta", 0, "agent", aboutAlpha);

      awaitFound(alpha, aboutBeta);
      awaitFound(beta, aboutAlpha);
      String found = alpha.awaitLine(alpha.lineCount(), "asked name=beta FOUND beta", PATIENCE);
      assertTrue(found.contains(" beta in "), found);

      long killedNs = System.nanoTime();
      beta.close();
      int before = alpha.lineCount();
      for (String question : aboutBeta) {
        alpha.awaitLine(before, "asked " + question + " NOT_FOUND", PATIENCE);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - killedNs);
      assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, "took " + took);
      end();
    }
  }

  @Test
  void noQuestionIsLostWhenAGatewayIsKilledAndAnotherIsThere() throws InterruptedException {
    try (Namespaces hosts = Subnets.make()) {
      JavaProcess first = start(hosts, "one-1", "gate-1", PORT, "10.81.2.11:5671");
      JavaProcess second = start(hosts, "one-2", "gate-1b", PORT, "gateway", "name=beta");
      start(hosts, "two-1", "gate-2", PORT, "gateway");
      start(hosts, "two-2", "beta", 0, "agent");
      JavaProcess alpha =
          start(hosts, "one-2", "alpha", 0, "agent", "name=beta", "type=beta.Work", "id=beta");
      alpha.awaitLine("peers 2", PATIENCE);
      awaitFound(alpha, "name=beta", "type=beta.Work", "id=beta");
      awaitFound(second, "name=beta");

      // Until the answers before are all good, the network is not yet what it is to be.
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                List<String> last = answers(alpha, 0);
                return last.size() > 30
                    && last.subList(last.size() - 30, last.size()).stream()
                        .allMatch(line -> line.contains(" FOUND "));
              });
      int before = alpha.lineCount();
      first.close();
      await().atMost(PATIENCE).until(() -> answers(alpha, before).size() >= 90);

      assertAllFound(answers(alpha, before));
      assertTrue(slowestMs(answers(alpha, before)) < 10_000, () -> "" + answers(alpha, before));
      end();
    }
  }

  @Test
  void seedsThatAreDownAtTheStartAreJoinedWhenTheyComeUp() throws InterruptedException {
    try (Namespaces hosts = Subnets.make()) {
      start(hosts, "one-1", "gate-1", PORT, "10.81.2.11:5671");
      JavaProcess alpha = start(hosts, "one-2", "alpha", 0, "agent", "name=beta");
      start(hosts, "two-2", "beta", 0, "agent");
      alpha.awaitLine("asked name=beta NO_NETWORK", PATIENCE);

      start(hosts, "two-1", "gate-2", PORT, "gateway");

      awaitFound(alpha, "name=beta");
      end();
    }
  }

  @Test
  void aLinkThatIsCutAndHealsIsCrossedAgain() throws InterruptedException {
    try (Namespaces hosts = Subnets.make()) {
      start(hosts, "one-1", "gate-1", PORT, SEEDS);
      start(hosts, "two-1", "gate-2", PORT, SEEDS);
      JavaProcess alpha = start(hosts, "one-2", "alpha", 0, "agent", "name=beta");
      JavaProcess beta = start(hosts, "two-2", "beta", 0, "agent", "name=alpha", "name=gate-2");
      awaitFound(alpha, "name=beta");
      awaitFound(beta, "name=alpha", "name=gate-2");

      Subnets.forward(hosts, false);
      int cut = alpha.lineCount();
      alpha.awaitLine(cut, "asked name=beta N", PATIENCE);
      // What is on the own side is found all the time.
      awaitFound(beta, "name=gate-2");
      int before = beta.lineCount();
      await()
          .atMost(Duration.ofSeconds(CUT_SECONDS + 40L))
          .pollDelay(Duration.ofSeconds(CUT_SECONDS))
          .until(() -> true);
      assertAllFound(
          answers(beta, before).stream().filter(line -> line.contains("gate-2")).toList());

      Subnets.forward(hosts, true);
      long healedNs = System.nanoTime();
      awaitFound(alpha, "name=beta");
      awaitFound(beta, "name=alpha");
      Duration took = Duration.ofNanos(System.nanoTime() - healedNs);
      assertTrue(took.compareTo(Duration.ofSeconds(15)) < 0, "took " + took);
      end();
    }
  }
}
