package pharos.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A play that nobody wrote, in two halves. In the first a swarm of faults comes over a few agents:
 * the seed draws which kinds of fault there are at all, then how often each comes; so one seed has
 * nothing but pauses, and another all at once. In the second a core of hosts becomes well and
 * whatever else is wrong stays so for ever: inside the core all must become whole.
 */
final class FaultSwarm {
  private static final long SECOND = 1_000_000_000;
  private static final long MS = 1_000_000;
  private static final double[] LOSSES = {0, 0, 0, 0.01, 0.05, 0.1, 0.3};

  /** Within this the core comes to rest, and it stays so. */
  private static final long WHOLE_NS = 45 * SECOND;

  private static final long STAYS_NS = 15 * SECOND;

  private static final int MAX_AGENTS = 24;

  /** One seed of so many is of a crowd, for a short time: what many do is done by no few. */
  private static final int CROWDS = 300;

  private static final int LEAST_OF_A_CROWD = 65;
  private static final int MOST_OF_A_CROWD = 300;

  /** Who is dead is missed within this, and who began is known. */
  private static final long CROWD_NS = 8 * SECOND;

  private final Lan lan;
  private final Invariants invariants;
  private final SplittableRandom random;
  private final Map<Kind, Integer> rates = new EnumMap<>(Kind.class);
  private final Set<Host> hit = new HashSet<>();

  /** Of firewalls; drawn from nothing, so that the stories of other seeds stay. */
  private final boolean areConnectionsPassed;

  private int most = MAX_AGENTS;
  private int named;
  private int offers;

  /** Nothing is mended by itself any more. */
  private boolean isForEver;

  /** What can go wrong; each seed has some of it. */
  private enum Kind {
    START,
    KILL,
    VANISH,
    LEAVE,
    RESTART,
    OFFER,
    CLOCK,
    PAUSE,
    SUSPEND,
    UNPLUG,
    FLAP,
    PARTITION,
    DEAFEN,
    MUTE,
    LOSS_OUT,
    LOSS_INTO,
    LOSS_BETWEEN,
    BROADCASTS,
    HOLD,
    FIREWALL
  }

  private FaultSwarm(long seed) {
    random = new SplittableRandom(~seed);
    areConnectionsPassed = seed % 8 == 5;
    lan = Lan.seeded(seed);
    invariants = new Invariants(lan, SECOND);
  }

  /** Plays this seed; a violation of what must hold is thrown, with the seed and its trace. */
  static void run(long seed, @Nullable Appendable trace) {
    FaultSwarm swarm = new FaultSwarm(seed);
    Swarm.play(seed, swarm.lan, trace, swarm::play);
  }

  /** The hash of the trace of this seed. */
  static long hash(long seed) {
    FaultSwarm swarm = new FaultSwarm(seed);
    swarm.play();
    return swarm.lan.trace().hash();
  }

  private void play() {
    if (random.nextInt(CROWDS) == 0) {
      playCrowd();
      return;
    }
    lan.weather(weather());
    drawKinds();
    int agents = 2 + random.nextInt(random.nextInt(4) == 0 ? 14 : 7);
    for (int i = 0; i < agents; i++) {
      lan.at(random.nextLong(3 * SECOND), this::startOne);
    }
    lan.runFor(4 * SECOND);
    int faults = random.nextInt(20);
    for (int i = 0; i < faults; i++) {
      strike(drawn());
      lan.runFor(random.nextLong(4 * SECOND));
    }
    List<Program> core = settle();
    lan.runFor(WHOLE_NS);
    invariants.checkAreWhole(core);
    lan.runFor(STAYS_NS);
    invariants.checkAreWhole(core);
  }

  /**
   * Many meet, some are hit, and soon it is over: it has to be, since the time it takes grows with
   * the square of their number, and for this few crowds are big. Nothing is mended but by chance;
   * whom nothing hit all know.
   */
  private void playCrowd() {
    lan.weather(Weather.FAIR.withLoss(LOSSES[random.nextInt(LOSSES.length - 2)]));
    drawKinds();
    rates.remove(Kind.PARTITION);
    most = MOST_OF_A_CROWD;
    int more = random.nextInt(1 + random.nextInt(MOST_OF_A_CROWD - LEAST_OF_A_CROWD + 1));
    int agents = LEAST_OF_A_CROWD + random.nextInt(more + 1);
    for (int i = 0; i < agents; i++) {
      lan.at(random.nextLong(SECOND), this::startOne);
    }
    lan.runFor(3 * SECOND);
    int faults = rates.isEmpty() ? 0 : random.nextInt(20);
    for (int i = 0; i < faults; i++) {
      strike(drawn());
      lan.runFor(random.nextLong(SECOND / 10));
    }
    lan.runFor(CROWD_NS);
    invariants.checkAreWhole(untouched());
  }

  /** Who began before the last fault and was not hit by any. */
  private List<Program> untouched() {
    return lan.programs().stream()
        .filter(it -> !hit.contains(it.host) && lan.nowNs() - it.startedNs >= CROWD_NS)
        .toList();
  }

