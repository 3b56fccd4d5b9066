package pharos.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import pharos.agent.io.IoThread;
import pharos.testkit.FreePorts;

/** An agent that fails tells everybody who waits for it, and leaves no list that looks true. */
class LoudEndTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final int beaconPort = freePort();
  private final ZContext shared = new ZContext();
  private final List<Agent> started = new ArrayList<>();
  private Agent agent;

  @BeforeEach
  void start() {
    agent = start(builder("alpha").context(shared));
  }

  @AfterEach
  void closeAll() {
    started.forEach(Agent::close);
  }

  private AgentBuilder builder(String name) {
    return Agent.builder().name(name).service("Test").loopback(true).beaconPort(beaconPort);
  }

  private Agent start(AgentBuilder builder) {
    Agent it = builder.start();
    started.add(it);
    return it;
  }

  private static int freePort() {
    return FreePorts.next();
  }

  /** Completed by the error that a subscriber is told of. */
  private CompletableFuture<Throwable> end() {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    agent
        .publisher()
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {}

              @Override
              public void onNext(List<Peer> peers) {}

              @Override
              public void onError(Throwable why) {
                end.complete(why);
              }

              @Override
              public void onComplete() {
                end.completeExceptionally(new AssertionError("it ended in peace"));
              }
            });
    return end;
  }

  @Test
  void aFailureReachesSubscribersAndWaitersAndHealthSaysIt() throws Exception {
    CompletableFuture<Throwable> end = end();
    CompletableFuture<List<Peer>> waiting =
        CompletableFuture.supplyAsync(() -> agent.awaitPeers("X", 1, Duration.ofMinutes(1)));
    CompletableFuture<Finding> lookedFor = agent.find("nobody");
    assertEquals(Health.State.WELL, agent.health().state());

    shared.close();

    Throwable why = end.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    assertTrue(why.toString().contains("ZContext was closed"), why::toString);
    Exception waited =
        assertThrows(Exception.class, () -> waiting.get(SOON.toMillis(), TimeUnit.MILLISECONDS));
    assertTrue(waited.getCause() instanceof AgentClosedException, waited::toString);
    assertTrue(waited.toString().contains("ZContext was closed"), waited::toString);
    assertTrue(lookedFor.isDone());
    assertEquals(Health.State.FAILED, agent.health().state());
    assertTrue(agent.health().why().contains("ZContext was closed"), agent.health()::toString);
    assertFalse(agent.health().isWell());
  }

  @Test
  void whoFailedHasNoOldListToShow() {
    start(builder("beta"));
    await().until(() -> agent.peers().size() == 1);

    shared.close();

    await().atMost(SOON).until(() -> agent.health().state() == Health.State.FAILED);
    assertEquals(List.of(), agent.peers());
  }

  @Test
  void whatACallBackHoldsUpIsToldWhenItReturns() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch enough = new CountDownLatch(1);
    agent.onPeers(
        peers -> {
          busy.countDown();
          try {
            enough.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    busy.await();
    CompletableFuture<Throwable> end = end();

    shared.close();
    await().atMost(SOON).until(() -> agent.health().state() == Health.State.FAILED);
    assertFalse(end.isDone());
    enough.countDown();

    end.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void aClosedAgentSaysSo() {
    agent.close();
    assertEquals(Health.State.CLOSED, agent.health().state());
    assertEquals("closed", agent.health().toString());
  }

  /** The handlers of that context are the application's: only a question to oneself finds it. */
  @Test
  void inAContextOfTheApplicationADeadThreadEndsTheAgentAlone() throws Exception {
    Agent other = start(builder("beta"));
    CompletableFuture<Throwable> end = end();

    IoThread.kill(shared);

    Throwable why = end.get(10, TimeUnit.SECONDS);
    assertTrue(why.toString().contains("cannot be asked any more"), why::toString);
    assertEquals(Health.State.FAILED, agent.health().state());
    assertFalse(shared.isClosed());
    assertTrue(other.health().isWell(), other.health()::toString);
  }
}
