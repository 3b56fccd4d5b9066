package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.Lans.Node;
import pharos.agent.core.gateway.Reply.Status;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Request;

/** Gateways that lie, and askers without measure. */
class HostileGatewayTest {
  private final Lans lans = new Lans(4);
  private final Node gate = lans.gateway(1, "gate");
  private final Node hostile = lans.gateway(2, "hostile", gate);
  private final Node alpha = lans.agent(1, "alpha", "");

  HostileGatewayTest() {
    lans.agent(2, "beta", "Beta.Orders");
    lans.run(3 * Lans.SECOND);
  }

  private static RemotePeer remote(PeerInfo peer, NodeId gateway) {
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
        gateway,
        "site");
  }

  private void lie(List<RemotePeer> peers, boolean hasMore) {
    lans.liar =
        (node, reply) ->
            node == hostile && reply instanceof Reply.Page ? new Reply.Page(peers, hasMore) : reply;
  }

  private long whoQuestions() {
    return lans.sent.stream().filter(it -> it.question() instanceof Question.Who).count();
  }

  @Test
  void peersInTheNameOfAnotherGatewayAreNotTaken() {
    PeerInfo forged = lans.peer(3, 500, "forged", "Beta.Orders", false, "");
    lie(List.of(remote(forged, gate.self.id()), remote(forged, alpha.self.id())), false);

    assertEquals(List.of(), Lans.names(gate.browse("Beta.Orders")));
  }

  @Test
  void nobodyReplacesAPeerOfOnesOwnLan() {
    PeerInfo self = alpha.self;
    RemotePeer forged =
        new RemotePeer(
            self.id(),
            self.incarnation() + 1_000,
            "alpha",
            "Beta.Orders",
            hostile.self.addresses(),
            1,
            self.document(),
            self.state(),
            0,
            hostile.self.id(),
            "hostile");
    lie(List.of(forged), false);

    RemotePeer found =
        gate.browse("Alpha").peers().stream()
            .filter(it -> it.id().equals(self.id()))
            .findFirst()
            .orElseThrow();
    assertEquals(self.addresses(), found.addresses());
  }

  @Test
  void aPageThatRepeatsItselfEndsTheBrowsing() {
    PeerInfo one = lans.peer(2, 500, "one", "Beta.Orders", false, "");
    lie(List.of(remote(one, hostile.self.id())), true);
    long before = whoQuestions();

    assertEquals(List.of("one"), Lans.names(gate.browse("Beta.Orders")));
    assertTrue(whoQuestions() - before <= 2, "asked " + (whoQuestions() - before) + " times");
  }

  @Test
  void aGatewayOfOnesOwnLanCannotKeepUsBrowsingForEver() {
    PeerInfo one = lans.peer(2, 500, "one", "Beta.Orders", false, "");
    for (List<RemotePeer> page :
        List.of(List.<RemotePeer>of(), List.of(remote(one, hostile.self.id())))) {
      lans.liar =
          (node, reply) ->
              node == gate && reply instanceof Reply.Page ? new Reply.Page(page, true) : reply;
      int before = lans.sent.size();
      alpha.browse("Beta.Orders");
      assertTrue(lans.sent.size() - before < 50, "asked " + (lans.sent.size() - before));
    }
  }

  @Test
  void pagesWithoutEndAreEnded() {
    int[] count = {0};
    lans.liar =
        (node, reply) ->
            node == hostile && reply instanceof Reply.Page
                ? new Reply.Page(
                    List.of(
                        remote(
                            lans.peer(2, 1_000 + count[0]++, "x", "Beta.Orders", false, ""),
                            hostile.self.id())),
                    true)
                : reply;

    assertTrue(gate.browse("Beta.Orders").peers().size() <= 257);
  }

  @Test
  void anAgentThatIsNoGatewaySaysSo() {
    assertEquals(
        Reply.Ended.of(Status.NO_GATEWAY), alpha.ask(new Question.Find(ContactId.ofText("x"))));
    assertEquals(
        Reply.Ended.of(Status.NO_GATEWAY),
        alpha.ask(new Question.Node(new Request.Ping(Optional.empty()))));
  }

  @Test
  void callsForOthersAreBounded() {
    lans.isConnected = (from, to) -> from.lan == to.lan;
    List<Reply> replies = new ArrayList<>();
    for (long token = 1_000_000; token < 1_003_000; token++) {
      gate.gateway()
          .onQuestion(token, "stranger", new Question.Browse("Beta.Orders", Optional.empty()));
    }
    lans.settle(gate);
    gate.answers.forEach((token, reply) -> replies.add(reply));
    long refused = replies.stream().filter(Reply.Ended.of(Status.REFUSED)::equals).count();
    assertTrue(refused >= 3_000 - 1_024, "refused " + refused);

    lans.run(15 * Lans.SECOND);
    assertEquals(3_000, gate.answers.size());
    // All is over, so it serves again.
    lans.isConnected = (from, to) -> true;
    lans.run(5 * Lans.SECOND);
    assertEquals(List.of("beta"), Lans.names(alpha.browse("Beta.Orders")));
  }

  @Test
  void aLeaseIsNeitherTooShortNorTooLong() {
    Contact contact = Contact.of(ContactId.ofText("desk"), "tcp://x");
    gate.ask(new Question.Register(contact, Long.MAX_VALUE));
    lans.run(599 * Lans.SECOND);
    assertEquals(Status.FOUND, gate.find("desk").status());
    lans.run(2 * Lans.SECOND);
    assertEquals(Status.NOT_FOUND, gate.find("desk").status());

    gate.ask(new Question.Register(contact, 1));
    assertEquals(Status.FOUND, hostile.find("desk").status());
    lans.run(2 * Lans.SECOND);
    assertEquals(Status.NOT_FOUND, hostile.find("desk").status());
  }
}
