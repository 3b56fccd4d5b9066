package pharos.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A short play with a {@link Forger} in it, all drawn from one seed: a few agents meet, then he
 * acts while one or the other starts, leaves, crashes or offers something else. What he may not
 * change is in {@link Promises}.
 */
final class Masquerade {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final int MAX_FORGERIES = 5;

  /** Who starts among strangers, or offers something else, is known after this. */
  private static final long KNOWN_NS = 3 * SECOND;

  private static final long KNOWN_WHERE_LOST_NS = 10 * SECOND;

  /** Twice the time after which a host is missed that only became silent. */
  private static final long SILENT_NS = 12 * SECOND;

  /** A look may come late, and a question over TCP takes 2.5 intervals: half of silence. */
  private static final long CUT_OFF_NS = 6 * SECOND;

  /** Silence is known so long after the forger is gone: six intervals, and one he may have sent. */
  private static final long SILENT_AFTER_NS = 7 * SECOND;

  /** An announcement that was lost makes an interval seem twice as long, if forged ones say so. */
  private static final long SILENT_AFTER_WHERE_LOST_NS = 13 * SECOND;

  /** After the forger is gone all is as it was, and stays so. */
  private static final long QUIET_NS = 5 * SECOND;

  private final SplittableRandom random;
  private final Lan lan;
  private final List<Program> agents = new ArrayList<>();
  private final Forger forger;
  private final Promises promises;
  private final boolean isLossy;
  private long endNs;
  private boolean hasVanished;
  private int changes;

  private Masquerade(long seed) {
    random = new SplittableRandom(seed * 31 + 7);
    lan = Lan.seeded(seed);
    isLossy = random.nextInt(4) == 0;
    lan.weather(isLossy ? Weather.FAIR.withLoss(0.05) : Weather.FAIR);
    Bystander bystander = new Bystander(lan);
    forger = new Forger(lan, agents, bystander, random.nextLong(), 1 + random.nextInt(3));
    promises = new Promises(lan, forger, bystander);
  }

  /** Plays this seed, with those of its forgeries that are wanted. */
  static long run(long seed, IntPredicate wanted, @Nullable Appendable trace) {
    Masquerade masquerade = new Masquerade(seed);
    if (trace != null) {
      masquerade.lan.trace().echo(trace);
    }
    try {
      masquerade.play(wanted);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + ": " + e + "\n" + masquerade.lan.trace().latest(40), e);
    }
    return masquerade.lan.trace().hash();
  }

  private void play(IntPredicate wanted) {
    int number = 2 + random.nextInt(random.nextInt(4) == 0 ? 7 : 3);
    for (int i = 0; i < number; i++) {
      lan.runFor(random.nextLong(100 * MS));
      start();
    }
    lan.runFor(random.nextInt(5) == 0 ? 300 * MS : 3 * SECOND);
    long timeNs = (6 + random.nextInt(10)) * SECOND;
    promises.begin();
    SplittableRandom forgeries = random.split();
    int count = 1 + random.nextInt(MAX_FORGERIES);
    for (int i = 0; i < count; i++) {
      Forgery forgery = new Forgery(i, forgeries.split(), number, forger.addresses(), timeNs);
      if (wanted.test(i)) {
        forger.begin(forgery);
      }
    }
    endNs = lan.nowNs() + timeNs;
    int happenings = random.nextInt(3);
    for (int i = 0; i < happenings; i++) {
      lan.runFor(SECOND + random.nextLong(timeNs / 4));
      happen();
    }
    lan.runFor(Math.max(KNOWN_NS, endNs - lan.nowNs()));
    forger.goAway();
    lan.runFor(hasVanished ? silentAfterNs() + SECOND : QUIET_NS);
    if (promises.isAnyTaken()) {
      lan.runFor(SILENT_AFTER_NS + QUIET_NS);
    }
  }

  private void start() {
    String name = "a" + (agents.size() + 1);
    lan.fixedIds(random.nextInt(4) == 0);
    Program program = lan.start(name);
    agents.add(program);
    promises.excuse(program, knownNs());
  }

  private long silentAfterNs() {
    return isLossy ? SILENT_AFTER_WHERE_LOST_NS : SILENT_AFTER_NS;
  }

  private long knownNs() {
    return isLossy ? KNOWN_WHERE_LOST_NS : KNOWN_NS;
  }

  private void happen() {
    changes++;
    int which = random.nextInt(agents.size());
    Program any = agents.get(which);
    if (!any.isRunning() || any.isPaused() || any.isLeaving() || !lan.isReachable(any)) {
      return;
    }
    switch (random.nextInt(8)) {
      case 0 -> start();
      case 1 -> kill(any);
      case 2 -> killWithNetwork(any);
      case 3 -> {
        promises.isToEnd(any, isLossy ? 6 * SECOND : SECOND);
        any.leave();
      }
      case 4 -> {
        vanishes(any);
        lan.unplug(any);
      }
      case 5 -> {
        kill(any);
        Program again = lan.restart(any, random.nextBoolean(), random.nextBoolean());
        agents.set(which, again);
        promises.excuse(again, knownNs());
      }
      case 6 -> {
        any.offer(Lan.document(any.name() + "-" + changes));
        promises.excuse(any, knownNs());
      }
      case 7 -> {
        any.pause();
        promises.excuse(any, 6 * SECOND + knownNs());
        lan.in(random.nextLong(3 * SECOND), any::resume);
      }
      default -> throw new AssertionError();
    }
  }

  /** While its beacons are forged, nobody can tell it from one that only hears nothing. */
  private void vanishes(Program program) {
    long forgedNs = Math.max(0, endNs - lan.nowNs()) + silentAfterNs();
    promises.isToEnd(program, Math.max(SILENT_NS, forgedNs));
    hasVanished = true;
  }

  /**
   * Who watched it tells the others, by one datagram. Where that was lost, or where only ghosts
   * watched, its beacons have to be missed, and may be forged until he goes.
   */
  private void kill(Program program) {
    long forgedNs = isTold(program) ? 0 : Math.max(0, endNs - lan.nowNs());
    promises.isToEnd(program, forgedNs + (isLossy ? 6 * SECOND : 3 * SECOND));
    lan.kill(program);
  }

  private boolean isTold(Program program) {
    return program.isWatched() && !isLossy;
  }

  /**
   * Its connections end and nothing refuses: who is told asks it over TCP, and waits. Where nobody
   * is told, or nobody else answers who shows that it is not the network, its silence is all.
   */
  private void killWithNetwork(Program program) {
    long others = agents.stream().filter(it -> it != program && promises.isWell(it)).count();
    if (isTold(program) && others > 1) {
      promises.isToEnd(program, CUT_OFF_NS);
    } else {
      vanishes(program);
    }
    lan.killWithNetwork(program);
  }

  /** Which of the forgeries of a seed that fails is enough alone, the first such; empty if none. */
  static String enough(long seed, String kind) {
    for (int i = 0; i < MAX_FORGERIES; i++) {
      if (kind.equals(broken(seed, i))) {
        return Integer.toString(i);
      }
    }
    return "";
  }

  private static String broken(long seed, int alone) {
    try {
      run(seed, number -> number == alone, null);
      return "";
    } catch (Promises.Broken e) {
      return e.kind;
    } catch (AssertionError e) {
      return "thrown";
    }
  }
}
