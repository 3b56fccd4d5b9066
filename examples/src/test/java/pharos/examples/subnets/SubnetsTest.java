package pharos.examples.subnets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.examples.Trial.PATIENCE;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.examples.alpha.Main;
import pharos.testkit.JavaProcess;
import pharos.testkit.Namespaces;

/** Two subnets, 10.79.1.0/24 on the left and 10.79.2.0/24 on the right, with a switch each. */
class SubnetsTest {
  private final List<JavaProcess> started = new ArrayList<>();

  @AfterEach
  void endAll() {
    started.forEach(JavaProcess::close);
  }

  /** Both switches are bridges of one host, which routes between the two only if it is told to. */
  private static Namespaces subnets(String... hosts) {
    List<String> all = new ArrayList<>(List.of(hosts));
    all.add("router");
    Namespaces subnets = Namespaces.of(all.toArray(String[]::new));
    for (String bridge : List.of("left", "right")) {
      subnets.ip("router", "link", "add", bridge, "type", "bridge");
      subnets.ip("router", "link", "set", bridge, "up");
    }
    return subnets;
  }

  /** Puts a host on a side, with an interface of that side's name. */
  private static void plug(Namespaces subnets, String host, String side, int number) {
    String port = side.charAt(0) + "-" + host;
    subnets.cable(host, side, "router", port);
    subnets.ip("router", "link", "set", port, "master", side);
    subnets.address(host, side, address(side, number) + "/24");
  }

  private static String address(String side, int number) {
    return "10.79." + (side.equals("left") ? 1 : 2) + "." + number;
  }

  private static void route(Namespaces subnets, String host, String side) {
    subnets.ip(host, "route", "add", "default", "via", address(side, 1));
  }

  private JavaProcess start(Namespaces subnets, Class<?> main, String host, String... more) {
    List<String> options = new ArrayList<>(List.of("--name=" + host, "--port=5671"));
    options.addAll(List.of(more));
    JavaProcess process =
        JavaProcess.start(subnets.on(host), List.of(), main, options.toArray(String[]::new));
    started.add(process);
    return process;
  }

  private JavaProcess alpha(Namespaces subnets, String host) {
    return start(subnets, Main.class, host, "--call-every=0.3");
  }

  /** As in the containers. */
  @Test
  void aGatewayWithAnInterfaceInEachTellsOneSideOfTheOther() throws InterruptedException {
    try (Namespaces subnets = subnets("ada", "bob", "gate")) {
      plug(subnets, "ada", "left", 11);
      plug(subnets, "bob", "right", 12);
      plug(subnets, "gate", "left", 2);
      plug(subnets, "gate", "right", 2);
      JavaProcess ada = alpha(subnets, "ada");
      JavaProcess bob = alpha(subnets, "bob");
      start(subnets, Gateway.class, "gate");

      ada.awaitLine("bob is on the other side, told by gate", PATIENCE);
      bob.awaitLine("ada is on the other side, told by gate", PATIENCE);
      // Where it is, is known, and no route leads there.
      String unanswered = ada.awaitLine("Alpha.Quotes of bob at tcp://10.79.2.12:", PATIENCE);
      assertTrue(unanswered.endsWith(": no answer"), unanswered);
      assertTrue(ada.lines().stream().noneMatch(line -> line.contains("bob offers")));

      bob.close();
      ada.awaitLine("bob is seen on the other side no more", PATIENCE);
      endAll();
    }
  }

  @Test
  void twoGatewaysAndASeedJoinSubnetsThatARouterConnects() throws Exception {
    try (Namespaces subnets = subnets("ada", "bob", "gate-l", "gate-r")) {
      for (String side : List.of("left", "right")) {
        subnets.address("router", side, address(side, 1) + "/24");
      }
      List<String> forward = new ArrayList<>(subnets.on("router"));
      forward.addAll(List.of("sysctl", "-qw", "net.ipv4.ip_forward=1"));
      assertEquals(0, new ProcessBuilder(forward).start().waitFor());
      plug(subnets, "ada", "left", 11);
      plug(subnets, "gate-l", "left", 2);
      plug(subnets, "bob", "right", 12);
      plug(subnets, "gate-r", "right", 2);
      route(subnets, "ada", "left");
      route(subnets, "gate-l", "left");
      route(subnets, "bob", "right");
      route(subnets, "gate-r", "right");
      JavaProcess ada = alpha(subnets, "ada");
      JavaProcess bob = alpha(subnets, "bob");
      start(subnets, Gateway.class, "gate-l");
      start(subnets, Gateway.class, "gate-r", "--seeds=" + address("left", 2) + ":5671");

      ada.awaitLine("bob is on the other side, told by gate-r", PATIENCE);
      bob.awaitLine("ada is on the other side, told by gate-l", PATIENCE);
      // No beacon crosses the router, but a connection does.
      ada.awaitLine("Alpha.Quotes of bob: ropes at ", PATIENCE);
      bob.awaitLine("Alpha.Quotes of ada: ropes at ", PATIENCE);
      assertTrue(ada.lines().stream().noneMatch(line -> line.contains("bob offers")));
      endAll();
    }
  }
}
