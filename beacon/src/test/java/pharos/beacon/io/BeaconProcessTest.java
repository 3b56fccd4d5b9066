package pharos.beacon.io;

import static java.time.Duration.ofSeconds;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.beacon.io.BeaconSocketsTest.freePort;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.beacon.Beacon;
import pharos.testkit.JavaProcess;
import pharos.testkit.Namespaces;

/** Processes that find each other: on this host, and on hosts made of network namespaces. */
final class BeaconProcessTest {
  /** For a machine that does much else: starting a JVM, and IPv6 looking for duplicates. */
  private static final Duration PATIENCE = ofSeconds(60);

  private static final String PORT = String.valueOf(Beacon.PORT);
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void endAll() throws Exception {
    for (AutoCloseable last = opened.pollLast(); last != null; last = opened.pollLast()) {
      last.close();
    }
  }

  @Test
  void twoProcessesOnOneHostHearEachOther() throws Exception {
    String port = String.valueOf(freePort());
    JavaProcess alpha = keep(JavaProcess.start(BeaconNode.class, port, "alpha", "127.0.0.1"));
    JavaProcess beta = keep(JavaProcess.start(BeaconNode.class, port, "beta", "127.0.0.1"));
    alpha.awaitLine("heard beta from 127.0.0.1;", PATIENCE);
    beta.awaitLine("heard alpha from 127.0.0.1;", PATIENCE);
  }

  @Test
  void aProcessWithoutIpv6AndOneWithItHearEachOther() throws Exception {
    String port = String.valueOf(freePort());
    List<String> ipv4 = List.of("-Djava.net.preferIPv4Stack=true");
    JavaProcess alpha =
        keep(JavaProcess.start(List.of(), ipv4, BeaconNode.class, port, "alpha", "lo"));
    JavaProcess beta = keep(JavaProcess.start(BeaconNode.class, port, "beta", "lo"));
    alpha.awaitLine("heard beta from 127.0.0.1;", PATIENCE);
    beta.awaitLine("heard alpha from 127.0.0.1;", PATIENCE);
  }

  @Test
  void aHostWithTwoInterfacesIsHeardThroughBothInBothFamilies() throws Exception {
    Namespaces lan = keep(Namespaces.of("a", "b"));
    lan.cable("a", "eth0", "b", "b0");
    lan.cable("a", "eth1", "b", "b1");
    lan.address("a", "eth0", "10.1.0.1/24");
    lan.address("b", "b0", "10.1.0.2/24");
    lan.address("a", "eth1", "10.2.0.1/24");
    lan.address("b", "b1", "10.2.0.2/24");
    JavaProcess alpha = node(lan, "a", "alpha");
    JavaProcess beta = node(lan, "b", "beta");
    for (String from : List.of("10.1.0.1", "10.2.0.1", "IPv6%b0", "IPv6%b1")) {
      beta.awaitLine("heard alpha from " + from + ";", PATIENCE);
    }
    for (String from : List.of("10.1.0.2", "10.2.0.2", "IPv6%eth0", "IPv6%eth1")) {
      alpha.awaitLine("heard beta from " + from + ";", PATIENCE);
    }
  }

  /** A directed broadcast would leave by the first interface only. */
  @Test
  void twoInterfacesOnOneNetworkAreHeardEachOnItsOwnCable() throws Exception {
    Namespaces lan = keep(Namespaces.of("a", "b", "c"));
    lan.cable("a", "eth0", "b", "b0");
    lan.cable("a", "eth1", "c", "c0");
    lan.address("a", "eth0", "10.1.0.1/24");
    lan.address("a", "eth1", "10.1.0.2/24");
    lan.address("b", "b0", "10.1.0.11/24");
    lan.address("c", "c0", "10.1.0.12/24");
    JavaProcess alpha = node(lan, "a", "alpha", "0.0.0.0/0");
    JavaProcess beta = node(lan, "b", "beta", "0.0.0.0/0");
    JavaProcess gamma = node(lan, "c", "gamma", "0.0.0.0/0");
    beta.awaitLine("heard alpha from 10.1.0.1;", PATIENCE);
    gamma.awaitLine("heard alpha from 10.1.0.2;", PATIENCE);
    assertEquals(List.of(), linesWith(beta, "from 10.1.0.2;"));
    assertEquals(List.of(), linesWith(gamma, "from 10.1.0.1;"));
    assertEquals(List.of(), linesWith(alpha, "failed"));
  }

  @Test
  void anInterfaceThatGoesDownAndComesBackIsHeardAgain() throws Exception {
    Namespaces lan = keep(Namespaces.of("a", "b"));
    lan.cable("a", "eth0", "b", "b0");
    lan.address("a", "eth0", "10.1.0.1/24");
    lan.address("b", "b0", "10.1.0.2/24");
    JavaProcess alpha = node(lan, "a", "alpha");
    JavaProcess beta = node(lan, "b", "beta");
    awaitBothFamilies(alpha, beta, 0, 0);

    int alphaLines = alpha.lineCount();
    int betaLines = beta.lineCount();
    lan.ip("a", "link", "set", "eth0", "down");
    alpha.awaitLine(alphaLines, "came lo 127.0.0.1/8", PATIENCE);
    beta.awaitLine(betaLines, "came lo 127.0.0.1/8", PATIENCE);
    betaLines = beta.lineCount();
    beta.awaitLine(betaLines, "turn", PATIENCE);
    beta.awaitLine(beta.lineCount(), "turn", PATIENCE);
    alphaLines = alpha.lineCount();
    List<String> quiet = beta.lines();
    quiet = quiet.subList(betaLines, quiet.size());
    assertEquals(List.of(), quiet.stream().filter(l -> l.startsWith("heard")).collect(toList()));

    betaLines = beta.lineCount();
    lan.ip("a", "link", "set", "eth0", "up");
    awaitBothFamilies(alpha, beta, alphaLines, betaLines);
    alpha.awaitLine(alphaLines, "went lo 127.0.0.1/8", PATIENCE);
    assertTrue(alpha.isAlive() && beta.isAlive());
  }

