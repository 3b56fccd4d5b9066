package pharos.agent.io;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * A connection of the agent to its own TCP port, kept open. By it the agent asks itself whether it
 * can be asked ({@link Hearing}), and wakes what JeroMQ 0.6.0 left deaf: a fresh connection that it
 * forgot to register is looked at again when any other connection of the context has something to
 * send.
 *
 * <p>For the thread of the loop.
 */
final class OwnPort implements AutoCloseable {
  /** Nobody else's question: whether it comes is all there is to know. */
  static final byte[] QUESTION = "ONESELF".getBytes(StandardCharsets.US_ASCII);

  /** No more wait to be sent: when nothing leaves, more of it would not help. */
  private static final int WAITING = 64;

  private static final int NEVER_MS = 3_600_000;

  /** To shake hands with oneself takes a millisecond or two; this may be the deaf connection. */
  private static final long OPEN_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int MAX_DOUBLED = 5;

  /** A thread of our own context outlives much, and may come back: so long it may take. */
  private static final long DEAD_LONG_NS = TimeUnit.SECONDS.toNanos(10);

  private static final long CROWDED_LONG_NS = TimeUnit.SECONDS.toNanos(30);

  private static final int EVENTS =
      ZMQ.EVENT_CONNECTED
          | ZMQ.EVENT_CLOSED
          | ZMQ.EVENT_DISCONNECTED
          | ZMQ.EVENT_HANDSHAKE_PROTOCOL;

  private static final Logger log = LoggerFactory.getLogger(OwnPort.class);

  private final ZMQ.Socket socket;
  private final String endpoint;
  private final boolean isShared;
  private final Hearing hearing;
  private final Shares shares;
  private final Queue<Integer> events = new ConcurrentLinkedQueue<>();
  private boolean hasConnected;
  private boolean hasShakenHands;
  private boolean hasWarned;
  private int opened;
  private long openAgainNs;
  private long numbers;
  private long nudges;
  private long missed;
  private volatile Optional<String> deafness = Optional.empty();

  /**
   * Connects.
   *
   * @param isShared whether the context is the application's, in which no thread outlives anything
   */
  OwnPort(ZContext context, WakeUp wakeUp, int port, Shares shares, boolean isShared, long nowNs) {
    this.shares = shares;
    this.isShared = isShared;
    endpoint = "tcp://127.0.0.1:" + port;
    hearing = new Hearing(nowNs);
    socket = context.createSocket(SocketType.DEALER);
    ZeroMqOptions.common(socket);
    socket.setSndHWM(WAITING);
    socket.setReconnectIVL(NEVER_MS);
    socket
        .base()
        .setEventHook(
            (zmq.ZMQ.EventConsummer)
                event -> {
                  if (event.event == ZMQ.EVENT_CONNECTED) {
                    shares.mine((SocketChannel) event.arg);
                  }
                  events.add(event.event);
                  wakeUp.signal();
                },
            EVENTS);
    open(nowNs);
  }

  ZMQ.Socket socket() {
    return socket;
  }

  /** How often a connection was woken that had not shaken hands. */
  long nudges() {
    return nudges;
  }

  /** How many questions to oneself went unanswered. */
  long missed() {
    return missed;
  }

  /** Why nobody can ask, if so; from any thread. */
  Optional<String> deafness() {
    return deafness;
  }

  private void open(long nowNs) {
    hasConnected = false;
    hasShakenHands = false;
    openAgainNs = nowNs + (OPEN_AGAIN_NS << Math.min(opened, MAX_DOUBLED));
    opened++;
    shares.expectMine();
    try {
      socket.connect(endpoint);
    } catch (ZMQException e) {
      log.debug("cannot connect to {}", endpoint, e);
    }
  }

  private void openAgain(long nowNs) {
    socket.disconnect(endpoint);
    // JeroMQ disconnects when its socket is used the next time.
    socket.getEvents();
    open(nowNs);
    if (hearing.isOpen()) {
      ask();
    }
  }

