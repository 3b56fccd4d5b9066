package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.beacon.NodeId;
import pharos.testkit.stranger.HostileServer;
import pharos.testkit.stranger.Stranger;
import pharos.testkit.stranger.Zmtp;

/**
 * One beacon is enough to be connected to: what a server answers harms nobody but itself. After
 * each, an honest server is asked by the same socket, and JeroMQ's thread was never in need.
 */
class HostileServersTest implements Connections.Outcome, Connections.Asking {
  private static final byte[] BODY = "HELLO".getBytes(StandardCharsets.US_ASCII);
  private static final long OCTETS = 8L * 1024 * 1024;

  /**
   * An address of this class alone: where servers of other tests were, which run at the same time,
   * their agents still knock.
   */
  private static final InetAddress HERE = new InetSocketAddress("127.0.66.1", 0).getAddress();

  private final AtomicLong survived = new AtomicLong();
  private final AtomicLong deaths = new AtomicLong();
  private final ZContext context =
      Contexts.open((thread, cause) -> deaths.incrementAndGet(), survived);
  private final Shares shares = new Shares(at -> at.getAddress()[3] == 1);
  private final Quota octets = shares.quota(OCTETS);
  private final Set<Long> answered = new HashSet<>();
  private final Set<Long> failed = new HashSet<>();
  private final List<NodeId> broken = new ArrayList<>();
  private final List<HostileServer> servers = new ArrayList<>();
  private WakeUp wakeUp;
  private Connections connections;
  private Questions honest;
  private ZMQ.Poller poller;
  private long questions;

  @BeforeEach
  void open() throws IOException {
    wakeUp = new WakeUp();
    connections = new Connections(context, wakeUp, this, shares, octets, System::nanoTime);
    honest =
        new Questions(
            context, Loops.settings("honest", 5670), shares, new Means(64, OCTETS), octets);
    poller = context.createPoller(3);
    poller.register(wakeUp.channel(), ZMQ.Poller.POLLIN);
    poller.register(connections.socket(), ZMQ.Poller.POLLIN);
    poller.register(honest.socket(), ZMQ.Poller.POLLIN);
  }

