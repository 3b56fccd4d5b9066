package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;

/** Networks that hear nothing of each other, each by a beacon port of its own; TCP crosses. */
class PastTheSubnetTest {
  private final int here = Ports.udp();
  private final int there = Ports.udp();
  private final List<AutoCloseable> started = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable it : started) {
      it.close();
    }
  }

  private Agent start(int network, String name, AgentBuilder builder) {
    Agent agent = builder.name(name).loopback(true).beaconPort(network).start();
    started.add(agent);
    return agent;
  }

  /** Two networks, each with a gateway and one agent; returns where a seed finds the first. */
  private String twoNetworks() {
    Agent gate = start(here, "gate-here", Agent.builder().gateway(true));
    String seed = "127.0.0.1:" + gate.port();
    Agent other = start(there, "gate-there", Agent.builder().seeds(seed));
    start(here, "alpha-1", Agent.builder().service("Alpha").offer("Alpha.Orders", 7001));
    start(there, "beta-1", Agent.builder().service("Beta").offer("Beta.Orders", 7002));
    await().until(() -> gate.peers().size() == 1 && other.peers().size() == 1);
    await().until(() -> gate.find("beta-1").get(20, TimeUnit.SECONDS).isFound());
    await().until(() -> gate.browse("Beta").get(20, TimeUnit.SECONDS).isFound());
    return seed;
  }

  private static String[] command(int network, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--loopback", "--beacon-port", String.valueOf(network)));
    return all.toArray(String[]::new);
  }

  private static Ran run(int network, String... args) {
    return Ran.of(command(network, args));
  }

  private static void assertFailed(String message, Ran ran) {
    assertEquals(1, ran.code(), ran::toString);
    assertEquals("", ran.out());
    assertEquals(1, ran.err().lines().count(), ran::toString);
    assertTrue(ran.err().contains(message), ran::toString);
  }

  @Test
  void findTellsWhoIsOnAnotherNetwork() {
    String seed = twoNetworks();

    Ran ran = run(here, "find", "beta-1");
    assertEquals(0, ran.code(), ran::toString);
    List<String> lines = ran.out().lines().toList();
    assertEquals("NAME    SITE        ADDRESSES  OFFERS            AGE", lines.get(0));
    assertTrue(
        lines.get(1).matches("beta-1  gate-there  127\\.0\\.0\\.1  Beta\\.Orders:7002  \\d+s"),
        ran::toString);
    assertTrue(ran.out().contains("told by the gateway gate-there"), ran::toString);

    Ran json = run(here, "find", "beta-1", "--json");
    assertTrue(
        json.out().contains("\"source\":\"GATEWAY\",\"site\":\"gate-there\""), json::toString);
    assertEquals(1, json.out().lines().count());

    Ran nobody = run(here, "find", "nobody");
    assertFailed("pharos find: nobody knows 'nobody'", nobody);
    Ran seeded = run(Ports.udp(), "find", "beta-1", "--seed", seed);
    assertTrue(seeded.out().contains("beta-1  gate-there"), seeded::toString);
  }

  @Test
  void whoIsOnThisNetworkIsFoundWithoutASite() {
    twoNetworks();
    // A gateway may know it before this command has heard it.
    await()
        .untilAsserted(
            () -> {
              Ran ran = run(here, "find", "alpha-1");
              assertTrue(ran.out().contains("alpha-1  -     127.0.0.1"), ran::toString);
              Ran json = run(here, "find", "alpha-1", "--json");
              assertFalse(json.out().contains("\"site\""), json::toString);
            });
  }

  @Test
  void browseListsAllOfAServiceAndOfAType() {
    twoNetworks();
    assertTrue(run(there, "browse", "Alpha").out().contains("alpha-1  gate-here"));
    Ran json = run(here, "browse", "Beta.Orders", "--json");
    assertEquals(0, json.code(), json::toString);
    assertTrue(json.out().contains("\"endpoints\":[\"tcp://127.0.0.1:7002\"]"), json::toString);
    assertFailed("pharos browse: nobody knows 'Gamma'", run(here, "browse", "Gamma"));
    Ran none = run(here, "browse", "Gamma", "--json");
    assertEquals(1, none.code(), none::toString);
    assertTrue(none.out().startsWith("{\"peers\":[]"), "a script reads a list: " + none);
  }

  @Test
  void withoutAGatewayThisNetworkIsAllThereIs() {
    assertFailed(
        "'beta-1' is not on this network, and no gateway to others was heard within 100 ms",
        run(here, "find", "beta-1", "--wait", "100ms"));
    start(here, "beta-1", Agent.builder().service("Beta"));
    start(here, "beta-2", Agent.builder().service("Beta"));
    Ran found = run(here, "find", "beta-1");
    assertTrue(found.out().contains("beta-1  -     127.0.0.1"), found::toString);
    Ran both = run(here, "browse", "Beta");
    assertTrue(both.out().contains("beta-1") && both.out().contains("beta-2"), both::toString);
    assertFailed(
        "no gateway was heard within 100 ms",
        run(here, "register", "me", "--endpoint", "tcp://a:1", "--wait", "100ms"));
    String nowhere = "127.0.0.1:" + Ports.tcp();
    assertFailed(
        "nobody answered at " + nowhere + " within 300 ms",
        run(there, "find", "beta-1", "--seed", nowhere, "--wait", "300ms"));
  }

  @Test
  void whoIsHeardALittleLaterIsFoundToo() {
    Agent agent = start(here, "me", Agent.builder());
    start(here, "beta-1", Agent.builder().service("Beta"));
    await().until(() -> agent.peers().size() == 1);
    AtomicInteger calls = new AtomicInteger();

    Finding finding =
        new Visit()
            .ask(
                agent,
                it -> {
                  if (calls.incrementAndGet() == 2) {
                    start(here, "beta-2", Agent.builder().service("Beta"));
                    await().until(() -> agent.peers().size() == 2);
                  }
                  return it.browse("Beta");
                });

    assertEquals(2, finding.peers().size(), finding::toString);
  }

  @Test
  void aContactIsFoundByItsTextOrItsBytesAndNothingGuesses() throws Exception {
    twoNetworks();
    Agent gate = (Agent) started.get(0);
    for (String text : List.of("receptionist", "alpha-one", "Zm9v")) {
      Contact contact =
          Contact.of(ContactId.ofText(text), "tcp://10.0.0.1:1")
              .withData(ContactData.ofText("{\"is\":\n\"" + text + "\"}"));
      gate.register(contact).get(20, TimeUnit.SECONDS);
      Ran ran = run(there, "find", text);
      assertTrue(ran.out().startsWith("CONTACT    '" + text + "'\n"), ran::toString);
      assertTrue(ran.out().contains("ENDPOINTS  tcp://10.0.0.1:1\n"), ran::toString);
      Ran json = run(there, "find", text, "--json");
      assertTrue(json.out().contains("\"text\":\"" + text + "\""), json::toString);
      assertTrue(json.out().contains("\"data\":{\"is\": \"" + text + "\"}"), json::toString);
    }
    assertFailed("nobody knows 'foo'", run(there, "find", "--base64", "Zm9v"));
    Ran bytes = run(there, "find", "--base64", "Wm05dg==");
    assertTrue(bytes.out().startsWith("CONTACT    'Zm9v'\n"), bytes::toString);

    Contact odd =
        Contact.of(ContactId.ofText("odd"), "tcp://a:1")
            .withData(ContactData.ofText("\u001b[2J no JSON"));
    gate.register(odd).get(20, TimeUnit.SECONDS);
    assertTrue(run(here, "find", "odd").out().contains("DATA       \\u001B[2J no JSON\n"));
    assertTrue(run(here, "find", "odd", "--json").out().contains("\"data64\":\"G1sySiBubyBKU09O"));
  }

  @Test
  void registerAnnouncesAsLongAsItRunsAndWithdraws() throws Exception {
    twoNetworks();
    Path data = Files.writeString(folder.resolve("data.json"), "{\"room\":12}\n");
    Program program =
        Program.start(
            command(here, "register", "desk", "--endpoint", "tcp://a:1", "--data", "@" + data));
    started.add(program);
    await().until(() -> !program.out().isEmpty() || !program.process().isAlive());
    assertTrue(
        program.out().toString().matches("\\['desk' is registered, held by \\d+ nodes]"),
        () -> program.out() + " " + program.err());
    Ran ran = run(there, "find", "desk");
    assertTrue(ran.out().contains("DATA       {\"room\":12}\n"), ran::toString);

    program.terminate();
    assertEquals(0, program.awaitEnd(), () -> program.err().toString());
    assertFailed("nobody knows 'desk'", run(there, "find", "desk"));

    Ran soon =
        run(here, "register", "Zm9v", "--base64", "--endpoint", "tcp://a:1", "--seconds", "0");
    assertEquals(0, soon.code(), soon::toString);
    assertTrue(soon.out().startsWith("'foo' is registered, held by "), soon::toString);
    assertFailed("nobody knows 'foo'", run(there, "find", "foo"));
  }

  @Test
  void aGatewayThatIsAloneKeepsAContactAndASeedIsAGatewayToo() {
    Agent gate = start(here, "gate", Agent.builder().gateway(true));
    String[] register = {"register", "desk", "--data", "1", "--seconds", "0"};

    Ran alone = run(here, register);
    assertEquals(0, alone.code(), alone::toString);
    assertEquals("'desk' is registered, held by a gateway that has no others yet", line(alone));

    String[] seeded = Arrays.copyOf(register, register.length + 2);
    seeded[register.length] = "--seed";
    seeded[register.length + 1] = "127.0.0.1:" + gate.port();
    Ran node = run(there, seeded);
    assertEquals(0, node.code(), node::toString);
    assertTrue(line(node).startsWith("'desk' is registered, held by 1 node"), node::toString);

    assertFailed("'pharos:x' was refused", run(here, "register", "pharos:x", "--data", "1"));
    assertFailed("a gateway refused to look for 'pharos:x'", run(here, "find", "pharos:x"));
  }

  @Test
  void twoDaemonsAsGatewaysMergeTheWorkersOfTheirNetworks() {
    String port = String.valueOf(Ports.tcp());
    String[] set = {"--arbiter", "grow-only-set", "--k", "8", "--alpha", "3", "--cache", "off"};
    run("is a gateway", here, set, "agent", "--name", "gate-here", "--gateway", "--port", port);
    run("joins 127.0.0.1", there, set, "agent", "--name", "there", "--seed", "127.0.0.1:" + port);
    String[] none = {};
    run("is registered", here, none, "register", "workerService", "--data", "[\"worker-1\"]");
    run("is registered", there, none, "register", "workerService", "--data", "[\"worker-2\"]");
    for (int network : new int[] {here, there}) {
      await()
          .untilAsserted(
              () -> {
                Ran ran = run(network, "find", "workerService", "--json");
                assertTrue(
                    ran.out().contains("\"data\":[\"worker-1\",\"worker-2\"]"), ran::toString);
              });
    }
  }

  @Test
  void anAgentThatIsWideTellsWhoIsOnAnotherNetwork() {
    twoNetworks();
    Program program = Program.start(command(here, "agent", "--wide", "Beta.Orders", "--events"));
    started.add(program);
    await()
        .until(
            () ->
                program.out().stream()
                    .anyMatch(
                        it -> it.contains("ARRIVED") && it.contains("\"site\":\"gate-there\"")));
  }

  /** Starts a command, and waits until it printed this. */
  private void run(String until, int network, String[] more, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    Program program = Program.start(command(network, all.toArray(String[]::new)));
    started.add(program);
    await(until)
        .until(
            () ->
                (program.out() + " " + program.err()).contains(until)
                    || !program.process().isAlive());
    assertTrue(program.process().isAlive(), () -> program.out() + " " + program.err());
  }

  private static String line(Ran ran) {
    return ran.out().strip();
  }

  @Test
  void theTableOfPeersTellsTheSiteOfThoseElsewhere() throws Exception {
    twoNetworks();
    Agent gate = (Agent) started.get(0);
    List<Peer> peers = new ArrayList<>(gate.peers());
    assertFalse(PeerTable.of(peers, Paint.NONE, Instant.now(), ZoneOffset.UTC).contains("SITE"));
    peers.addAll(gate.find("beta-1").get(20, TimeUnit.SECONDS).peers());

    List<String> lines =
        PeerTable.of(peers, Paint.NONE, Instant.now(), ZoneOffset.UTC).lines().toList();

    assertTrue(
        lines.get(0).startsWith("NAME     SITE        ID    SERVICE  STATE"), lines::toString);
    assertTrue(
        lines.get(1).matches("alpha-1  -           [a-z]{4}  Alpha    alive.*"), lines::toString);
    assertTrue(
        lines.get(2).matches("beta-1   gate-there  [a-z]{4}  Beta     alive.*"), lines::toString);
  }

  @Test
  void httpFindsContactsAndPeers() throws Exception {
    String seed = twoNetworks();
    Agent gate = (Agent) started.get(0);
    Program program =
        Program.start(
            command(Ports.udp(), "agent", "--name", "third", "--seed", seed, "--http", "0"));
    started.add(program);
    String url = program.http() + "/v1/contacts?";
    Contact contact =
        Contact.of(ContactId.ofText("Zm9v"), "tcp://10.0.0.1:1")
            .withData(ContactData.ofText("[1]"));
    gate.register(contact).get(20, TimeUnit.SECONDS);

    await().until(() -> get(url + "id=beta-1").statusCode() == 200);
    String beta = get(url + "id=beta-1").body();
    assertTrue(beta.contains("\"site\":\"gate-there\""), beta);
    assertTrue(beta.contains("\"endpoints\":[\"tcp://127.0.0.1:7002\"]"), beta);
    String found = get(url + "id=Zm9v").body();
    assertTrue(
        found.startsWith(
            "{\"contact\":{\"id\":\"Wm05dg==\",\"text\":\"Zm9v\",\"endpoints\":"
                + "[\"tcp://10.0.0.1:1\"],\"data\":[1],\"ageMs\":"),
        found);
    assertEquals(200, get(url + "id64=Wm05dg==").statusCode());
    HttpResponse<String> none = get(url + "id64=Zm9v");
    assertEquals(404, none.statusCode());
    assertEquals(
        "application/problem+json", none.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(400, get(url + "id=a&id=b").statusCode());
  }

  @Test
  void httpSaysThatThereIsNoGateway() throws Exception {
    Program program = Program.start(command(here, "agent", "--name", "alone", "--http", "0"));
    started.add(program);
    String url = program.http();
    HttpResponse<String> answer = get(url + "/v1/contacts?id=nobody");
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("there is no gateway to others"), answer::body);
    assertTrue(get(url + "/v1/contacts?id=alone").body().contains("\"name\":\"alone\""));
  }

  private static HttpResponse<String> get(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
