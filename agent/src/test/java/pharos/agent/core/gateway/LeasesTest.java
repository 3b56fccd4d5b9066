package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.agent.core.gateway.Lans.Node;
import pharos.agent.core.gateway.Reply.Status;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;

/** What gateways keep announced for agents of their LAN. */
class LeasesTest {
  private static final ContactId DESK = ContactId.ofText("desk");
  private static final Contact CONTACT = Contact.of(DESK, "tcp://10.1.0.9:1");

  private final Lans lans = new Lans(3);
  private final Node far = lans.gateway(2, "far");
  private final Node gate1 = lans.gateway(1, "gate-1", far);
  private final Node gate2 = lans.gateway(1, "gate-2");
  private final Node alpha = lans.agent(1, "alpha", "");

  LeasesTest() {
    lans.run(3 * Lans.SECOND);
  }

  private void assertFoundAs(Contact contact) {
    Optional<Contact> found = far.find(DESK).contact();
    assertTrue(found.isPresent(), () -> "not found at " + lans.nowNs() / Lans.SECOND + " s");
    assertEquals(contact.endpoints(), found.get().endpoints());
    assertEquals(contact.data(), found.get().data());
  }

  private void assertNotFound(Node by) {
    Reply.Ended ended = by.find(DESK);
    assertEquals(Status.NOT_FOUND, ended.status(), ended::toString);
  }

  @Test
  void whatIsRegisteredStaysFoundForAsLongAsItsAgentLives() {
    assertEquals(Status.REGISTERED, alpha.register(CONTACT).status());
    for (int minute = 0; minute < 120; minute++) {
      lans.run(60 * Lans.SECOND);
      assertFoundAs(CONTACT);
    }
  }

  @Test
  void whatAnAgentRegisteredRunsOutWhenItDied() {
    alpha.register(CONTACT);
    lans.kill(alpha, 0);
    lans.run(70 * Lans.SECOND);

    assertNotFound(far);
    assertNotFound(gate1);
    assertNotFound(gate2);
  }

  @Test
  void anotherGatewayKeepsItWhenOneDies() {
    alpha.register(CONTACT);
    lans.run(Lans.SECOND);
    lans.kill(gate1, 100 * Lans.MS);
    for (int minute = 0; minute < 60; minute++) {
      lans.run(60 * Lans.SECOND);
      assertFoundAs(CONTACT);
    }
    // Not even where the other one was the one that kept it.
    Node third = lans.gateway(1, "gate-3");
    lans.run(5 * Lans.SECOND);
    lans.kill(gate2, 100 * Lans.MS);
    for (int minute = 0; minute < 60; minute++) {
      lans.run(60 * Lans.SECOND);
      assertFoundAs(CONTACT);
    }
    assertTrue(third.gateway().isNode());
  }

  /** The gateway that kept it is cut off for a while; what it withdraws later is out of date. */
  @Test
  void aLeaseThatRunsOutTakesNothingFromTheGatewayThatHasItNow() {
    alpha.register(CONTACT);
    for (Node keeper : new Node[] {gate1, gate2, gate1, gate2}) {
      lans.isConnected =
          (from, to) -> !(from == alpha && to == keeper) && !(from == keeper && to == alpha);
      for (int i = 0; i < 8; i++) {
        lans.run(15 * Lans.SECOND);
        assertFoundAs(CONTACT);
      }
    }
  }

  @Test
  void whatIsUnregisteredIsGoneEverywhereAndDoesNotComeBack() {
    alpha.register(CONTACT);
    lans.run(45 * Lans.SECOND);

    assertEquals(Status.UNREGISTERED, alpha.unregister("desk").status());
    for (int minute = 0; minute < 30; minute++) {
      assertNotFound(far);
      assertNotFound(gate1);
      assertNotFound(gate2);
      lans.run(60 * Lans.SECOND);
    }
  }

  @Test
  void whatIsUnregisteredAfterItsGatewayDiedIsGoneToo() {
    alpha.register(CONTACT);
    lans.kill(gate1, 100 * Lans.MS);
    lans.run(Lans.SECOND);

    assertEquals(Status.UNREGISTERED, alpha.unregister("desk").status());
    assertNotFound(far);
    assertNotFound(gate2);
  }

  @Test
  void whatIsRegisteredAgainIsTheLaterOne() {
    alpha.register(CONTACT);
    for (int i = 0; i < 10; i++) {
      Contact later = CONTACT.withData(ContactData.ofText("{\"i\":" + i + "}"));
      assertEquals(Status.REGISTERED, alpha.register(later).status());
      assertFoundAs(later);
    }
    assertEquals(Status.UNREGISTERED, alpha.unregister("desk").status());
    assertNotFound(far);
    assertEquals(Status.REGISTERED, alpha.register(CONTACT).status());
    assertFoundAs(CONTACT);
  }

  @Test
  void whatTheGatewayItselfRegisteredNoLeaseTakesAway() {
    lans.kill(gate2, 0);
    lans.run(Lans.SECOND);
    gate1.register(CONTACT);
    alpha.register(CONTACT);
    lans.kill(alpha, 0);
    lans.run(120 * Lans.SECOND);

    assertFoundAs(CONTACT);
  }

  @Test
  void whatWasNeverRegisteredCannotBeUnregistered() {
    assertEquals(Status.REFUSED, alpha.unregister("desk").status());
  }
}
