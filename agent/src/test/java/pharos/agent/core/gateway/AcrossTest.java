package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.agent.core.Change;
import pharos.agent.core.Hearing;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.Lans.Node;
import pharos.agent.core.gateway.Reply.Status;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.testkit.Seeds;

/** Two LANs with a gateway each: who is found from the other one, and who is not. */
class AcrossTest {
  private final Lans lans = new Lans(1);
  private final Node gate1 = lans.gateway(1, "gate-1");
  private final Node gate2 = lans.gateway(2, "gate-2", gate1);
  private final Node alpha = lans.agent(1, "alpha", "Alpha.Orders");
  private final Node beta = lans.agent(2, "beta", "Beta.Orders");

  AcrossTest() {
    lans.run(3 * Lans.SECOND);
  }

  private static ContactId id(Node node) {
    return ContactId.of(node.self.id().toBytes());
  }

  private static List<String> sites(Reply.Ended ended) {
    return ended.peers().stream().map(RemotePeer::site).toList();
  }

  @Test
  void everyPeerIsFoundByIdNameServiceAndTypeInBothDirections() {
    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
    assertEquals(List.of("beta"), Lans.names(alpha.find(id(beta))));
    assertEquals(List.of("alpha"), Lans.names(beta.find("alpha")));
    assertEquals(List.of("alpha"), Lans.names(beta.find(id(alpha))));
    assertEquals(List.of("beta"), Lans.names(alpha.browse("Beta.Orders")));
    assertEquals(List.of("alpha", "beta", "gate-1", "gate-2"), Lans.names(beta.browse("Alpha")));
    assertEquals(List.of("gate-1"), Lans.names(beta.find("gate-1")));
    assertEquals(Status.NOT_FOUND, alpha.find("nobody").status());
    assertEquals(Status.NOT_FOUND, alpha.browse("Nothing").status());
  }

  @Test
  void whatIsFoundSaysByWhichGateway() {
    RemotePeer found = alpha.find("beta").peers().get(0);

    assertEquals(gate2.self.id(), found.gateway());
    assertEquals("gate-2", found.site());
    assertEquals(beta.self.addresses(), found.addresses());
    assertEquals(beta.self.document(), found.document());
  }

  @Test
  void aNameWithHoldersHereAndThereFindsAll() {
    lans.agent(1, "twin", "");
    lans.agent(2, "twin", "");
    lans.run(2 * Lans.SECOND);

    assertEquals(List.of("twin", "twin"), Lans.names(alpha.find("twin")));
    assertEquals(List.of("twin", "twin"), Lans.names(gate2.find("twin")));
  }

  @Test
  void aHolderOfOnesOwnLanIsAddedWhenTheGatewayDoesNotKnowItYet() {
    PeerInfo twin = lans.peer(1, 99, "twin", "", false, "");
    lans.agent(2, "twin", "");
    lans.run(2 * Lans.SECOND);
    alpha.hears(Lans.arrived(twin));

    assertEquals(List.of("twin", "twin"), Lans.names(alpha.find("twin")));
  }

  @Test
  void whoIsGoneThereIsNotFoundAtOnce() {
    assertTrue(alpha.find("beta").status() == Status.FOUND);

    lans.kill(beta, 0);
    lans.run(Lans.MS);

    assertEquals(Status.NOT_FOUND, alpha.find("beta").status());
    assertEquals(Status.NOT_FOUND, alpha.find(id(beta)).status());
    assertEquals(Status.NOT_FOUND, alpha.browse("Beta.Orders").status());
  }

  @Test
  void whoseOnlyGatewayIsSilentIsNotSaidToBeNowhere() {
    lans.gateway(6, "third", gate1);
    lans.run(3 * Lans.SECOND);
    assertEquals(Status.FOUND, alpha.find("beta").status());

    lans.vanish(gate2, Long.MAX_VALUE / 4);
    assertEquals(Status.TIMED_OUT, alpha.find("beta").status());
    assertEquals(Status.NOT_FOUND, alpha.find("nobody").status());
  }

