package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;
import pharos.records.core.Copy;
import pharos.records.core.History;
import pharos.records.core.Outcome;
import pharos.records.core.RecordsSettings;
import pharos.records.core.Wish;

/** What records do, told one thing at a time; the first six went wrong in a system that was. */
class RecordsTest {
  private static final long SECOND = 1_000_000_000;
  private static final long MS = 1_000_000;

  private final Lan lan = Lan.seeded(7);
  private final List<Program> nodes = new ArrayList<>();

  private Program start(int copies) {
    RecordsSettings settings = RecordsSettings.holding(copies, 1 << 24, 1_000, false);
    String name = "n" + (nodes.size() + 1);
    Program node = lan.start(name, Lan.document(name), new RecordsPlug(settings, null, true));
    nodes.add(node);
    return node;
  }

  private void start(int count, int copies) {
    for (int i = 0; i < count; i++) {
      start(copies);
    }
    lan.runFor(5 * SECOND);
  }

  private Outcome done(Program program, Wish wish) {
    AtomicReference<Outcome> told = new AtomicReference<>();
    program.deliver(() -> RecordsPlug.of(program).wish(wish, told::set));
    lan.runFor(4 * SECOND);
    return Objects.requireNonNull(told.get(), "no wish is open for longer");
  }

  private Version put(Program program, String key, String value) {
    Outcome outcome =
        done(
            program,
            new Wish.Put(key, Optional.of(Content.text(value)), Wish.If.ANY, Version.NONE, 0));
    return assertInstanceOf(Outcome.Put.class, outcome, outcome::toString).written().version();
  }

  private Outcome delete(Program program, String key) {
    return done(program, new Wish.Put(key, Optional.empty(), Wish.If.PRESENT, Version.NONE, 0));
  }

  private Entry get(Program program, String key) {
    Outcome outcome = done(program, new Wish.Get(key, false));
    return assertInstanceOf(Outcome.Got.class, outcome, outcome::toString).entry();
  }

  private static String text(Entry entry) {
    return entry.content().map(Content::text).orElse("nothing");
  }

  private List<Program> holding(String key) {
    return nodes.stream()
        .filter(it -> it.isRunning() && RecordsPlug.of(it).machine().copy(key) != null)
        .toList();
  }

  private List<Program> others(List<Program> without) {
    return nodes.stream().filter(it -> it.isRunning() && !without.contains(it)).toList();
  }

  @Test
  void anAnswerIsThatOfAMajorityAndNotOfWhoAnswersFirst() {
    start(3, 3);
    put(nodes.get(0), "key", "old");
    Program stale = nodes.get(2);
    lan.unplug(stale);
    Version later = put(nodes.get(0), "key", "new");
    lan.plugIn(stale);
    Outcome outcome = done(stale, new Wish.Get("key", false));
    for (int tries = 0; tries < 3 && !(outcome instanceof Outcome.Got); tries++) {
      // What was lost meanwhile is sent again, later each time.
      outcome = done(stale, new Wish.Get("key", false));
    }
    Entry entry = assertInstanceOf(Outcome.Got.class, outcome, outcome::toString).entry();
    assertEquals("new", text(entry));
    assertEquals(later, entry.version());
    assertTrue(entry.agreed() >= 2, entry::toString);
  }

  @Test
  void copiesOutliveTheNearestNodeAndThenTheNextOne() {
    start(5, 3);
    put(nodes.get(0), "key", "value");
    for (int dead = 0; dead < 2; dead++) {
      lan.kill(holding("key").get(0));
      lan.runFor(3 * SECOND);
      assertEquals(3, holding("key").size());
    }
    assertEquals("value", text(get(others(List.of()).get(0), "key")));
  }

  @Test
  void whatIsDeletedAnywhereIsDeletedEverywhere() {
    start(6, 3);
    for (int i = 0; i < 10; i++) {
      put(nodes.get(i % 6), "key" + i, "value");
    }
    for (int i = 0; i < 10; i++) {
      assertInstanceOf(Outcome.Put.class, delete(nodes.get((i + 3) % 6), "key" + i));
    }
    for (int i = 0; i < 10; i++) {
      assertEquals("nothing", text(get(nodes.get((i + 1) % 6), "key" + i)));
    }
  }

  @Test
  void everyNodeReachesEveryKeyInOneStep() {
    start(12, 3);
    for (Program node : nodes) {
      assertEquals(12, RecordsPlug.of(node).machine().nodes());
    }
    put(nodes.get(0), "key", "value");
    for (Program node : nodes) {
      assertEquals("value", text(get(node, "key")));
    }
  }

  @Test
  void twoHoldersMayDieTogether() {
    start(5, 3);
    put(nodes.get(0), "key", "value");
    List<Program> holders = holding("key");
    assertEquals(3, holders.size());
    lan.kill(holders.get(0));
    lan.kill(holders.get(1));
    lan.runFor(3 * SECOND);
    Program any = others(holders).get(0);
    assertEquals("value", text(get(any, "key")));
    assertEquals(3, holding("key").size());
  }

