package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static pharos.agent.core.Evidence.CUT_OFF;
import static pharos.agent.core.Evidence.CUT_OFF_LONG;
import static pharos.agent.core.Evidence.DISPLACED;
import static pharos.agent.core.Evidence.ECHO;
import static pharos.agent.core.Evidence.FORGOTTEN;
import static pharos.agent.core.Evidence.HEARD;
import static pharos.agent.core.Evidence.LEAVING;
import static pharos.agent.core.Evidence.LIFE;
import static pharos.agent.core.Evidence.MET;
import static pharos.agent.core.Evidence.REFUSED;
import static pharos.agent.core.Evidence.SILENCE;
import static pharos.agent.core.Evidence.UNANSWERED;
import static pharos.agent.core.State.ALIVE;
import static pharos.agent.core.State.ASKING;
import static pharos.agent.core.State.GONE;
import static pharos.agent.core.State.SUSPECT;
import static pharos.agent.core.State.UNKNOWN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;

/**
 * Each cell of the tracker's table, tried on a whole core: a peer is brought into the state, the
 * evidence comes as it comes in life, and the peer stands where the table says. A few cells cannot
 * be reached from outside; they say why, and only the table is asked.
 */
class TransitionsTest {
  private record Cell(State from, Evidence evidence) {}

  /** What is done to bring the cell about, and where the peer then stands. */
  private record Scenario(String story, Function<CoreFixture, State> play) {}

  private final Map<Cell, Scenario> scenarios = new LinkedHashMap<>();

  TransitionsTest() {
    heard();
    met();
    life();
    echo();
    leaving();
    displaced();
    refused();
    unanswered();
    cutOff();
    cutOffLong();
    silence();
    forgotten();
  }

  @TestFactory
  Stream<DynamicTest> eachCellMovesThePeerAsTheTableSays() {
    return scenarios.entrySet().stream()
        .map(
            entry -> {
              Cell cell = entry.getKey();
              Scenario scenario = entry.getValue();
              return dynamicTest(
                  cell.from() + " and " + cell.evidence() + ": " + scenario.story(),
                  () ->
                      assertEquals(
                          Transitions.next(cell.from(), cell.evidence()),
                          scenario.play().apply(CoreFixture.running())));
            });
  }

  @Test
  void noCellIsWithoutATest() {
    Set<Cell> untested = new HashSet<>();
    for (State from : State.values()) {
      for (Evidence evidence : Evidence.values()) {
        untested.add(new Cell(from, evidence));
      }
    }
    untested.removeAll(scenarios.keySet());
    assertEquals(Set.of(), untested);
  }

  @Test
  void theTableInTheClassCommentIsTheOneInTheCode() throws IOException {
    List<String> rows =
        rows(Path.of("src", "main", "java", "pharos", "agent", "core", "Transitions.java"));
    assertEquals(Evidence.values().length, rows.size());
    for (String row : rows) {
      String[] words = row.split(" ", -1);
      Evidence evidence = Evidence.valueOf(words[0]);
      int column = 1;
      for (State from : State.values()) {
        String word = words[column++];
        State to = word.equals("-") ? from : State.valueOf(word);
        assertEquals(to, Transitions.next(from, evidence), () -> from + " and " + evidence);
      }
    }
  }

  @Test
  void aTableInTheArchitectureIsTheOneInTheClassComment() throws IOException {
    List<String> told = rows(Path.of("..", "ARCHITECTURE.md"));
    if (!told.isEmpty()) {
      assertEquals(
          rows(Path.of("src", "main", "java", "pharos", "agent", "core", "Transitions.java")),
          told);
    }
  }

