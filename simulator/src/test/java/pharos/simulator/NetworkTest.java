package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.GatewaySettings;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.core.gateway.Reply;
import pharos.agent.core.gateway.Reply.Status;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Settings;

/** Two segments with a router between them, and gateways that run in programs on them. */
class NetworkTest {
  private static final long SECOND = 1_000_000_000;

  private final Network network = Network.seeded(1);
  private final Lan one = network.segment();
  private final Lan two = network.segment();
  private final Program gate1 = start(one, "gate-1", true);
  private final Program gate2 = start(two, "gate-2", true, endpoint(gate1));
  private final Program alpha = start(one, "alpha", false);
  private final Program beta = start(two, "beta", false);
  private final List<Reply.Ended> ends = new ArrayList<>();

  private static Program start(Lan lan, String name, boolean isNode, String... seeds) {
    GatewaySettings settings = new GatewaySettings(isNode, Settings.defaults());
    return lan.start(name, Lan.document(name), new GatewayPlug(settings, List.of(seeds), true));
  }

  private static String endpoint(Program program) {
    return "tcp:/" + program.host.address() + ":" + program.identity.tcpPort();
  }

  private Reply.Ended call(Program program, GatewayPlug.Begin begin) {
    ends.clear();
    program.deliver(() -> GatewayPlug.of(program).call(begin, network.nowNs(), ends::add));
    for (int i = 0; i < 31 && ends.isEmpty(); i++) {
      network.runFor(SECOND);
    }
    assertEquals(1, ends.size(), () -> network.trace().latest(20));
    return ends.get(0);
  }

  private Reply.Ended find(Program program, String name) {
    return call(program, (gateway, call) -> gateway.find(call, ContactId.ofText(name)));
  }

  private static List<String> peers(Program program) {
    return program.core().peers().stream().map(PeerInfo::name).toList();
  }

  private static List<String> names(Reply.Ended ended) {
    return ended.peers().stream().map(RemotePeer::name).sorted().toList();
  }

  @Test
  void aBroadcastStaysOnItsSegment() {
    network.runFor(5 * SECOND);

    assertEquals(List.of("gate-1"), peers(alpha));
    assertEquals(List.of("gate-2"), peers(beta));
  }

  @Test
  void whoIsOnAnotherSegmentIsFoundThroughTheGateways() {
    network.runFor(5 * SECOND);

    assertEquals(List.of("beta"), names(find(alpha, "beta")));
    assertEquals(List.of("alpha"), names(find(beta, "alpha")));
    assertEquals(
        List.of("beta"), names(call(alpha, (gateway, call) -> gateway.browse(call, "beta"))));
    assertEquals(Status.NOT_FOUND, find(alpha, "nobody").status());
  }

  @Test
  void whoDiedIsFoundNoMore() {
    network.runFor(5 * SECOND);
    two.kill(beta);
    network.runFor(2 * SECOND);

    assertEquals(Status.NOT_FOUND, find(alpha, "beta").status());
  }

  @Test
  void whatIsRegisteredIsFoundFromTheOtherSegment() {
    network.runFor(5 * SECOND);
    ContactId desk = ContactId.ofText("desk");
    Contact contact = Contact.of(desk, "tcp://10.1.0.9:1");

    assertEquals(
        Status.REGISTERED,
        call(alpha, (gateway, call) -> gateway.register(call, contact)).status());
    assertEquals(contact.endpoints(), find(beta, "desk").contact().orElseThrow().endpoints());
    assertEquals(
        Status.UNREGISTERED,
        call(alpha, (gateway, call) -> gateway.unregister(call, desk)).status());
    assertEquals(Status.NOT_FOUND, find(beta, "desk").status());
  }

  @Test
  void aCutBetweenSegmentsPassesNothingUntilItIsMended() {
    network.runFor(5 * SECOND);
    network.cut(one, two);
    assertFalse(names(find(alpha, "beta")).contains("beta"));

    network.mend(one, two);
    network.runFor(60 * SECOND);
    assertEquals(List.of("beta"), names(find(alpha, "beta")));
  }

  @Test
  void aGatewayThatIsKilledFailsWhatItWasAsked() {
    Program gate3 = start(one, "gate-3", true, endpoint(gate2));
    network.runFor(10 * SECOND);
    one.kill(gate1);
    long beganNs = network.nowNs();

    assertEquals(List.of("beta"), names(find(alpha, "beta")));
    assertTrue(network.nowNs() - beganNs <= 5 * SECOND);
    assertTrue(gate3.isRunning());
  }

  @Test
  void equalSeedsAreEqualRuns() {
    assertEquals(hash(3), hash(3));
  }

  private static long hash(long seed) {
    Network network = Network.seeded(seed);
    Lan one = network.segment();
    Lan two = network.segment();
    Program gate = start(one, "gate", true);
    start(two, "other", true, endpoint(gate));
    start(two, "guest", false);
    network.weather(Weather.FAIR.withLoss(0.1));
    network.runFor(60 * SECOND);
    return network.trace().hash();
  }
}
