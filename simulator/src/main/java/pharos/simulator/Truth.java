package pharos.simulator;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.beacon.NodeId;

/**
 * How true the lists are while something is wrong with a host, a pair or the network: who is told
 * to be gone and is not, how much is told in all, and whether who is truly gone meanwhile is told
 * as soon as ever. For this, ten times a seed, a well host is unplugged and the process of another
 * is killed.
 *
 * <p>A peer is falsely gone when it ran, was not paused for more than four intervals, and was heard
 * by at least half of the others.
 */
final class Truth implements Lan.Listener {
  private static final long SECOND = TimeText.SECOND;
  private static final int STRIKES = 10;

  /** Within these times a lost host and a killed process must be known. */
  private static final long LOST_NS = 66 * SECOND / 10;

  /** A lost host where beacons come one by one. */
  private static final long LOST_WITHOUT_BROADCASTS_NS = 61 * SECOND;

  private static final long KILLED_NS = 75 * TimeText.MS;
  private static final long KILLED_WHERE_LOST_NS = 150 * TimeText.MS;

  /** So much longer an unplugged host stays so, and one that was killed without its process. */
  private static final long STRUCK_NS = 2 * SECOND;

  private static final long PAUSED_NS = 4 * SECOND;

  private final Lan lan;
  private final Row row;
  private final TruthFigures figures;

  /** With whom something is wrong; they are not struck. */
  private final Set<Host> ill = new HashSet<>();

  /** Who was struck: what is told of them, or to them, is no fault. */
  private final Set<Host> struck = new HashSet<>();

  private final Map<NodeId, Program> byId = new HashMap<>();
  private final List<Strike> strikes = new ArrayList<>();
  private boolean isMeasured;

  /** What is wrong, from a moment on at which all know all. */
  private interface Fault {
    void begin(Truth it);
  }

  /** Whether the figures are what they are to be. */
  private interface Met {
    boolean is(TruthFigures figures);
  }

  /**
   * One row of the table.
   *
   * @param lostNs within what time a host that was unplugged must be known to be gone
   * @param isLossy whether datagrams are lost, so that a crash may take longer to be known
   * @param reach what is to be reached, in words
   */
  private record Row(
      String what,
      int agents,
      long forNs,
      long lostNs,
      boolean isLossy,
      Fault fault,
      String reach,
      Met met) {
    /** One where that is known as soon as ever. */
    Row(String what, int agents, long forNs, boolean isLossy, Fault fault, String reach, Met met) {
      this(what, agents, forNs, LOST_NS, isLossy, fault, reach, met);
    }
  }

