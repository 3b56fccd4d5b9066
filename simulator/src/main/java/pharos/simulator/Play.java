package pharos.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Count;
import pharos.agent.core.Document;
import pharos.agent.core.Hearing;
import pharos.agent.core.Reason;
import pharos.agent.core.Settings;
import pharos.simulator.Scenario.Line;
import pharos.simulator.Scenario.Step;

/** One run of a scenario: what its lines do, and what came of it. All follows from the seed. */
final class Play {
  private final Scenario scenario;
  private final long seed;
  private final Consumer<String> report;
  private final Lan lan;
  private final Cast cast;
  private final News news;
  private final Gauge gauge;
  private Settings settings = Settings.defaults();
  private long deedNs;
  private int calmings;
  private @Nullable Line line;

  /** A scenario did not hold; the message tells seed and line, and the end of the trace. */
  static final class Failed extends AssertionError {
    private static final long serialVersionUID = 1;

    Failed(Play play, Throwable cause) {
      super(
          "%s:%d: \"%s\" with seed %d: %s"
              .formatted(
                  play.scenario.name(), play.number(), play.text(), play.seed, cause.getMessage()),
          cause);
    }
  }

  private Play(Scenario scenario, long seed, Consumer<String> report, @Nullable Appendable trace) {
    this.scenario = scenario;
    this.seed = seed;
    this.report = report;
    lan = Lan.seeded(seed);
    if (trace != null) {
      lan.trace().echo(trace);
    }
    new Invariants(lan, scenario.longestIntervalNs());
    cast = new Cast(lan);
    news = new News(lan, cast, scenario.longestIntervalNs());
    gauge = new Gauge(lan);
  }

  /** Plays all lines; returns a number that is equal for equal runs. */
  static long run(
      Scenario scenario, long seed, Consumer<String> report, @Nullable Appendable trace) {
    Play play = new Play(scenario, seed, report, trace);
    for (Line line : scenario.lines()) {
      play.line = line;
      play.perform(line.step());
    }
    play.line = null;
    play.lan.trace().line(play.lan.nowNs(), "the run", "is over");
    play.say("all held for " + TimeText.of(play.lan.nowNs()) + " of simulated time");
    return play.lan.trace().hash();
  }

  private void perform(Step step) {
    try {
      step.perform(this);
    } catch (ScenarioException e) {
      throw e;
    } catch (Invariants.Violation e) {
      throw new Failed(this, e);
    } catch (RuntimeException | AssertionError e) {
      // The core itself threw: where it was then is as good to know as for a broken promise.
      throw new Failed(this, new Invariants.Violation(lan, e.toString()).initCause(e));
    }
  }

  private int number() {
    return line == null ? 0 : line.number();
  }

  private String text() {
    return line == null ? "the end" : line.text();
  }

  private void say(String what) {
    report.accept(String.format(Locale.ROOT, "%12.6f  %s", lan.nowNs() / 1e9, what));
  }

  private Invariants.Violation violation(String what) {
    return new Invariants.Violation(lan, what);
  }

  private ScenarioException nonsense(String what) {
    return new ScenarioException(scenario.name() + ":" + number() + ": " + what);
  }

  // Who is there, and what the network is like.

  void start(List<String> names, boolean areEqual, long withinNs) {
    deed();
    Document shared = Lan.document("replica");
    long[] startsNs = lan.random().longs(names.size(), 0, withinNs + 1).sorted().toArray();
    long beginNs = lan.nowNs();
    for (int i = 0; i < startsNs.length; i++) {
      runUntil(beginNs + startsNs[i]);
      String name = names.get(i);
      cast.start(name, areEqual ? shared : Lan.document(name));
    }
    runUntil(beginNs + withinNs);
  }

  void interval(long intervalNs) {
    settings = settings.withIntervalNs(intervalNs);
    lan.settings(settings);
  }

  void weather(UnaryOperator<Weather> change) {
    lan.weather(change.apply(lan.weather()));
  }

  // Time.

  void run(long timeNs) {
    lan.runFor(timeNs);
  }

  void runUntil(long atNs) {
    lan.runFor(Math.max(0, atNs - lan.nowNs()));
  }

  void every(Words.Range gap, Step step) {
    int era = calmings;
    lan.at(
        lan.nowNs() + between(gap),
        () -> {
          if (era == calmings) {
            step.perform(this);
            every(gap, step);
          }
        });
  }

  void calm() {
    calmings++;
  }

