package pharos.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A play that nobody wrote: a few agents, some weather, and whatever can happen to them, drawn from
 * one seed. At the end all is mended, and after a while everybody must know everybody.
 */
final class Swarm {
  private static final long SECOND = 1_000_000_000;
  private static final long MS = 1_000_000;
  private static final double[] LOSSES = {0, 0, 0, 0.01, 0.05, 0.1, 0.3};

  /** Where little is lost, who starts is known within this. */
  private static final long KNOWN_NS = 10 * SECOND;

  /** Where nothing is lost and all are well, a crash that the kernel tells is known. */
  private static final long MISSED_NS = 2 * SECOND;

  /** The same where nothing is late or garbled either: its ports refuse, and that is believed. */
  private static final long REFUSED_NS = 150 * MS;

  /** Within this the network comes to rest: a rescan, the last time-outs, and a few intervals. */
  private static final long QUIET_NS = 45 * SECOND;

  private final Lan lan;
  private final Invariants invariants;
  private final SplittableRandom random;
  private boolean isAlike;
  private int named;
  private int changes;

  private Swarm(long seed) {
    random = new SplittableRandom(~seed);
    lan = Lan.seeded(seed);
    invariants = new Invariants(lan, SECOND);
  }

  /** Plays this seed; a violation of what must hold is thrown, with the seed and its trace. */
  static void run(long seed, @Nullable Appendable trace) {
    Swarm swarm = new Swarm(seed);
    play(seed, swarm.lan, trace, swarm::play);
  }

