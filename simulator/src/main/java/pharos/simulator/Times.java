package pharos.simulator;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;

/**
 * How soon everybody knows of what happens, at defaults on a quiet LAN, beside what is promised.
 * Each row is tried many times in one network that is whole again in between, at a random moment
 * each.
 */
final class Times {
  private static final long SECOND = TimeText.SECOND;

  /** Longer than any of it takes, retries of TCP where datagrams are lost included. */
  private static final long PATIENCE_NS = 60 * SECOND;

  private static final int MANY = 100;
  private static final int FEW = 3;
  private static final int BIG = 64;

  private final Lan lan;
  private final Cast cast;
  private final News news;
  private final int trials;
  private final List<Long> allNs = new ArrayList<>();
  private final List<Long> eachNs = new ArrayList<>();
  private int named;
  private long deedNs;

  /**
   * What is promised for the time until all know: the median, and the longest; 0 for no promise.
   */
  private record Target(long medianNs, long longestNs) {
    static final Target NONE = new Target(0, 0);

    boolean isNone() {
      return medianNs == 0 && longestNs == 0;
    }

    boolean isMet(long[] times) {
      return (medianNs == 0 || median(times) <= medianNs)
          && (longestNs == 0 || p99(times) <= longestNs);
    }

    @Override
    public String toString() {
      return (medianNs == 0 ? "" : TimeText.of(medianNs))
          + (longestNs == 0 ? "" : " / " + TimeText.of(longestNs));
    }
  }

  /** What is done once: it sets {@link #deedNs} and waits, and mends what it broke. */
  private interface Trial {
    void perform(Times times, Program program);
  }

  /** One row of the table. */
  private record Experiment(String what, Target target, Trial trial) {}

  private static final List<Experiment> EXPERIMENTS =
      List.of(
          new Experiment(
              "start: newcomer and all", new Target(25 * TimeText.MS, 0), Times::newcomer),
          new Experiment("crash", new Target(50 * TimeText.MS, 3 * SECOND / 2), Times::crash),
          new Experiment("leave", new Target(10 * TimeText.MS, 0), Times::leave),
          new Experiment(
              "leave, 30 % loss", new Target(0, 150 * TimeText.MS), Times::leaveInBadWeather),
          new Experiment("killed container", new Target(0, 5 * SECOND / 2), Times::killedContainer),
          new Experiment("silence", new Target(0, 6 * SECOND), Times::silence),
          new Experiment("restart, same id", Target.NONE, Times::restartSameId),
          new Experiment("restart, new id, same ports", Target.NONE, Times::restartNewId),
          new Experiment("stall of 10 s, known again", Target.NONE, Times::stall),
          new Experiment("partition in halves", new Target(0, 6 * SECOND), Times::partition),
          new Experiment("heal", Target.NONE, Times::heal),
          new Experiment("crash, 30 % loss", Target.NONE, Times::crashInBadWeather));

  private Times(long seed, int agents) {
    lan = Lan.seeded(seed);
    new Invariants(lan, SECOND);
    cast = new Cast(lan);
    news = new News(lan, cast, SECOND);
    trials = agents <= BIG ? MANY : FEW;
    for (int i = 0; i < agents; i++) {
      startOne();
      lan.runFor(lan.random().nextLong(2 * SECOND / agents));
    }
    settle();
  }

  /** Prints the table for segments of so many agents; whether nothing broke on the way. */
  static boolean print(long seed, int[] agents, PrintStream out) {
    out.println("seed " + seed + "; times until it is known, simulated, at defaults, no loss");
    List<String> broken = new ArrayList<>();
    for (int number : agents) {
      TextTable table =
          new TextTable(
              "", "agents", "trials", "each: median", "p99", "all: median", "p99", "reach", "");
      Times times = new Times(seed, number);
      for (Experiment experiment : EXPERIMENTS) {
        try {
          times.measure(experiment, number, table);
        } catch (Invariants.Violation e) {
          String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
          broken.add(experiment.what() + ", " + number + " agents: " + what);
          times = new Times(seed, number);
        }
      }
      out.println(table);
    }
    out.println("each: until one of the others knows; all: until the last does; reach: of the");
    out.println("latter, median / p99. Of few trials, p99 is the longest.");
    broken.forEach(what -> out.println("FAILED: " + what));
    return broken.isEmpty();
  }

