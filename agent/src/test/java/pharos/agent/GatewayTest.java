package pharos.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.kademlia.Arbiters;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.testkit.FreePorts;

/** Networks that hear nothing of each other, each by a beacon port of its own; TCP crosses. */
class GatewayTest {
  private final int here = freePort();
  private final int there = freePort();
  private final List<Agent> started = new ArrayList<>();

  @AfterEach
  void closeAll() {
    started.forEach(Agent::close);
  }

  private static int freePort() {
    return FreePorts.next();
  }

  private Agent start(AgentBuilder builder) {
    Agent agent = builder.start();
    started.add(agent);
    return agent;
  }

  private static AgentBuilder on(int network, String name) {
    return Agent.builder().name(name).service("Alpha").loopback(true).beaconPort(network);
  }

  private static Finding end(CompletableFuture<Finding> call) {
    try {
      return call.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> names(Finding finding) {
    return finding.peers().stream().map(Peer::name).sorted().toList();
  }

  private Agent[] twoNetworks() {
    Agent gateway = start(on(here, "gate-here").gateway(true));
    Agent other = start(on(there, "gate-there").seeds("localhost:" + gateway.port()));
    Agent alpha = start(on(here, "alpha-1").offer("Alpha.Orders", 7001));
    Agent beta = start(on(there, "beta-1").offer("Beta.Orders", 7002));
    await().until(() -> alpha.peers().size() == 1 && beta.peers().size() == 1);
    await().until(() -> gateway.peers().size() == 1 && other.peers().size() == 1);
    return new Agent[] {gateway, other, alpha, beta};
  }

  @Test
  void findCrossesByNameIdAndTypeInBothDirections() {
    Agent[] agents = twoNetworks();
    Agent alpha = agents[2];
    Agent beta = agents[3];

    await().until(() -> end(alpha.find("beta-1")).isFound());
    Finding byName = end(alpha.find("beta-1"));
    Peer found = byName.peers().get(0);
    assertEquals(beta.self().id(), found.id());
    assertEquals(PeerSource.GATEWAY, found.source());
    assertEquals("gate-there", found.site());
    assertEquals("tcp://127.0.0.1:7002", found.capability("Beta.Orders").orElseThrow().endpoint());
    Finding byId = end(beta.find(ContactId.of(alpha.self().id().toBytes())));
    assertEquals(List.of("alpha-1"), names(byId));
    assertEquals(List.of("beta-1"), names(end(alpha.browse("Beta.Orders"))));
    assertEquals(List.of("alpha-1"), names(end(beta.browse("Alpha.Orders"))));
    assertEquals(
        List.of("alpha-1", "beta-1", "gate-here", "gate-there"), names(end(beta.browse("Alpha"))));
    assertEquals(Finding.Status.NOT_FOUND, end(alpha.find("nobody")).status());
  }

  @Test
  void whoIsOfOurOwnNetworkIsToldAsSuch() {
    Agent[] agents = twoNetworks();
    Agent gateway = agents[0];
    Agent alpha = agents[2];
    for (Agent asking : List.of(alpha, gateway)) {
      await().until(() -> names(end(asking.browse("Alpha"))).contains("beta-1"));
      for (Peer peer : end(asking.browse("Alpha")).peers()) {
        boolean isFar = List.of("beta-1", "gate-there").contains(peer.name());
        assertEquals(isFar ? PeerSource.GATEWAY : PeerSource.BEACON, peer.source(), peer::name);
        assertEquals(isFar ? "gate-there" : "", peer.site(), peer::name);
      }
    }
  }

  @Test
  void whoIsGoneThereIsNotFoundAnyMore() {
    Agent[] agents = twoNetworks();
    await().until(() -> end(agents[2].find("beta-1")).isFound());

    agents[3].close();

    await().until(() -> !end(agents[2].find("beta-1")).isFound());
  }

  @Test
  void aRegisteredContactIsFoundEverywhereAndWithdrawn() {
    Agent[] agents = twoNetworks();
    Agent alpha = agents[2];
    Agent beta = agents[3];
    await().until(() -> end(alpha.find("beta-1")).isFound());
    for (String text : List.of("receptionist", "desk-1", "Zm9v")) {
      Contact contact =
          Contact.of(ContactId.ofText(text), "tcp://10.0.0.1:1")
              .withData(ContactData.ofText("{\"room\":1}"));
      assertEquals(Finding.Status.REGISTERED, end(alpha.register(contact)).status());
      Contact found = end(beta.find(text)).contact().orElseThrow();
      assertEquals(contact.endpoints(), found.endpoints());
      assertEquals(contact.data(), found.data());
    }
    assertFalse(end(beta.find(ContactId.ofBase64("Zm9v"))).isFound(), "nothing guesses");

    assertEquals(
        Finding.Status.UNREGISTERED, end(alpha.unregister(ContactId.ofText("desk-1"))).status());
    assertEquals(Finding.Status.NOT_FOUND, end(beta.find("desk-1")).status());
  }

  @Test
  void aGrowOnlySetGathersWorkers() {
    Agent one = start(on(here, "one").gateway(true).arbiter(Arbiters.growOnlySet()));
    Agent two =
        start(on(there, "two").seeds("127.0.0.1:" + one.port()).arbiter(Arbiters.growOnlySet()));
    ContactId id = ContactId.ofText("workerService");
    await()
        .until(
            () ->
                end(one.register(Contact.of(id).withData(ContactData.ofText("[\"w1\"]")))).status()
                    == Finding.Status.REGISTERED);
    end(two.register(Contact.of(id).withData(ContactData.ofText("[\"w2\"]"))));

    await()
        .until(
            () ->
                end(one.find(id))
                    .contact()
                    .map(it -> it.data().toString().equals("[\"w1\",\"w2\"]"))
                    .orElse(false));
  }

  @Test
  void whatIsKnownFromElsewhereIsFoundUntilItIsReported() {
    Agent gate = start(on(here, "gate").gateway(true).k(8).alpha(3).cacheSize(10));
    Agent forgetful = start(on(there, "forgetful").gateway(true).noCache());
    Contact desk = Contact.of(ContactId.random(new Random(1)), "tcp://10.0.0.1:1");
    for (Agent agent : List.of(gate, forgetful)) {
      assertEquals(desk, end(agent.addContact(desk)).contact().orElseThrow());
    }
    assertEquals(desk, end(gate.find(desk.id())).contact().orElseThrow());
    assertFalse(end(forgetful.find(desk.id())).isFound());
    assertTrue(end(gate.reportUnreachable(desk)).isFound());
    assertFalse(end(gate.find(desk.id())).isFound());
    end(gate.register(desk));
    assertEquals(Finding.Status.UNREGISTERED, end(gate.unregister(desk)).status());
  }

  @Test
  void anotherGatewayAnswersWhenOneDies() {
    Agent[] agents = twoNetworks();
    Agent alpha = agents[2];
    Agent second = start(on(here, "second").gateway(true));
    await().until(() -> alpha.peers().size() == 2);
    await().until(() -> second.peers().size() == 2);
    await().until(() -> end(alpha.find("beta-1")).isFound());
    // The second joined the overlay by the beacon of the first, without a seed.
    await().until(() -> end(second.find("beta-1")).isFound());

    agents[0].close();

    for (int i = 0; i < 5; i++) {
      Finding found = end(alpha.find("beta-1"));
      assertTrue(found.isFound(), found::toString);
    }
  }

  @Test
  void withoutAGatewayTheAnswerComesAtOnce() {
    Agent alone = start(on(here, "alone"));

    assertEquals(Finding.Status.NO_GATEWAY, end(alone.find("anything")).status());
    assertEquals(Finding.Status.NO_GATEWAY, end(alone.browse("Alpha.Orders")).status());
    Contact contact = Contact.of(ContactId.ofText("me"), "tcp://10.0.0.1:1");
    assertEquals(Finding.Status.NO_GATEWAY, end(alone.register(contact)).status());
  }

  @Test
  void theAgeOfAPeerOverThereIsThatOfItsLastBeacon() {
    Agent[] agents = twoNetworks();
    await().until(() -> end(agents[2].find("beta-1")).isFound());
    Instant first = end(agents[2].find("beta-1")).peers().get(0).lastHeard();

    await()
        .until(
            () ->
                end(agents[2].find("beta-1"))
                    .peers()
                    .get(0)
                    .lastHeard()
                    .isAfter(first.plusMillis(1_500)));
  }

  @Test
  void withoutPresenceNobodyOfTheLanIsHeard() {
    Agent quiet = start(on(here, "quiet").presence(false).gateway(true));
    Agent alpha = start(on(here, "alpha"));
    Agent beta = start(on(here, "beta"));
    await().until(() -> beta.peers().size() == 1 && alpha.peers().size() == 1);
    assertEquals(List.of(), quiet.peers());
  }

  @Test
  void whoIsWideHasTheMembersOfOtherNetworksAmongItsPeers() {
    Agent[] agents = twoNetworks();
    Agent wide = start(on(here, "wide").service("").wide("Beta.Orders"));
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    wide.onEvent(
        event ->
            told.add(
                event.kind()
                    + " "
                    + event.peer().name()
                    + event.reason().map(reason -> " " + reason).orElse("")));
    await().until(() -> told.contains("ARRIVED beta-1"));

    Peer beta = wide.peersOffering("Beta.Orders").get(0);
    assertEquals(PeerSource.GATEWAY, beta.source());
    assertEquals("gate-there", beta.site());
    assertTrue(wide.peers().contains(beta));
    assertFalse(wide.members().contains(beta), "members are alike on all of a network");

    agents[3].offer("Beta.More", 7003);
    await().until(() -> told.contains("UPDATED beta-1"));
    agents[3].close();
    await().until(() -> told.contains("GONE beta-1 OUT_OF_SIGHT"));
    assertEquals(List.of(), wide.peersOffering("Beta.Orders"));

    Agent again = start(on(there, "beta-2").offer("Beta.Orders", 7004));
    await().until(() -> told.contains("ARRIVED beta-2"));
    agents[1].close();
    await().until(() -> told.contains("GONE beta-2 OUT_OF_SIGHT"));
    assertTrue(again.port() > 0);
  }

  @Test
  void seedsAloneMakeANetwork() {
    Agent one = start(on(here, "one").presence(false).gateway(true));
    Agent two = start(on(here, "two").presence(false).seeds("127.0.0.1:" + one.port()));
    Agent three = start(on(here, "three").presence(false).seeds("127.0.0.1:" + one.port()));

    await().until(() -> names(end(three.browse("Alpha"))).equals(List.of("one", "three", "two")));
    assertEquals(List.of("three"), names(end(two.find("three"))));
    assertEquals(List.of(), one.peers());
  }

  @Test
  void aSeedThatComesLateIsJoinedThen() {
    int port = freePort();
    Agent early = start(on(here, "early").seeds("127.0.0.1:" + port));
    assertFalse(end(early.find("late")).isFound());

    start(on(there, "late").gateway(true).port(port));

    await().until(() -> end(early.find("late")).isFound());
  }

  @Test
  void closeEndsWhatIsOpen() {
    Agent alone = start(on(here, "alone").seeds("192.0.2.1:1"));
    CompletableFuture<Finding> open = alone.find("nobody");
    alone.close();
    await().until(open::isDone);
  }
}
