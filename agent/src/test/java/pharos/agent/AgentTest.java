package pharos.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import pharos.beacon.BeaconKey;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.testkit.FreePorts;

/** The promises of the library, each with real agents on the loopback. */
class AgentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final int beaconPort = freePort();
  private final List<Agent> started = new ArrayList<>();

  @AfterEach
  void closeAll() {
    started.forEach(Agent::close);
  }

  private AgentBuilder builder(String name) {
    return Agent.builder().name(name).service("Test").loopback(true).beaconPort(beaconPort);
  }

  private Agent start(AgentBuilder builder) {
    Agent agent = builder.start();
    started.add(agent);
    return agent;
  }

  private Agent start(String name) {
    return start(builder(name).offer("Work", 7001));
  }

  private static int freePort() {
    return FreePorts.next();
  }

  private static List<String> names(List<Peer> peers) {
    return peers.stream().map(Peer::name).sorted().collect(Collectors.toList());
  }

  private static void awaitNames(Agent agent, String... names) {
    await().until(() -> names(agent.peers()).equals(List.of(names)));
  }

  @Test
  void aPeerHasEverythingKnownOfItWithEndpointsReadyToConnectTo() {
    Agent alpha = start("alpha");
    Agent beta =
        start(
            builder("beta")
                .offer("Orders", 7002, Map.of("version", "2"))
                .offer("Web", 8080, "http", Map.of()));

    awaitNames(alpha, "beta");

    Peer peer = alpha.peers().get(0);
    assertEquals(beta.self().id(), peer.id());
    assertEquals(beta.self().incarnation(), peer.incarnation());
    assertEquals("Test", peer.service());
    assertEquals(beta.port(), peer.port());
    assertEquals(PeerState.ALIVE, peer.state());
    assertEquals(PeerSource.BEACON, peer.source());
    Capability orders = peer.capability("Orders").orElseThrow();
    assertEquals("tcp://127.0.0.1:7002", orders.endpoint());
    assertEquals(Map.of("version", "2"), orders.attributes());
    assertEquals("http://127.0.0.1:8080", peer.capability("Web").orElseThrow().endpoint());
    assertFalse(peer.offers("Work"));
    assertFalse(peer.lastHeard().isBefore(peer.since()));
  }

  @Test
  void peersNeverContainOneselfAndMembersAlwaysDo() {
    Agent alpha = start("alpha");
    assertEquals(List.of(), alpha.peers());
    assertEquals(List.of(alpha.self()), alpha.members());

    Agent beta = start("beta");
    awaitNames(alpha, "beta");
    awaitNames(beta, "alpha");

    assertEquals(List.of("alpha", "beta"), names(alpha.members()));
    assertEquals(List.of("alpha", "beta"), names(beta.members()));
  }

  @Test
  void allMembersComputeTheSameOwnerOfEveryKey() {
    List<Agent> agents = List.of(start("a"), start("b"), start("c"), start("d"));
    await().until(() -> agents.stream().allMatch(agent -> agent.members().size() == 4));

    Set<Object> owners = new TreeSet<>();
    for (int key = 0; key < 1_000; key++) {
      String name = "key-" + key;
      Set<NodeId> chosen = new TreeSet<>();
      agents.forEach(agent -> chosen.add(owner(agent.members(), name)));
      assertEquals(1, chosen.size(), name);
      owners.addAll(chosen);
    }
    assertEquals(4, owners.size(), "every member owns something");
  }

  /** Rendezvous hashing: the member whose hash with the key is the highest. */
  private static NodeId owner(List<Peer> members, String key) {
    return members.stream()
        .max(Comparator.comparing(member -> weight(member.id(), key)))
        .orElseThrow()
        .id();
  }

  private static Integer weight(NodeId id, String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(id.toBytes());
      byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
      return java.nio.ByteBuffer.wrap(hash).getInt();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eventsTellOfArrivalChangeAndDeparture() {
    Agent alpha = start("alpha");
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    alpha.onEvent(
        it ->
            told.add(
                it.kind() + " " + it.peer().name() + it.reason().map(r -> " " + r).orElse("")));

    Agent beta = start("beta");
    await().until(() -> told.equals(List.of("ARRIVED beta")));
    beta.offer("More", 7003);
    await().until(() -> told.contains("UPDATED beta"));
    assertEquals(
        "tcp://127.0.0.1:7003",
        alpha.peersOffering("More").get(0).capability("More").orElseThrow().endpoint());
    assertTrue(beta.withdraw("More"));
    assertFalse(beta.withdraw("More"));
    await().until(() -> told.size() == 3);
    assertEquals(List.of(), alpha.peersOffering("More"));
    beta.close();
    await().until(() -> told.contains("GONE beta LEFT"));
    assertEquals(4, told.size(), told::toString);
  }

  @Test
  void aLateSubscriberGetsTheCurrentListFirst() {
    Agent alpha = start("alpha");
    start("beta");
    awaitNames(alpha, "beta");

    List<Object> told = Collections.synchronizedList(new ArrayList<>());
    alpha.onPeers(it -> told.add(names(it)));
    alpha.onMembers(it -> told.add(names(it)));
    alpha.onEvent(it -> told.add(it.kind()));

    await().until(() -> told.size() == 3);
    assertEquals(List.of(List.of("beta"), List.of("alpha", "beta"), PeerEvent.Kind.ARRIVED), told);
  }

  @Test
  void awaitPeersWaitsForThoseWhoOffer() {
    Agent alpha = start("alpha");
    start("beta");
    start("gamma");

    List<Peer> found = alpha.awaitPeers("Work", 2, PATIENCE);

    assertEquals(List.of("beta", "gamma"), names(found));
    AwaitTimeoutException late =
        assertThrows(
            AwaitTimeoutException.class, () -> alpha.awaitPeers("Work", 3, Duration.ofMillis(20)));
    assertTrue(
        String.valueOf(late.getMessage()).matches(".*there: (beta, gamma|gamma, beta)"),
        late::toString);
  }

  @Test
  void anObserverSeesAndIsNotSeen() {
    Agent alpha = start("alpha");
    Agent observer = start(builder("observer").observer(true));
    Agent beta = start("beta");

    awaitNames(observer, "alpha", "beta");
    awaitNames(beta, "alpha");
    assertEquals(List.of("beta"), names(alpha.peers()));
    assertEquals(List.of("alpha", "beta"), names(observer.members()));
    assertThrows(IllegalStateException.class, () -> observer.offer("Work", 1));
  }

  @Test
  void clustersDoNotSeeEachOther() {
    Agent alpha = start(builder("alpha").cluster("one"));
    Agent beta = start(builder("beta").cluster("two"));
    Agent gamma = start(builder("gamma").cluster("one"));

    awaitNames(alpha, "gamma");
    awaitNames(gamma, "alpha");
    assertEquals(List.of(), beta.peers());
    await().until(() -> counted(beta, "STRANGERS") > 0);
  }

  private static long counted(Agent agent, String name) {
    return agent.counters().stream()
        .filter(it -> it.name().equals(name))
        .mapToLong(Counted::value)
        .sum();
  }

  @Test
  void agentsWithAKeySeeThoseAloneWhoHaveItToo() {
    BeaconKey key = new BeaconKey(1, "sixteen and more bytes".getBytes(StandardCharsets.UTF_8));
    BeaconKey other = new BeaconKey(2, "of quite another secret".getBytes(StandardCharsets.UTF_8));
    Agent alpha = start(builder("alpha").keys(key));
    Agent beta = start(builder("beta").keys(key, other));
    Agent stranger = start(builder("stranger"));
    Agent foreign = start(builder("foreign").keys(other));

    awaitNames(alpha, "beta");
    awaitNames(beta, "alpha");
    await().until(() -> counted(alpha, "REJECTED_UNSIGNED") > 0);
    await().until(() -> counted(alpha, "REJECTED_UNKNOWN_KEY") > 0);
    assertEquals(List.of(), stranger.peers());
    assertEquals(List.of(), foreign.peers());
  }

  @Test
  void whoAsksIsToldByWhatEvidencePeersComeAndGo() {
    Agent alpha = start("alpha");
    List<Observation> seen = Collections.synchronizedList(new ArrayList<>());
    Cancellable watching = alpha.onObservation(seen::add);
    Agent beta = start("beta");
    awaitNames(alpha, "beta");
    beta.close();
    await().until(() -> moves(seen, "beta").contains("ALIVE LEAVING GONE"));
    assertTrue(moves(seen, "beta").contains("ASKING MET ALIVE"), seen::toString);

    watching.cancel();
    int before = seen.size();
    awaitNames(start("gamma"), "alpha");
    awaitNames(alpha, "gamma");
    assertEquals(before, seen.size());
  }

  @Test
  void whoObservesFromTheStartMissesNoArrivalOfThoseWhoWereThereFirst() {
    start("alpha");
    List<Observation> seen = Collections.synchronizedList(new ArrayList<>());
    // Who is seen by nobody is asked by nobody, so it has to ask.
    Agent beta = start(builder("beta").observer(true).onObservation(seen::add));
    awaitNames(beta, "alpha");
    await().until(() -> moves(seen, "alpha").contains("ASKING MET ALIVE"));
    await().until(() -> seen.stream().anyMatch(it -> it instanceof Observation.Asked));
  }

  private static List<String> moves(List<Observation> seen, String name) {
    return List.copyOf(seen).stream()
        .filter(it -> it instanceof Observation.Moved moved && moved.name().equals(name))
        .map(it -> (Observation.Moved) it)
        .map(it -> it.from() + " " + it.evidence() + " " + it.to())
        .toList();
  }

  @Test
  void whatIsCountedHasANameAUnitAndASourceAndStandsInOneOrder() {
    Agent alpha = start("alpha");
    await().until(() -> counted(alpha, "BEACONS") > 0);
    List<Counted> counters = alpha.counters();
    assertEquals(
        counters.size(), counters.stream().map(Counted::name).distinct().count(), "no name twice");
    assertTrue(counters.stream().noneMatch(it -> it.unit().isEmpty() || it.source().isEmpty()));
    assertEquals(
        counters.stream().map(Counted::name).toList(),
        alpha.counters().stream().map(Counted::name).toList());
  }

  /** On beacon ports of their own, they hear nothing of each other but by unicast. */
  @Test
  void fixedPeersNeedNoBroadcast() {
    int port = freePort();
    int otherPort = freePort();
    Agent alpha =
        start(
            Agent.builder()
                .name("alpha")
                .interfaces("127.0.0.0/8")
                .beaconPort(beaconPort)
                .port(port)
                .fixedPeers("127.0.0.1:" + otherPort));
    Agent beta =
        start(
            Agent.builder()
                .name("beta")
                .interfaces("127.0.0.0/8")
                .beaconPort(freePort())
                .port(otherPort)
                .fixedPeers("localhost:" + port));

    awaitNames(alpha, "beta");
    awaitNames(beta, "alpha");
    assertEquals(PeerSource.FIXED, alpha.peers().get(0).source());
    beta.close();
    awaitNames(alpha);
  }

  @Test
  void agentsMayShareAContextWhichStaysOpen() {
    try (ZContext context = new ZContext()) {
      Agent alpha = start(builder("alpha").context(context));
      Agent beta = start(builder("beta").context(context));
      awaitNames(alpha, "beta");
      awaitNames(beta, "alpha");

      alpha.close();
      beta.close();

      assertFalse(context.isClosed());
      assertTrue(context.isEmpty(), "sockets are left");
    }
  }

  @Test
  void closeLeavesNoThreadAndMayBeCalledTwiceAndFromACallback() {
    Agent alpha = start("alpha");
    Agent beta = start("beta");
    awaitNames(alpha, "beta");
    alpha.onPeers(
        peers -> {
          if (peers.isEmpty()) {
            alpha.close();
          }
        });

    beta.close();
    beta.close();

    await().until(() -> threads().isEmpty());
    assertThrows(AgentClosedException.class, () -> alpha.offer("Late", 1));
    assertThrows(AgentClosedException.class, () -> alpha.onPeers(peers -> {}));
    assertThrows(AgentClosedException.class, () -> alpha.awaitPeers("Work", 1, PATIENCE));
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("pharos-"))
        .toList();
  }

  @Test
  void anInterruptedThreadCanOfferAndClose() {
    Agent alpha = start("alpha");
    Agent beta = start("beta");
    awaitNames(alpha, "beta");

    Thread.currentThread().interrupt();
    beta.offer("More", 1);
    assertTrue(Thread.interrupted());
    await().until(() -> !alpha.peersOffering("More").isEmpty());

    Thread.currentThread().interrupt();
    beta.close();
    assertTrue(Thread.interrupted());
    awaitNames(alpha);
  }

  @Test
  void theDefaultNameTellsReplicasApart() {
    Agent one = start(Agent.builder().service("Alpha").loopback(true).beaconPort(beaconPort));
    Agent two = start(Agent.builder().service("Alpha").loopback(true).beaconPort(beaconPort));

    assertTrue(one.self().name().matches("alpha-[a-z]{4}"), one.self().name());
    assertFalse(one.self().name().equals(two.self().name()));
  }

  @Test
  void aContactThatCannotBeToldIsRefusedAtOnce() {
    Agent agent = start(builder("alpha"));
    Contact contact = Contact.of(ContactId.ofText("desk"), "tcp://\n");
    assertEquals(
        "contact 'desk': endpoints: 'tcp://\\u000A' has a character that may not be in a text",
        assertThrows(IllegalArgumentException.class, () -> agent.register(contact)).getMessage());
  }

  @Test
  void aTakenPortIsNamedWithWhatToDo() {
    Agent alpha = start("alpha");

    StartException refused =
        assertThrows(StartException.class, () -> builder("beta").port(alpha.port()).start());

    assertTrue(
        String.valueOf(refused.getMessage()).contains("TCP port " + alpha.port()),
        refused::toString);
    assertTrue(String.valueOf(refused.getMessage()).contains("choose another"), refused::toString);
    assertTrue(String.valueOf(refused.getMessage()).contains("in use"), refused::toString);
  }

  @Test
  void settingsThatMakeNoSenseTogetherAreBothNamed() {
    assertRefused(
        builder("a").interval(Duration.ofMillis(100)).beaconsPerSecond(5),
        "interval 100 ms",
        "beaconsPerSecond 5");
    assertRefused(builder("a").observer(true).offer("Work", 1), "observer", "Work");
    assertRefused(builder("a").interfaces("eth0"), "loopback", "eth0");
    assertRefused(builder("a").k(8), "k 8", "no gateway");
    assertRefused(builder("a").alpha(7), "alpha 7", "no gateway");
    assertRefused(builder("a").port(beaconPort), "port " + beaconPort, "beaconPort " + beaconPort);
  }

  private static void assertRefused(AgentBuilder builder, String... names) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, builder::start);
    for (String name : names) {
      assertTrue(String.valueOf(refused.getMessage()).contains(name), refused::toString);
    }
  }

  @Test
  void valuesThatMakeNoSenseAreRefusedAtOnce() {
    AgentBuilder builder = Agent.builder();
    for (Runnable wrong :
        List.<Runnable>of(
            () -> builder.name(""),
            () -> builder.name("a".repeat(64)),
            () -> builder.service("a\nb"),
            () -> builder.cluster("a".repeat(64)),
            () -> builder.offer("", 1),
            () -> builder.offer("Work", 0),
            () -> builder.offer("Work", 65_536),
            () -> builder.port(-1),
            () -> builder.ports(20, 10),
            () -> builder.beaconPort(0),
            () -> builder.interfaces("10.0.0.0/99"),
            () -> builder.fixedPeers("nowhere"),
            () -> builder.interval(Duration.ofMillis(1)),
            () -> builder.interval(Duration.ofHours(1)),
            () -> builder.maxPeers(0),
            () -> builder.k(0),
            () -> builder.alpha(65),
            () -> builder.cacheSize(-1))) {
      assertThrows(IllegalArgumentException.class, wrong::run);
    }
  }

  @Test
  void callBacksRunWhereTheBuilderWasTold() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(2, it -> new Thread(it, "of the test"));
    Agent alpha = start(builder("alpha").callbacks(executor));
    Set<String> threads = ConcurrentHashMap.newKeySet();
    CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
    alpha.onPeers(peers -> threads.add(Thread.currentThread().getName() + peers.size()));
    alpha.onEnd(end::complete);
    start("beta");
    await().until(() -> threads.size() == 2);
    assertEquals(Set.of("of the test0", "of the test1"), threads);

    CompletableFuture<Finding> open = alpha.find("nobody");
    alpha.close();

    assertTrue(end.isDone() && open.isDone(), "the end is told before the close returns");
    assertEquals(Optional.empty(), end.join());
    executor.shutdown();
    assertTrue(executor.awaitTermination(20, TimeUnit.SECONDS));
  }

  @Test
  void timeAndChanceComeFromTheBuilder() {
    Instant then = Instant.parse("2001-01-01T00:00:00Z");
    long beganNs = System.nanoTime();
    LongSupplier nanoTime = () -> Long.MAX_VALUE - 1_000_000_000L + System.nanoTime() - beganNs;
    Agent alpha = start(builder("alpha").clock(() -> then, nanoTime).random(new Random(7)));
    Agent beta = start(builder("beta"));
    awaitNames(alpha, "beta");
    awaitNames(beta, "alpha");

    assertEquals(NodeId.random(new Random(7)), alpha.self().id());
    assertEquals(then.toEpochMilli(), beta.peers().get(0).incarnation());
    Duration off = Duration.between(then, alpha.peers().get(0).since()).abs();
    assertTrue(off.compareTo(Duration.ofMinutes(1)) < 0, off::toString);
  }
}
