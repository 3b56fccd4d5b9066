package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pharos.agent.core.gateway.Lans.Node;
import pharos.agent.core.gateway.Reply.Status;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/** A call has one deadline, and so has whatever is asked because of it. */
class DeadlineTest {
  private final Lans lans = new Lans(7);
  private final Node far = lans.gateway(2, "far");
  private final Node gate = lans.gateway(1, "gate", far);
  private final Node alpha = lans.agent(1, "alpha", "");
  private final Contact desk = Contact.of(ContactId.ofText("desk"), "tcp://10.1.0.9:1");

  DeadlineTest() {
    lans.agent(2, "beta", "Beta.Orders");
    lans.run(3 * Lans.SECOND);
  }

  private long tookMs(long beganNs) {
    return (lans.nowNs() - beganNs) / Lans.MS;
  }

  @Test
  void aCallEndsAtItsDeadlineWhoeverIsSilent() {
    Node other = lans.gateway(1, "other", far);
    lans.run(3 * Lans.SECOND);
    lans.vanish(gate, Long.MAX_VALUE / 4);
    lans.vanish(other, Long.MAX_VALUE / 4);
    alpha.patienceNs = 1_500 * Lans.MS;
    long beganNs = lans.nowNs();

    assertEquals(Status.TIMED_OUT, alpha.register(desk).status());
    assertTrue(tookMs(beganNs) <= 1_500, tookMs(beganNs) + " ms");
  }

  @Test
  void threeSilentGatewaysLeaveTimeForTheFourth() {
    List<Node> silent =
        List.of(gate, lans.gateway(1, "second", far), lans.gateway(1, "third", far));
    Node fourth = lans.gateway(1, "fourth", far);
    lans.run(3 * Lans.SECOND);
    silent.forEach(node -> lans.vanish(node, Long.MAX_VALUE / 4));

    assertEquals(Status.REGISTERED, alpha.register(desk).status());
    assertEquals(desk.endpoints(), fourth.find("desk").contact().orElseThrow().endpoints());
  }

  @Test
  void whoIsAskedIsToldWhatIsLeftOfTheCall() {
    alpha.patienceNs = 4 * Lans.SECOND;
    lans.sent.clear();

    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
    List<Long> told =
        lans.sent.stream()
            .map(Lans.Sent::question)
            .filter(Question.Forwarded.class::isInstance)
            .map(question -> ((Question.Forwarded) question).withinMs())
            .toList();
    assertEquals(List.of(3_600L), told, "a tenth is kept for the way back");
  }

  @Test
  void aGatewayTellsWhatItKnowsWhenItsAskerWaitsNoLonger() {
    Node cutOff = lans.gateway(3, "cut-off", far);
    lans.agent(3, "gamma", "Beta.Orders");
    lans.run(20 * Lans.SECOND);
    assertEquals(List.of("beta", "gamma"), Lans.names(alpha.browse("Beta.Orders")));
    lans.isConnected = (from, to) -> to != cutOff;
    long beganNs = lans.nowNs();

    Reply reply = gate.ask(new Question.Browse("Beta.Orders", Optional.empty(), 500));
    assertEquals(
        List.of("beta"), ((Reply.Page) reply).peers().stream().map(RemotePeer::name).toList());
    assertTrue(tookMs(beganNs) <= 500, tookMs(beganNs) + " ms");
  }
}