  private long between(Words.Range range) {
    return range.fromNs() + lan.random().nextLong(range.toNs() - range.fromNs() + 1);
  }

  // What happens.

  private void deed() {
    deedNs = lan.nowNs();
  }

  /** Does something to agents that run; that one of them does not is an error of the scenario. */
  void toEach(Cast.Choice choice, Consumer<Program> deed) {
    deed();
    for (Program program : choice.of(cast)) {
      if (!program.isRunning()) {
        throw nonsense(program.name() + " does not run any more");
      }
      deed.accept(program);
    }
  }

  void kill(Program program, boolean withNetwork) {
    if (withNetwork) {
      lan.killWithNetwork(program);
      // The ends of its connections are on their way; its host refuses nothing from here on.
      program.host.isPluggedIn = false;
    } else {
      lan.kill(program);
    }
  }

  void leave(Program program) {
    program.leave();
  }

  /** Ends and starts again, at once or after such a while; who ended before only starts. */
  void restart(Cast.Choice choice, boolean keepsId, boolean keepsPorts, Words.Range gap) {
    deed();
    for (Program program : choice.of(cast)) {
      if (program.isRunning()) {
        lan.kill(program);
      }
      if (gap.toNs() > 0) {
        lan.at(lan.nowNs() + between(gap), () -> startAgain(program, keepsId, keepsPorts));
        continue;
      }
      // A container that was removed with its network gets a new one, which takes a moment.
      lan.runFor(program.host.isPluggedIn ? 0 : 10 * TimeText.MS);
      program.host.isPluggedIn = true;
      cast.restart(program, keepsId, keepsPorts);
    }
  }

  /** Unless another run has begun meanwhile. */
  private void startAgain(Program ended, boolean keepsId, boolean keepsPorts) {
    if (cast.isPresent(ended)) {
      deed();
      ended.host.isPluggedIn = true;
      cast.restart(ended, keepsId, keepsPorts);
    }
  }

  void pause(Program program, Words.Range range) {
    if (program.isPaused()) {
      return;
    }
    program.pause();
    news.onPause(program);
    lan.at(
        lan.nowNs() + between(range),
        () -> {
          deed();
          news.onResume(program);
          program.resume();
        });
  }

  void unplug(Program program) {
    lan.unplug(program);
  }

  void plugIn(Cast.Choice choice) {
    toEach(
        choice,
        program -> {
          lan.plugIn(program);
          news.onReconnected(program);
        });
  }

  void deafen(Program program) {
    lan.deafen(program);
  }

  void partition(Cast.Choice choice) {
    deed();
    lan.partition(choice.of(cast));
  }

  void heal() {
    lan.heal();
    reconnected();
  }

  // What is wrong with one host, or with a pair.

  void lose(Ailments.Where where, Cast.Choice choice, double share, boolean broadcastsOnly) {
    toEach(choice, program -> lan.lose(where, program, share, broadcastsOnly));
  }

  void loseBetween(String one, Cast.Choice others, double share, boolean broadcastsOnly) {
    deed();
    for (Program other : others.of(cast)) {
      lan.lose(cast.get(one), other, share, broadcastsOnly);
    }
  }

  void mute(Program program) {
    lan.mute(program);
  }

  void hold(Program program) {
    lan.hold(program);
  }

  void release(Program program) {
    lan.release(program);
    reconnected();
  }

  void shut(Program program) {
    lan.shut(program);
  }

  /** Each is held from some moment on, and released at another, in another order. */
  void swizzle(Cast.Choice choice, long withinNs) {
    deed();
    Words.Range within = new Words.Range(0, withinNs);
    for (Program program : choice.of(cast)) {
      lan.at(lan.nowNs() + between(within), () -> hold(program));
      lan.at(lan.nowNs() + withinNs + between(within), () -> release(program));
    }
  }

  void flap(Program program, Words.Range gap, long forNs) {
    lan.flap(program, gap.fromNs(), gap.toNs(), forNs);
    lan.at(lan.nowNs() + forNs + gap.toNs(), this::reconnected);
  }

  void heal(Program program) {
    lan.heal(program);
    reconnected();
  }

  void healBetween(String one, Cast.Choice others) {
    deed();
    for (Program other : others.of(cast)) {
      lan.heal(cast.get(one), other);
    }
    reconnected();
  }

  void healPartition() {
    deed();
    lan.healPartition();
    reconnected();
  }

  private void reconnected() {
    deed();
    cast.running().forEach(news::onReconnected);
  }

  void stepClock(Program program, long byNs) {
    lan.stepClock(program, byNs / TimeText.MS);
  }

