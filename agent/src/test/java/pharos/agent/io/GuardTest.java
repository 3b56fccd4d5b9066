package pharos.agent.io;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/**
 * The port alone, on real sockets. Only 127.0.0.1 is this host here; all other addresses of the
 * loopback are strangers.
 */
class GuardTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final byte[] BODY = "a question".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOOKUP = "a long search".getBytes(StandardCharsets.US_ASCII);

  /** Of the 4,096 places for questions that wait, strangers have a quarter. */
  private static final int STRANGERS_WAITING = 1_024;

  private final ZContext context = new ZContext();
  private final Shares shares = new Shares(at -> at.equals(address(0, 1)));
  private final Map<InetAddress, Integer> askers = new ConcurrentHashMap<>();
  private final List<Stranger> open = new ArrayList<>();
  private volatile boolean isAnswering = true;
  private final AtomicInteger lookups = new AtomicInteger();
  private volatile boolean isStopped;

  @SuppressWarnings("NullAway.Init") // the first thing in each test
  private Questions questions;

  @SuppressWarnings("NullAway.Init")
  private Thread loop;

  private void start(Means means) throws IOException {
    Quota octets = shares.quota(means.octets());
    questions = new Questions(context, Loops.settings("asked", 5670), shares, means, octets);
    loop = new Thread(this::run, "loop");
    loop.start();
  }

  private void run() {
    ZMQ.Poller poller = context.createPoller(1);
    poller.register(questions.socket(), ZMQ.Poller.POLLIN);
    while (!isStopped) {
      poller.poll(10);
      questions.receive(this::onQuestion, System.nanoTime());
      questions.sweep(System.nanoTime());
    }
    poller.close();
  }

  private void onQuestion(long token, InetAddress asker, byte[] body) {
    askers.merge(asker, 1, Integer::sum);
    if (Arrays.equals(body, LOOKUP)) {
      lookups.addAndGet(questions.mayWait(token) ? 1 : 0);
    } else if (isAnswering) {
      questions.reply(token, body);
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    isStopped = true;
    loop.join();
    open.forEach(Stranger::close);
    questions.close();
    context.close();
  }

  private static InetAddress address(int high, int low) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, (byte) high, (byte) low});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private InetSocketAddress to() {
    return new InetSocketAddress(address(0, 1), questions.port());
  }

  private Stranger from(InetAddress address) throws IOException {
    Stranger stranger = Stranger.connect(address, to());
    open.add(stranger);
    return stranger;
  }

  private void assertAnswered(Stranger stranger) throws IOException {
    assertArrayEquals(BODY, stranger.ask(BODY, PATIENCE));
  }

  private static Means means(int connections) {
    return new Means(connections, 8L * 1024 * 1024);
  }

  @Test
  void theAddressOfAnAskerIsWhereItsConnectionComesFrom() throws IOException {
    start(means(64));
    assertAnswered(from(address(7, 9)).shake("REQ"));
    assertEquals(Map.of(address(7, 9), 1), askers);
  }

  @Test
  void nobodyNamesHimselfAsAnotherAddress() throws IOException {
    start(means(64));
    for (String name : List.of("Peer-Address", "peer-address", "User-Id")) {
      byte[] lie =
          Zmtp.join(Zmtp.property("Socket-Type", "REQ"), Zmtp.property(name, "10.0.0.1:1"));
      Stranger liar = from(address(7, 9));
      liar.send(Zmtp.greeting());
      liar.readGreeting(PATIENCE);
      liar.send(Zmtp.command("READY", lie));
      assertTrue(liar.isEnded(PATIENCE), name);
    }
    // A route that looks as those that JeroMQ makes itself would take another's place.
    Stranger thief = from(address(7, 9));
    byte[] route =
        Zmtp.join(Zmtp.property("Socket-Type", "REQ"), Zmtp.property("Identity", "\0abcd"));
    thief.send(Zmtp.greeting());
    thief.readGreeting(PATIENCE);
    thief.send(Zmtp.command("READY", route));
    assertTrue(thief.isEnded(PATIENCE));
    assertEquals(Map.of(), askers);
  }

  @Test
  void aFloodOfConnectionsOfOneAddressLeavesRoomForAnother() throws IOException {
    start(means(64));
    for (int i = 0; i < 200; i++) {
      from(address(7, 7)).send(Zmtp.greeting(), Zmtp.ready("REQ"));
    }
    await().until(() -> questions.guard().size() <= 4 && questions.guard().evicted() > 0);
    assertAnswered(from(address(7, 8)).shake("REQ"));
    assertAnswered(from(address(0, 1)).shake("REQ"));
  }

  @Test
  void aFloodOfManyAddressesLeavesRoomForThisHostAndForWhoIsProven() throws IOException {
    start(means(64));
    shares.proven(Map.of(address(3, 3), 2));
    for (int i = 0; i < 200; i++) {
      from(address(9, 1 + i)).send(Zmtp.greeting(), Zmtp.ready("REQ"));
    }
    await().until(() -> questions.guard().size() <= 16 && questions.guard().evicted() > 0);
    for (int i = 0; i < 8; i++) {
      assertAnswered(from(address(3, 3)).shake("REQ"));
    }
    for (int i = 0; i < 32; i++) {
      assertAnswered(from(address(0, 1)).shake("REQ"));
    }
    assertEquals(0, questions.guard().refusedConnections());
    assertAnswered(from(address(10, 1)).shake("REQ"));
  }

  @Test
  void whoSpokeLatelyMakesNoRoom() throws IOException {
    start(means(64));
    List<Stranger> busy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      busy.add(from(address(7, 7)).shake("REQ"));
      assertAnswered(busy.get(i));
    }
    Stranger fifth = from(address(7, 7));
    assertTrue(fifth.isEnded(PATIENCE));
    assertEquals(1, questions.guard().refusedConnections());
    for (Stranger one : busy) {
      assertAnswered(one);
    }
  }

  @Test
  void threeHundredAgentsOnOneAddressAreAllAnsweredAtOnce() throws IOException {
    start(Means.of(64L * 1024 * 1024, Long.MAX_VALUE));
    byte[] introduction = Attack.introduction(1_000);
    List<Stranger> agents = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      agents.add(from(address(0, 1)).shake("DEALER"));
    }
    for (Stranger agent : agents) {
      agent.send(Zmtp.question(introduction));
    }
    for (Stranger agent : agents) {
      assertEquals(0, agent.read(PATIENCE).body().length);
      assertArrayEquals(introduction, agent.read(PATIENCE).body());
    }
    assertEquals(Map.of(address(0, 1), 300), askers);
    assertEquals(0, questions.refused());
    assertEquals(0, questions.guard().refusedConnections());
    assertEquals(0, questions.guard().evicted());
    assertEquals(0, questions.guard().quotasMet());
  }

  @Test
  void framesThatAreOnlyDeclaredCostAnAddressItsShareAndAnotherNothing() throws IOException {
    start(new Means(64, 4L * 1024 * 1024));
    byte[] head = Zmtp.header(0, ZeroMqOptions.MAX_MESSAGE_BYTES);
    for (int i = 0; i < 4; i++) {
      from(address(7, 7)).shake("REQ").send(Zmtp.frame(new byte[0], true), head, new byte[1]);
    }
    await().until(() -> questions.guard().quotasMet() > 0);
    Stranger other = from(address(7, 8)).shake("REQ");
    byte[] large = new byte[100_000];
    assertArrayEquals(large, other.ask(large, PATIENCE));
  }

  @Test
  void whoNeverReadsHisAnswersHoldsHisShareAndNoMore() throws IOException {
    start(new Means(64, 1024 * 1024));
    Stranger deaf = from(address(7, 7)).shake("DEALER");
    byte[] question = Zmtp.question(new byte[50_000]);
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 500; i++) {
                  deaf.send(question);
                }
              } catch (IOException e) {
                deaf.close(); // it was ended, which is as good
              }
            });
    sender.setDaemon(true);
    sender.start();
    await().until(() -> questions.guard().quotasMet() > 0 || questions.refused() > 0);
    assertTrue(questions.guard().octets().sum() <= 1024 * 1024 / 16);
    assertAnswered(from(address(7, 8)).shake("REQ"));
  }

  @Test
  void whatWasHeldOfAConnectionIsGivenBackWhenItEnds() throws IOException {
    start(means(64));
    for (int i = 0; i < 50; i++) {
      try (Stranger one = Stranger.connect(address(7, 7), to())) {
        one.shake("REQ");
        assertAnswered(one);
        one.send(Zmtp.frame(new byte[0], true), Zmtp.header(0, 20_000), new byte[5_000]);
      }
    }
    await().until(() -> questions.guard().size() == 0 && questions.guard().octets().sum() == 0);
  }

  @Test
  void questionsFasterThanAnAddressMayAskAreDropped() throws IOException {
    start(means(64));
    isAnswering = false;
    Stranger flood = from(address(7, 7)).shake("DEALER");
    for (int i = 0; i < 40_000; i++) {
      flood.send(Zmtp.question(BODY));
    }
    await().until(() -> questions.refused() > 0);
    isAnswering = true;
    assertAnswered(from(address(7, 8)).shake("REQ"));
  }

  /** What can be answered at once must not wait for what cannot. */
  @Test
  void strangersWhoseLookupsWaitKeepNobodyFromBeingAnsweredAtOnce() throws Exception {
    start(means(64));
    for (int i = 1; i <= 5; i++) {
      Stranger curious = from(address(7, i)).shake("DEALER");
      for (int j = 0; j < 300; j++) {
        curious.send(Zmtp.question(LOOKUP));
      }
    }
    await().until(() -> questions.refused() >= 5 * 300 - STRANGERS_WAITING);

    assertEquals(STRANGERS_WAITING, lookups.get());
    assertAnswered(from(address(7, 6)).shake("REQ"));
    assertAnswered(from(address(7, 1)).shake("REQ"));
  }

  @Test
  void theOwnConnectionIsNeverRefusedNorEvicted() throws IOException {
    start(means(8));
    List<Stranger> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      others.add(from(address(0, 1)).shake("REQ"));
      assertAnswered(others.get(i));
    }
    shares.expectMine();
    SocketChannel own = SocketChannel.open(to());
    shares.mine(own);
    ByteBuffer greeting = ByteBuffer.allocate(1);
    for (int i = 0; i < 30; i++) {
      from(address(0, 1)).send(Zmtp.greeting(), Zmtp.ready("REQ"));
    }
    await().until(() -> questions.guard().evicted() + questions.guard().refusedConnections() > 20);
    assertEquals(1, own.read(greeting));
    own.configureBlocking(false);
    greeting.clear();
    assertTrue(own.read(greeting) >= 0, "it was ended");
    own.close();
  }

  @Test
  void aLargeFirstFrameOfAnUnknownIsRefusedAndASmallOneIsNot() throws IOException {
    start(means(64));
    Stranger small = from(address(7, 7)).shake("DEALER");
    small.send(Zmtp.frame(new byte[8_000], false));
    assertEquals(8_000, small.read(PATIENCE).body().length);
    Stranger large = from(address(7, 8)).shake("DEALER");
    large.send(Zmtp.header(0, 9_000));
    assertTrue(large.isEnded(PATIENCE));
  }

  @Test
  void aLongEnvelopeIsNoQuestion() throws Exception {
    start(means(64));
    Stranger stranger = from(address(7, 7)).shake("DEALER");
    stranger.send(
        Zmtp.frame(new byte[513], true), Zmtp.frame(new byte[0], true), Zmtp.frame(BODY, false));
    await().until(() -> questions.malformed() == 1);
    try {
      stranger.read(MOMENT);
      assertFalse(true, "it was answered");
    } catch (SocketTimeoutException e) {
      assertEquals(Map.of(), askers);
    }
  }
}
