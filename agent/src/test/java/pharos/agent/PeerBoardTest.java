package pharos.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.PeerFixture.event;
import static pharos.agent.PeerFixture.gone;
import static pharos.agent.PeerFixture.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;

class PeerBoardTest {
  private static final Peer SELF = peer(200);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final CallLine line = started();
  private final PeerBoard board = on(line);

  static CallLine started() {
    CallLine line = CallLine.onThread("test", System::nanoTime);
    line.start(why -> {});
    return line;
  }

  static PeerBoard on(CallLine line) {
    return new PeerBoard(line, of(), false, 100);
  }

  static Snapshot of(Peer... peers) {
    Peer[] sorted = peers.clone();
    Arrays.sort(sorted);
    return Snapshot.ofSorted(SELF, sorted, new Peer[0]);
  }

  @AfterEach
  void close() {
    close(Optional.empty());
  }

  private void close(Optional<Throwable> why) {
    board.end(why);
    line.awaitEnd(LONG);
  }

  private void arrive(Peer newcomer, Peer... all) {
    board.publish(of(all), List.of(event(PeerEvent.Kind.ARRIVED, newcomer)));
  }

  /** Returns when all that was published before has been told. */
  private void settle() {
    CountDownLatch done = new CountDownLatch(1);
    assertTrue(line.execute(done::countDown));
    await().until(() -> done.getCount() == 0);
  }

  /** Holds the call-back thread until the returned latch is counted down. */
  private CountDownLatch hold() {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    assertTrue(
        line.execute(
            () -> {
              held.countDown();
              awaitQuietly(release);
            }));
    awaitQuietly(held);
    return release;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> List<T> synced() {
    return Collections.synchronizedList(new ArrayList<>());
  }

  @Test
  void aLateSubscriberGetsTheCurrentListFirst() {
    arrive(peer(1), peer(1));
    List<List<Peer>> lists = synced();
    board.onPeers(lists::add);
    await().until(() -> lists.equals(List.of(List.of(peer(1)))));
    arrive(peer(2), peer(1), peer(2));
    await().until(() -> lists.size() == 2);
    assertEquals(List.of(peer(1), peer(2)), lists.get(1));
  }

  @Test
  void onMembersHasOneselfAndHearsWhenOneselfChanges() {
    List<List<Peer>> lists = synced();
    board.onMembers(lists::add);
    await().until(() -> lists.equals(List.of(List.of(SELF))));
    Peer offering = peer(200, "A");
    board.publish(Snapshot.ofSorted(offering, new Peer[0], new Peer[0]), List.of());
    await().until(() -> lists.size() == 2);
    assertEquals(List.of(offering), lists.get(1));
  }

  @Test
  void timesThatMoveOnCallNobody() {
    List<Object> calls = synced();
    board.onPeers(calls::add);
    board.onMembers(calls::add);
    board.onEvent(calls::add);
    settle();
    board.publish(of(), List.of());
    settle();
    assertEquals(2, calls.size());
  }

  @Test
  void aSlowCallBackNeverLosesTheLastListNorGetsAnOlderAfterANewerOne() {
    List<Integer> sizes = synced();
    board.onPeers(list -> sizes.add(list.size()));
    settle();
    CountDownLatch release = hold();
    List<Peer> all = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      all.add(peer(i));
      arrive(peer(i), all.toArray(new Peer[0]));
    }
    release.countDown();
    settle();
    assertEquals(List.of(0, 50), sizes);
    assertEquals(49, board.counts().coalesced());
  }

