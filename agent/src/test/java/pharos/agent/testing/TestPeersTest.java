package pharos.agent.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import pharos.agent.AgentClosedException;
import pharos.agent.Cancellable;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.PeerState;

class TestPeersTest {
  private final TestPeers peers = new TestPeers();
  private final List<String> told = new ArrayList<>();

  private static Peer worker(String name) {
    return TestPeers.peer(name).offer("Work", 7001).build();
  }

  private void listen() {
    peers.onEvent(
        event ->
            told.add(
                event.kind()
                    + " "
                    + event.peer().name()
                    + event.reason().map(reason -> " " + reason).orElse("")));
  }

  @Test
  void whetherItIsIsolatedIsToldAtOnceAndWhenItChanges() {
    List<Boolean> isolated = new ArrayList<>();
    Cancellable telling = peers.onIsolated(isolated::add);
    peers.isolate(true);
    peers.isolate(true);
    assertTrue(peers.isIsolated());
    peers.isolate(false);
    telling.cancel();
    peers.isolate(true);
    assertEquals(List.of(false, true, false), isolated);
  }

  @Test
  void aBurstOfChangesIsOneListAndOneBatchOfEvents() {
    List<Integer> lists = new CopyOnWriteArrayList<>();
    List<Integer> batches = new CopyOnWriteArrayList<>();
    peers.onPeers(all -> lists.add(all.size()), Duration.ofMillis(200));
    peers.onMembers(all -> lists.add(100 + all.size()), Duration.ofMillis(200));
    peers.onEvents(events -> batches.add(events.size()), Duration.ofMillis(200));
    assertEquals(List.of(0, 101), lists, "the first ones wait for nothing");
    for (int i = 0; i < 10; i++) {
      peers.put(worker("w" + i));
    }
    await().until(() -> lists.size() == 4 && batches.size() == 1);
    assertTrue(lists.containsAll(List.of(10, 111)), lists::toString);
    assertEquals(List.of(10), batches);
    peers.remove(worker("w3"), GoneReason.CRASHED);
    await().until(() -> lists.size() == 6 && batches.size() == 2);
    assertTrue(lists.containsAll(List.of(9, 110)), lists::toString);
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> peers.onPeers(all -> {}, Duration.ofHours(1)));
    assertTrue(String.valueOf(e.getMessage()).startsWith("settle"), e::getMessage);
  }

  @Test
  void listenersAreCalledBeforePutAndRemoveReturn() {
    Peer alpha = worker("alpha");
    peers.put(alpha);
    listen();
    assertEquals(List.of("ARRIVED alpha"), told);
    peers.put(TestPeers.peer("alpha").offer("Rest", 7002).state(PeerState.SUSPECT).build());
    peers.put(TestPeers.peer("alpha").offer("Rest", 7002).incarnation(2).build());
    peers.remove(alpha, GoneReason.CRASHED);
    assertEquals(
        List.of(
            "ARRIVED alpha",
            "SUSPECT alpha",
            "UPDATED alpha",
            "GONE alpha REPLACED",
            "ARRIVED alpha",
            "GONE alpha CRASHED"),
        told);
  }

  @Test
  void theListsAreThoseOfAnAgent() {
    peers.put(worker("zeta"));
    peers.put(worker("alpha"));
    peers.put(TestPeers.peer("mute").state(PeerState.HEARD_ONLY).build());
    assertEquals(List.of("alpha", "zeta"), names(peers.peers()));
    assertEquals(List.of("alpha", "self", "zeta"), names(peers.members()));
    assertEquals(List.of("mute"), names(peers.heardOnly()));
    assertEquals(2, peers.awaitPeers("Work", 2, Duration.ZERO).size());
    assertEquals(
        "tcp://127.0.0.1:7001",
        peers.peersOffering("Work").get(0).capabilities().get(0).endpoint());
  }

  private static List<String> names(List<Peer> peers) {
    return peers.stream().map(Peer::name).toList();
  }

  @Test
  void aListenerMayPutAndCancel() {
    List<Integer> sizes = new ArrayList<>();
    Cancellable[] following = new Cancellable[1];
    following[0] =
        peers.onPeers(
            all -> {
              sizes.add(all.size());
              if (all.size() == 1) {
                peers.put(worker("beta"));
              } else if (all.size() == 2) {
                following[0].cancel();
              }
            });
    peers.put(worker("alpha"));
    peers.put(worker("gamma"));
    assertEquals(List.of(0, 1, 2), sizes);
  }

  @Test
  void anInterruptOfTheTestOutlivesItsListeners() {
    listen();
    Thread.currentThread().interrupt();
    peers.put(worker("alpha"));
    assertTrue(Thread.interrupted());
  }

  @Test
  void theEndIsToldOnceWithItsReason() {
    List<Optional<Throwable>> ends = new ArrayList<>();
    peers.put(worker("alpha"));
    peers.onEnd(ends::add);
    peers.onEnd(why -> ends.add(why)).cancel();
    IOException why = new IOException("planted");
    peers.fail(why);
    peers.end();
    assertEquals(List.of(Optional.of(why)), ends);
    assertEquals(List.of(), peers.peers(), "nobody keeps it up any more");
    peers.onEnd(ends::add);
    assertEquals(2, ends.size(), "who asks late is told too");
    assertThrows(AgentClosedException.class, this::listen);
  }

  @Test
  void theThreadIsOnesOwnWhereAnExecutorIsGiven() throws Exception {
    ExecutorService executor =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "listening"));
    TestPeers elsewhere = new TestPeers(TestPeers.peer("me").build(), executor);
    List<String> threads = new ArrayList<>();
    elsewhere.onPeers(all -> threads.add(Thread.currentThread().getName()));
    executor.shutdown();
    assertTrue(executor.awaitTermination(20, TimeUnit.SECONDS));
    assertEquals(List.of("listening"), threads);
    elsewhere.put(worker("alpha"));
    assertEquals(List.of("alpha"), names(elsewhere.peers()), "refused call backs lose no list");
  }

  @Test
  void removingWhoIsNotThereIsAMistakeOfTheTest() {
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> peers.remove(worker("alpha"), GoneReason.LEFT))
            .getMessage();
    assertTrue(String.valueOf(said).endsWith("is not there"), said);
  }
}
