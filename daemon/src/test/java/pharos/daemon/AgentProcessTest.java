package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.testkit.JavaProcess;
import pharos.testkit.Namespaces;

/** Agents as a user starts them, in processes of their own, on the loopback. */
class AgentProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Agents agents = new Agents();

  @AfterEach
  void closeAll() {
    agents.close();
  }

  @Test
  void theLogTellsTheStoryWithoutNamesOfClasses() throws InterruptedException {
    Program alpha =
        agents.start("--name", "alpha", "--service", "Alpha", "--offer", "Alpha.Orders=7001", "-v");
    alpha.awaitErr("alpha (Alpha) is ");
    Program beta =
        agents.start("--name", "beta", "--offer", "Web=8080,protocol=http,version=2", "-v");

    alpha.awaitErr("beta offers Web at http://127.0.0.1:8080");
    beta.awaitErr("alpha offers Alpha.Orders at tcp://127.0.0.1:7001");
    beta.terminate();
    alpha.awaitErr("beta left");

    assertEquals(0, beta.awaitEnd());
    assertEquals(1, beta.err().stream().filter(it -> it.contains("says goodbye")).count());
    List<String> all = new ArrayList<>(alpha.err());
    all.addAll(beta.err());
    assertTrue(all.stream().anyMatch(it -> it.contains("for capabilities")), all::toString);
    assertTrue(all.stream().anyMatch(it -> it.contains("connecting to ")), all::toString);
    for (String line : all) {
      assertTrue(line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} [^.]*( .*)?"), line);
      assertFalse(line.contains("WARN") || line.contains("pharos."), line);
    }
    assertEquals(List.of(), alpha.out(), "standard output is for scripts");
  }

  @Test
  void peersListsThemAsATableAndAsJson() {
    agents
        .start(
            "--name",
            "alpha",
            "--service",
            "Alpha",
            "--offer",
            "Alpha.Orders=7001",
            "--http",
            "off")
        .awaitErr("alpha (Alpha) is ");
    String[] peers = {"peers", "--loopback", "--beacon-port", agents.beaconPort};

    await()
        .untilAsserted(
            () -> {
              Ran table = Ran.of(peers);
              assertEquals(0, table.code(), table::toString);
              List<String> lines = table.out().lines().toList();
              assertEquals(
                  "NAME   ID    SERVICE  STATE  ADDRESSES  OFFERS             STARTED",
                  lines.get(0));
              assertTrue(
                  lines
                      .get(1)
                      .matches(
                          "alpha  [a-z]{4}  Alpha    alive  127\\.0\\.0\\.1  Alpha\\.Orders:7001 "
                              + " \\d\\d:\\d\\d:\\d\\d"),
                  lines::toString);
              assertEquals(2, lines.size());
              assertTrue(table.err().startsWith("pharos peers: listened for "), table::toString);
            });
    Ran json = Ran.of("peers", "--loopback", "--beacon-port", agents.beaconPort, "--json", "--all");
    assertEquals(0, json.code(), json::toString);
    assertTrue(json.out().startsWith("{\"peers\":[{\"id\":\""), json::toString);
    assertTrue(json.out().contains("\"endpoints\":[\"tcp://127.0.0.1:7001\"]"), json::toString);
  }

  @Test
  void httpTellsOfThePeersAndOfItsHealthUntilTheEnd() throws Exception {
    Program alpha = agents.start("--name", "alpha", "--http", "0");
    String url = alpha.http() + "/v1/peers";
    agents.start("--name", "beta", "--offer", "Work=7002");
    alpha.awaitErr("beta offers Work at tcp://127.0.0.1:7002");

    String document = get(url);
    assertTrue(document.startsWith("{\"peers\":[{\"id\":\""), document);
    assertTrue(document.contains("\"name\":\"beta\""), document);
    assertTrue(document.contains("\"endpoints\":[\"tcp://127.0.0.1:7002\"]"), document);

    String bare = url.substring(0, url.indexOf("/v1"));
    assertEquals(new Ran(0, "ok" + System.lineSeparator(), ""), Ran.of("health", bare));
    Ran wrong = Ran.of("health", bare + "/v2");
    assertEquals(1, wrong.code());
    assertTrue(
        wrong
            .err()
            .startsWith("pharos health: " + bare + "/v2 answers 404: no resource '/v2'; there is "),
        wrong::toString);

    alpha.terminate();
    assertEquals(0, alpha.awaitEnd());
    assertEquals(1, Ran.of("health", bare).code());
  }

  @Test
  void theClassesOfHttpAreLoadedForHttpAlone() throws InterruptedException {
    List<String> logged = List.of("-Xlog:class+load:stdout");
    Program without = agents.startIn(logged, "--seconds", "0", "--http", "off");
    assertEquals(0, without.awaitEnd(), () -> without.err().toString());
    assertTrue(without.out().stream().anyMatch(it -> it.contains("pharos.agent.Agent ")));
    assertEquals(
        List.of(), without.out().stream().filter(it -> it.contains("org.eclipse")).toList());

    Program with = agents.startIn(logged, "--seconds", "0");
    assertEquals(0, with.awaitEnd(), () -> with.err().toString());
    assertTrue(with.out().stream().anyMatch(it -> it.contains("org.eclipse.jetty.server")));
  }

  @Test
  void eventsAreLinesOfJsonForAScript() throws InterruptedException {
    Program alpha = agents.start("--name", "alpha", "--events", "-v");
    alpha.awaitErr("alpha is ");
    Program beta = agents.start("--name", "be\"ta");
    alpha.awaitErr("be\"ta offers nothing");
    beta.kill();
    alpha.awaitErr("be\"ta crashed");
    alpha.terminate();
    assertEquals(0, alpha.awaitEnd());

    List<String> out = alpha.out();
    assertTrue(out.stream().allMatch(it -> it.startsWith("{\"at\":\"20") && it.endsWith("}")));
    assertEquals(1, count(out, "\"event\":\"STARTED\",\"peer\":{"), out::toString);
    assertEquals(1, count(out, "\"event\":\"ARRIVED\",\"peer\":{"), out::toString);
    assertEquals(1, count(out, "\"event\":\"GONE\",\"reason\":\"CRASHED\","), out::toString);
    assertEquals(1, count(out, "\"told\":\"be\\\"ta crashed\"}"), out::toString);
  }

  @Test
  void aGatewaySaysThatItIsOneAndHowToJoinIt() throws InterruptedException {
    Program gate = agents.start("--name", "gate", "--gateway");
    gate.awaitErr("gate is a gateway: other networks join it with --seed HOST:");
    String line = gate.err().stream().filter(it -> it.contains("--seed HOST:")).findAny().get();
    String seed = "127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1);
    Program there = agents.start("--name", "there", "--seed", seed, "--no-presence");
    there.awaitErr("there is a gateway that joins " + seed + ": other networks join it with");
    gate.terminate();
    assertEquals(0, gate.awaitEnd());
    assertEquals(List.of(), gate.err().stream().filter(it -> it.contains("there offers")).toList());
  }

  @Test
  void namesComeAsUtf8WhateverTheLocale() throws InterruptedException {
    AgentBuilder named =
        Agent.builder()
            .name("Zürich")
            .loopback(true)
            .beaconPort(Integer.parseInt(agents.beaconPort));
    try (Agent zurich = named.start()) {
      Program alpha = agents.start("--events");
      alpha.awaitErr("Zürich offers nothing");
      alpha.terminate();
      assertEquals(0, alpha.awaitEnd());
      assertEquals(
          1, count(alpha.out(), "\"ARRIVED\",\"peer\":{\"id\":\"" + zurich.self().id().toBase64()));
      assertTrue(count(alpha.out(), "\"name\":\"Zürich\"") > 0, () -> alpha.out().toString());
    }
  }

  private static long count(List<String> lines, String text) {
    return lines.stream().filter(line -> line.contains(text)).count();
  }

  @Test
  void itEndsWithTheProgramThatStartedIt() throws Exception {
    Program alpha = agents.start("--name", "alpha", "--until-eof");
    alpha.awaitErr("alpha is ");
    alpha.process().getOutputStream().close();
    assertEquals(0, alpha.awaitEnd());
    assertTrue(alpha.err().stream().anyMatch(it -> it.contains("says goodbye")));
  }

  private static String get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /**
   * Its broadcasts leave and none comes back, as behind a firewall that rejects UDP: here the
   * system does not know that the address is one for everybody.
   */
  @Test
  void whereBroadcastsDoNotArriveAnAgentSaysSoOnce() throws InterruptedException {
    try (Namespaces hosts = Namespaces.of("one", "two")) {
      hosts.cable("one", "eth0", "two", "eth0");
      hosts.address("one", "eth0", "10.77.1.1/24");
      hosts.ip(
          "one", "route", "delete", "broadcast", "10.77.1.255", "dev", "eth0", "table", "local");
      JavaProcess one =
          JavaProcess.start(
              hosts.on("one"),
              List.of(),
              Main.class,
              "agent",
              "--name",
              "alpha",
              "--beacon-port",
              agents.beaconPort,
              "--interface",
              "10.0.0.0/8");

      one.awaitLine("not even our own broadcasts arrive", PATIENCE);
      hosts.ip(
          "one",
          "route",
          "add",
          "broadcast",
          "10.77.1.255",
          "dev",
          "eth0",
          "table",
          "local",
          "scope",
          "link",
          "src",
          "10.77.1.1");
      one.awaitLine("broadcasts arrive at UDP port " + agents.beaconPort + " again", PATIENCE);
      long told = one.lines().stream().filter(line -> line.contains("not even our own")).count();
      assertEquals(1, told);
      one.close();
    }
  }
}
