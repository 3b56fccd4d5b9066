package pharos.agent.zeromq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import pharos.agent.AgentClosedException;
import pharos.agent.Cancellable;
import pharos.agent.Capability;
import pharos.agent.Peer;
import pharos.agent.PeerView;
import pharos.agent.PharosException;
import pharos.beacon.NodeId;

/**
 * Keeps one of your sockets connected to every live peer that offers a type: one endpoint for each
 * peer, its first. A suspect peer stays connected until it is gone or back.
 *
 * <p>A ZeroMQ socket belongs to one thread, so nothing is done to yours behind your back: put
 * {@link #signal} into your poller, and call {@link #apply} when it is readable. All methods but
 * {@link #signal} are for the thread of the socket.
 *
 * <p>What is queued for a peer that crashed, left or started again is lost with its connection, as
 * is what it had not answered. A socket that deals in turn (PUSH, DEALER, REQ) may also give a
 * message to a peer that has just died, until {@link #apply} disconnects it.
 */
public final class Wiring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  private final ZMQ.Socket socket;
  private final String type;
  private final Pipe.SourceChannel source;
  private final Pipe.SinkChannel sink;
  private final Cancellable subscription;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private volatile Map<NodeId, Target> wanted = Map.of();
  // What follows is for the thread of the socket alone.
  private Map<NodeId, Target> applied = Map.of();
  private final Set<NodeId> failed = new HashSet<>();
  private boolean closed;

  /** A new incarnation behind the same endpoint is another target: its connection is a new one. */
  private record Target(long incarnation, String endpoint) {}

  /** What one {@link #apply} did: endpoints by peer, in the order it was done. Immutable. */
  public static final class Changes {
    private final Map<NodeId, String> connected = new LinkedHashMap<>();
    private final Map<NodeId, String> disconnected = new LinkedHashMap<>();
    private final Map<NodeId, String> failed = new LinkedHashMap<>();

    private Changes() {}

    /** What was connected. */
    public Map<NodeId, String> connected() {
      return Collections.unmodifiableMap(connected);
    }

    /** What was disconnected; before anything was connected. */
    public Map<NodeId, String> disconnected() {
      return Collections.unmodifiableMap(disconnected);
    }

    /**
     * What the socket refused to connect to, such as a protocol that ZeroMQ does not have. It is
     * tried again only when the peer changes.
     */
    public Map<NodeId, String> failed() {
      return Collections.unmodifiableMap(failed);
    }

    /** Whether nothing was done. */
    public boolean isEmpty() {
      return connected.isEmpty() && disconnected.isEmpty() && failed.isEmpty();
    }

    @Override
    public String toString() {
      return "connected " + connected + ", disconnected " + disconnected + ", failed " + failed;
    }
  }

  /**
   * Keeps this socket connected to everybody who offers something of this type; who is there
   * already is connected at the first {@link #apply}.
   *
   * @throws AgentClosedException when the agent is closed
   */
  public static Wiring of(PeerView peers, ZMQ.Socket socket, String type) {
    return new Wiring(peers, socket, type);
  }

  private Wiring(PeerView peers, ZMQ.Socket socket, String type) {
    this.socket = socket;
    this.type = type;
    try {
      Pipe pipe = Pipe.open();
      source = pipe.source();
      sink = pipe.sink();
      source.configureBlocking(false);
      sink.configureBlocking(false);
    } catch (IOException e) {
      throw new PharosException(
          "no pipe for a wiring: are there file descriptors left? (ulimit -n)", e);
    }
    // Those who are there can be applied at once, whatever the call backs are busy with.
    want(peers.peersOffering(type));
    try {
      subscription =
          peers.onPeers(all -> want(all.stream().filter(peer -> peer.offers(type)).toList()));
    } catch (AgentClosedException e) {
      closePipe();
      throw e;
    }
  }

  /** On the call-back thread. */
  private void want(List<Peer> offering) {
    Map<NodeId, Target> targets = new LinkedHashMap<>();
    for (Peer peer : offering) {
      Optional<Capability> capability = peer.capability(type);
      capability.ifPresent(
          it -> targets.put(peer.id(), new Target(peer.incarnation(), it.endpoint())));
    }
    if (!targets.equals(wanted)) {
      wanted = targets;
      raise();
    }
  }

  /** Makes the signal readable; one byte is enough for any number of changes. */
  private void raise() {
    if (!signalled.compareAndSet(false, true)) {
      return;
    }
    calmly(
        () -> {
          try {
            // Nothing written means that the pipe is full, and so readable.
            int ignored = sink.write(ByteBuffer.wrap(new byte[1]));
          } catch (IOException e) {
            LOG.warn("the signal of the wiring to {} failed; call apply() now and then", type, e);
          }
        });
  }

  /**
   * With the interrupt flag put aside meanwhile: it may close a channel, and JeroMQ takes it for
   * its own and clears it.
   */
  private static void calmly(Runnable action) {
    boolean interrupted = Thread.interrupted();
    try {
      action.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Readable when {@link #apply} has something to do. It is in non-blocking mode, for {@code
   * ZMQ.Poller}, {@code ZPoller} or a {@code Selector}; do not read it, {@code apply} does. Take it
   * out of a poller before you {@link #close}: JeroMQ's poller fails on a closed channel. The same
   * one each time, from any thread.
   */
  public SelectableChannel signal() {
    return source;
  }

  /**
   * Disconnects the socket from who is gone or reached elsewhere now, connects it to who is new,
   * and clears the signal. It does not wait for anybody; without anything to do it costs next to
   * nothing, so it may be called in each turn of a loop.
   *
   * @throws IllegalStateException when this is closed
   */
  public Changes apply() {
    if (closed) {
      throw new IllegalStateException("the wiring to " + type + " is closed");
    }
    Changes changes = new Changes();
    calmly(
        () -> {
          lower();
          // Only now is what is wanted read: a change after this raises the signal again.
          Map<NodeId, Target> target = wanted;
          if (!target.equals(applied)) {
            change(target, changes);
          }
        });
    return changes;
  }

  private void lower() {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(16);
      while (source.read(bytes) > 0) {
        bytes.clear();
      }
    } catch (IOException e) {
      throw new PharosException("the signal of the wiring to " + type + " was closed", e);
    }
    signalled.set(false);
  }

  private void change(Map<NodeId, Target> target, Changes changes) {
    Set<String> kept = new HashSet<>();
    Map<NodeId, Target> before = applied;
    before.forEach(
        (id, old) -> {
          if (old.equals(target.get(id)) && !failed.contains(id)) {
            kept.add(old.endpoint());
          }
        });
    Set<String> open = new HashSet<>(kept);
    // First all disconnects: connecting again to an endpoint that is still there does nothing.
    before.forEach(
        (id, old) -> {
          if (old.equals(target.get(id))) {
            return;
          }
          if (failed.remove(id)) {
            return;
          }
          if (!kept.contains(old.endpoint())) {
            disconnect(old.endpoint());
          }
          changes.disconnected.put(id, old.endpoint());
        });
    settle();
    target.forEach(
        (id, next) -> {
          if (next.equals(before.get(id))) {
            return;
          }
          if (open.contains(next.endpoint()) || connect(next.endpoint())) {
            open.add(next.endpoint());
            changes.connected.put(id, next.endpoint());
          } else {
            failed.add(id);
            changes.failed.put(id, next.endpoint());
          }
        });
    applied = target;
  }

  private boolean connect(String endpoint) {
    try {
      return socket.connect(endpoint);
    } catch (RuntimeException e) {
      // ZMQException for most, IllegalArgumentException for what it cannot parse.
      LOG.warn("a socket cannot be wired to {}: {}", endpoint, e.toString());
      return false;
    }
  }

  private void disconnect(String endpoint) {
    try {
      socket.disconnect(endpoint);
    } catch (RuntimeException e) {
      LOG.debug("disconnecting {}: {}", endpoint, e.toString());
    }
  }

  /** A disconnect is carried out only when the thread uses the socket again. */
  private void settle() {
    try {
      socket.getEvents();
    } catch (RuntimeException e) {
      LOG.debug("settling the wiring to {}: {}", type, e.toString());
    }
  }

  /** What the socket is connected to now, by peer. */
  public Map<NodeId, String> endpoints() {
    Map<NodeId, String> endpoints = new HashMap<>();
    applied.forEach(
        (id, target) -> {
          if (!failed.contains(id)) {
            endpoints.put(id, target.endpoint());
          }
        });
    return Collections.unmodifiableMap(endpoints);
  }

  /**
   * Disconnects the socket from all, and follows the peers no more. The socket stays open, and what
   * you connected yourself stays connected. A closed socket is none of its business; a second time,
   * nothing happens. The close of the agent does not do this: what is connected stays so.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    subscription.cancel();
    calmly(
        () -> {
          change(Map.of(), new Changes());
          closePipe();
        });
  }

  private void closePipe() {
    try {
      sink.close();
      source.close();
    } catch (IOException e) {
      LOG.debug("closing the signal of the wiring to {}", type, e);
    }
  }
}
