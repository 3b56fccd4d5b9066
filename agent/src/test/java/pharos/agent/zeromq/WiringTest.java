package pharos.agent.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.Cancellable;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.PeerBuilder;
import pharos.agent.PeerState;
import pharos.agent.testing.TestPeers;
import pharos.beacon.NodeId;

class WiringTest {
  private final TestPeers peers = new TestPeers();
  private final ZContext context = new ZContext();
  private final ZMQ.Socket push = context.createSocket(SocketType.PUSH);
  private final Wiring wiring = Wiring.of(peers, push, "Work");
  private final ZMQ.Poller poller = context.createPoller(1);

  WiringTest() {
    poller.register(wiring.signal(), ZMQ.Poller.POLLIN);
  }

  @AfterEach
  void close() {
    poller.close();
    wiring.close();
    context.close();
  }

  /** At an endpoint of 127.0.0.1. */
  private static PeerBuilder worker(int number, String endpoint) {
    URI uri = URI.create(endpoint);
    return TestPeers.peer("worker-" + number)
        .offer("Other", 1)
        .offer("Work", uri.getPort(), uri.getScheme(), Map.of());
  }

  private static NodeId id(int number) {
    return TestPeers.peer("worker-" + number).build().id();
  }

  private ZMQ.Socket pull() {
    ZMQ.Socket pull = context.createSocket(SocketType.PULL);
    pull.bind("tcp://127.0.0.1:*");
    pull.setReceiveTimeOut(20_000);
    return pull;
  }

  /** Exactly these are there from now on. */
  private void publish(PeerBuilder... now) {
    List<Peer> all = Arrays.stream(now).map(PeerBuilder::build).toList();
    List<NodeId> ids = all.stream().map(Peer::id).toList();
    for (Peer known : peers.peers()) {
      if (!ids.contains(known.id())) {
        peers.remove(known, GoneReason.LEFT);
      }
    }
    all.forEach(peers::put);
  }

  /** Waits for the signal as a program would, and applies. */
  private Wiring.Changes applied() {
    assertTrue(poller.poll(20_000) > 0, "no signal");
    return wiring.apply();
  }

  private boolean isSignalled() {
    return poller.poll(0) > 0;
  }

  @Test
  void theSocketTalksToEachPeerThatOffersTheType() {
    ZMQ.Socket one = pull();
    ZMQ.Socket two = pull();
    publish(
        worker(1, one.getLastEndpoint()),
        worker(2, two.getLastEndpoint()),
        TestPeers.peer("idler").offer("X", 1));
    Map<?, ?> both = Map.of(id(1), one.getLastEndpoint(), id(2), two.getLastEndpoint());
    assertEquals(both, applied().connected());
    assertEquals(both, wiring.endpoints());
    assertFalse(isSignalled());
    assertTrue(wiring.apply().isEmpty());
    push.send("a");
    push.send("b");
    assertEquals(1, one.recvStr().length());
    assertEquals(1, two.recvStr().length());
  }

  @Test
  void whoIsThereAlreadyIsConnectedByTheFirstApply() {
    publish(worker(1, "tcp://127.0.0.1:9"));
    ZMQ.Socket other = context.createSocket(SocketType.PUSH);
    try (Wiring second = Wiring.of(peers, other, "Work")) {
      assertEquals(Map.of(id(1), "tcp://127.0.0.1:9"), second.apply().connected());
    }
  }

  @Test
  void whoIsGoneIsDisconnectedAndASuspectIsNot() {
    ZMQ.Socket one = pull();
    ZMQ.Socket two = pull();
    PeerBuilder suspect = worker(2, two.getLastEndpoint()).state(PeerState.SUSPECT);
    publish(worker(1, one.getLastEndpoint()), worker(2, two.getLastEndpoint()));
    applied();
    publish(suspect);
    Wiring.Changes changes = applied();
    assertEquals(Map.of(id(1), one.getLastEndpoint()), changes.disconnected());
    assertEquals(Map.of(), changes.connected());
    push.send("a");
    push.send("b");
    assertEquals("a", two.recvStr());
    assertEquals("b", two.recvStr());
  }

