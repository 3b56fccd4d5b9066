package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.testkit.JavaProcess;
import pharos.testkit.Namespaces;

/** Agents on a network of both families, as most are: what they tell of each other first. */
class DualStackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<JavaProcess> started = new ArrayList<>();

  @AfterEach
  void closeAll() {
    started.forEach(JavaProcess::close);
  }

  private JavaProcess agent(Namespaces hosts, String host) {
    JavaProcess process =
        JavaProcess.start(
            hosts.on(host),
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            Main.class,
            "agent",
            "--events",
            "--name",
            host,
            "--offer",
            "Work." + host + "=7001");
    started.add(process);
    return process;
  }

  private static Namespaces lan(String... names) {
    Namespaces hosts = Namespaces.of(names);
    for (int i = 1; i < names.length; i++) {
      hosts.cable(names[0], "eth" + i, names[i], "eth0");
      hosts.ip(names[0], "link", "set", "eth" + i, "down");
    }
    hosts.ip(names[0], "link", "add", "br0", "type", "bridge");
    hosts.ip(names[0], "link", "set", "br0", "up");
    for (int i = 1; i < names.length; i++) {
      hosts.ip(names[0], "link", "set", "eth" + i, "master", "br0");
      hosts.ip(names[0], "link", "set", "eth" + i, "up");
      hosts.address(names[i], "eth0", "10.78.1." + i + "/24");
    }
    for (int i = 1; i < names.length; i++) {
      String host = names[i];
      // A link-local address can be used once nobody else is known to have it.
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                String all = hosts.ip(host, "-6", "address", "show", "dev", "eth0");
                return all.contains("scope link") && !all.contains("tentative");
              });
    }
    return hosts;
  }

  @Test
  void theFirstThatIsToldOfAPeerIsTheAddressThatEverybodyCanUse() throws InterruptedException {
    try (Namespaces hosts = lan("switch", "one", "two", "three", "four")) {
      List<JavaProcess> agents = new ArrayList<>();
      for (String name : List.of("one", "two", "three", "four")) {
        agents.add(agent(hosts, name));
      }
      for (JavaProcess each : agents) {
        await().atMost(PATIENCE).until(() -> lines(each, "\"event\":\"ARRIVED\"").size() == 3);
      }
      for (JavaProcess each : agents) {
        each.awaitLine("10.78.1", PATIENCE);
        for (String line : lines(each, "\"event\":\"ARRIVED\"")) {
          assertTrue(line.contains("\"addresses\":[\"10.78.1."), line);
          assertTrue(line.contains("\"endpoints\":[\"tcp://10.78.1."), line);
        }
        for (String name : List.of("one", "two", "three", "four")) {
          List<String> offers = lines(each, " " + name + " offers Work");
          assertTrue(offers.size() <= 1, offers::toString);
        }
        assertEquals(List.of(), lines(each, " WARN "));
        for (String line : lines(each, "fe80")) {
          assertTrue(!line.contains("fe80:0:") && !line.matches(".*fe80[^\"]*%[a-z].*"), line);
        }
      }
    }
  }

  private static List<String> lines(JavaProcess process, String text) {
    return process.lines().stream().filter(line -> line.contains(text)).toList();
  }
}
