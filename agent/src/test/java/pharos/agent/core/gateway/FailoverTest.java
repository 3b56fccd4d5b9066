package pharos.agent.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.gateway.Lans.Node;
import pharos.agent.core.gateway.Reply.Status;
import pharos.kademlia.ContactId;

/** Gateways that die, vanish, and say nothing sensible. */
class FailoverTest {
  private final Lans lans = new Lans(2);
  private final Node far = lans.gateway(2, "far");
  private final Node gate1 = lans.gateway(1, "gate-1", far);
  private final Node gate2 = lans.gateway(1, "gate-2");
  private final Node alpha = lans.agent(1, "alpha", "");

  FailoverTest() {
    lans.agent(2, "beta", "Beta.Orders");
    lans.run(3 * Lans.SECOND);
  }

  private List<Long> tenCalls() {
    List<Long> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(alpha.beginFind(ContactId.ofText("beta")));
    }
    return calls;
  }

  private long latestEndNs(List<Long> calls) {
    calls.forEach(call -> assertEquals(List.of("beta"), Lans.names(alpha.end(call))));
    return lans.nowNs();
  }

  @Test
  void noQuestionIsLostWhenAGatewayIsKilled() {
    List<Long> calls = tenCalls();
    lans.kill(gate1, 20 * Lans.MS);

    long beganNs = lans.nowNs();
    assertTrue(latestEndNs(calls) - beganNs < Lans.SECOND);
    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
  }

  /** Its machine is without power: nothing refuses, and only the LAN tells after a while. */
  @Test
  void whoWaitsForAGatewayThatIsGoneGoesOverAsSoonAsTheLanKnows() {
    List<Long> calls = tenCalls();
    lans.vanish(gate1, 4 * Lans.SECOND);

    long beganNs = lans.nowNs();
    long tookNs = latestEndNs(calls) - beganNs;
    assertTrue(tookNs < 5 * Lans.SECOND, "took " + tookNs / Lans.MS + " ms");
  }

  @Test
  void whoGetsNoSensibleAnswerAsksAnother() {
    lans.liar =
        (node, reply) ->
            node == gate1 && reply instanceof Reply.Ended
                ? new Reply.Page(List.of(), false)
                : reply;

    latestEndNs(tenCalls());
  }

  @Test
  void aGatewayWithoutNetworkIsNotTheLastWord() {
    lans.liar =
        (node, reply) ->
            node == gate1 && reply instanceof Reply.Ended
                ? Reply.Ended.of(Status.NO_NETWORK)
                : reply;

    latestEndNs(tenCalls());
  }

  @Test
  void whenAllAreBusyTheAnswerSaysSo() {
    lans.liar =
        (node, reply) -> reply instanceof Reply.Ended ? Reply.Ended.of(Status.REFUSED) : reply;

    assertEquals(Status.REFUSED, alpha.find("beta").status());
  }

  @Test
  void whenNoGatewayAnswersTheCallEndsInTime() {
    lans.vanish(gate1, Long.MAX_VALUE / 4);
    lans.vanish(gate2, Long.MAX_VALUE / 4);
    long beganNs = lans.nowNs();

    assertEquals(Status.TIMED_OUT, alpha.find("beta").status());
    assertTrue(lans.nowNs() - beganNs <= 25 * Lans.SECOND);
  }

  @Test
  void aLateAnswerChangesNothing() {
    long call = alpha.beginFind(ContactId.ofText("beta"));
    lans.run(Lans.SECOND);
    Reply.Ended ended = alpha.end(call);

    // The numbers of questions count from 1: every one of them is answered again.
    for (long number = 1; number < 50; number++) {
      alpha.gateway().onReply(number, "10.1.0.2", Reply.Ended.of(Status.NOT_FOUND));
      alpha.gateway().onFailed(number);
    }
    lans.settle(alpha);

    assertEquals(ended, alpha.end(call));
  }

  @Test
  void browsingGoesOverInTheMiddleOfThePages() {
    for (int i = 0; i < 500; i++) {
      far.hears(Lans.arrived(lans.peer(2, 1_000 + i, "many-" + i, "Many", false, "")));
    }
    lans.run(10 * Lans.SECOND);
    lans.after(60 * Lans.MS, () -> lans.kill(gate1, 20 * Lans.MS));

    assertEquals(500, alpha.browse("Many").peers().size());
  }

  @Test
  void callsAreBounded() {
    lans.vanish(gate1, Long.MAX_VALUE / 4);
    lans.vanish(gate2, Long.MAX_VALUE / 4);
    List<Long> calls = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      calls.add(alpha.beginFind(ContactId.ofText("beta")));
    }
    long refused =
        calls.stream().filter(call -> alpha.end(call).status() == Status.REFUSED).count();

    assertEquals(2_000 - 1_024, refused);
  }

  @Test
  void theLinkBetweenTheLansIsCutAndHeals() {
    lans.isConnected = (from, to) -> from.lan == to.lan;
    assertTrue(Lans.names(alpha.find("beta")).isEmpty());
    lans.run(60 * Lans.SECOND);
    assertTrue(Lans.names(alpha.find("beta")).isEmpty());

    lans.isConnected = (from, to) -> true;
    lans.run(Lans.SECOND);

    assertEquals(List.of("beta"), Lans.names(alpha.find("beta")));
    assertEquals(List.of("alpha"), Lans.names(far.find("alpha")));
  }

  @Test
  void newPeersAreFoundAfterACut() {
    lans.isConnected = (from, to) -> from.lan == to.lan;
    lans.run(10 * Lans.SECOND);
    lans.agent(2, "gamma", "Gamma.Orders");
    lans.run(50 * Lans.SECOND);

    lans.isConnected = (from, to) -> true;
    lans.run(15 * Lans.SECOND);

    assertEquals(List.of("gamma"), Lans.names(alpha.find("gamma")));
  }
}