  @Test
  void aValueIsKeptAsItIsWhateverStandsInIt() {
    start(3, 3);
    put(nodes.get(0), "100%/of it", "%s %n 100% \u0000 \ud83d\ude00");
    assertEquals("%s %n 100% \u0000 \ud83d\ude00", text(get(nodes.get(1), "100%/of it")));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3"})
  void oneTwoAndThreeNodesAreEnough(int count, int having) {
    start(count, 3);
    put(nodes.get(count - 1), "key", "value");
    assertEquals(having, holding("key").size());
    assertEquals("value", text(get(nodes.get(0), "key")));
  }

  @Test
  void whoIsCutOffFromTwoOthersSaysSo() {
    start(3, 3);
    put(nodes.get(0), "key", "value");
    Program alone = nodes.get(1);
    lan.partition(List.of(alone));
    lan.runFor(10 * SECOND);
    Outcome.Failed failed =
        assertInstanceOf(Outcome.Failed.class, done(alone, new Wish.Get("key", false)));
    assertEquals(Reason.NO_MAJORITY, failed.reason());
    assertEquals("value", text(get(nodes.get(0), "key")));
    lan.heal();
    lan.runFor(10 * SECOND);
    assertEquals("value", text(get(alone, "key")));
  }

  @Test
  void aCrashTakesNoVoteAwayButAGoodbyeDoesAndSoDoesForgetting() {
    start(3, 3);
    put(nodes.get(0), "key", "value");
    lan.kill(nodes.get(1));
    lan.kill(nodes.get(2));
    lan.runFor(2 * SECOND);
    Program last = nodes.get(0);
    assertInstanceOf(Outcome.Failed.class, done(last, new Wish.Get("key", false)));
    assertInstanceOf(Outcome.Forgotten.class, done(last, new Wish.Forget("n2")));
    assertInstanceOf(Outcome.Forgotten.class, done(last, new Wish.Forget("n3")));
    assertEquals("value", text(get(last, "key")));
  }

  @Test
  void aClockThatIsAYearAheadWinsNothing() {
    start(3, 3);
    lan.stepClock(nodes.get(0), 365L * 86_400_000);
    put(nodes.get(0), "key", "from the year after");
    Version later = put(nodes.get(1), "key", "from now");
    Entry entry = get(nodes.get(2), "key");
    assertEquals("from now", text(entry));
    assertEquals(later, entry.version());
  }

  @Test
  void twoSidesThatBothWroteAreAConflictThatIsTold() {
    start(1, 3);
    Program first = nodes.get(0);
    lan.partition(List.of(first));
    put(first, "key", "here");
    Program second = start(3);
    lan.runFor(5 * SECOND);
    put(second, "key", "there");
    lan.heal();
    lan.runFor(15 * SECOND);
    Entry one = get(first, "key");
    Entry other = get(second, "key");
    assertEquals(one.version(), other.version());
    assertEquals(1, one.conflicts());
    Outcome.Told told =
        assertInstanceOf(Outcome.Told.class, done(first, new Wish.Conflicts("key")));
    String lost = text(one).equals("here") ? "there" : "here";
    assertEquals(lost, told.conflicts().get(0).content().map(Content::text).orElse("nothing"));
  }

  @Test
  void whatIsDecidedOnTakesThePlaceOfAllThatWereInConflict() {
    start(1, 3);
    Program first = nodes.get(0);
    lan.partition(List.of(first));
    Version early = put(first, "key", "early");
    put(first, "key", "here");
    Program second = start(3);
    lan.runFor(5 * SECOND);
    put(second, "key", "there");
    for (Program each : nodes) {
      RecordsPlug plug = RecordsPlug.of(each);
      plug.onContested((at, key) -> lan.in(0, () -> settle(each, key)));
      each.deliver(() -> plug.machine().tellContested());
    }
    lan.heal();
    lan.runFor(15 * SECOND);
    assertEquals("here and there", text(get(first, "key")));
    assertEquals("here and there", text(get(second, "key")));
    assertEquals(0, get(second, "key").conflicts());
    // All that was written before is stood on, by whichever side.
    Copy copy = Objects.requireNonNull(RecordsPlug.of(second).machine().copy("key"));
    assertEquals(History.Place.IN, copy.history().place(early));
  }

  private void settle(Program program, String key) {
    RecordsPlug plug = RecordsPlug.of(program);
    Copy copy = Objects.requireNonNull(plug.machine().copy(key));
    List<Version> losers = copy.losers().stream().map(Copy::version).toList();
    Content both = Content.text("here and there");
    program.deliver(
        () -> plug.wish(new Wish.Settle(key, copy.version(), losers, both), outcome -> {}));
  }

  @Test
  void aValueExpiresWhereverItIs() {
    start(3, 3);
    Wish.Put lease =
        new Wish.Put("lease", Optional.of(Content.text("mine")), Wish.If.ANY, Version.NONE, 10_000);
    assertInstanceOf(Outcome.Put.class, done(nodes.get(0), lease));
    Program late = start(3);
    lan.runFor(2 * SECOND);
    assertEquals("mine", text(get(late, "lease")));
    lan.runFor(8 * SECOND);
    for (Program node : nodes) {
      assertEquals("nothing", text(get(node, "lease")));
    }
  }

  @Test
  void aCrashIsMadeGoodInMilliseconds() {
    start(7, 5);
    for (int i = 0; i < 50; i++) {
      put(nodes.get(0), "key" + i, "value");
    }
    Program dead = holding("key0").get(0);
    lan.kill(dead);
    lan.runFor(500 * MS);
    for (int i = 0; i < 50; i++) {
      assertEquals(5, holding("key" + i).size(), "key" + i);
    }
  }
}
