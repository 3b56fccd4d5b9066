package pharos.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.gateway.GatewaySettings;
import pharos.kademlia.Settings;

/**
 * A play that nobody wrote on two to four segments with gateways: who is there, what the network
 * loses, and what happens are drawn from one seed. Once to three times all is mended, and after a
 * while {@link GatewayPromises} must hold.
 */
final class GatewaySwarm {
  private static final long SECOND = 1_000_000_000;
  private static final long MS = 1_000_000;
  private static final long MINUTE = 60 * SECOND;
  private static final double[] LOSSES = {0, 0, 0, 0.01, 0.03};
  private static final double[] ROUTER_LOSSES = {0, 0, 0.01, 0.05};

  /** No outage is longer. */
  private static final long LONGEST_NS = 25 * SECOND;

  private final Network network;
  private final SplittableRandom random;
  private final Timing timing;
  private final GatewayPromises promises;
  private final boolean isWritten;
  private final List<Program> gates = new ArrayList<>();
  private int named;
  private int offers;

  /**
   * How often nodes look after what they keep, and what follows from that.
   *
   * @param settings of each node
   * @param expiryNs when what nobody announces any more has expired
   * @param quietNs after which all is as it must be, when nothing happens
   */
  record Timing(Settings settings, long expiryNs, long quietNs) {}

  private GatewaySwarm(long seed) {
    random = new SplittableRandom(~seed);
    network = Network.seeded(seed);
    timing = timing();
    isWritten = random.nextInt(4) == 0;
    promises = new GatewayPromises(network, random.split(), timing);
  }

  /** Plays this seed; a violation of what must hold is thrown, with the seed and its trace. */
  static void run(long seed, @Nullable Appendable trace) {
    GatewaySwarm swarm = new GatewaySwarm(seed);
    if (trace != null) {
      swarm.network.trace().echo(trace);
    }
    try {
      swarm.play();
    } catch (Invariants.Violation e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    } catch (RuntimeException | AssertionError e) {
      // The machine itself threw: where it was then is as good to know as for a broken promise.
      String where = new Invariants.Violation(swarm.network, e.toString()).getMessage();
      throw new AssertionError("seed " + seed + ": " + where, e);
    }
  }

  /** The hash of the trace of this seed. */
  static long hash(long seed) {
    GatewaySwarm swarm = new GatewaySwarm(seed);
    swarm.play();
    return swarm.network.trace().hash();
  }

  /** As it comes, or ten times as busy; with few holders of each contact only then. */
  private Timing timing() {
    if (random.nextInt(10) == 0) {
      return new Timing(Settings.defaults(), 33 * MINUTE, 7 * MINUTE);
    }
    int k = random.nextBoolean() ? 20 : 3 + random.nextInt(3);
    Settings busy =
        Settings.defaults()
            .with(k, 5)
            .withTimes(
                new Settings.Times(
                    SECOND / 10,
                    1.5,
                    2 * SECOND,
                    10 * SECOND,
                    40 * SECOND,
                    45 * SECOND,
                    30 * SECOND));
    return new Timing(busy, 130 * SECOND, MINUTE);
  }

  private void play() {
    prepare();
    int rounds = 1 + random.nextInt(2);
    for (int round = 0; round < rounds; round++) {
      long beganNs = network.nowNs();
      int happenings = random.nextInt(10);
      for (int i = 0; i < happenings; i++) {
        happen();
        network.runFor(random.nextLong(random.nextInt(4) == 0 ? 30 * SECOND : 6 * SECOND));
      }
      mend();
      // A connection that was held up goes on after as long again.
      long heldUpNs = Math.min(network.nowNs() - beganNs, 2 * MINUTE);
      network.runFor(Math.max(timing.quietNs(), heldUpNs + 10 * SECOND));
      promises.checkAll();
      promises.checkDesk();
    }
    if (random.nextInt(3) == 0) {
      network.runFor(GatewayPromises.LEASE_NS + timing.expiryNs() + 2 * MINUTE);
      promises.checkAll();
      promises.checkAllDesks();
    }
  }

  private void prepare() {
    int segments = 2 + random.nextInt(3);
    double routerLoss = ROUTER_LOSSES[random.nextInt(ROUTER_LOSSES.length)];
    long latencyNs = MS + random.nextLong(30 * MS);
    network.weather(new Weather(latencyNs, latencyNs / 4, routerLoss, 0, 0, 0, 0));
    for (int i = 0; i < segments; i++) {
      Lan lan = network.segment();
      lan.weather(Weather.FAIR.withLoss(LOSSES[random.nextInt(LOSSES.length)]));
      promises.watch(lan);
    }
    for (Lan lan : network.segments()) {
      gates.add(start(lan, true));
      int others = random.nextInt(4);
      for (int i = 0; i < others; i++) {
        boolean isNode = random.nextInt(3) == 0;
        network.at(random.nextLong(3 * SECOND), () -> start(lan, isNode));
      }
    }
    network.runFor(5 * SECOND);
  }