  void offer(Program program, Document document) {
    cast.offer(program, document);
  }

  // What must come of it.

  /** Whether it was so from the first, which tells nothing of how long it took. */
  private boolean await(long withinNs, BooleanSupplier holds, String what) {
    return await(withinNs, holds, what, cast::whatIsWrong);
  }

  private boolean await(
      long withinNs, BooleanSupplier holds, String what, Supplier<String> whatIsWrong) {
    boolean isAlready = lan.nowNs() > deedNs && holds.getAsBoolean();
    if (!isAlready && !news.await(withinNs, holds)) {
      String wrong = whatIsWrong.get();
      throw violation(
          what
              + " was not so within "
              + TimeText.of(withinNs)
              + (wrong.isEmpty() ? "" : ": " + wrong));
    }
    return isAlready;
  }

  private String sinceDeed(boolean isAlready) {
    return isAlready || news.lastNewsNs() < deedNs
        ? "already"
        : "after " + TimeText.of(news.lastNewsNs() - deedNs);
  }

  void expectAllKnowAll(long withinNs) {
    boolean isAlready = await(withinNs, cast::doAllKnowAll, "all know all");
    for (Program observer : cast.running()) {
      if (observer.core().peers().size() != observer.listed().size()) {
        throw violation(observer.name() + "'s list is not what its events say");
      }
    }
    say("all know all " + sinceDeed(isAlready));
  }

  /** Whatever the others are like, and whatever these make of them. */
  void expectAllKnowAllAmong(Cast.Choice choice, long withinNs) {
    Supplier<String> wrong = () -> cast.whatIsWrongAmong(choice.of(cast));
    String what = "all of these " + choice.of(cast).size() + " know each other";
    boolean isAlready = await(withinNs, () -> wrong.get().isEmpty(), what, wrong);
    say(what + " " + sinceDeed(isAlready));
  }

  void expectVerdicts(String name, double share, long withinNs) {
    Program subject = cast.get(name);
    String what = "verdicts about " + name + " agree";
    boolean isAlready =
        await(
            withinNs,
            () -> cast.agreement(subject) >= share,
            what,
            () -> percent(cast.agreement(subject)) + " agree");
    say(what + " on " + percent(cast.agreement(subject)) + " " + sinceDeed(isAlready));
  }

