package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.agent.core.Hearing;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.Lans.Node;
import pharos.agent.core.gateway.Reply.Status;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;
import pharos.kademlia.Announcement;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Request;
import pharos.kademlia.Verdict;
import pharos.kademlia.Version;

/** Whoever has no key may fill a small part of a gateway, and leaves room for the others. */
class StrangersTest {
  private static final long MIB = 1 << 20;

  private final Lans lans = new Lans(11);
  private final Node far = lans.gateway(2, "far");
  private final Node gate = lans.gateway(1, "gate", far);
  private final Node alpha = lans.agent(1, "alpha", "");
  private long tokens = 1_000_000;

  StrangersTest() {
    lans.agent(2, "beta", "Beta.Orders");
    lans.run(3 * Lans.SECOND);
  }

  /** As large as a contact may be. */
  private static Contact large(int number) {
    List<String> endpoints = new ArrayList<>();
    for (int i = 0; i < Contact.MAX_ENDPOINTS; i++) {
      endpoints.add("tcp://10.66.0.1:" + (1 + i) + "/" + "x".repeat(230));
    }
    ContactId id = ContactId.ofText("large-" + number);
    ContactData data = ContactData.of(new byte[ContactData.MAX_LENGTH]);
    return new Contact(id, endpoints, data, new Version(1, 1));
  }

  private static long bytes(Contact contact) {
    return contact.data().length() + contact.endpoints().stream().mapToLong(String::length).sum();
  }

  /** Asks so without waiting for the answer. */
  private long begin(String source, Question question) {
    gate.gateway().onQuestion(++tokens, source, question);
    lans.settle(gate);
    return tokens;
  }

  private long answersOf(Status status) {
    return gate.answers.values().stream()
        .filter(it -> it instanceof Reply.Ended ended && ended.status() == status)
        .count();
  }

  @Test
  void leasesOfOneAddressFillASmallPart() {
    assertEquals(Status.REGISTERED, alpha.register(Contact.of(ContactId.ofText("desk"))).status());
    for (int i = 0; i < 6_700; i++) {
      begin("10.1.0.66", new Question.Register(large(i), 60_000));
      lans.run(Lans.MS);
    }
    lans.run(5 * Lans.SECOND);

    long kept = answersOf(Status.REGISTERED) * bytes(large(0));
    assertTrue(kept <= 4 * MIB, kept + " bytes are kept");
    assertTrue(answersOf(Status.REFUSED) > 0);
    // Who had a lease has it, and who wants one gets it.
    assertEquals(Status.FOUND, far.find("desk").status());
    assertEquals(Status.REGISTERED, alpha.register(Contact.of(ContactId.ofText("lamp"))).status());
    lans.run(120 * Lans.SECOND);
    assertEquals(Status.FOUND, far.find("desk").status());
    assertEquals(Status.FOUND, far.find("lamp").status());
  }

  @Test
  void leasesOfManyAddressesLeaveRoomForTheAgentsOfTheLan() {
    for (int i = 0; i < 6_700; i++) {
      begin("10.1.9." + i % 250, new Question.Register(large(i), 60_000));
      lans.run(Lans.MS);
    }
    lans.run(5 * Lans.SECOND);

    long kept = answersOf(Status.REGISTERED) * bytes(large(0));
    assertTrue(kept <= 4 * MIB, kept + " bytes are kept");
    assertEquals(Status.REGISTERED, alpha.register(Contact.of(ContactId.ofText("lamp"))).status());
    assertEquals(Status.FOUND, far.find("lamp").status());
  }

  @Test
  void announcementsOfFourAddressesFillASmallPart() {
    int stored = 0;
    for (int i = 0; i < 8_300; i++) {
      stored += announce("10.66.0." + i % 4, large(i)) == Verdict.STORED ? 1 : 0;
      lans.run(Lans.MS);
    }
    assertTrue(stored * bytes(large(0)) <= 8 * MIB, stored + " are held");
    Contact small = Contact.of(ContactId.ofText("small")).withVersion(new Version(1, 1));
    assertEquals(Verdict.STORED, announce("10.77.0.1", small));
  }

  private Verdict announce(String source, Contact contact) {
    Announcement announcement = new Announcement(contact, 0, false);
    Request.FindNode request =
        new Request.FindNode(Optional.empty(), contact.key(), Optional.of(announcement));
    Reply reply = gate.answers.remove(begin(source, new Question.Node(request)));
    return reply instanceof Reply.Node node ? node.response().verdict() : Verdict.NONE;
  }