  private void measure(Experiment experiment, int agents, TextTable table) {
    allNs.clear();
    eachNs.clear();
    for (int i = 0; i < trials; i++) {
      List<Program> running = cast.running();
      experiment.trial().perform(this, running.get(lan.random().nextInt(running.size())));
      settle();
    }
    long[] each = sorted(eachNs);
    long[] all = sorted(allNs);
    Target target = experiment.target();
    table.row(
        experiment.what(),
        Integer.toString(agents),
        Integer.toString(trials),
        TimeText.of(median(each)),
        TimeText.of(p99(each)),
        TimeText.of(median(all)),
        TimeText.of(p99(all)),
        target.toString(),
        target.isNone() ? "" : target.isMet(all) ? "met" : "MISSED");
  }

  private static long[] sorted(List<Long> times) {
    return times.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static long median(long[] sorted) {
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  private static long p99(long[] sorted) {
    return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)];
  }

  private Program startOne() {
    String name = "a" + ++named;
    return cast.start(name, Lan.document(name));
  }

  private void settle() {
    await(cast::doAllKnowAll);
    lan.runFor(3 * SECOND + lan.random().nextLong(SECOND));
    await(cast::doAllKnowAll);
  }

  private void await(BooleanSupplier holds) {
    if (!news.await(PATIENCE_NS, holds)) {
      throw new Invariants.Violation(
          lan, "not known within " + TimeText.of(PATIENCE_NS) + ": " + cast.whatIsWrong());
    }
  }

  private void deed() {
    deedNs = lan.nowNs();
  }

  /** Waits until this is so, and takes the times; those of one program do not count. */
  private void known(BooleanSupplier holds, @Nullable Program except) {
    await(holds);
    long lastNs = 0;
    for (Map.Entry<Program, Long> latest : news.latestNs().entrySet()) {
      Program observer = latest.getKey();
      if (observer != except && observer.isRunning() && latest.getValue() >= deedNs) {
        long timeNs = latest.getValue() - deedNs;
        eachNs.add(timeNs);
        lastNs = Math.max(lastNs, timeNs);
      }
    }
    allNs.add(lastNs);
  }

  private void newcomer(Program unused) {
    deed();
    Program newcomer = startOne();
    known(cast::doAllKnowAll, null);
    settle();
    newcomer.leave();
  }

  private void crash(Program program) {
    deed();
    lan.kill(program);
    known(() -> isGone(program), program);
    lan.weather(Weather.FAIR);
    settle();
    startOne();
  }

  private void crashInBadWeather(Program program) {
    lan.weather(Weather.FAIR.withLoss(0.3));
    crash(program);
  }

  private void leave(Program program) {
    deed();
    program.leave();
    known(() -> isGone(program), program);
    lan.weather(Weather.FAIR);
    settle();
    startOne();
  }

  private void leaveInBadWeather(Program program) {
    lan.weather(Weather.FAIR.withLoss(0.3));
    leave(program);
  }

  private void killedContainer(Program program) {
    deed();
    lan.killWithNetwork(program);
    program.host.isPluggedIn = false;
    known(() -> isGone(program), program);
    settle();
    startOne();
  }

  private void silence(Program program) {
    deed();
    lan.unplug(program);
    known(() -> isGone(program), program);
    await(() -> program.listed().isEmpty());
    lan.plugIn(program);
    news.onReconnected(program);
  }

  private void restartSameId(Program program) {
    restart(program, true);
  }

  private void restartNewId(Program program) {
    restart(program, false);
  }

  private void restart(Program program, boolean keepsId) {
    deed();
    lan.kill(program);
    cast.restart(program, keepsId, true);
    known(cast::doAllKnowAll, null);
  }

  private void stall(Program program) {
    program.pause();
    news.onPause(program);
    lan.runFor(10 * SECOND);
    deed();
    news.onResume(program);
    program.resume();
    known(cast::doAllKnowAll, null);
    if (news.falseOnes() > 0) {
      throw new Invariants.Violation(lan, "falsely gone: " + news.firstFalse());
    }
  }

  private void partition(Program unused) {
    deed();
    lan.partition(half());
    known(cast::doAllKnowAll, null);
    mend();
  }

  private void heal(Program unused) {
    lan.partition(half());
    await(cast::doAllKnowAll);
    lan.runFor(10 * SECOND);
    deed();
    mend();
    known(cast::doAllKnowAll, null);
  }

  private void mend() {
    lan.heal();
    cast.running().forEach(news::onReconnected);
  }

  private List<Program> half() {
    return cast.any(cast.running().size() / 2);
  }

  /** Whether nobody else lists it. */
  private boolean isGone(Program subject) {
    for (Program observer : cast.running()) {
      Change listed = observer.listed().get(subject.core().id());
      if (observer != subject && listed != null && subject.isOf(listed)) {
        return false;
      }
    }
    return true;
  }
}
