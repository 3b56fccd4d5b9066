package pharos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.testkit.JavaProcess;
import pharos.testkit.Namespaces;

/** Programs in JVMs of their own, on this host and on hosts made of network namespaces. */
class AgentProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final List<JavaProcess> started = new ArrayList<>();
  private final int beaconPort = freePort();

  @AfterEach
  void end() {
    started.forEach(JavaProcess::close);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private JavaProcess start(List<String> before, String name, String... interfaces) {
    List<String> arguments = new ArrayList<>(List.of(name, "" + beaconPort));
    arguments.addAll(List.of(interfaces));
    JavaProcess process =
        JavaProcess.start(before, List.of(), AgentNode.class, arguments.toArray(String[]::new));
    started.add(process);
    return process;
  }

  @Test
  void threeProgramsOfOneHostFindEachOtherAndSeeOneKilled() throws InterruptedException {
    JavaProcess alpha = start(List.of(), "alpha", "127.0.0.0/8");
    JavaProcess beta = start(List.of(), "beta", "127.0.0.0/8");
    JavaProcess gamma = start(List.of(), "gamma", "127.0.0.0/8");
    alpha.awaitLine("ARRIVED beta [beta.Work at tcp://127.0.0.1:7001]", PATIENCE);
    alpha.awaitLine("ARRIVED gamma [gamma.Work at tcp://127.0.0.1:7001]", PATIENCE);
    beta.awaitLine("peers 2", PATIENCE);
    gamma.awaitLine("peers 2", PATIENCE);

    gamma.close();

    alpha.awaitLine("GONE gamma CRASHED", PATIENCE);
    beta.awaitLine("GONE gamma CRASHED", PATIENCE);
  }

  @Test
  void threeHostsFindEachOtherAndSeeOneWhoseCableIsPulled() throws InterruptedException {
    try (Namespaces hosts = Namespaces.of("switch", "one", "two", "three")) {
      hosts.ip("switch", "link", "add", "br0", "type", "bridge");
      hosts.ip("switch", "link", "set", "br0", "up");
      int number = 1;
      for (String host : List.of("one", "two", "three")) {
        hosts.cable(host, "eth0", "switch", host);
        hosts.ip("switch", "link", "set", host, "master", "br0");
        hosts.address(host, "eth0", "10.77.1." + number++ + "/24");
      }
      JavaProcess one = start(hosts.on("one"), "alpha");
      JavaProcess two = start(hosts.on("two"), "beta");
      JavaProcess three = start(hosts.on("three"), "gamma");
      for (JavaProcess process : List.of(one, two, three)) {
        process.awaitLine("peers 2", PATIENCE);
      }
      String met = one.awaitLine("ARRIVED gamma", PATIENCE);
      assertTrue(met.contains("gamma.Work at tcp://"), met);

      int before = one.lineCount();
      int cutOff = three.lineCount();
      hosts.ip("switch", "link", "set", "three", "down");
      String gone = one.awaitLine(before, "GONE gamma", PATIENCE);
      assertFalse(gone.contains("LEFT"), gone);
      two.awaitLine("GONE gamma", PATIENCE);

      before = one.lineCount();
      hosts.ip("switch", "link", "set", "three", "up");
      one.awaitLine(before, "ARRIVED gamma", PATIENCE);
      three.awaitLine(cutOff, "isolated true", PATIENCE);
      three.awaitLine(cutOff, "isolated false", PATIENCE);
      List<String> told = three.lines().subList(cutOff, three.lineCount());
      assertFalse(told.stream().anyMatch(line -> line.startsWith("GONE")), told::toString);
      end();
    }
  }

  /** Two of a subnet with a switch between them; one comes up while both run. */
  @Test
  void aLinkThatComesUpIsUsedSoon() throws InterruptedException {
    try (Namespaces hosts = Namespaces.of("one", "two")) {
      hosts.cable("one", "eth0", "two", "eth0");
      hosts.address("one", "eth0", "10.77.1.1/24");
      JavaProcess one = start(hosts.on("one"), "alpha", "10.0.0.0/8");
      JavaProcess two = start(hosts.on("two"), "beta", "10.0.0.0/8");
      one.awaitLine("peers 0", PATIENCE);
      two.awaitLine("peers 0", PATIENCE);

      long begunNs = System.nanoTime();
      hosts.address("two", "eth0", "10.77.1.2/24");
      one.awaitLine("ARRIVED beta", PATIENCE);
      System.out.printf("a link was used after %d ms%n", (System.nanoTime() - begunNs) / 1_000_000);
      two.awaitLine("ARRIVED alpha", PATIENCE);
      end();
    }
  }

  /** As in a container of Docker. */
  @Test
  void aHostWithoutIpv6Works() throws Exception {
    try (Namespaces hosts = Namespaces.of("one")) {
      List<String> off = new ArrayList<>(hosts.on("one"));
      off.addAll(List.of("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"));
      assertEquals(0, new ProcessBuilder(off).start().waitFor());
      JavaProcess one = start(hosts.on("one"), "alpha");
      start(hosts.on("one"), "beta");
      one.awaitLine("ARRIVED beta", PATIENCE);
      end();
    }
  }

  /** Two addresses of two families: one peer. */
  @Test
  void hostsThatShareOnlyIpv6FindEachOther() throws InterruptedException {
    try (Namespaces hosts = Namespaces.of("one", "two")) {
      hosts.cable("one", "eth0", "two", "eth0");
      JavaProcess one = start(hosts.on("one"), "alpha", "fe80::/10");
      JavaProcess two = start(hosts.on("two"), "beta", "fe80::/10");

      String met = one.awaitLine("ARRIVED beta", PATIENCE);
      assertTrue(met.contains("tcp://[fe80:"), met);
      two.awaitLine("ARRIVED alpha", PATIENCE);
      end();
    }
  }
}