  /** Somebody who is truly gone, and when those were told whom it concerns. */
  private record Strike(Program subject, long atNs, boolean isKill, Map<Program, Long> toldNs) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "S1: one is deaf, 20 s of 40",
              100,
              120 * SECOND,
              false,
              Truth::deafen,
              "0 false, 2 a flip",
              it -> !it.isAnyFalse() && it.eventsAMinute() <= 6),
          new Row(
              "S2: of one, 80 % is lost",
              100,
              300 * SECOND,
              true,
              it -> it.lose(Ailments.Where.OUT, 1),
              "2 a minute",
              it -> it.eventsAMinute() <= 2),
          new Row(
              "S2: of ten, 80 % is lost",
              100,
              300 * SECOND,
              true,
              it -> it.lose(Ailments.Where.OUT, 10),
              "2 a minute",
              it -> it.eventsAMinute() <= 2),
          new Row(
              "S3: to one, 80 % is lost",
              100,
              300 * SECOND,
              true,
              it -> it.lose(Ailments.Where.INTO, 1),
              "0 false",
              it -> !it.isAnyFalse()),
          new Row(
              "S4: one pair is blocked",
              32,
              120 * SECOND,
              false,
              Truth::block,
              "0 false, equal",
              it -> !it.isAnyFalse() && it.unequal == 0),
          new Row(
              "S5: ten are killed at once",
              100,
              120 * SECOND,
              false,
              Truth::killTen,
              "75 ms",
              it -> !it.isAnyFalse()),
          new Row(
              "S7: broadcasts are lost",
              100,
              180 * SECOND,
              LOST_WITHOUT_BROADCASTS_NS,
              true,
              Truth::loseBroadcasts,
              "0 false, 11 datagrams",
              it -> !it.isAnyFalse() && it.datagramsASecond() <= 11),
          new Row(
              "S10: one flaps, 3 s and 3 s",
              32,
              300 * SECOND,
              false,
              it -> it.flap(3 * SECOND),
              "2 a minute",
              it -> it.eventsAMinute() <= 2),
          new Row(
              "S10: one flaps, 8 s and 8 s",
              32,
              300 * SECOND,
              false,
              it -> it.flap(8 * SECOND),
              "2 a minute",
              it -> it.eventsAMinute() <= 2),
          new Row(
              "up to 32 are paused, up to 30 s",
              128,
              300 * SECOND,
              false,
              Truth::pauseSome,
              "0 false",
              it -> !it.isAnyFalse()));

  private Truth(long seed, Row row, TruthFigures figures) {
    this.row = row;
    this.figures = figures;
    lan = Lan.seeded(seed);
    lan.listen(this);
    for (int i = 1; i <= row.agents(); i++) {
      lan.start("a" + i);
      lan.runFor(lan.random().nextLong(2 * SECOND / row.agents()));
    }
    lan.runFor(8 * SECOND);
  }

  /** Prints the table, each row over so many seeds. */
  static void print(long first, int seeds, PrintStream out) {
    out.println("seeds " + first + " to " + (first + seeds - 1) + "; while something is wrong");
    TextTable table =
        new TextTable(
            "",
            "agents",
            "false gone",
            "by the ill",
            "told/min",
            "the ill",
            "isolated",
            "unequal",
            "datagrams/s",
            "lost",
            "killed",
            "reach",
            "");
    for (Row row : ROWS) {
      TruthFigures figures = new TruthFigures(row.agents(), row.forNs());
      for (int i = 0; i < seeds; i++) {
        new Truth(first + i, row, figures).play();
      }
      table.row(figures.cells(row.what(), row.reach(), row.met().is(figures)));
    }
    out.print(table);
    out.println(
        """
        false gone: told to be gone by those who are well, and were not; by the ill: the same, by
        those with whom something is wrong; told/min: what each of the well was told in a minute,
        and each of the ill, but of hosts that were unplugged and processes that were killed on
        purpose, ten of each a seed; lost, killed: of those who should have been told of these
        within 6.6 s (61 s where broadcasts are), and 75 ms (150 ms where datagrams are lost), how
        many were; unequal: seeds at whose end the well did not all list the same; datagrams/s:
        sent by each agent.\
        """);
  }

  private void play() {
    long endNs = lan.nowNs() + row.forNs();
    long datagrams = lan.traffic().datagrams();
    isMeasured = true;
    row.fault().begin(this);
    for (int i = 0; i < STRIKES; i++) {
      long gapNs = (row.forNs() - row.lostNs() + LOST_NS) / (STRIKES + 1);
      lan.at(lan.nowNs() + (i + 1) * gapNs - gapNs / 2, this::strike);
    }
    lan.runFor(endNs - lan.nowNs());
    figures.datagrams += lan.traffic().datagrams() - datagrams;
    figures.ill += ill.size();
    figures.well += row.agents() - ill.size();
    figures.unequal += areEqual() ? 0 : 1;
    strikes.forEach(this::count);
    figures.endSeed();
  }

  // What is wrong.

  private List<Program> fallIll(int count) {
    List<Program> chosen = running().subList(0, count);
    chosen.forEach(program -> ill.add(program.host));
    return chosen;
  }

  private List<Program> running() {
    return running(lan);
  }

  private static List<Program> running(Lan lan) {
    return lan.programs().stream().filter(Program::isRunning).toList();
  }

  private void deafen() {
    Program one = fallIll(1).get(0);
    lan.deafen(one);
    lan.in(20 * SECOND, () -> hearAgain(one));
  }

  private void hearAgain(Program one) {
    lan.heal(one);
    lan.in(20 * SECOND, this::deafen);
  }

  private void lose(Ailments.Where where, int count) {
    fallIll(count).forEach(program -> lan.lose(where, program, 0.8, false));
  }

  private void block() {
    List<Program> pair = fallIll(2);
    lan.lose(pair.get(0), pair.get(1), 1, false);
  }

  private void killTen() {
    List<Program> dying = fallIll(10);
    lan.in(
        SECOND,
        () -> {
          for (Program program : dying) {
            begin(program, true);
            lan.kill(program);
          }
        });
  }

  private void loseBroadcasts() {
    running().forEach(it -> lan.lose(Ailments.Where.OUT, it, 1, true));
  }

  private void flap(long gapNs) {
    lan.flap(fallIll(1).get(0), gapNs, gapNs, row.forNs());
  }

  private void pauseSome() {
    List<Program> paused = fallIll(1 + lan.random().nextInt(32));
    for (Program program : paused) {
      pause(program);
    }
  }

  private void pause(Program program) {
    program.pause();
    lan.in(
        100 * TimeText.MS + lan.random().nextLong(30 * SECOND),
        () -> {
          program.resume();
          lan.in(lan.random().nextLong(30 * SECOND), () -> pause(program));
        });
  }

  // Who is truly gone.

  private void strike() {
    List<Program> well = new ArrayList<>(running());
    well.removeIf(it -> ill.contains(it.host) || struck.contains(it.host));
    if (well.size() < 2) {
      return;
    }
    Program lost = well.remove(lan.random().nextInt(well.size()));
    Program killed = well.remove(lan.random().nextInt(well.size()));
    begin(lost, false);
    lan.unplug(lost);
    begin(killed, true);
    lan.kill(killed);
    lan.in(
        row.lostNs() + STRUCK_NS,
        () -> {
          lan.plugIn(lost);
          lan.restart(killed, true, true);
        });
  }

  private void begin(Program subject, boolean isKill) {
    struck.add(subject.host);
    Map<Program, Long> toldNs = new HashMap<>();
    for (Program observer : running()) {
      boolean isWell =
          observer != subject
              && !ill.contains(observer.host)
              && observer.host.isPluggedIn
              && !observer.core().isIsolated();
      if (isWell && isListed(observer, subject)) {
        toldNs.put(observer, Long.MAX_VALUE);
      }
    }
    strikes.add(new Strike(subject, lan.nowNs(), isKill, toldNs));
  }

  private void count(Strike strike) {
    long withinNs =
        strike.isKill() ? (row.isLossy() ? KILLED_WHERE_LOST_NS : KILLED_NS) : row.lostNs();
    strike
        .toldNs()
        .forEach(
            (observer, toldNs) -> {
              boolean wasThere =
                  observer.endedNs > strike.atNs() + withinNs
                      && strike.atNs() + withinNs < lan.nowNs()
                      && !wasStruckThen(observer, strike);
              if (wasThere) {
                boolean isInTime = toldNs != Long.MAX_VALUE && toldNs - strike.atNs() <= withinNs;
                (strike.isKill() ? figures.killed : figures.lost).add(isInTime);
              }
            });
  }

  /** Whether the observer was struck itself at the same time. */
  private boolean wasStruckThen(Program observer, Strike strike) {
    return strikes.stream()
        .anyMatch(
            it -> it.subject() == observer && Math.abs(it.atNs() - strike.atNs()) < row.lostNs());
  }

  // What is told.

  @Override
  public void shown(Program observer, Change change) {
    Program subject = subject(change);
    if (!isMeasured || subject == null || observer.host == subject.host) {
      return;
    }
    if (change.kind() == Change.Kind.GONE) {
      for (Strike strike : strikes) {
        if (strike.subject() == subject) {
          strike.toldNs().computeIfPresent(observer, (who, ns) -> Math.min(ns, lan.nowNs()));
        }
      }
    }
    if (struck.contains(subject.host) || struck.contains(observer.host)) {
      return;
    }
    boolean isIll = ill.contains(observer.host);
    if (isIll) {
      figures.eventsToIll++;
    } else {
      figures.events++;
    }
    if (change.kind() == Change.Kind.GONE && isFalse(lan, subject)) {
      if (isIll) {
        figures.falseGoneByIll++;
      } else {
        figures.falseGone++;
      }
    }
  }

  @Override
  public void isolated(Program program, boolean isIsolated) {
    if (isMeasured && isIsolated && !struck.contains(program.host)) {
      figures.isolations++;
    }
  }

  /** Whether it is false to say now that this one is gone. */
  static boolean isFalse(Lan lan, Program subject) {
    if (!subject.isRunning() || subject.pausedForNs() > PAUSED_NS) {
      return false;
    }
    return lan.isHeardByHalf(subject);
  }

  private @Nullable Program subject(Change change) {
    NodeId id = change.peer().id();
    Program known = byId.get(id);
    if (known == null || known.core().incarnation() != change.peer().incarnation()) {
      for (Program program : lan.programs()) {
        byId.put(program.core().id(), program);
      }
      known = byId.get(id);
    }
    return known;
  }

  private static boolean isListed(Program observer, Program subject) {
    return observer.shown().stream().anyMatch(it -> it.id().equals(subject.core().id()));
  }

  /** Whether all who are well list the same, each itself included. */
  private boolean areEqual() {
    Set<Set<NodeId>> lists = new HashSet<>();
    for (Program program : running()) {
      if (!struck.contains(program.host)) {
        Set<NodeId> list = new HashSet<>();
        program.core().peers().forEach(peer -> list.add(peer.id()));
        list.add(program.core().id());
        list.removeIf(this::isStruck);
        lists.add(list);
      }
    }
    return lists.size() <= 1;
  }

  private boolean isStruck(NodeId id) {
    Program program = byId.get(id);
    return program != null && struck.contains(program.host);
  }
}