  @Test
  void aStalePointerNeverGivesAWrongAnswer() {
    // The LAN lost its gateway without a word; who was found by it is not.
    lans.vanish(gate2, Long.MAX_VALUE / 4);

    assertEquals(List.of(), Lans.names(alpha.find("beta")));

    // What answers at its old address now is not believed to be it, and says who it is.
    Node other = lans.gateway(6, "other", gate1);
    lans.agent(6, "beta", "Beta.Orders");
    lans.run(3 * Lans.SECOND);
    lans.answerInPlaceOf(gate2, other);
    assertEquals(List.of("other"), sites(alpha.find("beta")));
    assertEquals(List.of("other"), sites(alpha.browse("Beta.Orders")));
    assertEquals(Status.NOT_FOUND, alpha.find(id(beta)).status());
  }

  @Test
  void aNewOfferIsFoundByItsType() {
    PeerInfo changed = lans.peer(2, 4, "beta", "Alpha", false, "Beta.Invoices");
    PeerInfo updated =
        new PeerInfo(
            beta.self.id(),
            beta.self.incarnation(),
            "beta",
            "Alpha",
            changed.addresses(),
            changed.tcpPort(),
            false,
            changed.document(),
            changed.state(),
            Hearing.WELL,
            changed.sinceNs(),
            changed.heardNs());
    gate2.hears(new Change(Change.Kind.UPDATED, updated, Optional.empty()));
    lans.run(2 * Lans.SECOND);

    assertEquals(List.of("beta"), Lans.names(alpha.browse("Beta.Invoices")));
    assertEquals(Status.NOT_FOUND, alpha.browse("Beta.Orders").status());
  }

