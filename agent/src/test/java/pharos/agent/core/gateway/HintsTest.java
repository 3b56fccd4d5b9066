package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.agent.core.gateway.Lans.Node;
import pharos.agent.core.gateway.Reply.Status;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Version;

/** What an application knows itself of contacts: the same at a gateway and at its guests. */
class HintsTest {
  private static final Contact DESK = Contact.of(ContactId.ofText("desk"), "tcp://10.1.0.9:1");
  private static final long MINUTE = 60 * Lans.SECOND;

  private final Lans lans = new Lans(5);
  private final Node far = lans.gateway(2, "far");
  private final Node gate = lans.gateway(1, "gate", far);
  private final Node guest = lans.agent(1, "guest", "");

  HintsTest() {
    lans.run(3 * Lans.SECOND);
  }

  @Test
  void whatTheApplicationAddsItFindsForTenMinutes() {
    for (Node node : List.of(gate, guest)) {
      assertEquals(Optional.of(DESK), node.add(DESK).contact());
      assertEquals(Optional.of(DESK), node.find("desk").contact());
      lans.run(9 * MINUTE);
      assertEquals(Status.FOUND, node.find("desk").status());
      lans.run(2 * MINUTE);
      assertEquals(Status.NOT_FOUND, node.find("desk").status());
    }
    assertEquals(Status.NOT_FOUND, far.find("desk").status());
  }

  @Test
  void whatTheGuestAddsOnlyTheGuestBelieves() {
    guest.add(DESK);
    assertEquals(Status.NOT_FOUND, gate.find("desk").status());
  }

  @Test
  void whatCouldNotBeReachedIsFoundNoMoreUnlessALaterVersionIsKnown() {
    for (Node node : List.of(gate, guest)) {
      Contact later = DESK.withVersion(new Version(2, 0));
      assertEquals(Status.NOT_FOUND, node.reportUnreachable(later).status());
      node.add(later);
      assertEquals(Optional.of(later), node.add(DESK.withVersion(new Version(1, 0))).contact());
      assertEquals(Status.NOT_FOUND, node.reportUnreachable(DESK).status());
      assertEquals(Status.FOUND, node.find("desk").status());
      assertEquals(Status.FOUND, node.reportUnreachable(later).status());
      assertEquals(Status.NOT_FOUND, node.find("desk").status());
    }
  }

  @Test
  void withoutAGatewayAHintIsFoundToo() {
    Node alone = lans.agent(3, "alone", "");
    alone.add(DESK);
    assertEquals(Optional.of(DESK), alone.find("desk").contact());
  }

  @Test
  void theArbiterDecidesWhetherWhatIsRegisteredIsWithdrawn() {
    for (Node node : List.of(gate, guest)) {
      Contact now = DESK.withVersion(new Version(9, 0));
      assertEquals(Status.REGISTERED, node.register(now).status());
      assertEquals(Status.REFUSED, node.unregister(DESK.withVersion(new Version(8, 0))).status());
      assertEquals(Status.FOUND, far.find("desk").status());
      assertEquals(
          Status.UNREGISTERED, node.unregister(now.withVersion(new Version(9, 1))).status());
      assertEquals(Status.NOT_FOUND, far.find("desk").status());
      assertEquals(Status.REFUSED, node.unregister(now).status());
    }
  }

  @Test
  void withoutAVersionWhatIsWithdrawnIsLaterThanWhatIsRegistered() {
    for (Node node : List.of(gate, guest)) {
      node.register(DESK);
      assertEquals(Status.UNREGISTERED, node.unregister(DESK).status());
    }
  }

  @Test
  void aHintOfWhatIsRegisteredIsAnnounced() {
    Contact moved =
        DESK.withData(ContactData.ofText("[2]")).withVersion(new Version(Long.MAX_VALUE, 0));
    for (Node node : List.of(gate, guest)) {
      ContactId id = ContactId.ofText("desk-of-" + node);
      Contact of = new Contact(id, moved.endpoints(), moved.data(), moved.version());
      node.register(Contact.of(id, "tcp://10.1.0.9:1"));
      assertEquals(Optional.of(of), node.add(of).contact());
      lans.run(5 * Lans.SECOND);
      assertEquals(Optional.of(of), far.find(id).contact());
    }
  }

  @Test
  void whatIsReservedIsNotAdded() {
    Contact pointer = Contact.of(ContactId.ofText("pharos:desk"), "tcp://10.1.0.9:1");
    assertEquals(Status.REFUSED, gate.add(pointer).status());
    assertEquals(Status.REFUSED, guest.unregister(pointer).status());
  }
}