  @Test
  void questionsOfOneAddressLeaveRoomForThoseOfAnother() {
    List<Question> flood =
        List.of(
            new Question.Find(ContactId.ofText("nobody")),
            new Question.Browse("Nothing", Optional.empty()),
            new Question.Who(new Subject.Service("Alpha"), Optional.empty()),
            new Question.Node(new Request.Ping(Optional.empty())));
    lans.isConnected = (from, to) -> from.lan == to.lan || (to.lan == 2 && from == gate);
    for (Question question : flood) {
      for (int i = 0; i < 3_000; i++) {
        begin("10.1.0.66", question);
      }
      Reply.Ended found = alpha.find("desk");
      assertNotEquals(Status.REFUSED, found.status(), () -> question + " " + found);
      lans.run(20 * Lans.SECOND);
    }
  }

  @Test
  void lookupsOfWhatIsNotThereEnd() {
    for (int i = 0; i < 10_000; i++) {
      begin("10.1.0." + i % 200, new Question.Find(ContactId.ofText("nobody-" + i)));
      lans.run(Lans.MS);
    }
    assertEquals(List.of("beta"), Lans.names(alpha.browse("Beta.Orders")));
    lans.run(20 * Lans.SECOND);
    assertEquals(List.of("beta"), Lans.names(alpha.browse("Beta.Orders")));
  }

  @Test
  void manyForgedGatewaysOfOneAddressDoNotKeepAGuestFromTheTrueOne() {
    String address = "10.1.99.99";
    for (int i = 0; i < 300; i++) {
      alpha.hears(Lans.arrived(at(address, lans.peer(1, 1_000 + i, "forged", "", true, ""))));
    }
    lans.isMute = endpoint -> endpoint.contains(address);
    assertFoundIn(6);
  }

  @Test
  void forgedGatewaysOfManyAddressesDelayAGuestOnce() {
    for (int i = 0; i < 40; i++) {
      alpha.hears(Lans.arrived(lans.peer(1, 1_000 + i, "forged", "", true, "")));
    }
    lans.isMute =
        endpoint -> endpoint.startsWith("tcp://10.1.3") || endpoint.startsWith("tcp://10.1.4");
    assertFoundIn(20);
  }

  private void assertFoundIn(long seconds) {
    long beganNs = lans.nowNs();
    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
    long tookNs = lans.nowNs() - beganNs;
    assertTrue(tookNs < seconds * Lans.SECOND, "took " + tookNs / Lans.MS + " ms");
    // Once it has answered, it is asked first.
    for (int i = 0; i < 20; i++) {
      beganNs = lans.nowNs();
      assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
      long againNs = lans.nowNs() - beganNs;
      assertTrue(againNs < Lans.SECOND, "took " + againNs / Lans.MS + " ms");
      lans.run(10 * Lans.SECOND);
    }
  }

  private static PeerInfo at(String address, PeerInfo peer) {
    return new PeerInfo(
        peer.id(),
        peer.incarnation(),
        peer.name(),
        peer.service(),
        List.of(Addresses.parse(address).orElseThrow()),
        peer.tcpPort(),
        peer.overlay(),
        peer.document(),
        peer.state(),
        Hearing.WELL,
        peer.sinceNs(),
        peer.heardNs());
  }

  @Test
  void onlyWhoseLeaseItIsEndsIt() {
    alpha.register(Contact.of(ContactId.ofText("desk")));
    begin("10.1.0.66", new Question.Unregister(ContactId.ofText("desk")));
    lans.run(Lans.SECOND);

    assertEquals(Status.FOUND, far.find("desk").status());
    assertEquals(Status.UNREGISTERED, alpha.unregister("desk").status());
  }

  @Test
  void pagesOfAGatewayThatLiesAreBoundedInSum() {
    String types = "x" + ",y".repeat(30_000);
    int[] count = {0};
    lans.liar =
        (node, reply) -> {
          if (node != far || !(reply instanceof Reply.Page)) {
            return reply;
          }
          PeerInfo one = lans.peer(2, 1_000 + count[0]++, "x", "Beta.Orders", false, types);
          return new Reply.Page(List.of(remote(one, far)), true);
        };
    long bytes =
        gate.browse("Beta.Orders").peers().stream().mapToLong(it -> it.document().length()).sum();
    assertTrue(bytes <= 4 * MIB, () -> bytes + " bytes");
  }