  @Test
  void twoGatewaysOfOneLanDoNotFight() {
    Node second = lans.gateway(2, "gate-3");
    lans.run(3 * Lans.SECOND);
    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));

    // One of them goes, with all it had announced; the other answers on.
    lans.kill(gate2, 0);
    lans.run(Lans.SECOND);
    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
    assertEquals("gate-3", alpha.find("beta").peers().get(0).site());

    // One that only lost sight of a peer withdraws nothing of the other.
    Node third = lans.gateway(2, "gate-4");
    lans.run(3 * Lans.SECOND);
    third.hears(Lans.gone(beta.self));
    lans.run(Lans.SECOND);
    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
    assertTrue(second.gateway().isNode());
  }

  @Test
  void aThousandPeersComeInPages() {
    for (int i = 0; i < 1_000; i++) {
      gate2.hears(Lans.arrived(lans.peer(2, 1_000 + i, "many-" + i, "Many", false, "Many.Things")));
    }
    lans.run(20 * Lans.SECOND);
    int before = lans.sent.size();

    assertEquals(1_000, gate1.browse("Many").peers().size());
    long pages =
        lans.sent.stream().skip(before).filter(it -> it.question() instanceof Question.Who).count();
    assertTrue(pages >= 8 && pages < 20, "in pages: " + pages);
    assertEquals(1_000, alpha.browse("Many.Things").peers().size());
    assertEquals(List.of("many-777"), Lans.names(alpha.find("many-777")));
  }

  @Test
  void bigDocumentsMakeShortPages() {
    String types = "Big," + "x".repeat(20_000);
    for (int i = 0; i < 10; i++) {
      gate2.hears(Lans.arrived(lans.peer(2, 1_000 + i, "big-" + i, "", false, types + i)));
    }
    lans.run(5 * Lans.SECOND);

    assertEquals(10, alpha.browse("Big").peers().size());
  }

  @Test
  void reservedIdsAreRefused() {
    ContactId reserved = ContactId.ofText("pharos:holder:beta");

    assertEquals(Status.REFUSED, gate1.find(reserved).status());
    assertEquals(Status.REFUSED, alpha.find(reserved).status());
    assertEquals(Status.REFUSED, gate1.register(Contact.of(reserved, "tcp://x")).status());
    assertEquals(Status.REFUSED, alpha.register(Contact.of(reserved, "tcp://x")).status());
    assertEquals(Status.REFUSED, gate1.unregister("pharos:holder:gate-1").status());
    assertEquals(Status.REFUSED, alpha.unregister("pharos:holder:gate-1").status());
    assertEquals(Reply.Ended.of(Status.REFUSED), gate1.ask(new Question.Unregister(reserved)));
    lans.run(Lans.SECOND);
    assertEquals(List.of("gate-1"), Lans.names(beta.find("gate-1")));
  }

  @Test
  void withoutAGatewayTheAnswerComesAtOnce() {
    Node alone = lans.agent(3, "alone", "");
    long beganNs = lans.nowNs();

    assertEquals(Status.NO_GATEWAY, alone.find("beta").status());
    assertEquals(Status.NO_GATEWAY, alone.browse("Beta.Orders").status());
    assertEquals(
        Status.NO_GATEWAY, alone.register(Contact.of(ContactId.ofText("me"), "tcp://x")).status());
    assertEquals(Status.NO_GATEWAY, alone.unregister("you").status());
    assertEquals(beganNs, lans.nowNs());
  }

  @Test
  void aGatewayAloneHasNoNetworkAndKnowsItsOwnLan() {
    Node gate = lans.gateway(4, "gate-alone");
    Node near = lans.agent(4, "near", "Near.Things");
    lans.run(Lans.SECOND);

    assertEquals(Status.NO_NETWORK, near.find("beta").status());
    assertEquals(List.of("near"), Lans.names(gate.browse("Near.Things")));
  }

  @Test
  void aGatewayThatMovedIsAskedWhereItIsNow() {
    Node moved = lans.gateway(5, "gate-5", gate1);
    Node near = lans.agent(5, "near", "");
    lans.run(3 * Lans.SECOND);
    assertEquals(List.of("near"), Lans.names(alpha.find("near")));

    lans.move(moved, 200);
    lans.run(3 * Lans.SECOND);

    assertEquals(List.of("near"), Lans.names(alpha.find("near")));
    assertEquals("near", near.self.name());
  }

  @Test
  void pointersAreRenewedForDays() {
    for (int hour = 0; hour < 48; hour++) {
      lans.run(3_600 * Lans.SECOND);
      assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
    }
  }

  @Test
  void anIdleGatewaySleepsMostOfTheTime() {
    lans.run(60 * Lans.SECOND);
    int before = gate1.wakeUps;
    int beforeAlpha = alpha.wakeUps;
    lans.run(600 * Lans.SECOND);

    assertTrue(gate1.wakeUps - before < 300, "woke up " + (gate1.wakeUps - before) + " times");
    assertTrue(alpha.wakeUps - beforeAlpha <= 20, "woke up " + (alpha.wakeUps - beforeAlpha));
  }

  @Test
  void withMessagesLostCallsStillEndAndMostFind() {
    Seeds.forEach(
        5,
        random -> {
          Lans lossy = new Lans(random.nextLong());
          Node one = lossy.gateway(1, "one");
          Node near = lossy.agent(1, "near", "");
          Node two = lossy.gateway(2, "two", one);
          lossy.agent(2, "far", "Far.Things");
          lossy.run(5 * Lans.SECOND);
          lossy.lostPercent = 5;
          List<Status> statuses = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            statuses.add(near.find("far").status());
            statuses.add(two.browse("Far.Things").status());
          }
          long found = statuses.stream().filter(it -> it == Status.FOUND).count();
          assertTrue(found >= 60, "found " + found + " of " + statuses.size());
        });
  }

  @Test
  void aGatewayWithoutPowerIsWaitedForOnceAndNotEachTime() {
    Node second = lans.gateway(2, "gate-3");
    lans.run(3 * Lans.SECOND);
    lans.vanish(gate2, Lans.SECOND);
    lans.run(2 * Lans.SECOND);
    assertEquals(List.of("beta"), Lans.names(gate1.find("beta")));

    for (int i = 0; i < 10; i++) {
      long beganNs = lans.nowNs();
      assertEquals(List.of("beta"), Lans.names(gate1.find("beta")));
      long tookMs = (lans.nowNs() - beganNs) / Lans.MS;
      assertTrue(tookMs < 400, "took " + tookMs + " ms");
    }

    lans.kill(second, 0);
    lans.wake(gate2);
    lans.run(10 * Lans.SECOND);
    assertEquals(List.of("gate-2"), sites(gate1.find("beta")));
  }
}