  /**
   * Hands in what has come.
   *
   * @param hasArrived whether a question of ours came to our port
   */
  void receive(boolean hasArrived, long nowNs) {
    if (hasArrived) {
      hearing.onAnswer();
    }
    for (Integer event = events.poll(); event != null; event = events.poll()) {
      onEvent(event, nowNs);
    }
    while (socket.recv(ZMQ.DONTWAIT) != null) {
      while (socket.hasReceiveMore()) {
        socket.recv(ZMQ.DONTWAIT);
      }
      hearing.onAnswer();
    }
  }

  private void onEvent(int event, long nowNs) {
    hearing.onLife();
    switch (event) {
      case ZMQ.EVENT_CONNECTED -> hasConnected = true;
      case ZMQ.EVENT_HANDSHAKE_PROTOCOL -> {
        hasShakenHands = true;
        opened = 0;
      }
      default -> {
        if (!hasConnected) {
          onNoWay(nowNs);
        }
        hasShakenHands = false;
        openAgainNs = nowNs + (OPEN_AGAIN_NS << Math.min(opened, MAX_DOUBLED));
      }
    }
  }

  private void onNoWay(long nowNs) {
    hearing.onNoWay(nowNs);
    if (!hasWarned) {
      hasWarned = true;
      log.warn(
          "this host does not let the agent connect to {}, its own port: it cannot tell whether"
              + " others can ask it",
          endpoint);
    }
  }

  /** Asks itself when it is time to, after what arrived was handed in. */
  void wakeUp(long nowNs) {
    int before = hearing.missed();
    switch (hearing.wakeUp(nowNs)) {
      case ASK -> ask();
      case ASK_ANEW -> openAgain(nowNs);
      case NOTHING -> {
        if (!hasShakenHands && openAgainNs - nowNs <= 0) {
          openAgain(nowNs);
        }
      }
    }
    missed += Math.max(0, hearing.missed() - before);
    tell();
  }

  private void tell() {
    if (!hearing.isDeaf()) {
      if (deafness.isPresent()) {
        log.warn("this agent can be asked again at {}", endpoint);
        deafness = Optional.empty();
      }
      return;
    }
    if (deafness.isEmpty()) {
      log.error("{} questions of this agent to itself went unanswered", hearing.missed());
    }
    deafness =
        Optional.of(
            hearing.missed()
                + " questions to itself went unanswered"
                + (hearing.isDead() ? ", and JeroMQ gives no sign" : ""));
  }

  /**
   * Whether nobody will ever ask again: in a context of the application nothing brings a dead
   * thread back.
   */
  boolean isHopeless(long nowNs) {
    if (!hearing.isDeaf()) {
      return false;
    }
    if (!hearing.isDead()) {
      return hearing.deafForNs(nowNs) >= CROWDED_LONG_NS;
    }
    return isShared || hearing.deafForNs(nowNs) >= DEAD_LONG_NS;
  }

  /** Wakes a connection of this context that did not shake hands. */
  void nudge() {
    if (hasShakenHands) {
      nudges++;
      ask();
    }
  }

  private void ask() {
    byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(++numbers).array();
    try {
      if (socket.send(number, ZMQ.SNDMORE | ZMQ.DONTWAIT)) {
        socket.send(new byte[0], ZMQ.SNDMORE | ZMQ.DONTWAIT);
        socket.send(QUESTION, ZMQ.DONTWAIT);
      }
    } catch (ZMQException e) {
      log.debug("cannot ask {}", endpoint, e);
    }
  }

  long nextInNs(long nowNs) {
    long nextNs = hearing.nextInNs(nowNs);
    return hasShakenHands ? nextNs : Math.min(nextNs, Math.max(0, openAgainNs - nowNs));
  }

  @Override
  public void close() {
    socket.close();
  }
}