  /** The same for any play of one segment that a seed draws. */
  static void play(long seed, Lan lan, @Nullable Appendable trace, Runnable play) {
    if (trace != null) {
      lan.trace().echo(trace);
    }
    try {
      play.run();
      lan.trace().line(lan.nowNs(), "the run", "is over");
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  /** The hash of the trace of this seed. */
  static long hash(long seed) {
    Swarm swarm = new Swarm(seed);
    swarm.play();
    return swarm.lan.trace().hash();
  }

  private void play() {
    lan.weather(weather());
    isAlike = random.nextInt(4) == 0;
    int agents = 2 + random.nextInt(random.nextInt(4) == 0 ? 24 : 8);
    for (int i = 0; i < agents; i++) {
      lan.at(random.nextLong(3 * SECOND), this::startOne);
    }
    lan.runFor(4 * SECOND);
    int happenings = random.nextInt(12);
    for (int i = 0; i < happenings; i++) {
      happen();
      lan.runFor(random.nextLong(6 * SECOND));
    }
    mend();
    lan.runFor(QUIET_NS);
    invariants.checkAllKnowAll();
    checkTraffic();
  }

  private Weather weather() {
    double loss = LOSSES[random.nextInt(LOSSES.length)];
    Weather fair = Weather.FAIR.withLoss(loss);
    return random.nextBoolean()
        ? fair
        : fair.withMishaps(
                random.nextDouble(0.05), random.nextDouble(0.05), random.nextDouble(0.01))
            .withLateNs(random.nextInt(4) == 0 ? 4 * SECOND : 5 * MS);
  }

  private void startOne() {
    changes++;
    String name = "a" + ++named;
    begins(isAlike ? lan.start(name, Lan.document("replica")) : lan.start(name));
  }

  private void begins(Program program) {
    if (lan.weather().loss() <= 0.05) {
      lan.at(
          lan.nowNs() + KNOWN_NS,
          () -> {
            if (program.isRunning() && !program.isLeaving()) {
              invariants.checkIsSettled(program, KNOWN_NS);
            }
          });
    }
  }

  /**
   * Its kernel tells those who watch it, and they tell the others: at once where all is well, but
   * they may be on the other side of a partition until they are given up there.
   */
  private void kill(Program program) {
    boolean isKnownSoon = lan.weather().loss() == 0 && invariants.areAllWell();
    boolean isRefused =
        isKnownSoon && lan.weather().isFair() && lan.nowNs() - program.startedNs >= MISSED_NS;
    lan.kill(program);
    if (isRefused) {
      lan.at(lan.nowNs() + REFUSED_NS, () -> invariants.checkIsSettled(program, MISSED_NS));
    }
    if (isKnownSoon) {
      lan.at(lan.nowNs() + MISSED_NS, () -> invariants.checkIsSettled(program, MISSED_NS));
    }
  }

  private void happen() {
    changes++;
    Program any = any(lan, random);
    if (any == null) {
      startOne();
      return;
    }
    switch (random.nextInt(16)) {
      case 0 -> startOne();
      case 1 -> kill(any);
      case 2 -> lan.killWithNetwork(any);
      case 3 -> any.leave();
      case 4, 5 -> restart(any);
      case 6, 7 -> pause(any);
      case 8 -> unplug(any);
      case 9 -> partition();
      case 10 -> {
        lan.deafen(any);
        lan.at(lan.nowNs() + random.nextLong(20 * SECOND), lan::heal);
      }
      case 11 -> lan.stepClock(any, random.nextLong(-3_600_000, 3_600_000));
      case 12 -> any.offer(Lan.document(any.name() + "-" + changes));
      case 13 -> killAndStartAnew(any);
      case 14 -> wallOff(any);
      case 15 -> suspend(any);
      default -> throw new AssertionError();
    }
  }

  private void restart(Program program) {
    if (random.nextBoolean()) {
      lan.kill(program);
    } else {
      program.leave();
    }
    boolean keepsId = random.nextBoolean();
    boolean keepsPorts = random.nextBoolean();
    if (keepsId && random.nextInt(3) == 0) {
      lan.stepClock(
          program, -random.nextLong(3_600_000)); // its next run seems to be an earlier one
    }
    long downNs = 101 * MS + random.nextLong(random.nextBoolean() ? SECOND : 10 * SECOND);
    lan.at(lan.nowNs() + downNs, () -> begins(lan.restart(program, keepsId, keepsPorts)));
  }

  /** Another program takes the port at once. */
  private void killAndStartAnew(Program program) {
    lan.kill(program);
    begins(lan.restart(program, false, true));
  }

  private void pause(Program program) {
    program.pause();
    long pausedNs = random.nextLong(random.nextBoolean() ? SECOND : 30 * SECOND);
    lan.at(lan.nowNs() + pausedNs, program::resume);
  }

  private void suspend(Program program) {
    program.suspend();
    long asleepNs = random.nextLong(random.nextBoolean() ? 10 * SECOND : 60 * SECOND);
    lan.at(lan.nowNs() + asleepNs, program::resume);
  }

  /** A firewall goes up, perhaps between two runs, so that nobody ever reached the second. */
  private void wallOff(Program program) {
    if (random.nextBoolean()) {
      lan.wallOff(program);
    } else {
      program.leave();
      lan.at(
          lan.nowNs() + SECOND,
          () -> {
            lan.wallOff(program);
            begins(lan.restart(program, random.nextBoolean(), true));
          });
    }
    lan.at(lan.nowNs() + random.nextLong(30 * SECOND), lan::heal);
  }

  private void unplug(Program program) {
    lan.unplug(program);
    lan.at(lan.nowNs() + random.nextLong(20 * SECOND), () -> lan.plugIn(program));
  }

  private void partition() {
    List<Program> side = new ArrayList<>();
    for (Program program : lan.programs()) {
      if (random.nextBoolean()) {
        side.add(program);
      }
    }
    lan.partition(side);
    lan.at(lan.nowNs() + random.nextLong(20 * SECOND), lan::heal);
  }

  /** Whatever is still planned to be mended later does no harm by then. */
  private void mend() {
    lan.heal();
    for (Program program : List.copyOf(lan.programs())) {
      program.resume();
    }
    lan.runFor(31 * SECOND);
    lan.heal();
  }

  /** One to whom something may happen. */
  static @Nullable Program any(Lan lan, SplittableRandom random) {
    List<Program> running = lan.programs().stream().filter(Program::canBeHit).toList();
    return running.isEmpty() ? null : running.get(random.nextInt(running.size()));
  }

  /** What a run may send: announcements, probes for what is lost, and so much for each change. */
  private void checkTraffic() {
    long agents = lan.programs().size();
    double agentSeconds = agents * (lan.nowNs() / 1e9);
    double probes = lan.weather().loss() > 0 ? 4 * agentSeconds : 0;
    double allowed = 1.3 * agentSeconds + probes + 40.0 * agents * (changes + agents);
    if (lan.traffic().datagrams() > allowed) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "a storm: %d datagrams where %.0f are allowed, %d changes among %d agents%n%s",
              lan.traffic().datagrams(),
              allowed,
              changes,
              agents,
              lan.trace().latest(40)));
    }
  }
}
