package pharos.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;
import pharos.testkit.stranger.ForgedSources;
import pharos.testkit.stranger.Stranger;

/**
 * What one attack has: targets and own addresses in turn, and all that it opened, which ends with
 * it. Its strikes are on one thread; {@link #close} may come from another.
 */
final class Camp implements AutoCloseable {
  final Field field;
  final Eavesdropper ears;
  final Random random = new Random();

  private final List<String> onHost;
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
  private final Deque<Stranger> held = new ArrayDeque<>();
  private int nextOwn = random.nextInt(Field.MAX_OWN);
  private int nextAgent = random.nextInt(Field.MAX_OWN);
  private int nextGateway;
  private volatile boolean isClosed;

  /**
   * A camp of its own for each attack.
   *
   * @param onHost what to put before a command that runs on the enemy's host
   */
  Camp(Field field, Eavesdropper ears, List<String> onHost) {
    this.field = field;
    this.ears = ears;
    this.onHost = List.copyOf(onHost);
  }

  /** The next of the enemy's own addresses. */
  InetAddress own() {
    return field.own().get(nextOwn++ % field.own().size());
  }

  /** The next agent. */
  InetAddress agent() {
    return field.agents().get(nextAgent++ % field.agents().size());
  }

  /** The next gateway. */
  InetAddress gateway() {
    return field.agents().get(nextGateway++ % field.gateways());
  }

  /** Connects to the port of this agent, from the next own address. */
  Stranger connect(InetAddress agent) throws IOException {
    return keep(Stranger.connect(own(), new InetSocketAddress(agent, Field.TCP_PORT)));
  }

  /** The same, and shakes hands. */
  Stranger shaken(InetAddress agent, String socketType) throws IOException {
    Stranger stranger = connect(agent);
    try {
      return stranger.shake(socketType);
    } catch (IOException e) {
      end(stranger);
      throw e;
    }
  }

  /** Keeps a connection open, and ends the oldest of those beyond the limit. */
  void hold(Stranger stranger, int limit) {
    held.add(stranger);
    while (held.size() > limit) {
      end(held.remove());
    }
  }

  /** How many are held. */
  int held() {
    return held.size();
  }

  /** Does something with each that is held; those where it fails are held no more. */
  void eachHeld(Deed deed) {
    for (Stranger stranger : new ArrayList<>(held)) {
      try {
        deed.perform(stranger);
      } catch (IOException e) {
        held.remove(stranger);
        end(stranger);
      }
    }
  }

  /** Something done with a connection. */
  interface Deed {
    void perform(Stranger stranger) throws IOException;
  }

  void end(Stranger stranger) {
    open.remove(stranger);
    stranger.close();
  }

  /** Ends with this camp. */
  <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    if (isClosed) {
      close();
    }
    return resource;
  }

  /** A program that sends in anybody's name. */
  ForgedSources forger() {
    return keep(ForgedSources.start(onHost));
  }

  /** A beacon of nobody, as one who just came would send it. */
  Beacon.Builder nobody() {
    return Beacon.of(NodeId.random(random))
        .incarnation(System.currentTimeMillis())
        .sequence(1)
        .name("nobody")
        .nextMs(Eavesdropper.FORGED_MS);
  }

  @Override
  public void close() {
    isClosed = true;
    for (AutoCloseable resource : new ArrayList<>(open)) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(resource + " does not close: " + e.getMessage(), e);
      } finally {
        open.remove(resource);
      }
    }
  }
}
