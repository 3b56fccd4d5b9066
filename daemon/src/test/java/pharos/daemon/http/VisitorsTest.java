package pharos.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pharos.beacon.Addresses;
import pharos.daemon.api.Asker;
import pharos.testkit.Seeds;

class VisitorsTest {
  private static final Limits LIMITS =
      new Limits(4, 100, Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(60));

  private final Visitors<String> visitors = new Visitors<>(LIMITS);
  private long nowNs = Long.MAX_VALUE - 3;

  private static Asker asker(String address) {
    return new Asker(Addresses.parse(address).orElseThrow(), address.startsWith("127."));
  }

  private List<String> enter(String connection, String address) {
    return visitors.enter(connection, asker(address), ++nowNs);
  }

  private void ask(String connection) {
    visitors.ask(connection, ++nowNs);
  }

  private List<String> answer(String connection, long bytes) {
    return visitors.answer(connection, connection + nowNs, bytes, ++nowNs);
  }

  @Test
  void whoComesToAFullHouseTakesTheOldestPlaceOfTheAddressThatHasMost() {
    enter("a", "10.0.0.1");
    enter("b1", "10.0.0.2");
    enter("b2", "10.0.0.2");
    assertEquals(List.of(), enter("b3", "10.0.0.2"));
    assertEquals(List.of("b1"), enter("c", "10.0.0.3"));
    assertEquals(List.of("b2"), enter("b4", "10.0.0.2"));
    assertEquals(4, visitors.count());
  }

  @Test
  void ofOneAddressThoseGoFirstWhoWaitForAQuestion() {
    for (String it : List.of("1", "2", "3", "4")) {
      enter(it, "10.0.0.1");
    }
    ask("1");
    ask("2");
    assertEquals(List.of("3"), enter("5", "10.0.0.1"));
    ask("4");
    ask("5");
    assertEquals(List.of("1"), enter("6", "10.0.0.1"), "who comes is not the one who goes");
    visitors.read("4", ++nowNs);
    assertEquals(List.of("6"), enter("7", "10.0.0.1"), "who read an answer waits since then");
    assertEquals(List.of("4"), enter("8", "10.0.0.1"));
  }

  @Test
  void whoComesToAFullHouseWaitsUntilThoseBeforeCouldAsk() {
    Asker here = asker("127.0.0.1");
    for (String it : List.of("1", "2", "3", "4")) {
      assertEquals(0, visitors.waitNs(here, 100, nowNs));
      enter(it, "127.0.0.1");
    }
    assertEquals(97, visitors.waitNs(here, 100, nowNs), "the first came 3 ns ago");
    assertEquals(0, visitors.waitNs(asker("10.0.0.1"), 100, nowNs));
    assertEquals(0, visitors.waitNs(here, 100, nowNs + 97));
    ask("2");
    visitors.follow("2");
    assertEquals(0, visitors.waitNs(here, 100, nowNs), "who reads a stream has no place");
  }

  @Test
  void strangersTakeNoPlaceOfThisHost() {
    List.of("1", "2", "3", "4").forEach(it -> enter("here" + it, "127.0.0.1"));
    for (int i = 0; i < 300; i++) {
      List<String> gone = enter("stranger" + i, "10.0.0." + i % 256);
      assertEquals(i < 4 ? List.of() : List.of("stranger" + (i - 4)), gone);
    }
    assertEquals(8, visitors.count());
  }

  @Test
  void whoDoesNotReadGivesWayToOthersWhoDo() {
    enter("a", "10.0.0.1");
    enter("b1", "10.0.0.2");
    enter("b2", "10.0.0.2");
    enter("here", "127.0.0.1");
    assertEquals(List.of(), answer("here", 90));
    assertEquals(List.of(), answer("b1", 40));
    assertEquals(List.of(), answer("b2", 40));
    assertEquals(List.of("b1"), answer("a", 50));
    assertEquals(List.of(), answer("a", 60));
    assertEquals(List.of("b2"), answer("a", 70));
    assertEquals(List.of(), answer("a", 1_000), "alone it may be as large as it is");
    assertEquals(List.of("a"), answer("b3", "10.0.0.3", 1));
    assertEquals(List.of(), answer("a", 1), "who went is no matter any more");
  }

  @Test
  void ofOneAddressTheLargestAnswerGoesAndNotThatOfItsHealth() {
    List.of("health", "b", "c", "d").forEach(it -> enter(it, "10.0.0.1"));
    assertEquals(List.of(), answer("health", 10));
    assertEquals(List.of(), answer("b", 40));
    assertEquals(List.of(), answer("c", 50));
    assertEquals(List.of("c"), answer("d", 40));
    assertEquals(List.of("b", "d"), visitors.answer("health", "list", 90, ++nowNs));
  }

  @Test
  void whatManyReadCountsOnce() {
    Object list = new Object();
    for (String it : List.of("a", "b", "c")) {
      enter(it, "10.0.0.1");
      assertEquals(List.of(), visitors.answer(it, list, 90, ++nowNs));
    }
    enter("d", "10.0.0.2");
    assertEquals(List.of(), answer("d", 10));
    assertEquals(List.of("a", "b", "c"), answer("d", 20), "all of those who hold it");
  }

