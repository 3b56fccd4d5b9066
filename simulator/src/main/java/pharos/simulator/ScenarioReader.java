package pharos.simulator;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Document;
import pharos.agent.core.Hearing;
import pharos.agent.core.Reason;
import pharos.simulator.Scenario.Line;
import pharos.simulator.Scenario.Step;

/**
 * Reads scenarios: one command a line, the time goes on only where a line says so. What can be
 * wrong about a scenario is found here, before anything runs; only what chance decides is found
 * later.
 */
final class ScenarioReader {
  private static final int MAX_AGENTS = 20_000;
  private static final String COMMANDS =
      "agents, agent, interval, latency, loss, duplicate, reorder, corrupt, run, at, every, calm,"
          + " kill, leave, restart, pause, unplug, plug in, flap, partition, deafen, mute, shut,"
          + " hold, release, swizzle, heal, clock, offer,"
          + " expect, print, nightly";

  private final String file;
  private final Set<String> names = new LinkedHashSet<>();
  private final List<Line> lines = new ArrayList<>();
  private final StringBuilder about = new StringBuilder();
  private boolean isNightly;
  private long intervalNs = TimeText.SECOND;
  private long longestIntervalNs = TimeText.SECOND;

  /** The latest time at which the next line may begin. */
  private long latestNs;

  private ScenarioReader(String file) {
    this.file = file;
  }

