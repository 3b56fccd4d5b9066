package pharos.agent.io;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.core.gateway.Endpoints;
import pharos.beacon.NodeId;

/**
 * All connections that this agent opens: for a question, closed after its answer, and the watches,
 * kept open to see them end. One ROUTER has them all, since a DEALER deals in turn and cannot ask a
 * given peer. There is at most one connection to an endpoint.
 */
final class Connections implements AutoCloseable {
  /**
   * JeroMQ now and then connects and then never shakes hands. So that takes a short while at most,
   * and is tried again by ourselves; longer where it is the network that is slow.
   */
  private static final int[] HANDSHAKE_MS = {150, 300, 1_000, 1_000};

  /**
   * One that did not shake hands by then may be deaf, and is woken; then after twice as long, and
   * so on: where it is the network that is slow, it may have become deaf only then.
   */
  private static final long NUDGE_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /** We connect again ourselves, when it is of use; JeroMQ's own attempts never come to be. */
  private static final int NEVER_MS = 3_600_000;

  /** A watch that is not connected by then never will be; TCP has tried three times. */
  private static final long CONNECT_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(3_500);

  /** So many connections that nobody needs now are kept, for so long: the oldest goes first. */
  private static final int MAX_POOLED = 64;

  private static final long POOLED_NS = TimeUnit.SECONDS.toNanos(30);

  private static final int EVENTS =
      ZMQ.EVENT_CLOSED | ZMQ.EVENT_DISCONNECTED | ZMQ.EVENT_HANDSHAKE_PROTOCOL;

  /** One turn takes at most so many answers: a server may send what nobody asked for. */
  private static final int MAX_TAKEN = 1_024;

  /** Answers that come too late are nobody's fault; so many are. */
  private static final int MAX_UNASKED = 64;

  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  private final ZMQ.Socket socket;
  private final Guard guard;
  private final Queue<Event> events = new ConcurrentLinkedQueue<>();
  private final Outcome outcome;
  private final Map<String, Connection> byEndpoint = new LinkedHashMap<>();
  private final Map<String, Connection> byRoute = new HashMap<>();
  private final Map<Ticket, Sent> byTicket = new HashMap<>();
  private final Map<Watch, Connection> byWatch = new HashMap<>();
  private long routes;
  private long numbers;
  private long retried;
  private long unasked;

  /** What becomes of watches. */
  interface Outcome {
    void onWatched(NodeId peer, long incarnation);

    void onWatchBroken(NodeId peer, long incarnation);
  }

  /** Who asks, and wants to know what came of it. */
  interface Asking {
    void onAnswer(long question, byte[] answer);

    void onFailed(long question);
  }

  /** A question of one who asks, by its own number. */
  private record Ticket(Asking whose, long question) {
    void fail() {
      whose.onFailed(question);
    }
  }

  /** A question that is on its way. */
  private static final class Sent {
    final Ticket ticket;
    final Connection connection;

    /** On its connection. */
    final long number;

    final byte[] body;

    Sent(Ticket ticket, Connection connection, long number, byte[] body) {
      this.ticket = ticket;
      this.connection = connection;
      this.number = number;
      this.body = body;
    }
  }

  /** What JeroMQ tells of the connection to an endpoint. */
  private record Event(int event, String endpoint) {}

  private record Watch(NodeId peer, long incarnation) {}

  /** One connection: opened for questions, for watches, or for both. */
  private static final class Connection {
    final String endpoint;
    String route = "";
    final Map<Long, Sent> questions = new HashMap<>();
    final Set<Watch> watches = new HashSet<>();
    boolean hasShakenHands;
    boolean isPooled;
    long usedNs;
    int attempts;
    int unasked;
    long openedNs;
    long nudgeGapNs;

    Connection(String endpoint) {
      this.endpoint = endpoint;
    }

    boolean isIdle() {
      return questions.isEmpty() && watches.isEmpty();
    }
  }

  Connections(
      ZContext context,
      WakeUp wakeUp,
      Outcome outcome,
      Shares shares,
      Quota octets,
      LongSupplier nanoTime) {
    this.outcome = outcome;
    socket = context.createSocket(SocketType.ROUTER);
    ZeroMqOptions.common(socket);
    socket.setRouterMandatory(true);
    socket.setReconnectIVL(NEVER_MS);
    guard = new Guard(socket, shares, shares.quota(Long.MAX_VALUE), octets, nanoTime);
    // A hook and no monitor socket: that one blocks JeroMQ's thread when nobody reads it.
    guard.listen(
        EVENTS,
        (event, endpoint) -> {
          events.add(new Event(event, endpoint));
          wakeUp.signal();
        });
  }

  ZMQ.Socket socket() {
    return socket;
  }

  /** How many connections are open. */
  int size() {
    return byEndpoint.size();
  }