  @AfterEach
  void close() {
    servers.forEach(HostileServer::close);
    poller.unregister(wakeUp.channel());
    poller.close();
    connections.close();
    honest.close();
    context.close();
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
  public void onWatchBroken(NodeId peer, long incarnation) {
    broken.add(peer);
  }

  @Override
  public void onWatched(NodeId peer, long incarnation) {}

  private boolean turnUntil(BooleanSupplier done) throws IOException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!done.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
      poller.poll(20);
      wakeUp.clear();
      long nowNs = System.nanoTime();
      honest.receive((token, asker, body) -> honest.reply(token, body), nowNs);
      connections.receiveEvents(nowNs);
      connections.receive(nowNs);
      connections.tidy(nowNs);
      connections.guard().sweep(nowNs);
    }
    return done.getAsBoolean();
  }

  private HostileServer serve(HostileServer.Script script) throws IOException {
    HostileServer server = HostileServer.at(HERE, script);
    servers.add(server);
    return server;
  }

  /** Many questions, each to a server of its own: one alone may end by luck. */
  private void ask(HostileServer.Script script) throws IOException {
    for (int i = 0; i < 8; i++) {
      HostileServer server = serve(script);
      connections.ask(
          this, ++questions, new InetSocketAddress(HERE, server.port()), BODY, System.nanoTime());
    }
  }

  private void assertAllFailAndNobodyElse() throws IOException {
    assertTrue(turnUntil(() -> failed.size() == questions), () -> failed + " of " + questions);
    assertUnharmed();
    assertTrue(turnUntil(() -> octets.sum() == 0), () -> octets.sum() + " octets are still held");
    for (HostileServer server : servers) {
      assertTrue(server.accepted() <= 4, () -> "connected to it " + server.accepted() + " times");
    }
  }

  private void assertUnharmed() throws IOException {
    InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), honest.port());
    long last = ++questions;
    connections.ask(this, last, to, BODY, System.nanoTime());
    assertTrue(turnUntil(() -> answered.contains(last)), "an honest server cannot be asked");
    assertEquals(Set.of(last), answered);
    questions--;
    assertEquals(0, deaths.get());
    assertEquals(0, survived.get());
  }

  private static void shake(Stranger client) throws IOException {
    client.shake("ROUTER");
  }

  @Test
  void aNegativeSizeEndsThatConnection() throws IOException {
    ask(
        client -> {
          shake(client);
          client.send(Zmtp.header(0, 0x8000_0000_7fff_ffffL));
        });
    ask(
        client -> {
          client.send(Zmtp.greeting(), Zmtp.header(0, 0x8000_0000_7fff_ffffL));
        });
    ask(
        client -> {
          shake(client);
          client.send(Zmtp.header(0, -1)).close();
        });
    assertAllFailAndNobodyElse();
  }

  @Test
  void sixtyMegabytesInOneMessageEndThatConnection() throws IOException {
    byte[] part = Zmtp.frame(new byte[60_000], true);
    ask(
        client -> {
          shake(client);
          for (int i = 0; i < 1_050; i++) {
            client.send(part);
          }
        });
    assertAllFailAndNobodyElse();
  }

  @Test
  void endlessEmptyPartsEndThatConnection() throws IOException {
    byte[] parts = new byte[20_000];
    for (int i = 0; i < parts.length; i += 2) {
      parts[i] = Zmtp.MORE;
    }
    ask(
        client -> {
          shake(client);
          for (int i = 0; i < 200; i++) {
            client.send(parts);
          }
        });
    assertAllFailAndNobodyElse();
  }

  @Test
  void framesAndCommandsThatAreOnlyDeclaredEndThatConnection() throws IOException {
    ask(
        client -> {
          shake(client);
          client.send(Zmtp.header(0, 128 * 1024), new byte[1]);
        });
    ask(
        client -> {
          shake(client);
          client.send(Zmtp.header(Zmtp.COMMAND, 128 * 1024), new byte[1]);
        });
    assertAllFailAndNobodyElse();
  }

  @Test
  void pingsThatWouldThrowOrSetATimerEndWithTheirConnection() throws IOException {
    ask(
        client -> {
          shake(client);
          client.send(Zmtp.command("PING", new byte[0]));
        });
    ask(
        client -> {
          shake(client);
          client.send(Zmtp.ping(65_535, new byte[0]), Zmtp.command("PING", new byte[1]));
        });
    assertAllFailAndNobodyElse();
  }

  @Test
  void whatMakesNoSenseBeforeReadyEndsThatConnection() throws IOException {
    ask(client -> client.send(Zmtp.greetingOf1(), new byte[100]));
    ask(client -> client.send(Zmtp.greetingOf2(), new byte[100]));
    ask(client -> client.send(Zmtp.greeting(), Zmtp.command("READY", new byte[120_000])));
    ask(client -> client.send(Zmtp.greeting(), Zmtp.command("ERROR", new byte[] {3, '4'})));
    assertAllFailAndNobodyElse();
  }

  @Test
  void answersThatNobodyAskedForEndThatConnection() throws IOException {
    byte[] unasked =
        Zmtp.join(
            Zmtp.frame(new byte[8], true), Zmtp.frame(new byte[0], true), Zmtp.frame(BODY, false));
    byte[] many = new byte[unasked.length * 1_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = unasked[i % unasked.length];
    }
    ask(
        client -> {
          shake(client);
          for (int i = 0; i < 1_000; i++) {
            client.send(many);
          }
        });
    assertAllFailAndNobodyElse();
    assertEquals(8, connections.unasked());
  }

  @Test
  void oneThatNeverAnswersHoldsNothingButItsConnection() throws IOException {
    ask(client -> shake(client));
    assertUnharmed();
    assertEquals(Set.of(), failed);
    for (long question = 1; question <= questions; question++) {
      connections.forget(this, question);
    }
    assertTrue(turnUntil(() -> connections.size() == 0));
    assertEquals(0, octets.sum());
  }

  @Test
  void aWatchOfOneThatSendsNonsenseBreaks() throws IOException {
    NodeId id = NodeId.of(id());
    HostileServer server =
        serve(
            client -> {
              shake(client);
              client.send(Zmtp.header(0, -1));
            });
    connections.watch(id, 7, new InetSocketAddress(HERE, server.port()), System.nanoTime());
    assertTrue(turnUntil(() -> broken.equals(List.of(id))));
    assertUnharmed();
  }

  private static byte[] id() {
    byte[] id = new byte[NodeId.LENGTH];
    id[0] = 1;
    return id;
  }
}
