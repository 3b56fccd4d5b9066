package pharos.examples.alpha;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.Agent;
import pharos.agent.Capability;
import pharos.agent.Peer;
import pharos.agent.PeerState;
import pharos.examples.Threads;

/**
 * Every few seconds asks one peer after the other for a quote or places an order, as soon as there
 * is anybody. One thread of its own; a peer that does not answer costs it a second.
 */
final class Caller implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Caller.class);
  private static final List<String> WARES = List.of("anchors", "lanterns", "charts", "ropes");
  private static final long PATIENCE_MS = 1_000;
  private static final long LOOK_MS = 50;
  private static final int HANDSHAKE_MS = 250;

  private final Agent agent;
  private final ZContext context;
  private final Duration every;
  private final Thread thread = new Thread(this::callInTurn, "alpha-caller");
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch firstAnswer = new CountDownLatch(1);

  Caller(Agent agent, ZContext context, Duration every) {
    this.agent = agent;
    this.context = context;
    this.every = every;
  }

  void start() {
    thread.start();
  }

  /** Waits for the first answer to any call; false when there is none in time. */
  boolean awaitAnswer(Duration patience) throws InterruptedException {
    return firstAnswer.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void callInTurn() {
    try {
      for (int turn = 0; !closing.await(every.toNanos(), TimeUnit.NANOSECONDS); turn++) {
        boolean isOrder = turn % 2 == 1;
        String type = isOrder ? Alpha.ORDERS : Alpha.QUOTES;
        String ware = WARES.get(turn / 2 % WARES.size());
        // A suspect peer is still listed; it is not worth a second of waiting.
        List<Peer> peers =
            agent.peersOffering(type).stream()
                .filter(peer -> peer.state() == PeerState.ALIVE)
                .toList();
        if (!peers.isEmpty()) {
          call(peers.get(turn / 2 % peers.size()), type, isOrder ? turn + " " + ware : ware);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Any thread may: each question has a socket of its own. */
  void call(Peer peer, String type, String question) {
    Optional<Capability> capability = peer.capability(type);
    if (capability.isEmpty()) {
      return;
    }
    String endpoint = capability.get().endpoint();
    long beganNs = System.nanoTime();
    Optional<String> answer = ask(endpoint, question);
    if (answer.isPresent()) {
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
      log.info("{} of {}: {} ({} ms)", type, peer.name(), answer.get(), tookMs);
      firstAnswer.countDown();
    } else if (closing.getCount() > 0) {
      log.info("{} of {} at {}: no answer", type, peer.name(), endpoint);
    }
  }

  private Optional<String> ask(String endpoint, String question) {
    ZMQ.Socket socket = question(context);
    try (ZMQ.Poller poller = context.createPoller(1)) {
      socket.connect(endpoint);
      socket.send(question);
      poller.register(socket, ZMQ.Poller.POLLIN);
      for (long waitedMs = 0; waitedMs < PATIENCE_MS && closing.getCount() > 0; ) {
        if (poller.poll(LOOK_MS) > 0) {
          return Optional.ofNullable(socket.recvStr());
        }
        waitedMs += LOOK_MS;
      }
      return Optional.empty();
    } catch (ZMQException e) {
      log.info("cannot ask at {}: {}", endpoint, e.getMessage());
      return Optional.empty();
    } finally {
      socket.close();
    }
  }

  /**
   * A socket for one question. Now and then a new connection of JeroMQ 0.6 stalls before its first
   * message; with a limit on that it is made anew, and the question is still sent.
   */
  static ZMQ.Socket question(ZContext context) {
    ZMQ.Socket socket = context.createSocket(SocketType.REQ);
    socket.setLinger(0);
    socket.setHandshakeIvl(HANDSHAKE_MS);
    // A peer that is found by its link-local address is reached there.
    socket.setIPv6(true);
    return socket;
  }

  @Override
  public void close() {
    closing.countDown();
    Threads.join(thread);
  }
}
