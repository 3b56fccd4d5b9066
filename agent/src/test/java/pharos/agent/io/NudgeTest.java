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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.beacon.NodeId;

/**
 * JeroMQ 0.6.0 leaves a few fresh connections of a thousand deaf. {@code -Dpharos.connections=4000}
 * tries as many, and {@code -Dpharos.nudgeMs=20} also wants each to be answered by then, on a
 * machine that does nothing else.
 */
class NudgeTest implements Connections.Outcome, Connections.Asking {
  private static final int CONNECTIONS = Integer.getInteger("pharos.connections", 1_000);
  private static final int WARM_UP = 200;
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

  private final ZContext context = new ZContext();

  /** In one with the connections, its traffic would wake what is deaf. */
  private final ZContext otherContext = new ZContext();

  private WakeUp wakeUp;
  private Questions questions;
  private Connections connections;
  private OwnPort ownPort;
  private ZMQ.Poller poller;
  private final NodeId id = NodeId.random(new SecureRandom());
  private long answered;

  @BeforeEach
  void open() throws IOException {
    wakeUp = new WakeUp();
    Shares shares = new Shares();
    Quota octets = shares.quota(1_000_000);
    questions =
        new Questions(
            otherContext,
            Loops.settings("asked", 5670),
            shares,
            Means.of(64L * 1024 * 1024, 1_000),
            octets);
    connections = new Connections(context, wakeUp, this, shares, octets, System::nanoTime);
    ownPort = new OwnPort(context, wakeUp, questions.port(), shares, false, System.nanoTime());
    poller = context.createPoller(4);
    poller.register(wakeUp.channel(), ZMQ.Poller.POLLIN);
    poller.register(connections.socket(), ZMQ.Poller.POLLIN);
    poller.register(questions.socket(), ZMQ.Poller.POLLIN);
    poller.register(ownPort.socket(), ZMQ.Poller.POLLIN);
  }

  @AfterEach
  void close() {
    poller.unregister(wakeUp.channel());
    poller.close();
    context.close();
    otherContext.close();
    wakeUp.close();
  }

  @Override
  public void onAnswer(long question, byte[] answer) {
    answered = question;
  }

  @Override
  public void onFailed(long question) {
    throw new AssertionError("question " + question + " failed");
  }

  @Override
  public void onWatched(NodeId peer, long incarnation) {}

  @Override
  public void onWatchBroken(NodeId peer, long incarnation) {}

  private void turn() throws IOException {
    turn(Long.MAX_VALUE);
  }

  private void turn(long mostNs) throws IOException {
    long beforeNs = System.nanoTime();
    long sleepNs = Math.min(connections.nextInNs(beforeNs), ownPort.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, mostNs);
    poller.poll(TimeUnit.NANOSECONDS.toMillis(sleepNs + 999_999));
    wakeUp.clear();
    long nowNs = System.nanoTime();
    questions.receive((token, source, body) -> questions.reply(token, body), nowNs);
    connections.receiveEvents(nowNs);
    connections.receive(nowNs);
    ownPort.receive(questions.takeOneself(), nowNs);
    ownPort.wakeUp(nowNs);
    if (connections.takeNudge(nowNs)) {
      ownPort.nudge();
    }
    connections.tidy(nowNs);
  }

  private static final long MS = 1_000_000;

  /** Accepts and says nothing, as it looks from the side that is deaf. */
  @Test
  void whoDoesNotShakeHandsIsWokenAfterTenMillisecondsAndThenEverLater() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      InetSocketAddress to = new InetSocketAddress(mute.getInetAddress(), mute.getLocalPort());
      long begunNs = System.nanoTime();
      connections.ask(this, 1, to, new byte[1], begunNs);

      List<Integer> wokenMs = new ArrayList<>();
      for (int ms = 0; ms <= 100; ms++) {
        if (connections.takeNudge(begunNs + ms * MS)) {
          wokenMs.add(ms);
        }
      }

      assertEquals(List.of(10, 20, 40, 80), wokenMs);
      assertEquals(60 * MS, connections.nextInNs(begunNs + 100 * MS));
    }
  }

  @Test
  void theNudgeIsAnsweredByOurselves() throws IOException {
    while (ownPort.nudges() == 0) {
      turn();
      ownPort.nudge();
    }
    assertEquals(Optional.empty(), ownPort.deafness());
    assertEquals(0, ownPort.missed());
  }

  @Test
  void thousandsOfFreshConnectionsAreWokenAndNoneIsLost() throws IOException {
    InetSocketAddress asked =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), questions.port());
    byte[] body = "a question".getBytes(StandardCharsets.US_ASCII);
    long[] tookNs = new long[CONNECTIONS];
    turn();
    for (int question = 1; question <= CONNECTIONS; question++) {
      long begunNs = System.nanoTime();
      // Some ask at once, and some when they have just connected, which makes more of them deaf.
      connections.watch(id, question, asked, begunNs);
      while (System.nanoTime() - begunNs < question % 4 * MS) {
        turn(MS);
      }
      connections.ask(this, question, asked, body, System.nanoTime());
      connections.unwatch(id, question);
      while (answered != question && System.nanoTime() - begunNs < PATIENCE_NS) {
        turn();
      }
      assertEquals(question, answered);
      assertEquals(0, connections.size());
      // The first ones take as long as the classes and the compiler do.
      tookNs[question - 1] = question > WARM_UP ? System.nanoTime() - begunNs : 0;
    }
    Arrays.sort(tookNs);
    String told =
        String.format(
            "%d connections, %d nudges, %d tried again; answered after %.1f ms (median), %.1f (999"
                + " of 1000), %.1f (worst)",
            CONNECTIONS,
            ownPort.nudges(),
            connections.retried(),
            tookNs[CONNECTIONS / 2] / 1e6,
            tookNs[CONNECTIONS * 999 / 1000] / 1e6,
            tookNs[CONNECTIONS - 1] / 1e6);
    System.out.println(told);
    Integer limitMs = Integer.getInteger("pharos.nudgeMs");
    if (limitMs != null) {
      assertTrue(tookNs[CONNECTIONS - 1] < TimeUnit.MILLISECONDS.toNanos(limitMs), told);
    }
  }
}