  /** Who is a node knows the first hosts of all segments, which are nodes. */
  private Program start(Lan lan, boolean isNode) {
    List<String> seeds = new ArrayList<>();
    for (int i = 1; isNode && i <= network.segments().size(); i++) {
      seeds.add("tcp://10." + i + ".0.1:7000");
    }
    String name = (isNode ? "g" : "a") + lan.number() + "-" + ++named;
    GatewaySettings settings = new GatewaySettings(isNode, timing.settings());
    Program program =
        lan.start(name, Lan.document(name), new GatewayPlug(settings, seeds, isWritten));
    if (random.nextInt(3) == 0) {
      // Before it knows anybody.
      promises.findSomething(program);
    }
    return program;
  }

  private void happen() {
    Lan lan = network.segments().get(random.nextInt(network.segments().size()));
    Program any = Swarm.any(lan, random);
    if (any == null) {
      start(lan, random.nextBoolean());
      return;
    }
    switch (random.nextInt(20)) {
      case 0 -> start(lan, random.nextInt(3) == 0);
      case 1 -> lan.kill(any);
      case 2 -> killGateway(lan);
      case 3 -> lan.killWithNetwork(any);
      case 4 -> vanish(lan, any);
      case 5 -> any.leave();
      case 6, 7 -> restart(lan, any);
      case 8 -> pause(any);
      case 9 -> unplug(lan, any);
      case 10, 11 -> cut(lan);
      case 12 -> partition(lan);
      case 13 -> any.offer(Lan.document(any.name() + "-" + ++offers));
      case 14 -> lan.stepClock(any, random.nextLong(-300_000, 300_000));
      case 15, 16 -> promises.register(any);
      case 17 -> promises.unregister(any);
      default -> promises.findSomething(any);
    }
    for (int calls = random.nextInt(3); calls > 0; calls--) {
      Program caller =
          Swarm.any(network.segments().get(random.nextInt(network.segments().size())), random);
      if (caller != null) {
        promises.findSomething(caller);
      }
    }
  }

  private void killGateway(Lan lan) {
    List<Program> nodes =
        lan.programs().stream().filter(it -> it.canBeHit() && it.identity.overlay()).toList();
    if (!nodes.isEmpty()) {
      lan.kill(nodes.get(random.nextInt(nodes.size())));
    }
  }

  /** Its machine loses its power: nobody says so, and nothing refuses. */
  private void vanish(Lan lan, Program program) {
    lan.unplug(program);
    lan.kill(program);
  }

  private void restart(Lan lan, Program program) {
    if (random.nextBoolean()) {
      lan.kill(program);
    } else {
      program.leave();
    }
    boolean keepsId = random.nextBoolean();
    long downNs = 101 * MS + random.nextLong(random.nextBoolean() ? SECOND : 20 * SECOND);
    network.at(network.nowNs() + downNs, () -> lan.restart(program, keepsId, true));
  }

  private void pause(Program program) {
    program.pause();
    network.at(network.nowNs() + outageNs(), program::resume);
  }

  private void unplug(Lan lan, Program program) {
    lan.unplug(program);
    network.at(network.nowNs() + outageNs(), () -> lan.plugIn(program));
  }

  private void cut(Lan lan) {
    for (Lan other : network.segments()) {
      if (other != lan && random.nextBoolean()) {
        network.cut(lan, other);
        network.at(network.nowNs() + outageNs(), () -> network.mend(lan, other));
      }
    }
  }

  private void partition(Lan lan) {
    List<Program> side = lan.programs().stream().filter(it -> random.nextBoolean()).toList();
    lan.partition(side);
    network.at(network.nowNs() + outageNs(), lan::heal);
  }

  private long outageNs() {
    return random.nextLong(random.nextBoolean() ? 5 * SECOND : LONGEST_NS);
  }

  /** Whatever is still planned to be mended later does no harm by then. */
  private void mend() {
    network.runFor(LONGEST_NS);
    network.heal();
    network.programs().forEach(Program::resume);
    for (int i = 0; i < gates.size(); i++) {
      gates.set(i, there(gates.get(i)));
    }
  }

  /** By the first host of each segment nodes find each other: there has to be one. */
  private Program there(Program gate) {
    for (Program run : gate.host.runs) {
      if (run.isRunning()) {
        return run;
      }
    }
    gate.host.isPluggedIn = true;
    return gate.host.lan.restart(gate, random.nextBoolean(), true);
  }
}
