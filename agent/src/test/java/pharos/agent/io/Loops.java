package pharos.agent.io;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import pharos.agent.core.Change;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Settings;
import pharos.agent.core.gateway.GatewaySettings;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.NodeId;
import pharos.testkit.FreePorts;

/** Loops on the loopback, by themselves on a beacon port of their own; all end with it. */
final class Loops {
  final int beaconPort = freePort();
  private final List<Running> started = new ArrayList<>();

  /** A loop, and what it told. */
  static final class Running implements LoopListener {
    final LoopSettings settings;
    final AgentLoop loop;
    volatile List<PeerInfo> peers = List.of();
    volatile boolean hasEnded;
    volatile boolean runsOutOfMemory;
    volatile Optional<Throwable> failure = Optional.empty();
    final AtomicInteger failingEnds = new AtomicInteger();
    private final List<Change> changes = new ArrayList<>();

    Running(LoopSettings settings, Plugin<?, ?, ?>... plugins) throws IOException {
      this.settings = settings;
      Offer offer = new Offer(settings.name() + ".Work", 7001, "tcp", Map.of());
      loop =
          new AgentLoop(
              settings, WireCodec.write(List.of(offer)), Optional.empty(), this, List.of(plugins));
      loop.start();
    }

    @Override
    public synchronized void onTurn(
        List<PeerInfo> peers,
        List<PeerInfo> withheld,
        List<PeerInfo> heardOnly,
        List<Change> changes) {
      if (runsOutOfMemory) {
        throw new OutOfMemoryError("planted by a test");
      }
      this.peers = peers;
      this.changes.addAll(changes);
    }

    @Override
    public void onRenamed(NodeId id) {}

    @Override
    public void onEnded(Optional<Throwable> failure) {
      if (failingEnds.getAndDecrement() > 0) {
        throw new OutOfMemoryError("planted by a test");
      }
      this.failure = failure;
      hasEnded = true;
    }

    synchronized List<Change> changes() {
      return List.copyOf(changes);
    }

    List<String> names() {
      return peers.stream().map(PeerInfo::name).sorted().collect(Collectors.toList());
    }

    long count(String what) {
      return counts().getOrDefault(what, 0L);
    }

    Map<String, Long> counts() {
      return loop.counts().stream()
          .collect(Collectors.toMap(it -> it.counter().name(), Tally.Count::value));
    }
  }

  Running start(String name, Plugin<?, ?, ?>... plugins) throws IOException {
    return start(name, settings -> settings, plugins);
  }

  Running start(String name, UnaryOperator<LoopSettings> change, Plugin<?, ?, ?>... plugins)
      throws IOException {
    Running running = new Running(change.apply(settings(name, beaconPort)), plugins);
    started.add(running);
    return running;
  }

  static LoopSettings settings(String name, int beaconPort) {
    return new LoopSettings(
        NodeId.random(new SecureRandom()),
        false,
        name,
        "Test",
        0,
        List.of(),
        List.of(),
        InterfaceFilter.loopback(),
        true,
        beaconPort,
        0,
        0,
        List.of(),
        List.of(),
        true,
        new GatewaySettings(false, pharos.kademlia.Settings.defaults()),
        Settings.defaults(),
        World.real());
  }

  static LoopSettings onPort(LoopSettings it, int port) {
    return new LoopSettings(
        it.id(),
        it.isIdFixed(),
        it.name(),
        it.service(),
        it.cluster(),
        it.keys(),
        it.advertised(),
        it.filter(),
        it.isLoopback(),
        it.beaconPort(),
        port,
        port,
        it.fixed(),
        it.seeds(),
        it.hasPresence(),
        it.gateway(),
        it.core(),
        it.world());
  }

  static int freePort() {
    return FreePorts.next();
  }

  void close() throws InterruptedException {
    started.forEach(running -> running.loop.stop(""));
    for (Running running : started) {
      if (!running.loop.awaitEnd(5_000)) {
        throw new AssertionError(running.settings.name() + " does not end");
      }
    }
  }
}