  /** The scenario in this text. */
  static Scenario read(String file, String text) {
    ScenarioReader reader = new ScenarioReader(file);
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      reader.readLine(number, line.strip());
    }
    return reader.finish();
  }

  private Scenario finish() {
    if (about.isEmpty()) {
      throw new ScenarioException(
          file + ":1: a scenario begins with a line of '#' and says what it proves");
    }
    if (lines.isEmpty()) {
      throw new ScenarioException(file + ":1: nothing happens here");
    }
    String name = file.endsWith(".txt") ? file.substring(0, file.length() - 4) : file;
    return new Scenario(name, about.toString().strip(), isNightly, longestIntervalNs, lines);
  }

  private void readLine(int number, String line) {
    if (line.startsWith("#")) {
      if (lines.isEmpty() && !isNightly) {
        about.append(line.substring(1).strip()).append(' ');
      }
      return;
    }
    int comment = line.indexOf('#');
    String command = comment < 0 ? line : line.substring(0, comment).strip();
    if (command.isEmpty()) {
      return;
    }
    Words words = new Words(file + ":" + number, command, names);
    Step step = step(words);
    words.end();
    lines.add(new Line(number, command, step));
  }

  private Step step(Words words) {
    String command = words.next("a command");
    return switch (command) {
      case "nightly" -> nightly();
      case "agents" -> agents(words, words.count(MAX_AGENTS));
      case "agent" -> agent(words);
      case "interval" -> interval(words);
      case "latency" -> latency(words);
      case "loss" -> loss(words);
      case "duplicate", "reorder", "corrupt" -> weather(command, words.percent());
      case "run" -> run(words);
      case "at" -> at(words);
      case "every" -> every(words);
      case "calm" -> Play::calm;
      case "expect" -> expect(words);
      case "print" -> print(words);
      default -> deed(command, words);
    };
  }

  private Step nightly() {
    isNightly = true;
    return play -> {};
  }

  // Who is there, and what the network is like.

  private Step agents(Words words, int number) {
    String prefix = words.take("named") ? words.next("a name") : "a";
    List<String> numbered = new ArrayList<>();
    for (int i = 1; i <= number; i++) {
      numbered.add(prefix + i);
    }
    List<String> added = declare(words, numbered);
    boolean areEqual = words.take("with equal documents");
    if (!areEqual) {
      words.take("with distinct documents");
    }
    long withinNs = words.take("within") ? words.timeNs() : 0;
    latestNs += withinNs;
    return play -> play.start(added, areEqual, withinNs);
  }

  private Step agent(Words words) {
    List<String> added = declare(words, List.of(words.next("a name")));
    return play -> play.start(added, false, 0);
  }

  private List<String> declare(Words words, List<String> added) {
    for (String name : added) {
      if (!name.matches("[A-Za-z][A-Za-z0-9-]{0,31}")) {
        throw words.error("'" + name + "' is no name: it takes letters, digits and '-'");
      }
      if (name.equals("all") || name.equals("any") || !names.add(name)) {
        throw words.error("there is a '" + name + "' already");
      }
    }
    // A crowd shares a budget: 500 announcements a second.
    long crowdNs = (names.size() + 1) * TimeText.SECOND / 500;
    longestIntervalNs = Math.max(longestIntervalNs, Math.max(crowdNs, intervalNs));
    return added;
  }

  private Step interval(Words words) {
    long timeNs = words.timeNs();
    if (timeNs < 10 * TimeText.MS || timeNs > 50 * TimeText.SECOND) {
      throw words.error("an interval is from 10ms to 50s");
    }
    intervalNs = timeNs;
    return play -> play.interval(timeNs);
  }

  private static Step latency(Words words) {
    Words.Range range = words.range();
    long jitterNs = range.toNs() - range.fromNs();
    return play ->
        play.weather(
            was ->
                new Weather(
                    range.fromNs(),
                    jitterNs,
                    was.loss(),
                    was.duplication(),
                    was.reordering(),
                    was.corruption(),
                    was.lateNs()));
  }

  private static Step weather(String mishap, double share) {
    return play ->
        play.weather(
            was ->
                switch (mishap) {
                  case "loss" -> was.withLoss(share);
                  case "duplicate" -> was.withMishaps(share, was.reordering(), was.corruption());
                  case "reorder" -> was.withMishaps(was.duplication(), share, was.corruption());
                  case "corrupt" -> was.withMishaps(was.duplication(), was.reordering(), share);
                  default -> throw new AssertionError(mishap);
                });
  }

  /** Of the whole network, which is weather, or of one host or pair. */
  private static Step loss(Words words) {
    double share = words.percent();
    Step step = lossOfOne(words, share);
    return step == null ? weather("loss", share) : step;
  }

  private static @Nullable Step lossOfOne(Words words, double share) {
    boolean broadcastsOnly = words.take("of broadcasts");
    if (words.take("out of")) {
      Cast.Choice agents = words.agents();
      return play -> play.lose(Ailments.Where.OUT, agents, share, broadcastsOnly);
    }
    if (words.take("into")) {
      Cast.Choice agents = words.agents();
      return play -> play.lose(Ailments.Where.INTO, agents, share, broadcastsOnly);
    }
    if (words.take("between")) {
      String one = words.agent();
      words.need("and");
      Cast.Choice others = words.agents();
      return play -> play.loseBetween(one, others, share, broadcastsOnly);
    }
    if (broadcastsOnly) {
      throw words.error("expected 'out of', 'into' or 'between', found " + words.found());
    }
    return null;
  }

  // Time.

  private Step run(Words words) {
    long timeNs = words.timeNs();
    latestNs += timeNs;
    return play -> play.run(timeNs);
  }

  private Step at(Words words) {
    long atNs = words.timeNs();
    if (atNs < latestNs) {
      throw words.error(
          "the lines before this one may take until " + TimeText.of(latestNs) + ", that is later");
    }
    latestNs = atNs;
    Step deed = deed(words.next("what happens then"), words);
    return play -> {
      play.runUntil(atNs);
      deed.perform(play);
    };
  }

  private Step every(Words words) {
    Words.Range range = words.range();
    if (range.toNs() == 0) {
      throw words.error("'every' needs a time above zero");
    }
    Step deed = deed(words.next("what happens then"), words);
    return play -> play.every(range, deed);
  }

  // What happens.

  private Step deed(String command, Words words) {
    return switch (command) {
      case "kill" -> kill(words);
      case "restart" -> restart(words);
      case "pause" -> pause(words);
      case "clock" -> clock(words);
      case "offer" -> offer(words);
      case "plug" -> {
        words.need("in");
        Cast.Choice agents = words.agents();
        yield play -> play.plugIn(agents);
      }
      case "leave" -> forEach(words.agents(), Play::leave);
      case "unplug" -> forEach(words.agents(), Play::unplug);
      case "deafen" -> forEach(words.agents(), Play::deafen);
      case "partition" -> {
        Cast.Choice agents = words.agents();
        yield play -> play.partition(agents);
      }
      case "mute" -> forEach(words.agents(), Play::mute);
      case "shut" -> forEach(words.agents(), Play::shut);
      case "swizzle" -> swizzle(words);
      case "hold" -> forEach(words.agents(), Play::hold);
      case "release" -> forEach(words.agents(), Play::release);
      case "flap" -> flap(words);
      case "loss" -> lossThen(words);
      case "heal" -> heal(words);
      default -> throw words.error("'" + command + "' is no command; there are " + COMMANDS);
    };
  }

  /** What is done to one agent. */
  private interface Deed {
    void perform(Play play, Program program);
  }

  private static Step forEach(Cast.Choice agents, Deed deed) {
    return play -> play.toEach(agents, program -> deed.perform(play, program));
  }

  private static Step kill(Words words) {
    Cast.Choice agents = words.agents();
    boolean withNetwork = words.take("with network");
    return forEach(agents, (play, program) -> play.kill(program, withNetwork));
  }

  private static Step restart(Words words) {
    Cast.Choice agents = words.agents();
    boolean keepsId = words.take("with same id");
    if (!keepsId) {
      words.need("with new id");
    }
    boolean keepsPorts = !words.take("on new ports");
    if (keepsPorts) {
      words.take("on same ports");
    }
    Words.Range gap = words.take("after") ? words.range() : new Words.Range(0, 0);
    return play -> play.restart(agents, keepsId, keepsPorts, gap);
  }

  private static Step pause(Words words) {
    Cast.Choice agents = words.agents();
    words.need("for");
    Words.Range range = words.range();
    return forEach(agents, (play, program) -> play.pause(program, range));
  }

  private static Step flap(Words words) {
    Cast.Choice agents = words.agents();
    words.need("every");
    Words.Range gap = words.range();
    words.need("for");
    long forNs = words.timeNs();
    if (gap.fromNs() == 0) {
      throw words.error("'flap' needs a time above zero");
    }
    return forEach(agents, (play, program) -> play.flap(program, gap, forNs));
  }

  private static Step swizzle(Words words) {
    Cast.Choice agents = words.agents();
    words.need("within");
    long withinNs = words.timeNs();
    return play -> play.swizzle(agents, withinNs);
  }

  private static Step lossThen(Words words) {
    Step step = lossOfOne(words, words.percent());
    if (step == null) {
      throw words.error("expected 'out of', 'into' or 'between', found " + words.found());
    }
    return step;
  }

  /** All that is wrong, or one thing. */
  private static Step heal(Words words) {
    if (words.isDone()) {
      return Play::heal;
    }
    if (words.take("partition")) {
      return Play::healPartition;
    }
    if (words.take("between")) {
      String one = words.agent();
      words.need("and");
      Cast.Choice others = words.agents();
      return play -> play.healBetween(one, others);
    }
    return forEach(words.agents(), Play::heal);
  }

  private static Step clock(Words words) {
    Cast.Choice agents = words.agents();
    long byNs = words.signedTimeNs();
    return forEach(agents, (play, program) -> play.stepClock(program, byNs));
  }

  private static Step offer(Words words) {
    Cast.Choice agents = words.agents();
    String type = words.next("a capability, or 'nothing'");
    Document document = type.equals("nothing") ? Document.EMPTY : Lan.document(type);
    return forEach(agents, (play, program) -> play.offer(program, document));
  }

  // What must come of it.

  private Step expect(Words words) {
    if (words.take("all know all")) {
      return expectAllKnowAll(words);
    }
    if (words.take("verdicts about")) {
      return expectVerdicts(words);
    }
    if (words.take("no false gone")) {
      return Play::expectNoFalseGone;
    }
    if (words.take("no false suspect")) {
      return Play::expectNoFalseSuspect;
    }
    if (words.take("no gone")) {
      return Play::expectNoGone;
    }
    if (words.take("no suspect")) {
      return Play::expectNoSuspect;
    }
    if (words.take("nobody lost")) {
      String name = words.agent();
      return play -> play.expectNobodyLost(name);
    }
    if (words.take("at most")) {
      return expectAtMost(words);
    }
    boolean isFormer = words.take("former");
    String name = words.agent();
    if (words.take("gone everywhere")) {
      long withinNs = within(words);
      Set<Reason> reasons = reasons(words);
      return play -> play.expectGone(name, isFormer, withinNs, reasons);
    }
    if (!isFormer && words.take("known everywhere")) {
      long withinNs = within(words);
      return play -> play.expectKnown(name, withinNs);
    }
    if (!isFormer && words.take("isolated")) {
      long withinNs = within(words);
      return play -> play.expectIsolated(name, true, withinNs);
    }
    if (!isFormer && words.take("not isolated")) {
      long withinNs = within(words);
      return play -> play.expectIsolated(name, false, withinNs);
    }
    if (!isFormer && words.take("named")) {
      Hearing.Fault fault = fault(words);
      words.need("by");
      double share = words.percent();
      long withinNs = within(words);
      return play -> play.expectNamed(name, fault, share, withinNs);
    }
    if (!isFormer && words.take("lost nobody")) {
      return play -> play.expectLostNobody(name);
    }
    throw words.error(
        "expected 'gone everywhere', 'known everywhere', 'lost nobody', 'isolated', 'not"
            + " isolated' or 'named', found "
            + words.found());
  }

  private static Hearing.Fault fault(Words words) {
    for (Hearing.Fault fault : Hearing.Fault.values()) {
      if (words.take(word(fault))) {
        return fault;
      }
    }
    throw words.error(
        "expected 'deaf', 'mute', 'lossy', 'one way', 'both ways' or 'none', found "
            + words.found());
  }

  static String word(Hearing.Fault fault) {
    return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private Step expectAllKnowAll(Words words) {
    if (words.take("among")) {
      Cast.Choice agents = words.agents();
      long withinNs = within(words);
      return play -> play.expectAllKnowAllAmong(agents, withinNs);
    }
    long withinNs = within(words);
    return play -> play.expectAllKnowAll(withinNs);
  }

  private Step expectVerdicts(Words words) {
    String name = words.agent();
    words.need("agree on");
    double share = words.percent();
    long withinNs = within(words);
    return play -> play.expectVerdicts(name, share, withinNs);
  }

  private long within(Words words) {
    words.need("within");
    long withinNs = words.timeNs();
    latestNs += withinNs;
    return withinNs;
  }

  private static Set<Reason> reasons(Words words) {
    if (!words.take("because")) {
      return EnumSet.allOf(Reason.class);
    }
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    do {
      String reason = words.next("left, crashed, silent or replaced");
      try {
        reasons.add(Reason.valueOf(reason.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw words.error("expected left, crashed, silent or replaced, found '" + reason + "'");
      }
    } while (words.take("or"));
    return reasons;
  }

  private static Step expectAtMost(Words words) {
    int number = words.count(999_999);
    if (words.take("questions per agent")) {
      return play -> play.expectQuestionsPerAgent(number);
    }
    if (words.take("gone")) {
      return play -> play.expectGoneAtMost(number);
    }
    if (words.take("events about")) {
      String name = words.agent();
      words.need("per minute");
      return play -> play.expectEventsAbout(name, number);
    }
    words.need("datagrams per second");
    return play -> play.expectDatagramsPerSecond(number);
  }

  private static Step print(Words words) {
    if (words.take("questions")) {
      return Play::printQuestions;
    }
    words.need("traffic");
    return Play::printTraffic;
  }
}
