package pharos.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.PeerFixture.event;
import static pharos.agent.PeerFixture.gone;
import static pharos.agent.PeerFixture.id;
import static pharos.agent.PeerFixture.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class FeedTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Callbacks callbacks = CallbacksTest.started();
  private final ZContext context = new ZContext();

  @AfterEach
  void close() {
    callbacks.close(LONG, Optional.empty());
    assertTimeoutPreemptively(LONG, context::close);
  }

  private ZMQ.Socket feed() {
    ZMQ.Socket feed = callbacks.feed(context);
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

  private void publish(PeerEvent event, Peer... all) {
    callbacks.publish(CallbacksTest.of(all), List.of(event));
  }

  @Test
  void theListComesFirstAndThenEachEvent() {
    publish(event(PeerEvent.Kind.ARRIVED, peer(1)), peer(1));
    ZMQ.Socket feed = feed();
    assertEquals(List.of("PEERS", "", Peer.toJson(List.of(peer(1)))), message(feed));
    PeerEvent arrived = event(PeerEvent.Kind.ARRIVED, peer(2));
    PeerEvent gone = gone(peer(1).in(PeerState.GONE), GoneReason.CRASHED);
    callbacks.publish(CallbacksTest.of(peer(2)), List.of(arrived, gone));
    assertEquals(List.of("ARRIVED", id(2).toBase64(), arrived.toJson()), message(feed));
    assertEquals(List.of("GONE", id(1).toBase64(), gone.toJson()), message(feed));
    assertTrue(gone.toJson().contains("\"reason\":\"CRASHED\""));
  }

  @Test
  void aReaderThatIsBehindGetsOneListOnceThereIsRoom() {
    ZMQ.Socket feed = feed();
    // Only from here on it can be behind: the first list is of when it is written.
    assertEquals("PEERS", message(feed).get(0));
    for (int i = 0; i < 1_000; i++) {
      publish(event(PeerEvent.Kind.UPDATED, peer(1)), peer(1));
    }
    publish(event(PeerEvent.Kind.ARRIVED, peer(9)), peer(1), peer(9));
    List<String> kinds = new ArrayList<>();
    List<String> last = List.of();
    while (!last.contains("RESYNC")) {
      last = message(feed);
      kinds.add(last.get(0));
    }
    assertTrue(kinds.size() < 500, () -> kinds.size() + " messages");
    // What came after the list that was written is told as it happened.
    while (!last.get(2).equals(Peer.toJson(List.of(peer(1), peer(9))))
        && !last.get(0).equals("ARRIVED")) {
      last = message(feed);
    }
    PeerEvent after = event(PeerEvent.Kind.ARRIVED, peer(10));
    publish(after, peer(1), peer(9), peer(10));
    assertEquals(List.of("ARRIVED", id(10).toBase64(), after.toJson()), message(feed));
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
    publish(event(PeerEvent.Kind.ARRIVED, peer(1)), peer(1));
    ZMQ.Socket second = feed();
    assertEquals("PEERS", message(second).get(0));
    assertEquals(0, callbacks.counts().threw());
    await().until(() -> callbacks.feeds() == 1);
  }

  @Test
  void aContextThatIsClosedFirstEndsAndHurtsNobody() {
    ZContext other = new ZContext();
    ZMQ.Socket feed = callbacks.feed(other);
    message(feed);
    assertTimeoutPreemptively(LONG, other::close);
    publish(event(PeerEvent.Kind.ARRIVED, peer(1)), peer(1));
    await().until(() -> callbacks.feeds() == 0);
    assertEquals(0, callbacks.counts().threw());
  }

  @Test
  void aContextThatIsClosedWhileItIsWrittenEnds() {
    for (int round = 0; round < 50; round++) {
      ZContext other = new ZContext();
      ZMQ.Socket feed = callbacks.feed(other);
      feed.setReceiveTimeOut(20_000);
      Thread news =
          new Thread(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  publish(event(PeerEvent.Kind.UPDATED, peer(1)), peer(1));
                }
              });
      news.start();
      message(feed);
      assertTimeoutPreemptively(LONG, other::close);
      assertTimeoutPreemptively(LONG, () -> news.join());
    }
    await().until(() -> callbacks.feeds() == 0);
    assertEquals(0, callbacks.counts().threw());
  }

  @Test
  void theContextOutlivesTheAgentAndEndsAfterIt() {
    ZMQ.Socket feed = feed();
    message(feed);
    callbacks.close(LONG, Optional.empty());
    assertEquals(0, callbacks.feeds());
    assertThrows(AgentClosedException.class, () -> callbacks.feed(context));
    assertEquals(List.of(feed), context.getSockets());
  }

  @Test
  void aShadowOfAContextWillDo() {
    try (ZContext shadow = context.shadow()) {
      ZMQ.Socket feed = callbacks.feed(shadow);
      feed.setReceiveTimeOut(20_000);
      assertEquals("PEERS", message(feed).get(0));
    }
    await().until(() -> callbacks.feeds() == 0);
  }
}