  // Pointers: what a gateway is found by is held by nodes that anybody may tell something.

  private static final ContactId ORDERS =
      Pointers.id(new Subject.Service("Beta.Orders")).orElseThrow();

  /** Tells all nodes to hold this, or no more. */
  private void tellAll(String source, Contact contact, boolean isWithdrawal) {
    Announcement announcement = new Announcement(contact, 0, isWithdrawal);
    Request.FindNode request =
        new Request.FindNode(Optional.empty(), contact.key(), Optional.of(announcement));
    for (Node node : lans.nodes) {
      node.gateway().onQuestion(++tokens, source, new Question.Node(request));
      lans.settle(node);
    }
  }

  private static Contact pointer(String elements) {
    return Contact.of(ORDERS)
        .withData(ContactData.ofText("{" + elements + "}"))
        .withVersion(new Version(Long.MAX_VALUE, Long.MAX_VALUE));
  }

  private static String lie(NodeId gateway, String endpoint, long timeMs) {
    return "\"" + gateway.toBase64() + " " + endpoint + "\":" + timeMs;
  }

  /** As many as fit into a pointer; at each of the times, all in the future. */
  private Contact fullOfLies(int first, long timeMs) {
    List<String> lies = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      lies.add(
          lie(
              lans.peer(66, first + i, "", "", true, "").id(),
              "tcp://10.66.0." + i + ":5670",
              timeMs));
    }
    return pointer(String.join(",", lies));
  }

  private void assertBetaIsFound() {
    assertEquals(List.of("beta"), Lans.names(gate.browse("Beta.Orders")));
    assertEquals(List.of("beta"), Lans.names(alpha.browse("Beta.Orders")));
  }

  @Test
  void aPointerFullOfLiesHidesNobody() {
    lans.gateway(3, "third", gate);
    lans.run(5 * Lans.SECOND);
    for (long timeMs : new long[] {lans.nowMs() + 50 * 60_000, 999_999_999_999_999_999L}) {
      for (int i = 0; i < 20; i++) {
        tellAll("10.66.0." + i, fullOfLies(100 * i, timeMs), false);
      }
      lans.run(Lans.SECOND);
      assertBetaIsFound();
    }
    // Nor does it stay so for ever.
    lans.run(130 * 60 * Lans.SECOND);
    int before = lans.sent.size();
    assertBetaIsFound();
    long asked =
        lans.sent.stream()
            .skip(before)
            .filter(it -> it.question() instanceof Question.Who && it.to().contains("10.66."))
            .count();
    assertEquals(0, asked);
  }

  @Test
  void whoReadsAPointerCannotWithdrawIt() {
    lans.gateway(3, "third", gate);
    lans.run(5 * Lans.SECOND);
    for (Node node : List.copyOf(lans.nodes)) {
      Request.FindNode request =
          new Request.FindNode(Optional.empty(), ORDERS.key(), Optional.empty());
      node.gateway().onQuestion(++tokens, "10.66.0.1", new Question.Node(request));
      lans.settle(node);
      if (node.answers.remove(tokens) instanceof Reply.Node reply) {
        reply.response().held().ifPresent(held -> tellAll("10.66.0.1", held.contact(), true));
      }
    }
    assertBetaIsFound();
  }

  @Test
  void aFalsePlaceOfATrueGatewayDoesNotHideIt() {
    lans.isMute = endpoint -> endpoint.contains("10.66.");
    long timeMs = lans.nowMs() + 49 * 60_000;
    tellAll("10.66.0.1", pointer(lie(far.self.id(), "tcp://10.66.0.1:1", timeMs)), false);
    lans.run(Lans.SECOND);
    assertBetaIsFound();
    // And it costs only what one that is silent costs.
    long beganNs = lans.nowNs();
    assertBetaIsFound();
    assertTrue(lans.nowNs() - beganNs < Lans.SECOND);
  }

  private static RemotePeer remote(PeerInfo peer, Node by) {
    return new RemotePeer(
        peer.id(),
        peer.incarnation(),
        peer.name(),
        peer.service(),
        peer.addresses(),
        peer.tcpPort(),
        peer.document(),
        peer.state(),
        0,
        by.self.id(),
        "site");
  }
}