  @Test
  void callsAreOneAtATimeOnTheThreadOfThatName() {
    AtomicInteger inside = new AtomicInteger();
    List<String> wrong = synced();
    AtomicInteger calls = new AtomicInteger();
    Runnable check =
        () -> {
          if (inside.incrementAndGet() != 1) {
            wrong.add("two at once");
          }
          if (!Thread.currentThread().getName().equals("pharos-test-callbacks")
              || !line.isCallBack()) {
            wrong.add(Thread.currentThread().getName());
          }
          inside.decrementAndGet();
          calls.incrementAndGet();
        };
    board.onPeers(list -> check.run());
    board.onEvent(one -> check.run());
    for (int i = 1; i <= 20; i++) {
      arrive(peer(i), peer(i));
    }
    settle();
    assertTrue(calls.get() >= 2);
    assertEquals(List.of(), wrong);
    assertFalse(line.isCallBack());
  }

  @Test
  void onEventTellsWhoIsThereAndThenEachEventInOrder() {
    arrive(peer(1), peer(1), peer(2, PeerState.SUSPECT));
    List<String> told = synced();
    board.onEvent(one -> told.add(one.kind() + " " + one.peer().name()));
    settle();
    board.publish(
        of(peer(1)),
        List.of(event(PeerEvent.Kind.UPDATED, peer(1)), gone(peer(2), GoneReason.SILENT)));
    await().until(() -> told.size() == 5);
    assertEquals(
        List.of(
            "ARRIVED peer-1", "ARRIVED peer-2", "SUSPECT peer-2", "UPDATED peer-1", "GONE peer-2"),
        told);
  }

  @Test
  void atItsBoundAnEventQueueBecomesTheDifference() {
    arrive(peer(1), peer(1), peer(2));
    List<String> told = synced();
    board.onEvent(
        one ->
            told.add(
                one.kind()
                    + " "
                    + one.peer().name()
                    + one.reason().map(reason -> " " + reason).orElse("")));
    settle();
    await().until(() -> told.size() == 2);
    told.clear();
    CountDownLatch release = hold();
    for (int i = 0; i < 200; i++) {
      board.publish(of(peer(1), peer(2)), List.of(event(PeerEvent.Kind.UPDATED, peer(1))));
    }
    board.publish(of(peer(1)), List.of(gone(peer(2), GoneReason.CRASHED)));
    board.publish(
        of(peer(1, "A"), peer(3)),
        List.of(
            event(PeerEvent.Kind.UPDATED, peer(1, "A")), event(PeerEvent.Kind.ARRIVED, peer(3))));
    release.countDown();
    await().until(() -> told.size() == 3);
    settle();
    assertEquals(List.of("GONE peer-2 CRASHED", "UPDATED peer-1", "ARRIVED peer-3"), told);
    assertEquals(1, board.counts().overflowed());
  }

  @Test
  void onNewsTellsTheListThenWhatFollowsAndTheListAnewWhenTooMuchWaits() {
    arrive(peer(1), peer(1));
    List<String> told = synced();
    board.onNews(
        all -> told.add(all.size() + " peers"),
        one -> told.add(one.kind() + " " + one.peer().name()));
    arrive(peer(2), peer(1), peer(2));
    settle();
    arrive(peer(3), peer(1), peer(2), peer(3));
    settle();
    CountDownLatch release = hold();
    for (int i = 0; i < 101; i++) {
      board.publish(of(peer(1)), List.of(event(PeerEvent.Kind.UPDATED, peer(1))));
    }
    release.countDown();
    settle();
    arrive(peer(4), peer(1), peer(4));
    settle();
    assertEquals("1 peers", told.get(told.size() - 2));
    assertEquals("ARRIVED peer-4", told.get(told.size() - 1));
    assertTrue(told.contains("ARRIVED peer-3"), told::toString);
    assertTrue(told.size() <= 5, told::toString);
    assertEquals(1, board.counts().overflowed());
  }