  /** How many hand-shakes had to be tried again. */
  long retried() {
    return retried;
  }

  /** How many connections ended because they brought what nobody had asked for. */
  long unasked() {
    return unasked;
  }

  Guard guard() {
    return guard;
  }

  /** Sends a question, on the connection that is there or on one of its own. */
  void ask(Asking whose, long question, InetSocketAddress to, byte[] body, long nowNs) {
    Ticket ticket = new Ticket(whose, question);
    Connection connection = connection(to, nowNs);
    long number = ++numbers;
    if (connection == null || !send(connection, number, body)) {
      ticket.fail();
      return;
    }
    connection.usedNs = nowNs;
    Sent sent = new Sent(ticket, connection, number, body);
    connection.questions.put(number, sent);
    byTicket.put(ticket, sent);
  }

  /** The same, on a connection that is kept for a while: others will go the same way. */
  void askPooled(Asking whose, long question, InetSocketAddress to, byte[] body, long nowNs) {
    ask(whose, question, to, body, nowNs);
    Sent sent = byTicket.get(new Ticket(whose, question));
    if (sent != null) {
      sent.connection.isPooled = true;
    }
  }

  /** Whether a question to there needs no connection that is not there yet. */
  boolean isOpenTo(InetSocketAddress to) {
    return byEndpoint.containsKey(Endpoints.of(to.getAddress(), to.getPort()));
  }

  /** Nobody waits for this answer any more. */
  void forget(Asking whose, long question) {
    Sent sent = byTicket.remove(new Ticket(whose, question));
    if (sent != null) {
      sent.connection.questions.remove(sent.number);
    }
  }

  /** Keeps a connection open, and tells when it ends. */
  void watch(NodeId peer, long incarnation, InetSocketAddress to, long nowNs) {
    Watch watch = new Watch(peer, incarnation);
    Connection connection = connection(to, nowNs);
    if (connection == null) {
      outcome.onWatchBroken(peer, incarnation);
      return;
    }
    connection.watches.add(watch);
    byWatch.put(watch, connection);
    if (connection.hasShakenHands) {
      outcome.onWatched(peer, incarnation);
    }
  }

  /** Lets that connection go. */
  void unwatch(NodeId peer, long incarnation) {
    Watch watch = new Watch(peer, incarnation);
    Connection connection = byWatch.remove(watch);
    if (connection != null) {
      connection.watches.remove(watch);
    }
  }

  private @Nullable Connection connection(InetSocketAddress to, long nowNs) {
    String endpoint = Endpoints.of(to.getAddress(), to.getPort());
    Connection connection = byEndpoint.get(endpoint);
    if (connection == null) {
      connection = new Connection(endpoint);
      if (!open(connection, nowNs)) {
        return null;
      }
      byEndpoint.put(endpoint, connection);
    }
    return connection;
  }

  private boolean open(Connection connection, long nowNs) {
    connection.route = "p" + ++routes;
    connection.openedNs = nowNs;
    connection.nudgeGapNs = NUDGE_NS;
    connection.hasShakenHands = false;
    try {
      socket.setHandshakeIvl(HANDSHAKE_MS[Math.min(connection.attempts, HANDSHAKE_MS.length - 1)]);
      socket.setConnectRid(connection.route);
      if (!socket.connect(connection.endpoint)) {
        return false;
      }
    } catch (ZMQException | IllegalArgumentException e) {
      log.debug("cannot connect to {}: {}", connection.endpoint, e.toString());
      return false;
    }
    connection.attempts++;
    byRoute.put(connection.route, connection);
    return true;
  }

  private boolean send(Connection connection, long number, byte[] body) {
    byte[] route = connection.route.getBytes(StandardCharsets.US_ASCII);
    byte[] envelope = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    try {
      return socket.send(route, ZMQ.SNDMORE | ZMQ.DONTWAIT)
          && socket.send(envelope, ZMQ.SNDMORE | ZMQ.DONTWAIT)
          && socket.send(new byte[0], ZMQ.SNDMORE | ZMQ.DONTWAIT)
          && socket.send(body, ZMQ.DONTWAIT);
    } catch (ZMQException e) {
      log.debug("cannot ask {}: {}", connection.endpoint, e.toString());
      return false;
    }
  }

  /** Hands in the answers that have come. */
  void receive(long nowNs) {
    for (int taken = 0; taken < MAX_TAKEN; taken++) {
      ZeroMqOptions.Message message = ZeroMqOptions.receive(socket);
      if (message == null) {
        guard.onDrained(nowNs);
        return;
      }
      onFrames(message.frames());
    }
  }