  @Test
  void anInterfaceThatIsTakenAwayAndMadeAnewIsHeardAgain() throws Exception {
    Namespaces lan = keep(Namespaces.of("a", "b"));
    lan.cable("a", "eth0", "b", "b0");
    JavaProcess alpha = node(lan, "a", "alpha");
    JavaProcess beta = node(lan, "b", "beta");
    beta.awaitLine("heard alpha from IPv6%b0;", PATIENCE);

    int alphaLines = alpha.lineCount();
    lan.ip("a", "link", "delete", "eth0");
    alpha.awaitLine(alphaLines, "went eth0", PATIENCE);
    alphaLines = alpha.lineCount();
    int betaLines = beta.lineCount();
    lan.cable("a", "eth0", "b", "b0");
    lan.address("a", "eth0", "10.1.0.1/24");
    lan.address("b", "b0", "10.1.0.2/24");
    awaitBothFamilies(alpha, beta, alphaLines, betaLines);
  }

  @Test
  void foreignBeaconsShareThePortAndAreCounted() throws Exception {
    Namespaces lan = keep(Namespaces.of("a", "b"));
    lan.cable("a", "eth0", "b", "b0");
    lan.address("a", "eth0", "10.1.0.1/24");
    lan.address("b", "b0", "10.1.0.2/24");
    JavaProcess alpha = node(lan, "a", "alpha");
    alpha.awaitLine("ready", PATIENCE);
    JavaProcess foreignA = foreigner(lan, "a", "zalpha");
    JavaProcess foreignB = foreigner(lan, "b", "zbeta");
    foreignB.awaitLine("ready", PATIENCE);
    JavaProcess beta = node(lan, "b", "beta");

    alpha.awaitLine("heard beta from 10.1.0.2;", PATIENCE);
    beta.awaitLine("heard alpha from 10.1.0.1;", PATIENCE);
    foreignA.awaitLine("heard ZRE zbeta;", PATIENCE);
    foreignB.awaitLine("heard ZRE zalpha;", PATIENCE);
    alpha.awaitLine("rejected FOREIGN 3", PATIENCE);
    beta.awaitLine("rejected FOREIGN 3", PATIENCE);
    assertEquals(List.of(), linesWith(foreignA, "Exception"));
    assertEquals(List.of(), linesWith(foreignB, "Exception"));
  }

  /** The address appears after the probes have begun, so nothing is known at once. */
  @Test
  void aTcpProbeWaitsAndThenTellsAListenerFromADeadPort() throws Exception {
    Namespaces lan = keep(Namespaces.of("a", "b"));
    lan.cable("a", "eth0", "b", "b0");
    lan.address("a", "eth0", "10.1.0.1/24");
    JavaProcess listener =
        keep(JavaProcess.start(lan.on("b"), List.of(), ProbeNode.class, "listen", PORT));
    listener.awaitLine("ready", PATIENCE);
    JavaProcess live = prober(lan, PORT);
    JavaProcess dead = prober(lan, "9");
    live.awaitLine("PENDING", PATIENCE);
    dead.awaitLine("PENDING", PATIENCE);
    lan.address("b", "b0", "10.1.0.2/24");
    live.awaitLine("ANSWERED", PATIENCE);
    dead.awaitLine("REFUSED", PATIENCE);
  }

  private JavaProcess prober(Namespaces lan, String port) {
    return keep(
        JavaProcess.start(lan.on("a"), List.of(), ProbeNode.class, "probe", "10.1.0.2", port));
  }

  private static void awaitBothFamilies(
      JavaProcess alpha, JavaProcess beta, int alphaLines, int betaLines) throws Exception {
    beta.awaitLine(betaLines, "heard alpha from 10.1.0.1;", PATIENCE);
    beta.awaitLine(betaLines, "heard alpha from IPv6%b0;", PATIENCE);
    alpha.awaitLine(alphaLines, "heard beta from 10.1.0.2;", PATIENCE);
    alpha.awaitLine(alphaLines, "heard beta from IPv6%eth0;", PATIENCE);
  }

  private static List<String> linesWith(JavaProcess process, String text) {
    return process.lines().stream().filter(line -> line.contains(text)).collect(toList());
  }

  private JavaProcess node(Namespaces lan, String host, String name, String... selectors) {
    String[] arguments = new String[selectors.length + 2];
    arguments[0] = PORT;
    arguments[1] = name;
    System.arraycopy(selectors, 0, arguments, 2, selectors.length);
    return keep(JavaProcess.start(lan.on(host), List.of(), BeaconNode.class, arguments));
  }

  private JavaProcess foreigner(Namespaces lan, String host, String name) {
    return keep(
        JavaProcess.start(lan.on(host), List.of(), ForeignNode.class, PORT, name, "10.1.0.255"));
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.addLast(resource);
    return resource;
  }
}