  @Test
  void whateverOverflowsEachArrivedHasOneGoneAndTheEndIsRight() {
    Seeds.forEach(
        200,
        random -> {
          Told told = new Told(5);
          Map<NodeId, Peer> now = new TreeMap<>();
          Map<NodeId, Long> seen = new HashMap<>();
          Map<NodeId, PeerState> states = new HashMap<>();
          for (int turn = 0; turn < 200; turn++) {
            List<PeerEvent> events = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
              Peer one = peer(1 + random.nextInt(8));
              Peer known = now.get(one.id());
              if (known == null) {
                now.put(one.id(), one);
                events.add(event(PeerEvent.Kind.ARRIVED, one));
              } else if (random.nextBoolean()) {
                now.remove(one.id());
                events.add(gone(known.in(PeerState.GONE), GoneReason.LEFT));
              } else {
                boolean alive = known.state() == PeerState.ALIVE;
                Peer next = known.in(alive ? PeerState.SUSPECT : PeerState.ALIVE);
                now.put(one.id(), next);
                events.add(event(alive ? PeerEvent.Kind.SUSPECT : PeerEvent.Kind.RECOVERED, next));
              }
            }
            told.add(events);
            boolean last = turn == 199;
            for (int i = last ? 1_000 : random.nextInt(4); i > 0; i--) {
              PeerEvent one = told.next(of(now.values().toArray(new Peer[0])));
              if (one != null) {
                check(one, seen, states);
              }
            }
          }
          assertTrue(told.isEmpty());
          assertEquals(now.keySet(), seen.keySet());
          now.forEach((id, one) -> assertEquals(one.state(), states.get(id)));
        });
  }

  private static void check(PeerEvent one, Map<NodeId, Long> seen, Map<NodeId, PeerState> states) {
    NodeId id = one.peer().id();
    switch (one.kind()) {
      case ARRIVED -> {
        assertFalse(seen.containsKey(id));
        seen.put(id, one.peer().incarnation());
        states.put(id, PeerState.ALIVE);
      }
      case SUSPECT -> assertEquals(PeerState.ALIVE, states.put(id, PeerState.SUSPECT));
      case RECOVERED -> assertEquals(PeerState.SUSPECT, states.put(id, PeerState.ALIVE));
      case UPDATED -> assertTrue(seen.containsKey(id));
      case GONE -> {
        assertTrue(seen.containsKey(id));
        seen.remove(id);
        states.remove(id);
        assertEquals(GoneReason.LEFT, one.reason().orElseThrow());
      }
    }
  }

  @Test
  void oneThatThrowsIsCountedAndCalledAgainAndHurtsNobody() {
    AtomicInteger calls = new AtomicInteger();
    List<List<Peer>> others = synced();
    board.onPeers(
        list -> {
          calls.incrementAndGet();
          throw new IllegalStateException("planted");
        });
    board.onPeers(others::add);
    settle();
    arrive(peer(1), peer(1));
    settle();
    assertEquals(2, calls.get());
    assertEquals(2, others.size());
    assertEquals(2, line.counts().threw());
  }

  @Test
  void aSlowCallIsCounted() {
    AtomicLong clock = new AtomicLong();
    CallLine slow = CallLine.on(Runnable::run, clock::get);
    on(slow).onPeers(list -> clock.addAndGet(1_500_000_000L));
    assertEquals(1, slow.counts().slow());
  }

  @Test
  void anExecutorThatRefusesIsAskedAgainAtTheNextChange() {
    AtomicBoolean refuses = new AtomicBoolean(true);
    PeerBoard refused =
        on(
            CallLine.on(
                task -> {
                  if (refuses.get()) {
                    throw new RejectedExecutionException("planted by a test");
                  }
                  task.run();
                },
                System::nanoTime));
    List<List<Peer>> lists = synced();
    refused.onPeers(lists::add);
    assertEquals(List.of(), lists);
    refuses.set(false);
    refused.publish(of(peer(1)), List.of(event(PeerEvent.Kind.ARRIVED, peer(1))));
    assertEquals(List.of(List.of(peer(1))), lists);
  }

  @Test
  void anInterruptLeftByACallBackDoesNotReachTheNext() {
    List<Boolean> flags = synced();
    board.onPeers(list -> Thread.currentThread().interrupt());
    board.onPeers(list -> flags.add(Thread.currentThread().isInterrupted()));
    await().until(() -> flags.equals(List.of(false)));
  }

  @Test
  void cancelWaitsForTheCallThatRunsAndNoneComesAfter() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean finished = new AtomicBoolean();
    AtomicInteger calls = new AtomicInteger();
    Cancellable subscription =
        board.onPeers(
            list -> {
              calls.incrementAndGet();
              inside.countDown();
              awaitQuietly(release);
              finished.set(true);
            });
    awaitQuietly(inside);
    CompletableFuture<Boolean> cancelled =
        CompletableFuture.supplyAsync(
            () -> {
              subscription.cancel();
              return finished.get();
            });
    arrive(peer(1), peer(1));
    assertFalse(cancelled.isDone());
    release.countDown();
    assertTrue(cancelled.get());
    // Whether the other thread had begun to cancel before the first call ended is chance.
    int until = calls.get();
    arrive(peer(2), peer(2));
    settle();
    assertEquals(until, calls.get());
    subscription.close();
  }

  @Test
  void cancelWithinACallBackReturnsAtOnce() {
    List<Cancellable> self = synced();
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch release = hold();
    self.add(
        board.onPeers(
            list -> {
              self.get(0).cancel();
              calls.incrementAndGet();
            }));
    release.countDown();
    settle();
    arrive(peer(1), peer(1));
    settle();
    assertEquals(1, calls.get());
  }

  @Test
  void afterCloseNobodyIsCalledAndWhatWasGivenBeforeRan() {
    AtomicInteger calls = new AtomicInteger();
    board.onPeers(list -> calls.incrementAndGet());
    settle();
    CountDownLatch release = hold();
    arrive(peer(1), peer(1));
    AtomicBoolean ran = new AtomicBoolean();
    assertTrue(line.execute(() -> ran.set(true)));
    CompletableFuture<Void> closed = CompletableFuture.runAsync(this::close);
    await().until(() -> !line.execute(() -> {}));
    assertFalse(closed.isDone());
    release.countDown();
    closed.join();
    assertTrue(ran.get());
    assertEquals(1, calls.get());
    assertThrows(AgentClosedException.class, () -> board.onPeers(list -> {}));
    close();
  }

  @Test
  void closeWithinACallBackReturnsAndTheThreadEnds() {
    AtomicBoolean returned = new AtomicBoolean();
    board.onPeers(
        list -> {
          close();
          returned.set(true);
        });
    await().untilTrue(returned);
    close();
  }

  @Test
  void closeDoesNotWaitForEverForACallBackThatHangs() {
    CountDownLatch release = hold();
    board.end(Optional.empty());
    line.awaitEnd(Duration.ofMillis(50));
    release.countDown();
  }

  @Test
  void awaitPeersReturnsWhenEnoughAreThere() {
    CompletableFuture<List<Peer>> waiting =
        CompletableFuture.supplyAsync(() -> board.awaitPeers("A", 2, LONG));
    arrive(peer(1, "A"), peer(1, "A"), peer(3, "B"));
    assertFalse(waiting.isDone());
    arrive(peer(2, "A"), peer(1, "A"), peer(2, "A"), peer(3, "B"));
    assertEquals(List.of(peer(1, "A"), peer(2, "A")), waiting.join());
    assertEquals(List.of(), board.awaitPeers("Z", 0, Duration.ZERO));
  }

  @Test
  void awaitPeersInTimeOutNamesWhoIsThereAndWhoIsSuspect() {
    Peer suspect = peer(2, PeerState.SUSPECT, "A");
    Peer mute = peer(4, PeerState.HEARD_ONLY);
    board.publish(
        Snapshot.ofSorted(
            SELF, new Peer[] {peer(1, "A"), suspect, peer(3, "B")}, new Peer[] {mute}),
        List.of());
    assertEquals(
        "after PT0.01S 1 of 2 peers offer A; there: peer-1; suspect: peer-2; without it: peer-3;"
            + " heard, but not to be asked: peer-4",
        assertThrows(
                AwaitTimeoutException.class, () -> board.awaitPeers("A", 2, Duration.ofMillis(10)))
            .getMessage());
  }

  @Test
  void awaitPeersInACallBackThrowsAtOnce() {
    List<Throwable> thrown = synced();
    board.onPeers(
        list ->
            thrown.add(
                assertThrows(IllegalStateException.class, () -> board.awaitPeers("A", 1, LONG))));
    await().until(() -> thrown.size() == 1);
  }

  @Test
  void awaitPeersEndsWhenTheAgentIsClosed() {
    CompletableFuture<Throwable> thrown =
        CompletableFuture.supplyAsync(
            () -> assertThrows(AgentClosedException.class, () -> board.awaitPeers("A", 1, LONG)));
    close();
    assertEquals("the agent is closed", thrown.join().getMessage());
  }

  @Test
  void awaitPeersKeepsTheFlagOfWhoIsInterrupted() {
    Thread.currentThread().interrupt();
    assertThrows(PharosException.class, () -> board.awaitPeers("A", 1, LONG));
    assertTrue(Thread.interrupted());
  }

  @Test
  void aPublisherGivesTheLatestForWhatIsAskedAndEndsWithTheAgent() {
    List<Object> signals = synced();
    CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    board.publisher().subscribe(subscriber(subscription, signals));
    arrive(peer(1), peer(1));
    arrive(peer(2), peer(1), peer(2));
    settle();
    assertEquals(List.of(), signals);
    subscription.join().request(2);
    settle();
    assertEquals(List.of(List.of(peer(1), peer(2))), signals);
    arrive(peer(3), peer(3));
    settle();
    arrive(peer(4), peer(4));
    settle();
    assertEquals(2, signals.size());
    close();
    assertEquals("complete", signals.get(2));
  }

  @Test
  void aPublisherEndsWithTheFailureOfTheAgent() {
    List<Object> signals = synced();
    board.publisher().subscribe(subscriber(new CompletableFuture<>(), signals));
    PharosException failure = new PharosException("planted");
    close(Optional.of(failure));
    assertSame(failure, signals.get(0));
  }

  /** As where memory runs out between two calls: what was to be told then is lost. */
  @Test
  void whenItsThreadFailsTheAgentHearsOfItAndTheEndIsStillTold() throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    CallLine failing =
        CallLine.onThread(
            "failing",
            () -> {
              if (fails.getAndSet(false)) {
                throw new OutOfMemoryError("planted by a test");
              }
              return System.nanoTime();
            });
    PeerBoard failingBoard = on(failing);
    CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    failing.start(fatal::complete);
    List<Object> signals = synced();
    failingBoard.publisher().subscribe(subscriber(new CompletableFuture<>(), signals));

    fails.set(true);
    failing.execute(() -> {});

    assertEquals("planted by a test", fatal.get(20, TimeUnit.SECONDS).getMessage());
    failingBoard.end(Optional.of(fatal.get()));
    failing.awaitEnd(LONG);
    assertEquals(List.of(fatal.get()), signals);
  }

  private static Flow.Subscriber<List<Peer>> subscriber(
      CompletableFuture<Flow.Subscription> subscription, List<Object> signals) {
    return new Flow.Subscriber<>() {
      @Override
      public void onSubscribe(Flow.Subscription s) {
        subscription.complete(s);
      }

      @Override
      public void onNext(List<Peer> peers) {
        signals.add(peers);
      }

      @Override
      public void onError(Throwable e) {
        signals.add(e);
      }

      @Override
      public void onComplete() {
        signals.add("complete");
      }
    };
  }
}
