package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.beacon.NodeId;

/** Real sockets on the loopback, driven by hand as the loop drives them. */
class ConnectionsTest implements Connections.Outcome, Connections.Asking {
  private static final byte[] BODY = "HELLO".getBytes(StandardCharsets.US_ASCII);

  private final ZContext context = new ZContext();
  private final ZContext otherContext = new ZContext();
  private final Set<Long> answered = new HashSet<>();
  private final List<Long> failed = new ArrayList<>();
  private final List<NodeId> broken = new ArrayList<>();
  private final List<NodeId> watched = new ArrayList<>();
  private final NodeId id = NodeId.random(new SecureRandom());
  private WakeUp wakeUp;
  private Connections connections;
  private Questions questions;
  private ZMQ.Poller poller;

  @BeforeEach
  void open() throws IOException {
    wakeUp = new WakeUp();
    Shares shares = new Shares();
    Quota octets = shares.quota(1_000_000);
    connections = new Connections(context, wakeUp, this, new Shares(), octets, System::nanoTime);
    questions =
        new Questions(
            otherContext,
            Loops.settings("asked", 5670),
            shares,
            Means.of(64L * 1024 * 1024, 1_000),
            octets);
    poller = context.createPoller(3);
    poller.register(wakeUp.channel(), ZMQ.Poller.POLLIN);
    poller.register(connections.socket(), ZMQ.Poller.POLLIN);
    poller.register(questions.socket(), ZMQ.Poller.POLLIN);
  }

  @AfterEach
  void close() {
    poller.unregister(wakeUp.channel());
    poller.close();
    connections.close();
    context.close();
    otherContext.close();
    wakeUp.close();
  }

  @Override
  public void onAnswer(long question, byte[] answer) {
    answered.add(question);
  }

  @Override
  public void onFailed(long question) {
    failed.add(question);
  }

  @Override
  public void onWatched(NodeId peer, long incarnation) {
    watched.add(peer);
  }

  @Override
  public void onWatchBroken(NodeId peer, long incarnation) {
    broken.add(peer);
  }

  private InetSocketAddress asked() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), questions.port());
  }

  private boolean turnUntil(BooleanSupplier done) throws IOException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!done.getAsBoolean() && System.nanoTime() < deadlineNs) {
      poller.poll(20);
      wakeUp.clear();
      questions.receive((token, asker, body) -> questions.reply(token, body), System.nanoTime());
      connections.receiveEvents(System.nanoTime());
      connections.receive(System.nanoTime());
      connections.tidy(System.nanoTime());
    }
    return done.getAsBoolean();
  }

  @Test
  void aQuestionAndAWatchShareOneConnection() throws IOException {
    connections.ask(this, 1, asked(), BODY, System.nanoTime());
    connections.watch(id, 7, asked(), System.nanoTime());
    assertEquals(1, connections.size());
    assertTrue(turnUntil(() -> answered.contains(1L)));

    assertEquals(1, connections.size());
    connections.unwatch(id, 7);
    assertTrue(turnUntil(() -> connections.size() == 0));
    assertEquals(List.of(), broken);
  }

  @Test
  void aWatchBreaksWhenTheOtherSideEnds() throws IOException {
    connections.watch(id, 7, asked(), System.nanoTime());
    connections.ask(this, 1, asked(), BODY, System.nanoTime());
    assertTrue(turnUntil(() -> answered.contains(1L)));

    poller.unregister(questions.socket());
    questions.close();

    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (broken.isEmpty() && System.nanoTime() < deadlineNs) {
      poller.poll(20);
      connections.receiveEvents(System.nanoTime());
    }
    assertEquals(List.of(id), watched);
    assertEquals(List.of(id), broken);
    assertEquals(0, connections.size());
  }

  @Test
  void whereNobodyListensAQuestionFailsAndAWatchBreaks() throws IOException {
    InetSocketAddress nobody =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Loops.freePort());

    connections.ask(this, 1, nobody, BODY, System.nanoTime());
    connections.watch(id, 7, nobody, System.nanoTime());

    assertTrue(turnUntil(() -> !failed.isEmpty() && !broken.isEmpty()));
    assertEquals(List.of(1L), failed);
    assertEquals(List.of(), watched);
    assertEquals(0, connections.size());
  }

  /** Accepts and says nothing, as a connection that JeroMQ lost does. */
  @Test
  void aHandshakeThatStallsIsTriedAgainAndThenGivenUp() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      InetSocketAddress to = new InetSocketAddress(mute.getInetAddress(), mute.getLocalPort());
      connections.ask(this, 1, to, BODY, System.nanoTime());

      assertTrue(turnUntil(() -> failed.contains(1L)));

      assertEquals(3, connections.retried());
      assertEquals(0, connections.size());
    }
  }
}
