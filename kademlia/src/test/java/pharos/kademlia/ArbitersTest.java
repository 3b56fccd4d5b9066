package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.testkit.Seeds;

class ArbitersTest {
  private static final ContactId ID = ContactId.ofText("workerService");
  private static final long NOW_MS = 1_000;

  private static Contact contact(String data, long incarnation, long clock) {
    return new Contact(ID, List.of(), ContactData.ofText(data), new Version(incarnation, clock));
  }

  private static Contact any(RandomGenerator random, Function<RandomGenerator, String> data) {
    List<String> endpoints = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      endpoints.add("tcp://10.0.0." + random.nextInt(20) + ":5670");
    }
    return new Contact(
        ID,
        endpoints,
        ContactData.ofText(data.apply(random)),
        new Version(random.nextInt(3), random.nextInt(3)));
  }

  private static String array(RandomGenerator random) {
    List<String> elements = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      elements.add("\"w" + random.nextInt(12) + "x".repeat(random.nextInt(2) * 700) + "\"");
    }
    return random.nextInt(20) == 0 ? "no array" : "[ " + String.join(" , ", elements) + "]";
  }

  private static String object(RandomGenerator random) {
    List<String> members = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String name = "w" + random.nextInt(12) + "x".repeat(random.nextInt(2) * 700);
      members.add("\"" + name + "\": " + random.nextInt((int) NOW_MS - 200, (int) NOW_MS + 800));
    }
    return random.nextInt(20) == 0 ? "" : "{" + String.join(",", members) + " }";
  }

  private static void assertMerges(
      Arbiter arbiter, Function<RandomGenerator, String> data, boolean isWholeAlready) {
    Seeds.forEach(
        500,
        random -> {
          Contact a = any(random, data);
          Contact b = any(random, data);
          Contact c = any(random, data);
          Contact ab = arbiter.choose(a, b);
          assertEquals(ab, arbiter.choose(b, a), "commutative");
          assertEquals(
              arbiter.choose(ab, c), arbiter.choose(a, arbiter.choose(b, c)), "associative");
          assertEquals(ab, arbiter.choose(ab, ab), "idempotent");
          assertEquals(ab, arbiter.choose(ab, b), "absorbing");
          if (isWholeAlready) {
            assertTrue(ab.equals(a) || ab.equals(b));
          }
        });
  }

  @Test
  void versionsDecideInOneWayWhateverTheOrder() {
    assertMerges(Arbiters.versions(), random -> "" + random.nextInt(3), true);
  }

  @Test
  void aGrowOnlySetEndsTheSameWhateverTheOrder() {
    assertMerges(Arbiters.growOnlySet(), ArbitersTest::array, false);
  }

  @Test
  void anExpiringSetEndsTheSameWhateverTheOrder() {
    assertMerges(Arbiters.expiringSet(() -> NOW_MS), ArbitersTest::object, false);
  }

  @Test
  void aLaterIncarnationBeatsAnyClockAndEqualVersionsAreDecidedByTheirData() {
    Arbiter versions = Arbiters.versions();
    Contact restarted = contact("1", 2, 0);
    assertEquals(restarted, versions.choose(contact("9", 1, 99), restarted));
    assertEquals(restarted, versions.choose(restarted, contact("9", 1, 99)));
    Contact greater = contact("b", 1, 1);
    assertEquals(greater, versions.choose(greater, contact("a", 1, 1)));
    assertEquals(greater, versions.choose(contact("a", 1, 1), greater));
  }

  @Test
  void aContactWithoutAVersionGetsOneAndOneWithItsOwnKeepsIt() {
    Version next = new Version(7, 3);
    assertEquals(next, Arbiters.versions().withDefaults(contact("", 0, 0), next).version());
    assertEquals(
        new Version(1, 1), Arbiters.versions().withDefaults(contact("", 1, 1), next).version());
  }

  @Test
  void theElementsOfASetAreNamedWithTheirLastTimes() {
    assertEquals(
        Map.of("a b", 7L, "c\\\"", 2L),
        Arbiters.elements(ContactData.ofText("{ \"a b\" :3, \"c\\\"\":2,\"a b\":7}")));
    for (String none : List.of("", "[]", "{}", "{\"a\":-1}", "{\"a\":1,\"b\":{}}", "{\"a\":1")) {
      assertEquals(Map.of(), Arbiters.elements(ContactData.ofText(none)), none);
    }
  }

  @Test
  void aWorkerServiceGathersItsWorkers() {
    Arbiter workers = Arbiters.growOnlySet();
    Contact first = contact("[\"worker-1\"]", 1, 1);
    Contact second = contact("[ \"worker-2\", {\"name\": \"a, b]\\\"\"} ]", 1, 2);
    Contact both = workers.choose(first, second);
    assertEquals("[\"worker-1\",\"worker-2\",{\"name\":\"a, b]\\\"\"}]", both.data().toString());
    assertEquals(new Version(1, 2), both.version());
    assertTrue(workers.covers(both, first));
    assertFalse(Arbiters.versions().covers(both, first));
  }

  @Test
  void workersThatStandInAnObjectAreGatheredToo() {
    Arbiter workers = Arbiters.growOnlySet();
    Contact first = contact("{\"workerNodes\": {\"w1\": {\"at\": \"10.0.0.1\"}}}", 1, 1);
    Contact second =
        contact("{\"workerNodes\":{\"w2\":{\"at\":\"10.0.0.2\"}},\"tags\":[\"b\"]}", 1, 2);
    Contact both = workers.choose(first, second);
    assertEquals(
        "{\"tags\":[\"b\"],\"workerNodes\":{\"w1\":{\"at\":\"10.0.0.1\"},"
            + "\"w2\":{\"at\":\"10.0.0.2\"}}}",
        both.data().toString());
    assertEquals(both, workers.choose(second, first));
    assertTrue(workers.covers(both, first) && workers.covers(both, second));
  }

  @Test
  void whatCannotBeMergedIsRefused() {
    Arbiter workers = Arbiters.growOnlySet();
    Contact here = contact("{\"w1\":\"10.0.0.9\"}", 1, 1);
    Contact there = contact("{\"w1\":\"10.0.0.1\",\"w2\":\"10.0.0.2\"}", 1, 2);
    Contact both = workers.choose(here, there);
    assertEquals("{\"w1\":\"10.0.0.9\",\"w2\":\"10.0.0.2\"}", both.data().toString());
    assertTrue(workers.covers(both, here));
    assertFalse(workers.covers(both, there));
    assertFalse(workers.covers(both, contact("[1]", 1, 1)));
  }

  @Test
  void objectsAndArraysInEachOtherEndTheSameWhateverTheOrder() {
    assertMerges(Arbiters.growOnlySet(), random -> nested(random, 3), false);
  }

  private static String nested(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth == 0 ? 2 : 4)) {
      case 0 -> "" + random.nextInt(3);
      case 1 -> "[" + random.nextInt(3) + "," + random.nextInt(3) + "]";
      default ->
          IntStream.range(0, random.nextInt(4))
              .mapToObj(i -> "\"" + random.nextInt(3) + "\":" + nested(random, depth - 1))
              .collect(Collectors.joining(",", "{", "}"));
    };
  }

  @Test
  void anObjectThatWouldBeTooBigLeavesOutTheSameEverywhere() {
    Arbiter arbiter = Arbiters.growOnlySet();
    Contact all = contact("{}", 1, 1);
    Contact reversed = contact("{}", 1, 1);
    for (int i = 0; i < 400; i++) {
      all = arbiter.choose(all, contact("{\"w\":{\"node-" + i + "\":[" + i + "]}}", 1, 1));
      int j = 399 - i;
      reversed =
          arbiter.choose(contact("{\"w\":{\"node-" + j + "\":[" + j + "]}}", 1, 1), reversed);
    }
    assertEquals(all, reversed);
    assertTrue(all.data().length() <= ContactData.MAX_LENGTH && all.data().length() > 4_000);
  }

  @Test
  void whatHasExpiredLeavesTheSet() {
    Arbiter arbiter = Arbiters.expiringSet(() -> NOW_MS);
    Contact merged =
        arbiter.choose(
            contact("{\"a\":1000,\"b\":1001}", 1, 1), contact("{\"b\":1005,\"c\":1003}", 1, 1));
    assertEquals("{\"b\":1005,\"c\":1003}", merged.data().toString());
  }

  @Test
  void aSetThatWouldBeTooBigLeavesOutTheSameEverywhere() {
    Arbiter arbiter = Arbiters.growOnlySet();
    Contact all = contact("[]", 1, 1);
    for (int i = 0; i < 1_000; i++) {
      all = arbiter.choose(all, contact("[\"worker-" + i + "\"]", 1, 1));
    }
    Contact reversed = contact("[]", 1, 1);
    for (int i = 999; i >= 0; i--) {
      reversed = arbiter.choose(contact("[\"worker-" + i + "\"]", 1, 1), reversed);
    }
    assertEquals(all, reversed);
    assertTrue(all.data().length() <= ContactData.MAX_LENGTH && all.data().length() > 4_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{\"a\":1}",
        "[",
        "[}",
        "[,]",
        "[1,]",
        "[\"a]",
        "[[]",
        "[{]}]",
        "]["
      })
  void whatIsNoArrayNeverWinsOverOneThatIs(String junk) {
    Contact good = contact("[1]", 0, 0);
    assertEquals(good, Arbiters.growOnlySet().choose(good, contact(junk, 9, 9)));
    assertEquals(good, Arbiters.growOnlySet().choose(contact(junk, 9, 9), good));
  }

  @Test
  void nestingWithoutEndIsJunk() {
    Contact good = contact("[1]", 0, 0);
    Contact deep = contact("[".repeat(2_000) + "]".repeat(2_000), 9, 9);
    assertEquals(good, Arbiters.growOnlySet().choose(good, deep));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":-5}",
        "{\"a\":1e9}",
        "{a:5}",
        "{\"a\":\"5\"}"
      })
  void whatHasNoTimesNeverWinsOverASetThatHas(String junk) {
    Arbiter arbiter = Arbiters.expiringSet(() -> 0);
    Contact good = contact("{\"a\":5}", 0, 0);
    assertEquals(good, arbiter.choose(good, contact(junk, 9, 9)));
    assertEquals(good, arbiter.choose(contact(junk, 9, 9), good));
  }

  @Test
  void anArbiterCanBeChosenByTheId() {
    Arbiter arbiter =
        Arbiters.byId(id -> id.equals(ID) ? Arbiters.growOnlySet() : Arbiters.versions());
    assertEquals(
        "[1,2]", arbiter.choose(contact("[1]", 1, 1), contact("[2]", 1, 1)).data().toString());
    Contact plain = Contact.of(ContactId.ofText("other")).withData(ContactData.ofText("[1]"));
    Contact later = plain.withVersion(new Version(0, 1)).withData(ContactData.ofText("[2]"));
    assertEquals(later, arbiter.choose(plain, later));
    assertFalse(arbiter.covers(later, plain));
    assertTrue(arbiter.covers(contact("", 1, 0), contact("", 0, 0)));
  }
}
