package pharos.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.PeerFixture.THEN;
import static pharos.agent.PeerFixture.event;
import static pharos.agent.PeerFixture.id;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.wire.Offer;

class WiringTest {
  private final Callbacks callbacks = CallbacksTest.started();
  private final ZContext context = new ZContext();
  private final ZMQ.Socket push = context.createSocket(SocketType.PUSH);
  private final Wiring wiring = new Wiring(callbacks, push, "Work");
  private final ZMQ.Poller poller = context.createPoller(1);

  WiringTest() {
    poller.register(wiring.signal(), ZMQ.Poller.POLLIN);
  }

  @AfterEach
  void close() {
    poller.close();
    wiring.close();
    context.close();
    callbacks.close(Duration.ofSeconds(20), Optional.empty());
  }

  private static Peer worker(int number, long incarnation, PeerState state, String endpoint) {
    return new Peer(
        id(number),
        incarnation,
        "worker-" + number,
        "",
        List.of(PeerFixture.address("127.0.0.1")),
        5670,
        List.of(
            new Capability(new Offer("Other", 1, "tcp", Map.of()), List.of("tcp://127.0.0.1:1")),
            new Capability(new Offer("Work", 1, "tcp", Map.of()), List.of(endpoint, "tcp://9:9"))),
        state,
        PeerSource.BEACON,
        THEN,
        THEN,
        "");
  }

  private static Peer worker(int number, String endpoint) {
    return worker(number, 1, PeerState.ALIVE, endpoint);
  }

  private ZMQ.Socket pull() {
    ZMQ.Socket pull = context.createSocket(SocketType.PULL);
    pull.bind("tcp://127.0.0.1:*");
    pull.setReceiveTimeOut(20_000);
    return pull;
  }

  private void publish(Peer... peers) {
    callbacks.publish(
        CallbacksTest.of(peers), List.of(event(PeerEvent.Kind.UPDATED, PeerFixture.peer(1))));
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
        PeerFixture.peer(3, "X"));
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
    try (Wiring second = new Wiring(callbacks, other, "Work")) {
      assertEquals(Map.of(id(1), "tcp://127.0.0.1:9"), second.apply().connected());
    }
  }

  @Test
  void whoIsGoneIsDisconnectedAndASuspectIsNot() {
    ZMQ.Socket one = pull();
    ZMQ.Socket two = pull();
    Peer suspect = worker(2, 1, PeerState.SUSPECT, two.getLastEndpoint());
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
    publish(worker(1, 2, PeerState.ALIVE, endpoint));
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
    AtomicBoolean told = new AtomicBoolean();
    callbacks.execute(() -> told.set(true));
    await().untilTrue(told);
    assertTrue(wiring.apply().isEmpty());
    assertEquals(Map.of(), wiring.endpoints());
  }

  @Test
  void anInterruptedThreadNeitherLosesTheSignalNorItsFlag() {
    Cancellable interrupting = callbacks.onPeers(list -> Thread.currentThread().interrupt());
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