  void expectNamed(String name, Hearing.Fault fault, double share, long withinNs) {
    Program subject = cast.get(name);
    String what = name + " is taken for " + ScenarioReader.word(fault);
    Supplier<String> by = () -> "by " + percent(cast.named(subject, fault));
    boolean isAlready = await(withinNs, () -> cast.named(subject, fault) >= share, what, by);
    say(what + " " + by.get() + " " + sinceDeed(isAlready));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  void expectGone(String name, boolean isFormer, long withinNs, Set<Reason> reasons) {
    Program subject = isFormer ? cast.former(name) : cast.get(name);
    await(withinNs, () -> isGoneEverywhere(subject), name + " is gone everywhere");
    List<Long> times = new ArrayList<>();
    for (News.Loss loss : news.all()) {
      if (loss.name().equals(name) && loss.atNs() >= deedNs) {
        if (!reasons.contains(loss.reason())) {
          throw violation(loss + ", for another reason than " + reasons);
        }
        times.add(loss.atNs() - deedNs);
      }
    }
    say(name + " is gone everywhere: " + spread(times));
  }

  private boolean isGoneEverywhere(Program subject) {
    for (Program observer : cast.running()) {
      var listed = observer.listed().get(subject.core().id());
      if (observer != subject && !observer.isPaused() && listed != null && subject.isOf(listed)) {
        return false;
      }
    }
    return true;
  }

  private static String spread(List<Long> times) {
    if (times.isEmpty()) {
      return "nobody was told";
    }
    long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
    return "median %s, last %s, %d told"
        .formatted(
            TimeText.of(sorted[sorted.length / 2]),
            TimeText.of(sorted[sorted.length - 1]),
            sorted.length);
  }

  void expectKnown(String name, long withinNs) {
    boolean isAlready =
        await(withinNs, () -> isKnownEverywhere(cast.get(name)), name + " is known");
    say(name + " is known everywhere as it is " + sinceDeed(isAlready));
  }

  private boolean isKnownEverywhere(Program subject) {
    if (!subject.isRunning()) {
      return false;
    }
    for (Program observer : cast.running()) {
      if (observer != subject && !observer.isPaused() && !cast.knows(observer, subject)) {
        return false;
      }
    }
    return true;
  }

  void expectNoFalseGone() {
    if (news.falseOnes() > 0) {
      throw violation(news.falseOnes() + " times falsely gone, first: " + news.firstFalse());
    }
    say("nobody was falsely gone; " + news.all().size() + " were gone in all");
  }

  void expectNoGone() {
    if (!news.all().isEmpty()) {
      throw violation("somebody was gone: " + news.all().get(0));
    }
    say("nobody was gone");
  }

  void expectGoneAtMost(int number) {
    int gone = news.all().size();
    if (gone > number) {
      throw violation(gone + " times somebody was gone, more than " + number);
    }
    say("somebody was gone " + gone + " times");
  }

  void expectNoSuspect() {
    if (news.suspicions() > 0) {
      throw violation(news.suspicions() + " times somebody was suspect");
    }
    say("nobody was suspect");
  }

  void expectNoFalseSuspect() {
    if (news.falseSuspicions() > 0) {
      throw violation(news.falseSuspicions() + " times somebody was falsely suspect");
    }
    say("nobody was falsely suspect; " + news.suspicions() + " were suspect in all");
  }

  void expectNobodyLost(String name) {
    for (News.Loss loss : news.all()) {
      if (loss.name().equals(name)) {
        throw violation(loss.toString());
      }
    }
    say("nobody lost " + name);
  }

  void expectLostNobody(String name) {
    for (News.Loss loss : news.all()) {
      if (loss.observer().name().equals(name)) {
        throw violation(loss.toString());
      }
    }
    say(name + " lost nobody");
  }

  void expectIsolated(String name, boolean isIsolated, long withinNs) {
    Program program = cast.get(name);
    String what = name + (isIsolated ? " is isolated" : " is not isolated");
    boolean isAlready = await(withinNs, () -> program.core().isIsolated() == isIsolated, what);
    say(what + (isAlready ? " already" : ""));
  }

  /** Of each of the others, from the last deed on. */
  void expectEventsAbout(String name, int number) {
    double minutes = Math.max(1, (lan.nowNs() - deedNs) / (60.0 * TimeText.SECOND));
    int observers = Math.max(1, cast.all().size() - 1);
    double perMinute = news.eventsAbout(name, deedNs) / minutes / observers;
    String what =
        String.format(
            Locale.ROOT, "%.2f events about %s a minute, at each of the others", perMinute, name);
    if (perMinute > number) {
      throw violation(what + ", more than " + number);
    }
    say(what);
  }

  void expectQuestionsPerAgent(int number) {
    double perAgent = (double) lan.traffic().questions() / Math.max(1, lan.programs().size());
    if (perAgent > number) {
      throw violation(
          String.format(Locale.ROOT, "%.2f questions per agent, more than %d", perAgent, number));
    }
    say(String.format(Locale.ROOT, "%.2f questions per agent", perAgent));
  }

  void expectDatagramsPerSecond(int number) {
    if (gauge.peakPerSecond() > number) {
      throw violation(gauge.peakPerSecond() + " datagrams in one second, more than " + number);
    }
    say("at most " + gauge.peakPerSecond() + " datagrams in one second");
  }

  void printTraffic() {
    Traffic traffic = lan.traffic();
    double agents = Math.max(1, lan.programs().size());
    say(
        String.format(
            Locale.ROOT,
            "traffic: %,d datagrams (%,d broadcast, %,d unicast), %,d bytes, %,d questions, %,d"
                + " plain connections; most datagrams in a second: %,d",
            traffic.datagrams(),
            traffic.broadcasts(),
            traffic.unicasts(),
            traffic.bytes(),
            traffic.questions(),
            traffic.connects(),
            gauge.peakPerSecond()));
    say(
        String.format(
            Locale.ROOT,
            "per agent: %.1f datagrams, %.0f bytes, %.2f questions, %.2f plain connections",
            traffic.datagrams() / agents,
            traffic.bytes() / agents,
            traffic.questions() / agents,
            traffic.connects() / agents));
  }

  void printQuestions() {
    long[] asked =
        lan.programs().stream()
            .mapToLong(program -> program.core().count(Count.QUESTIONS))
            .sorted()
            .toArray();
    if (asked.length > 0) {
      say(
          String.format(
              Locale.ROOT,
              "questions asked by each agent: mean %.2f, median %d, most %d",
              Arrays.stream(asked).average().orElse(0),
              asked[asked.length / 2],
              asked[asked.length - 1]));
    }
  }
}
