package pharos.agent.zeromq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.AgentClosedException;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.PeerBuilder;
import pharos.agent.PeerEvent;
import pharos.agent.testing.TestPeers;

class FeedTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int BOUND = 100;

  private final TestPeers peers = new TestPeers();
  private final List<PeerEvent> told = Collections.synchronizedList(new ArrayList<>());
  private final ZContext context = new ZContext();

  FeedTest() {
    peers.onEvent(told::add);
  }

  @AfterEach
  void close() {
    peers.end();
    assertTimeoutPreemptively(LONG, context::close);
  }

  private ZMQ.Socket feed() {
    return feed(context);
  }

  private ZMQ.Socket feed(ZContext in) {
    ZMQ.Socket feed = Feed.open(peers, in, BOUND);
    feed.setReceiveTimeOut(20_000);
    return feed;
  }

  private static List<String> message(ZMQ.Socket feed) {
    List<String> frames = new ArrayList<>();
    do {
      String frame = feed.recvStr();
      assertNotNull(frame, () -> "nothing came after " + frames);
      frames.add(frame);
    } while (feed.hasReceiveMore());
    return frames;
  }

  private static Peer peer(String name, String... types) {
    PeerBuilder peer = TestPeers.peer(name);
    for (String type : types) {
      peer.offer(type, 7001);
    }
    return peer.build();
  }

  /** Changes a peer this often. */
  private void change(String name, int times) {
    for (int i = 0; i < times; i++) {
      peers.put(peer(name, "Type-" + i));
    }
  }

  /** The writing ends that there are: each has a thread. */
  private static long writers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("pharos-feed-"))
        .count();
  }

  private PeerEvent lastEvent() {
    return told.get(told.size() - 1);
  }

  private static List<String> asMessage(PeerEvent event) {
    return List.of(event.kind().name(), event.peer().id().toBase64(), event.toJson());
  }

  @Test
  void theListComesFirstAndThenEachEvent() {
    Peer alpha = peer("alpha", "A");
    peers.put(alpha);
    ZMQ.Socket feed = feed();
    assertEquals(List.of("PEERS", "", Peer.toJson(List.of(alpha))), message(feed));
    peers.put(peer("beta", "A"));
    assertEquals(asMessage(lastEvent()), message(feed));
    assertEquals(PeerEvent.Kind.ARRIVED, lastEvent().kind());
    peers.remove(alpha, GoneReason.CRASHED);
    assertEquals(asMessage(lastEvent()), message(feed));
    assertTrue(lastEvent().toJson().contains("\"reason\":\"CRASHED\""));
  }

  @Test
  void aReaderThatIsBehindGetsOneListOnceThereIsRoom() {
    ZMQ.Socket feed = feed();
    // Only from here on it can be behind: the first list is of when it is written.
    assertEquals("PEERS", message(feed).get(0));
    change("alpha", 1_000);
    peers.put(peer("beta"));
    String all = Peer.toJson(peers.peers());
    List<String> kinds = new ArrayList<>();
    List<String> last = List.of();
    while (!last.contains("RESYNC")) {
      last = message(feed);
      kinds.add(last.get(0));
    }
    assertTrue(kinds.size() < 500, () -> kinds.size() + " messages");
    // What came after the list that was written is told as it happened.
    while (!last.get(2).equals(all) && !last.get(0).equals("ARRIVED")) {
      last = message(feed);
    }
    peers.put(peer("gamma"));
    assertEquals(asMessage(lastEvent()), message(feed));
    feed.setReceiveTimeOut(0);
    assertNull(feed.recvStr());
  }

  @Test
  void itCanBePolledBesideOtherSockets() {
    ZMQ.Socket feed = feed();
    ZMQ.Poller poller = context.createPoller(2);
    poller.register(feed, ZMQ.Poller.POLLIN);
    poller.register(context.createSocket(SocketType.PAIR), ZMQ.Poller.POLLIN);
    assertEquals(1, poller.poll(20_000));
    assertTrue(poller.pollin(0));
    poller.close();
  }

  @Test
  void aReaderThatIsClosedFirstIsNoticedAndHurtsNobody() {
    ZMQ.Socket feed = feed();
    message(feed);
    feed.close();
    peers.put(peer("alpha"));
    ZMQ.Socket second = feed();
    assertEquals("PEERS", message(second).get(0));
    await().until(() -> writers() == 1);
  }

  @Test
  void aContextThatIsClosedFirstEndsAndHurtsNobody() {
    ZContext other = new ZContext();
    ZMQ.Socket feed = feed(other);
    message(feed);
    assertTimeoutPreemptively(LONG, other::close);
    peers.put(peer("alpha"));
    await().until(() -> writers() == 0);
  }

  @Test
  void aContextThatIsClosedWhileItIsWrittenEnds() {
    for (int round = 0; round < 50; round++) {
      ZContext other = new ZContext();
      ZMQ.Socket feed = feed(other);
      Thread news = new Thread(() -> change("alpha", 2_000));
      news.start();
      message(feed);
      assertTimeoutPreemptively(LONG, other::close);
      assertTimeoutPreemptively(LONG, () -> news.join());
    }
    await().until(() -> writers() == 0);
  }

  @Test
  void theContextOutlivesTheAgentAndEndsAfterIt() {
    ZMQ.Socket feed = feed();
    message(feed);
    peers.end();
    await().until(() -> writers() == 0);
    assertThrows(AgentClosedException.class, () -> Feed.open(peers, context));
    assertEquals(List.of(feed), context.getSockets());
  }

  @Test
  void aShadowOfAContextWillDo() {
    try (ZContext shadow = context.shadow()) {
      assertEquals("PEERS", message(feed(shadow)).get(0));
    }
    await().until(() -> writers() == 0);
  }

  /** A call back that is slow holds up the news, and not the end of a context. */
  @Test
  void aSlowCallBackDoesNotHoldUpTheEndOfAContext() {
    ZContext other = new ZContext();
    message(feed(other));
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread held =
        new Thread(
            () ->
                peers.onPeers(
                    all -> {
                      busy.countDown();
                      awaitQuietly(release);
                    }));
    held.start();
    awaitQuietly(busy);
    assertTimeoutPreemptively(LONG, other::close);
    release.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