  private List<String> answer(String connection, String address, long bytes) {
    enter(connection, address);
    return answer(connection, bytes);
  }

  @Test
  void whoAsksOrReadsTooSlowlyGoes() {
    enter("silent", "10.0.0.1");
    long beganNs = nowNs;
    enter("reader", "10.0.0.1");
    ask("reader");
    assertEquals(List.of(), visitors.late(beganNs + LIMITS.head().toNanos() - 1));
    assertEquals(List.of("silent"), visitors.late(beganNs + LIMITS.head().toNanos()));
    nowNs = beganNs + LIMITS.head().toNanos();
    enter("swift", "10.0.0.1");
    ask("swift");
    visitors.read("swift", ++nowNs);
    assertEquals(List.of("reader"), visitors.late(beganNs + LIMITS.answer().toNanos() + 2));
    assertEquals(List.of("swift"), visitors.late(nowNs + LIMITS.head().toNanos()));
    assertEquals(0, visitors.count());
  }

  @Test
  void aStrangerWhoWaitsGivesBackWhatTheSystemHasNoneOf() {
    enter("here", "127.0.0.1");
    enter("asks", "10.0.0.1");
    ask("asks");
    enter("1", "10.0.0.1");
    enter("2", "10.0.0.2");
    assertEquals(List.of("1"), visitors.makeRoom(++nowNs));
    assertEquals(List.of("2"), visitors.makeRoom(++nowNs));
    assertEquals(List.of("here"), visitors.makeRoom(++nowNs));
    assertEquals(List.of(), visitors.makeRoom(++nowNs));
    visitors.leave("asks");
    assertEquals(0, visitors.count());
  }

  @Test
  void whateverTheyDoTheLimitsHold() {
    Seeds.forEach(
        100,
        random -> {
          Visitors<Integer> crowd = new Visitors<>(LIMITS);
          Set<Integer> open = new HashSet<>();
          for (int i = 0; i < 100; i++) {
            String network = random.nextBoolean() ? "127.0.0." : "10.0.0.";
            List<Integer> gone =
                new ArrayList<>(crowd.enter(i, asker(network + random.nextInt(6)), ++nowNs));
            assertFalse(gone.contains(i));
            open.add(i);
            crowd.ask(i, ++nowNs);
            gone.addAll(crowd.answer(i, i % 2 == 0 ? crowd : i, random.nextInt(60), ++nowNs));
            if (random.nextInt(3) == 0) {
              crowd.read(i, ++nowNs);
            }
            assertTrue(open.containsAll(gone));
            gone.forEach(open::remove);
            assertEquals(open.size(), crowd.count());
            assertTrue(crowd.count() <= 2 * LIMITS.connections());
          }
        });
  }

  @Test
  void whoComesFromTheAddressThatHeGoesToIsHere() {
    InetSocketAddress server = at("10.0.0.1", 8670);
    assertTrue(Asker.of(at("10.0.0.1", 40_000), server).isHere());
    assertTrue(Asker.of(at("127.0.0.1", 40_000), server).isHere());
    assertFalse(Asker.of(at("10.0.0.2", 40_000), server).isHere());
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(Addresses.parse(address).orElseThrow(), port);
  }

  private List<String> lateAfter(Duration time) {
    nowNs += time.toNanos();
    return visitors.late(nowNs);
  }

  @Test
  void whoAskedToWaitMayUntilHisPatienceEndsAndThenReadsLikeOthers() {
    enter("a", "10.0.0.1");
    ask("a");
    visitors.await("a");
    assertEquals(List.of(), lateAfter(Duration.ofSeconds(75)));
    answer("a", 10);
    assertEquals(List.of(), lateAfter(Duration.ofSeconds(19)));
    assertEquals(List.of("a"), lateAfter(Duration.ofSeconds(1)));

    enter("b", "10.0.0.1");
    ask("b");
    visitors.await("b");
    assertEquals(List.of("b"), lateAfter(Duration.ofSeconds(80)));
  }

  @Test
  void aReaderTakesNoPlaceAndStaysForAsLongAsHeReads() {
    for (String it : List.of("1", "2", "3", "4")) {
      enter(it, "10.0.0.1");
      ask(it);
      visitors.follow(it);
    }
    enter("5", "10.0.0.1");
    assertEquals(List.of(), enter("6", "10.0.0.1"));
    assertEquals(List.of("5", "6"), lateAfter(Duration.ofSeconds(10)));
    assertEquals(List.of(), lateAfter(Duration.ofHours(1)));
    answer("1", 10);
    visitors.read("1", ++nowNs);
    answer("2", 10);
    assertEquals(List.of(), lateAfter(Duration.ofSeconds(19)));
    assertEquals(List.of("2"), lateAfter(Duration.ofSeconds(1)));
    assertEquals(3, visitors.count());
  }

  @Test
  void whatReadersDoNotReadCountsLikeAllElse() {
    enter("1", "10.0.0.1");
    enter("2", "10.0.0.2");
    visitors.follow("1");
    visitors.follow("2");
    answer("1", 60);
    assertEquals(List.of("1"), answer("2", 50));
  }
}