  /** The lines that begin with the name of an evidence, without what decorates or explains them. */
  private static List<String> rows(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(line -> line.replaceFirst("^[ *|]+", "").replaceAll("[ |]+", " "))
          .filter(line -> line.matches("[A-Z_]+ ([A-Z]+ |- ){4}([A-Z]+|-)( .*)?"))
          .filter(line -> Stream.of(Evidence.values()).anyMatch(e -> line.startsWith(e + " ")))
          .map(line -> line.replaceFirst("^(\\S+( \\S+){5}).*", "$1"))
          .toList();
    }
  }

  private void cell(
      State from, Evidence evidence, String story, Function<CoreFixture, State> play) {
    scenarios.put(new Cell(from, evidence), new Scenario(story, play));
  }

  /** For what cannot be brought about from outside. */
  private void onlyInTheTable(State from, Evidence evidence, State to, String why) {
    cell(from, evidence, "cannot happen: " + why, lan -> to);
  }

  // How a peer gets into a state.

  /** Heard, and asked, and mute. */
  private static Friend asking(CoreFixture lan) {
    Friend bob = lan.friend("bob").is(Mood.CUT_OFF);
    bob.beacons();
    return in(ASKING, bob);
  }

  private static Friend alive(CoreFixture lan) {
    return in(ALIVE, lan.met("bob"));
  }

  /** Met, and then not heard for so long that three probes went unanswered. */
  private static Friend suspect(CoreFixture lan) {
    Friend bob = lan.met("bob");
    bob.vanishes();
    for (int i = 0; i < 80 && bob.state() == ALIVE; i++) {
      lan.runFor(50);
    }
    return in(SUSPECT, bob);
  }

  /** Met, and gone without a goodbye. */
  private static Friend silent(CoreFixture lan) {
    Friend bob = lan.met("bob");
    bob.vanishes();
    lan.runFor(7_000);
    return in(GONE, bob);
  }

  private static Friend left(CoreFixture lan) {
    Friend bob = lan.met("bob");
    bob.leaves();
    return in(GONE, bob);
  }

  private static Friend in(State state, Friend friend) {
    assertEquals(state, friend.state(), "the scenario begins elsewhere");
    return friend;
  }

  private static State after(CoreFixture lan, long ms, Friend friend) {
    lan.runFor(ms);
    return friend.state();
  }

  // What then becomes known.

  private void heard() {
    cell(UNKNOWN, HEARD, "its first beacon", lan -> asking(lan).state());
    cell(ASKING, HEARD, "a beacon of a later run", lan -> laterRun(lan, asking(lan)));
    cell(ALIVE, HEARD, "a beacon of a later run", lan -> laterRun(lan, alive(lan)));
    cell(SUSPECT, HEARD, "a beacon of a later run", lan -> laterRun(lan, suspect(lan)));
    cell(GONE, HEARD, "a beacon of a later run", lan -> laterRun(lan, left(lan)));
  }

  private static State laterRun(CoreFixture lan, Friend bob) {
    bob.restarts().is(Mood.CUT_OFF).beacons();
    return after(lan, 20, bob);
  }

  private void met() {
    cell(
        UNKNOWN,
        MET,
        "an answer that nobody asked for",
        lan -> {
          Friend bob = lan.friend("bob");
          lan.turn(() -> lan.core.onAnswer(77, bob.introduction()));
          return bob.state();
        });
    cell(
        ASKING,
        MET,
        "its answer with the capabilities",
        lan -> {
          Friend bob = asking(lan);
          lan.turn(() -> lan.core.onAnswer(bob.asked().get(0).question(), bob.introduction()));
          return bob.state();
        });
    cell(
        ALIVE,
        MET,
        "its answer with changed capabilities",
        lan -> {
          Friend bob = alive(lan);
          bob.offers("more");
          return after(lan, 20, bob);
        });
    cell(
        SUSPECT,
        MET,
        "its answer to the last question",
        lan -> {
          Friend bob = suspect(lan);
          long last = bob.asked().get(bob.asked().size() - 1).question();
          lan.turn(() -> lan.core.onAnswer(last, bob.introduction()));
          return bob.state();
        });
    cell(
        GONE,
        MET,
        "an answer that was under way when it left",
        lan -> {
          Friend bob = alive(lan);
          lan.forget();
          bob.is(Mood.CUT_OFF).offers("more");
          long question = bob.asked().get(0).question();
          bob.leaves();
          lan.turn(() -> lan.core.onAnswer(question, bob.introduction()));
          return bob.state();
        });
  }

  private void life() {
    cell(
        UNKNOWN,
        LIFE,
        "a question of somebody never heard",
        lan -> {
          Friend bob = lan.friend("bob");
          bob.asksUs();
          return bob.state();
        });
    cell(ASKING, LIFE, "another beacon", lan -> beacon(lan, asking(lan)));
    cell(ALIVE, LIFE, "another beacon", lan -> beacon(lan, alive(lan)));
    cell(SUSPECT, LIFE, "another beacon", lan -> beacon(lan, suspect(lan)));
    cell(GONE, LIFE, "a stray beacon", lan -> beacon(lan, left(lan)));
  }

  private static State beacon(CoreFixture lan, Friend bob) {
    bob.beacons();
    return after(lan, 20, bob);
  }

  private void echo() {
    cell(
        UNKNOWN,
        ECHO,
        "an echo by one who only listens",
        lan -> {
          Friend bob = lan.friend("bob");
          bob.tcpPort = 0;
          bob.echoes(77);
          return bob.state();
        });
    cell(ASKING, ECHO, "an echo, while it cannot be asked", lan -> echo(asking(lan), lan));
    cell(ALIVE, ECHO, "the echo of a probe", lan -> echo(alive(lan), lan));
    cell(SUSPECT, ECHO, "the echo of a probe", lan -> echo(suspect(lan), lan));
    cell(
        GONE,
        ECHO,
        "it was cut off with new capabilities, and answers now",
        lan -> {
          Friend bob = lan.met("bob");
          bob.is(Mood.CUT_OFF).offers("more");
          lan.runFor(7_000);
          in(GONE, bob);
          bob.beacons();
          return echo(bob, lan);
        });
  }

  private static State echo(Friend bob, CoreFixture lan) {
    Peer peer = lan.peer(bob);
    bob.echoes(peer == null ? 0 : lan.nonceFor(bob));
    return bob.state();
  }

  private void leaving() {
    cell(
        UNKNOWN,
        LEAVING,
        "a goodbye of somebody never heard",
        lan -> {
          Friend bob = lan.friend("bob");
          bob.leaves();
          return bob.state();
        });
    cell(
        ASKING,
        LEAVING,
        "the goodbye of one that answered already",
        lan -> {
          Friend bob = asking(lan);
          bob.echoesUs();
          in(ASKING, bob);
          return goodbye(bob);
        });
    cell(ALIVE, LEAVING, "its goodbye", lan -> goodbye(alive(lan)));
    cell(SUSPECT, LEAVING, "its goodbye", lan -> goodbye(suspect(lan)));
    cell(
        GONE,
        LEAVING,
        "its goodbye after all",
        lan -> {
          Friend bob = silent(lan);
          State state = goodbye(bob);
          assertEquals(Reason.LEFT, lan.known(bob).reason);
          return state;
        });
  }

  private static State goodbye(Friend bob) {
    bob.leaves();
    return bob.state();
  }

  private void displaced() {
    onlyInTheTable(UNKNOWN, DISPLACED, UNKNOWN, "nobody takes the place of nobody");
    cell(
        ASKING,
        DISPLACED,
        "a later run answers in its place",
        lan -> {
          Friend bob = asking(lan);
          bob.successorAtItsPorts("carol").asksUs(); // so that its address is proven
          bob.restarts().beacons();
          long question = bob.asked().get(bob.asked().size() - 1).question();
          lan.turn(() -> lan.core.onAnswer(question, bob.introduction()));
          assertEquals(List.of("ARRIVED"), bob.news());
          return lan.known(bob).reason == Reason.REPLACED ? GONE : bob.state();
        });
    cell(ALIVE, DISPLACED, "another node at its endpoint", lan -> replaced(lan, alive(lan)));
    cell(SUSPECT, DISPLACED, "another node at its endpoint", lan -> replaced(lan, suspect(lan)));
    cell(GONE, DISPLACED, "another node at its endpoint", lan -> replaced(lan, left(lan)));
  }

  private static State replaced(CoreFixture lan, Friend bob) {
    bob.dies();
    Friend carol = bob.successorAtItsPorts("carol");
    carol.lives().beacons();
    lan.runFor(100);
    in(ALIVE, carol);
    return bob.state();
  }

  private void refused() {
    cell(UNKNOWN, REFUSED, "a refusal", lan -> refusal(lan, lan.friend("bob")));
    onlyInTheTable(ASKING, REFUSED, UNKNOWN, "a refusal counts only of those shown");
    cell(ALIVE, REFUSED, "a refusal", lan -> refusal(lan, alive(lan)));
    cell(SUSPECT, REFUSED, "a refusal", lan -> refusal(lan, suspect(lan)));
    cell(GONE, REFUSED, "a refusal", lan -> refusal(lan, left(lan)));
  }

  private static State refusal(CoreFixture lan, Friend bob) {
    bob.is(Mood.DEAD).refusesConnection();
    return after(lan, 130, bob);
  }

  private void unanswered() {
    cell(UNKNOWN, UNANSWERED, "nothing", lan -> after(lan, 4_000, lan.friend("bob")));
    cell(ASKING, UNANSWERED, "four seconds of silence", lan -> after(lan, 4_000, asking(lan)));
    cell(ALIVE, UNANSWERED, "three probes unanswered", lan -> suspect(lan).state());
    cell(SUSPECT, UNANSWERED, "another probe unanswered", lan -> after(lan, 500, suspect(lan)));
    cell(GONE, UNANSWERED, "four seconds of silence", lan -> after(lan, 4_000, left(lan)));
  }

  private void cutOff() {
    cell(UNKNOWN, CUT_OFF, "a broken watch", lan -> broken(lan, lan.friend("bob"), 600));
    cell(ASKING, CUT_OFF, "a broken watch", lan -> broken(lan, asking(lan), 600));
    cell(ALIVE, CUT_OFF, "a broken watch", lan -> broken(lan, alive(lan), 600));
    cell(SUSPECT, CUT_OFF, "a broken watch", lan -> broken(lan, suspect(lan), 600));
    cell(GONE, CUT_OFF, "a broken watch", lan -> broken(lan, left(lan), 600));
  }

  private static State broken(CoreFixture lan, Friend bob, long ms) {
    bob.is(Mood.CUT_OFF).watchBreaks();
    return after(lan, ms, bob);
  }

  private void cutOffLong() {
    cell(UNKNOWN, CUT_OFF_LONG, "a broken watch", lan -> broken(lan, lan.friend("bob"), 1_700));
    onlyInTheTable(ASKING, CUT_OFF_LONG, UNKNOWN, "only those shown are watched");
    cell(
        ALIVE,
        CUT_OFF_LONG,
        "a broken watch, and only after 1.5 intervals somebody else is heard",
        lan -> {
          Friend carol = lan.met("carol");
          Friend bob = alive(lan);
          lan.forget();
          carol.vanishes();
          bob.is(Mood.CUT_OFF).watchBreaks();
          lan.runFor(1_550);
          in(ALIVE, bob);
          carol.beacons();
          lan.runFor(200);
          assertEquals(List.of("GONE CRASHED"), bob.news());
          return bob.state();
        });
    cell(
        SUSPECT,
        CUT_OFF_LONG,
        "a broken watch, while others answer",
        lan -> {
          lan.met("carol");
          Friend bob = alive(lan);
          assertEquals(SUSPECT, broken(lan, bob, 1_200));
          return after(lan, 1_000, bob);
        });
    cell(GONE, CUT_OFF_LONG, "a broken watch", lan -> broken(lan, left(lan), 1_700));
  }

  private void silence() {
    cell(UNKNOWN, SILENCE, "nothing", lan -> after(lan, 7_000, lan.friend("bob")));
    cell(ASKING, SILENCE, "no word for 6 intervals", lan -> after(lan, 6_100, asking(lan)));
    cell(
        ALIVE,
        SILENCE,
        "so many are mute at once that not even three probes are left for each",
        lan -> {
          List<Friend> friends = lan.met(64);
          friends.forEach(Friend::vanishes);
          lan.met("witness");
          lan.forget();
          lan.runFor(7_000);
          return friends.stream()
              .filter(friend -> friend.news().equals(List.of("GONE SILENT")))
              .findFirst()
              .orElseThrow()
              .state();
        });
    cell(SUSPECT, SILENCE, "no word for 6 intervals", lan -> after(lan, 2_600, suspect(lan)));
    cell(GONE, SILENCE, "no word for 6 intervals", lan -> after(lan, 7_000, left(lan)));
  }

  private void forgotten() {
    onlyInTheTable(UNKNOWN, FORGOTTEN, UNKNOWN, "nobody remembers it");
    cell(ASKING, FORGOTTEN, "its place is needed", lan -> crowdedOut(TransitionsTest::asking));
    cell(ALIVE, FORGOTTEN, "its place is wanted", lan -> crowdedOut(TransitionsTest::alive));
    cell(SUSPECT, FORGOTTEN, "its place is wanted", lan -> crowdedOut(TransitionsTest::suspect));
    cell(GONE, FORGOTTEN, "10 intervals passed", lan -> after(lan, 10_100, left(lan)));
  }

  private static State crowdedOut(Function<CoreFixture, Friend> prepare) {
    CoreFixture lan = CoreFixture.running(Settings.defaults().withMaxPeers(3));
    Friend bob = prepare.apply(lan);
    for (int i = 0; i < 5; i++) {
      lan.friend("invented").is(Mood.CUT_OFF).beacons();
    }
    return bob.state();
  }
}