  private Weather weather() {
    Weather fair = Weather.FAIR.withLoss(LOSSES[random.nextInt(LOSSES.length)]);
    return random.nextInt(3) > 0
        ? fair
        : fair.withMishaps(random.nextDouble(0.05), random.nextDouble(0.05), 0);
  }

  /** Of all kinds some, seldom many; and of those some come more often than others. */
  private void drawKinds() {
    double share = random.nextDouble(0.1, 0.7);
    for (Kind kind : Kind.values()) {
      if (random.nextDouble() < share) {
        rates.put(kind, 1 << random.nextInt(4));
      }
    }
    if (rates.isEmpty()) {
      rates.put(Kind.values()[random.nextInt(Kind.values().length)], 1);
    }
  }

  private Kind drawn() {
    int left = random.nextInt(rates.values().stream().mapToInt(Integer::intValue).sum());
    for (Map.Entry<Kind, Integer> rate : rates.entrySet()) {
      left -= rate.getValue();
      if (left < 0) {
        return rate.getKey();
      }
    }
    throw new AssertionError(rates);
  }

  private void startOne() {
    if (named < most) {
      lan.start("a" + ++named);
    }
  }

  private void strike(Kind kind) {
    Program any = Swarm.any(lan, random);
    if (any == null || kind == Kind.START) {
      startOne();
      return;
    }
    hit.add(any.host);
    switch (kind) {
      case KILL -> lan.kill(any);
      case VANISH -> lan.killWithNetwork(any);
      case LEAVE -> any.leave();
      case RESTART -> restart(any);
      case OFFER -> any.offer(Lan.document(any.name() + "-" + ++offers));
      case CLOCK -> lan.stepClock(any, random.nextLong(-3_600_000, 3_600_000));
      case PAUSE -> {
        any.pause();
        later(any::resume);
      }
      case SUSPEND -> {
        any.suspend();
        later(any::resume);
      }
      case UNPLUG -> {
        lan.unplug(any);
        later(() -> lan.plugIn(any));
      }
      case FLAP -> flap(any, 2 + random.nextInt(5));
      case PARTITION -> {
        lan.partition(lan.programs().stream().filter(it -> random.nextBoolean()).toList());
        later(lan::healPartition);
      }
      default -> ail(kind, any);
    }
  }

  private void ail(Kind kind, Program any) {
    double share = random.nextBoolean() ? 1 : random.nextDouble(0.1, 0.9);
    switch (kind) {
      case DEAFEN -> lan.deafen(any);
      case MUTE -> lan.mute(any);
      case LOSS_OUT -> lan.lose(Ailments.Where.OUT, any, share, false);
      case LOSS_INTO -> lan.lose(Ailments.Where.INTO, any, share, false);
      case LOSS_BETWEEN -> {
        Program other = another(any);
        hit.add(other.host);
        lan.lose(any, other, share, random.nextBoolean());
      }
      case BROADCASTS ->
          lan.lose(
              random.nextBoolean() ? Ailments.Where.OUT : Ailments.Where.INTO, any, share, true);
      case HOLD -> lan.hold(any);
      case FIREWALL -> {
        if (areConnectionsPassed) {
          lan.wallOffDatagrams(any);
        } else {
          lan.wallOff(any);
        }
      }
      default -> throw new AssertionError(kind);
    }
    later(() -> lan.heal(any));
  }

  private void restart(Program program) {
    if (random.nextBoolean()) {
      lan.kill(program);
    } else {
      program.leave();
    }
    boolean keepsId = random.nextBoolean();
    boolean keepsPorts = random.nextBoolean();
    later(101 * MS, () -> lan.restart(program, keepsId, keepsPorts));
  }

  private void flap(Program program, int times) {
    lan.unplug(program);
    later(
        () -> {
          lan.plugIn(program);
          if (times > 1 && program.isRunning()) {
            later(() -> flap(program, times - 1));
          }
        });
  }

  /** It is mended by and by, unless by then all stays as it is. */
  private void later(Runnable mending) {
    later(0, mending);
  }

  private void later(long leastNs, Runnable mending) {
    long timeNs = leastNs + random.nextLong(random.nextBoolean() ? 2 * SECOND : 20 * SECOND);
    lan.at(
        lan.nowNs() + timeNs,
        () -> {
          if (!isForEver) {
            mending.run();
          }
        });
  }

  /** A core of those that run is well from here on; what is wrong with the others stays. */
  private List<Program> settle() {
    isForEver = true;
    List<Program> running = new ArrayList<>(lan.programs());
    running.removeIf(it -> !it.isRunning() || it.isLeaving());
    Collections.shuffle(running, new Random(random.nextLong()));
    List<Program> core =
        running.subList(0, Math.min(running.size(), 2 + random.nextInt(running.size() + 1)));
    lan.trace().line(lan.nowNs(), "the core", "is " + core.stream().map(Program::name).toList());
    for (Program program : core) {
      lan.join(program);
      lan.heal(program);
      if (!program.host.isPluggedIn) {
        lan.plugIn(program);
      }
      program.resume();
    }
    return core;
  }

  /** Another one, dead or alive; the same when there is no other. */
  private Program another(Program one) {
    List<Program> others = lan.programs().stream().filter(it -> it.host != one.host).toList();
    return others.isEmpty() ? one : others.get(random.nextInt(others.size()));
  }
}
