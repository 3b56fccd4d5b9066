package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * Stands before one socket of JeroMQ 0.6.0, which takes memory and connections as anybody wants.
 * Who connects is counted by address and, when that is too many, who says nothing makes room. Each
 * connection has an {@link Intake} that looks at frames before they are. What is wrong with a
 * connection ends that one.
 *
 * <p>Events come on JeroMQ's thread, and nothing may be thrown there; {@link #sweep} and {@link
 * #onDrained} are the loop's.
 */
final class Guard {
  /** A message that is not whole by then, an answer that is not read by then. */
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

  /** Who spoke so lately makes no room. */
  private static final long BUSY_NS = TimeUnit.SECONDS.toNanos(1);

  /** What arrived by a connection that ended is in the socket's queue by then. */
  private static final long FLUSHED_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** JeroMQ tries to accept again at once, and again, when there is no descriptor. */
  private static final long NO_DESCRIPTOR_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int EVENTS =
      ZMQ.EVENT_ACCEPTED
          | ZMQ.EVENT_ACCEPT_FAILED
          | ZMQ.EVENT_CONNECTED
          | ZMQ.EVENT_DISCONNECTED
          | ZMQ.EVENT_HANDSHAKE_PROTOCOL;

  private final ZMQ.Socket socket;
  private final Shares shares;
  private final Quota connections;
  private final Quota octets;
  private final LongSupplier nanoTime;
  private final Map<SocketChannel, Line> lines = new ConcurrentHashMap<>();
  private final Map<String, Line> byName = new ConcurrentHashMap<>();
  private final Queue<Line> gone = new ConcurrentLinkedQueue<>();
  private final AtomicLong refusedConnections = new AtomicLong();
  private final AtomicLong evicted = new AtomicLong();
  private final AtomicLong refusedFrames = new AtomicLong();
  private final AtomicLong quotasMet = new AtomicLong();

  /** Hears of what happens to connections, too. */
  interface Listener {
    /** One of the events that were asked for, on JeroMQ's thread. */
    void onEvent(int event, String endpoint);
  }

  /**
   * Stands before this socket from now on; bind and connect it later.
   *
   * @param octets what all sockets of an agent may hold
   * @param nanoTime for any thread
   */
  Guard(ZMQ.Socket socket, Shares shares, Quota connections, Quota octets, LongSupplier nanoTime) {
    this.socket = socket;
    this.shares = shares;
    this.connections = connections;
    this.octets = octets;
    this.nanoTime = nanoTime;
    renew();
    // Without a handler there this changes nothing but that ZMTP 1 and 2 are refused: they have no
    // hand-shake, and JeroMQ does not say whose their frames are.
    socket.setZAPDomain("pharos");
  }

  /** Begins to listen; whoever else needs these events says which. */
  void listen(int others, Listener listener) {
    // The raw events: to make one of them a ZEvent may throw.
    socket
        .base()
        .setEventHook(
            (zmq.ZMQ.EventConsummer)
                event -> {
                  try {
                    onEvent(event);
                    if ((event.event & others) != 0) {
                      listener.onEvent(event.event, event.addr);
                    }
                  } catch (RuntimeException e) {
                    // An event that makes no sense: nothing may be thrown here.
                  }
                },
            EVENTS | others);
  }

  long nowNs() {
    return nanoTime.getAsLong();
  }

  private void onEvent(zmq.ZMQ.Event event) {
    switch (event.event) {
      case ZMQ.EVENT_ACCEPTED -> onAccepted((SocketChannel) event.arg);
      case ZMQ.EVENT_CONNECTED -> onConnected((SocketChannel) event.arg);
      case ZMQ.EVENT_DISCONNECTED -> onDisconnected((SocketChannel) event.arg);
      case ZMQ.EVENT_HANDSHAKE_PROTOCOL -> renew();
      case ZMQ.EVENT_ACCEPT_FAILED -> onAcceptFailed();
      default -> {}
    }
  }

  /** The next connection that greets gets an intake of its own: it is taken when greetings end. */
  private void renew() {
    socket.setMsgAllocator(new Intake(this, nanoTime));
  }

  private void onAccepted(SocketChannel channel) {
    Line line = made(channel);
    if (line == null) {
      return;
    }
    if (connections.take(line.group(), 1) || makeRoom(line.group())) {
      line.count();
    } else if (!shares.takeExpected(line.remote().getAddress())) {
      refusedConnections.incrementAndGet();
      // Before JeroMQ made any buffer for it, so nothing is left behind.
      close(channel);
      return;
    }
    add(line);
  }