  private void onFrames(List<byte[]> frames) {
    Connection connection = byRoute.get(new String(frames.get(0), StandardCharsets.US_ASCII));
    if (connection == null) {
      return;
    }
    boolean isAnswer =
        frames.size() == 4 && frames.get(1).length == Long.BYTES && frames.get(2).length == 0;
    long number = isAnswer ? ByteBuffer.wrap(frames.get(1)).getLong() : 0;
    Sent sent = connection.questions.remove(number);
    if (sent != null) {
      byTicket.remove(sent.ticket);
      sent.ticket.whose().onAnswer(sent.ticket.question(), frames.get(3));
    } else if (++connection.unasked > MAX_UNASKED) {
      unasked++;
      end(connection);
    }
  }

  /** Hands in what became of the connections themselves. */
  void receiveEvents(long nowNs) {
    for (Event event = events.poll(); event != null; event = events.poll()) {
      Connection connection = byEndpoint.get(event.endpoint());
      if (connection == null) {
        continue;
      }
      switch (event.event()) {
        case ZMQ.EVENT_HANDSHAKE_PROTOCOL -> {
          connection.hasShakenHands = true;
          connection.watches.forEach(it -> outcome.onWatched(it.peer(), it.incarnation()));
        }
        case ZMQ.EVENT_DISCONNECTED -> {
          if (connection.hasShakenHands) {
            end(connection);
          } else {
            tryAgain(connection, nowNs);
          }
        }
        default -> end(connection);
      }
    }
  }

  private void tryAgain(Connection connection, long nowNs) {
    if (connection.attempts >= HANDSHAKE_MS.length) {
      end(connection);
      return;
    }
    retried++;
    disconnect(connection);
    if (!open(connection, nowNs)) {
      end(connection);
      return;
    }
    Map<Long, Sent> again = new HashMap<>(connection.questions);
    again.forEach(
        (number, sent) -> {
          if (!send(connection, number, sent.body)) {
            connection.questions.remove(number);
            byTicket.remove(sent.ticket);
            sent.ticket.fail();
          }
        });
  }

  /** The connection is no more: its questions failed, its watches broke. */
  private void end(Connection connection) {
    disconnect(connection);
    byEndpoint.remove(connection.endpoint);
    List<Sent> questions = new ArrayList<>(connection.questions.values());
    List<Watch> watches = new ArrayList<>(connection.watches);
    connection.questions.clear();
    connection.watches.clear();
    for (Sent sent : questions) {
      byTicket.remove(sent.ticket);
      sent.ticket.fail();
    }
    for (Watch watch : watches) {
      byWatch.remove(watch);
      outcome.onWatchBroken(watch.peer(), watch.incarnation());
    }
  }

  private void disconnect(Connection connection) {
    byRoute.remove(connection.route);
    socket.disconnect(connection.endpoint);
  }

  /** Whether a connection waits to be woken; one message wakes all. */
  boolean takeNudge(long nowNs) {
    boolean isDue = false;
    for (Connection connection : byEndpoint.values()) {
      if (!connection.hasShakenHands && connection.openedNs + connection.nudgeGapNs - nowNs <= 0) {
        connection.nudgeGapNs *= 2;
        isDue = true;
      }
    }
    return isDue;
  }

  /** How long until a connection that does not come about is woken, or given up. */
  long nextInNs(long nowNs) {
    long nextNs = Long.MAX_VALUE;
    for (Connection connection : byEndpoint.values()) {
      if (!connection.hasShakenHands) {
        long waitsNs = Math.min(connection.nudgeGapNs, CONNECT_PATIENCE_NS);
        nextNs = Math.min(nextNs, connection.openedNs + waitsNs - nowNs);
      }
    }
    return Math.max(0, nextNs);
  }

  /** The last thing in a turn: closes what nobody needs, and gives up what never connected. */
  void tidy(long nowNs) {
    List<Connection> idle = null;
    List<Connection> hopeless = null;
    Connection oldest = null;
    int pooled = 0;
    for (Connection connection : byEndpoint.values()) {
      if (connection.isIdle()) {
        if (!connection.isPooled || nowNs - connection.usedNs >= POOLED_NS) {
          idle = add(idle, connection);
        } else {
          pooled++;
          oldest = oldest == null || connection.usedNs - oldest.usedNs < 0 ? connection : oldest;
        }
      } else if (!connection.hasShakenHands && nowNs - connection.openedNs >= CONNECT_PATIENCE_NS) {
        hopeless = add(hopeless, connection);
      }
    }
    if (oldest != null && pooled > MAX_POOLED) {
      idle = add(idle, oldest);
    }
    if (idle != null) {
      idle.forEach(
          connection -> {
            disconnect(connection);
            byEndpoint.remove(connection.endpoint);
          });
      // JeroMQ disconnects when its socket is used the next time.
      socket.getEvents();
    }
    if (hopeless != null) {
      hopeless.forEach(this::end);
    }
  }

  private static List<Connection> add(@Nullable List<Connection> list, Connection connection) {
    List<Connection> longer = list == null ? new ArrayList<>() : list;
    longer.add(connection);
    return longer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