  @Test
  void aChangedAddressIsDisconnectedAndTheNewOneConnected() {
    ZMQ.Socket one = pull();
    ZMQ.Socket two = pull();
    publish(worker(1, one.getLastEndpoint()));
    applied();
    publish(worker(1, two.getLastEndpoint()));
    Wiring.Changes changes = applied();
    assertEquals(Map.of(id(1), one.getLastEndpoint()), changes.disconnected());
    assertEquals(Map.of(id(1), two.getLastEndpoint()), changes.connected());
    push.send("a");
    assertEquals("a", two.recvStr());
  }

  @Test
  void aRestartBehindTheSameEndpointIsConnectedAnew() {
    ZMQ.Socket one = pull();
    String endpoint = one.getLastEndpoint();
    publish(worker(1, endpoint));
    applied();
    push.send("a");
    assertEquals("a", one.recvStr());
    publish(worker(1, endpoint).incarnation(2));
    Wiring.Changes same = applied();
    assertEquals(Map.of(id(1), endpoint), same.disconnected());
    assertEquals(Map.of(id(1), endpoint), same.connected());
    push.send("b");
    assertEquals("b", one.recvStr());
    publish(worker(7, endpoint));
    Wiring.Changes other = applied();
    assertEquals(Map.of(id(1), endpoint), other.disconnected());
    assertEquals(Map.of(id(7), endpoint), other.connected());
    push.send("c");
    assertEquals("c", one.recvStr());
  }

  @Test
  void anEndpointOfTwoPeersStaysUntilBothAreGone() {
    ZMQ.Socket one = pull();
    String endpoint = one.getLastEndpoint();
    publish(worker(1, endpoint), worker(2, endpoint));
    applied();
    publish(worker(2, endpoint));
    assertEquals(Map.of(id(1), endpoint), applied().disconnected());
    push.send("a");
    assertEquals("a", one.recvStr());
    assertEquals(Map.of(id(2), endpoint), wiring.endpoints());
  }

  @Test
  void whatCannotBeConnectedIsToldAndHindersNobody() {
    ZMQ.Socket one = pull();
    publish(worker(1, "http://127.0.0.1:80"), worker(2, one.getLastEndpoint()));
    Wiring.Changes changes = applied();
    assertEquals(Map.of(id(1), "http://127.0.0.1:80"), changes.failed());
    assertEquals(Map.of(id(2), one.getLastEndpoint()), changes.connected());
    assertEquals(changes.connected(), wiring.endpoints());
    publish(worker(2, one.getLastEndpoint()));
    assertTrue(applied().isEmpty());
  }

  @Test
  void aChangeTakenBackBeforeItIsAppliedDoesNothing() {
    publish(worker(1, "tcp://127.0.0.1:9"));
    assertTrue(poller.poll(20_000) > 0);
    publish();
    assertTrue(wiring.apply().isEmpty());
    assertEquals(Map.of(), wiring.endpoints());
  }

  @Test
  void anInterruptedThreadNeitherLosesTheSignalNorItsFlag() {
    Cancellable interrupting = peers.onPeers(list -> Thread.currentThread().interrupt());
    publish(worker(1, "tcp://127.0.0.1:9"));
    assertTrue(poller.poll(20_000) > 0);
    Thread.currentThread().interrupt();
    wiring.apply();
    assertTrue(Thread.interrupted());
    publish(worker(2, "tcp://127.0.0.1:9"));
    assertFalse(applied().isEmpty());
    interrupting.cancel();
  }

  @Test
  void closeDisconnectsAllAndFollowsNobodyMore() {
    ZMQ.Socket one = pull();
    publish(worker(1, one.getLastEndpoint()));
    applied();
    poller.unregister(wiring.signal());
    wiring.close();
    wiring.close();
    assertFalse(wiring.signal().isOpen());
    assertEquals(Map.of(), wiring.endpoints());
    assertFalse(push.send("lost", ZMQ.DONTWAIT));
    assertThrows(IllegalStateException.class, wiring::apply);
    publish();
  }

  @Test
  void aSocketThatIsClosedFirstDoesNotHinderTheClose() {
    publish(worker(1, "tcp://127.0.0.1:9"));
    applied();
    push.close();
    poller.unregister(wiring.signal());
    wiring.close();
    assertFalse(wiring.signal().isOpen());
  }
}