  /** The connection to oneself is nobody else's to take. */
  boolean isMine(Line line) {
    return shares.isMine(line.remote());
  }

  private void onConnected(SocketChannel channel) {
    Line line = made(channel);
    if (line != null) {
      add(line);
    }
  }

  private @Nullable Line made(SocketChannel channel) {
    try {
      InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
      if (remote == null) {
        return null;
      }
      InetAddress group = shares.group(remote.getAddress());
      return new Line(this, channel, remote, group, nowNs());
    } catch (IOException e) {
      // Gone already; JeroMQ will find out too.
      return null;
    }
  }

  private void add(Line line) {
    lines.put(line.channel(), line);
    byName.put(line.name(), line);
  }

  /** Somebody of those who leave no room ends; whether that is enough. */
  private boolean makeRoom(InetAddress group) {
    Line idle =
        switch (connections.full(group, 1)) {
          case NO, ALL -> idlest(any -> true);
          case ONE -> idlest(other -> other.group().equals(group));
          case UNPROVEN -> idlest(other -> connections.isUnproven(other.group()));
        };
    if (idle == null) {
      return false;
    }
    evict(idle);
    return connections.take(group, 1);
  }

  /**
   * Of the group that has most of its share: who never said anything and was first to do so, else
   * who is silent for longest.
   */
  private @Nullable Line idlest(Predicate<Line> isMeant) {
    long nowNs = nowNs();
    Line best = null;
    long bestPressure = 0;
    for (Line line : lines.values()) {
      boolean isBusy = line.hasSpoken() && nowNs - line.quietSinceNs() < BUSY_NS;
      if (line.isEnded() || isBusy || isMine(line) || !isMeant.test(line)) {
        continue;
      }
      long pressure = connections.pressure(line.group());
      if (best == null
          || pressure > bestPressure
          || (pressure == bestPressure && line.isIdlerThan(best))) {
        best = line;
        bestPressure = pressure;
      }
    }
    return best;
  }

  private void evict(Line line) {
    evicted.incrementAndGet();
    line.end();
    giveBack(line);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  private void onDisconnected(SocketChannel channel) {
    Line line = lines.remove(channel);
    if (line != null) {
      forget(line);
    }
  }

  private void forget(Line line) {
    byName.remove(line.name(), line);
    line.onGone(nowNs());
    giveBack(line);
    gone.add(line);
  }

  private void giveBack(Line line) {
    if (line.leave()) {
      connections.give(line.group(), 1);
    }
  }

  /** There is no descriptor, most likely: somebody idle gives his, and JeroMQ waits for it. */
  private void onAcceptFailed() {
    Line idle = idlest(any -> true);
    if (idle != null) {
      evict(idle);
    }
    LockSupport.parkNanos(NO_DESCRIPTOR_NS);
  }

  // For the lines and their frames.

  Quota octets() {
    return octets;
  }

  Quota connections() {
    return connections;
  }

  @Nullable Line line(String name) {
    return byName.get(name);
  }

  void onRefusedFrame() {
    refusedFrames.incrementAndGet();
  }

  void onQuotaMet() {
    quotasMet.incrementAndGet();
  }

  // For the loop.

  /** Once in a while: ends who is stuck, and forgets who vanished without an event. */
  void sweep(long nowNs) {
    for (Line line : lines.values()) {
      if (!line.channel().isOpen()) {
        onDisconnected(line.channel());
      } else if (!line.isEnded() && line.isStuck(nowNs, PATIENCE_NS)) {
        evict(line);
      }
    }
  }

  /** The socket has nothing to read: all that those had sent who are gone was read or dropped. */
  void onDrained(long nowNs) {
    for (Line line = gone.peek();
        line != null && line.wasEndedFor(nowNs, FLUSHED_NS);
        line = gone.peek()) {
      gone.remove(line);
      line.settle();
    }
  }

  /** How many connections there are. */
  int size() {
    return lines.size();
  }

  /** How many connections were closed at once. */
  long refusedConnections() {
    return refusedConnections.get();
  }

  /** How many connections were ended for others, or because they were stuck. */
  long evicted() {
    return evicted.get();
  }

  /** How many frames were not taken. */
  long refusedFrames() {
    return refusedFrames.get();
  }

  /** How often an address had its share of memory. */
  long quotasMet() {
    return quotasMet.get();
  }
}
