package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

class RoutingTableTest {
  private static final int K = 4;

  private static Contact node(int number) {
    return Contact.of(ContactId.ofText("node-" + number), "tcp://host-" + number + ":5670");
  }

  private static Turn turn(RandomGenerator random) {
    return new Turn(Settings.defaults().with(K, 5), node(0), random);
  }

  /** What holds after each step. */
  private static void check(RoutingTable table) {
    Set<ContactId> seen = new HashSet<>();
    table.forEachBucket(
        bucket -> {
          List<Entry> nodes = new ArrayList<>();
          table.forEach(
              entry -> {
                if (bucket.within.sharedBits(entry.contact.key()) >= bucket.depth) {
                  nodes.add(entry);
                }
              });
          assertTrue(nodes.size() <= K, () -> nodes.size() + " in a bucket");
        });
    table.forEach(
        entry -> {
          assertTrue(seen.add(entry.contact.id()), "twice in the table");
          assertEquals(entry, table.find(entry.contact.id()));
        });
    assertEquals(seen.size(), table.size());
    assertTrue(table.waiting() <= K * table.buckets());
    assertFalse(seen.contains(node(0).id()), "knows itself");
  }

  @Test
  void whateverHappensTheTableHoldsTogether() {
    Seeds.forEach(
        50,
        random -> {
          Turn turn = turn(random);
          RoutingTable table = new RoutingTable(turn);
          for (int step = 0; step < 400; step++) {
            turn.nowNs += Settings.SECOND;
            Contact node = node(random.nextInt(120));
            switch (random.nextInt(8)) {
              case 0 -> table.remove(node.id());
              case 1, 2 -> table.onFailed(node.id(), random.nextBoolean());
              case 3 -> table.addLocal(node.key());
              case 4 -> table.removeLocal(node.key());
              default -> table.onAnswered(node, "");
            }
            check(table);
          }
        });
  }

  @Test
  void theNearestAreThoseThatSortingAllWouldGive() {
    Seeds.forEach(
        50,
        random -> {
          RoutingTable table = new RoutingTable(turn(random));
          for (int i = 0; i < 200; i++) {
            table.onAnswered(node(random.nextInt(1, 1_000)), "");
          }
          Key target = node(random.nextInt(1_000)).key().withRandomTail(random.nextInt(20), random);
          List<Entry> all = new ArrayList<>();
          table.forEach(all::add);
          all.sort(RoutingTable.nearerTo(target));
          int count = random.nextInt(1, 30);
          assertEquals(all.subList(0, Math.min(count, all.size())), table.nearest(target, count));
        });
  }

  /** The longest prefix of a local key that no more than k share: all of those are known. */
  @Test
  void theNeighbourhoodOfEachLocalKeyIsKnownWholly() {
    Seeds.forEach(
        20,
        random -> {
          Turn turn = turn(random);
          RoutingTable table = new RoutingTable(turn);
          Key other = node(random.nextInt(5_000, 10_000)).key();
          table.addLocal(other);
          List<Contact> all = new ArrayList<>();
          for (int i = 1; i <= 500; i++) {
            Contact node = node(i + random.nextInt(2) * 500);
            all.add(node);
            table.onAnswered(node, "");
          }
          for (Key local : List.of(turn.self.key(), other)) {
            int depth = 0;
            while (sharing(all, local, depth).size() > K) {
              depth++;
            }
            for (Contact neighbour : sharing(all, local, depth)) {
              assertNotNull(table.find(neighbour.id()));
            }
          }
        });
  }

  private static List<Contact> sharing(List<Contact> all, Key key, int bits) {
    return all.stream().filter(node -> node.key().sharedBits(key) >= bits).toList();
  }

  @Test
  void severalLocalKeysShareOneTableAndItStaysSmall() {
    Turn turn = turn(Seeds.random(1));
    RoutingTable table = new RoutingTable(turn);
    for (int i = 0; i < 1_000; i++) {
      table.addLocal(node(10_000 + i).key());
    }
    for (int i = 1; i <= 5_000; i++) {
      table.onAnswered(node(i), "");
    }
    int locals = RoutingTable.LOCAL_IDS + 1;
    assertTrue(table.size() < locals * K * 13, () -> table.size() + " nodes");
    assertTrue(table.size() > 5 * K * 10, () -> table.size() + " nodes");
  }

  /** A table whose far half is full, and one that waits for a place there. */
  private static final class Full {
    final Turn turn = turn(Seeds.random(1));
    final RoutingTable table = new RoutingTable(turn);
    final List<Contact> placed = new ArrayList<>();
    Contact waiting;

    Full() {
      Contact last = null;
      for (int i = 1; placed.size() < K || last == null; i++) {
        Contact node = node(i);
        if (node.key().bit(0) == turn.self.key().bit(0)) {
          continue;
        }
        if (placed.size() < K) {
          placed.add(node);
        } else {
          last = node;
        }
      }
      waiting = last;
      // The near half splits off as soon as there is one more than a bucket holds.
      placed.forEach(it -> table.onAnswered(it, ""));
      assertFalse(table.onAnswered(waiting, ""));
    }
  }

  @Test
  void aFullBucketKeepsWhoLivesAndLetsTheNewcomerWait() {
    Full full = new Full();
    assertEquals(K, full.table.size());
    assertEquals(1, full.table.waiting());
    assertFalse(full.table.hasRoomFor(full.waiting.key()));
    full.placed.forEach(node -> assertNotNull(full.table.find(node.id())));
  }

  @Test
  void whoFailsTwiceGivesWayToWhoWaits() {
    Full full = new Full();
    ContactId failing = full.placed.get(0).id();
    assertFalse(full.table.onFailed(failing, true));
    assertNotNull(full.table.find(failing));
    assertTrue(full.table.onFailed(failing, true));
    assertNull(full.table.find(failing));
    assertEquals(K, full.table.size());
    assertEquals(0, full.table.waiting());
  }

  @Test
  void whoAnswersInBetweenStays() {
    Full full = new Full();
    Contact node = full.placed.get(0);
    for (int i = 0; i < 20; i++) {
      assertFalse(full.table.onFailed(node.id(), true));
      full.table.onAnswered(node, "");
    }
    assertNotNull(full.table.find(node.id()));
  }

  @Test
  void whenEverythingFailsAtOnceNobodyIsLost() {
    Full full = new Full();
    for (int i = 0; i < 100; i++) {
      full.placed.forEach(node -> assertFalse(full.table.onFailed(node.id(), false)));
    }
    assertEquals(K, full.table.size());
  }

  @Test
  void whoFailedIsNotToldToOthersUntilItAnswers() {
    Full full = new Full();
    Contact node = full.placed.get(0);
    full.table.onFailed(node.id(), false);
    assertEquals(K - 1, full.table.nearestLive(node.key(), K).size());
    assertEquals(K, full.table.nearest(node.key(), K).size());
    full.table.onAnswered(node, "");
    assertEquals(K, full.table.nearestLive(node.key(), K).size());
  }

  @Test
  void withNobodyWaitingFiveFailuresAreTooMany() {
    Turn turn = turn(Seeds.random(1));
    RoutingTable table = new RoutingTable(turn);
    table.onAnswered(node(1), "");
    for (int i = 0; i < 4; i++) {
      assertFalse(table.onFailed(node(1).id(), true));
    }
    assertTrue(table.onFailed(node(1).id(), true));
    assertEquals(0, table.size());
  }

  @Test
  void theArbiterDecidesInTheBucketAndWhatItReturnsIsStored() {
    Settings settings = Settings.defaults().withArbiter(Arbiters.growOnlySet());
    RoutingTable table = new RoutingTable(new Turn(settings, node(0), Seeds.random(1)));
    table.onAnswered(node(1).withData(ContactData.ofText("[1]")), "");
    table.onAnswered(node(1).withData(ContactData.ofText("[2]")), "");
    Entry entry = table.find(node(1).id());
    assertNotNull(entry);
    assertEquals("[1,2]", entry.contact.data().toString());
  }

  @Test
  void anArbiterThatThrowsOrMixesUpIdsChangesNothing() {
    for (Arbiter broken :
        List.<Arbiter>of(
            (one, other) -> node(9),
            (one, other) -> {
              throw new IllegalStateException("broken");
            })) {
      Settings settings = Settings.defaults().withArbiter(broken);
      Turn turn = new Turn(settings, node(0), Seeds.random(1));
      RoutingTable table = new RoutingTable(turn);
      table.onAnswered(node(1), "");
      table.onAnswered(node(1).withVersion(new Version(1, 1)), "");
      Entry entry = table.find(node(1).id());
      assertNotNull(entry);
      assertEquals(node(1), entry.contact);
      assertEquals(1, turn.counted(Count.ARBITER_FAILED));
    }
  }

  @Test
  void belowABucketfulItIsAFullView() {
    RoutingTable table = new RoutingTable(turn(Seeds.random(1)));
    for (int i = 1; i < K; i++) {
      table.onAnswered(node(i), "");
      assertTrue(table.isFullView());
    }
    for (int i = K; i < 20; i++) {
      table.onAnswered(node(i), "");
    }
    assertFalse(table.isFullView());
  }

  @Test
  void theNumberOfNodesIsEstimatedByHowNearTheNearestAre() {
    Turn turn = new Turn(Settings.defaults(), node(0), Seeds.random(1));
    RoutingTable table = new RoutingTable(turn);
    for (int i = 1; i < 10_000; i++) {
      table.onAnswered(node(i), "");
    }
    assertEquals(10_000, table.estimatedNodes(), 7_000);
  }

  @Test
  void whoComesFromOneAddressDoesNotKeepOthersOut() {
    Full full = new Full();
    full.placed.forEach(node -> full.table.onAnswered(node, "10.0.0.66"));
    assertTrue(full.table.hasRoomFor(full.waiting.key()));
    full.table.onFailed(full.waiting.id(), true);
    assertTrue(full.table.onAnswered(full.waiting, "10.0.0.1"));
    check(full.table);
    // Those of one address that came first stay; and the crowd does not come back in.
    assertNotNull(full.table.find(full.placed.get(0).id()));
    assertNull(full.table.find(full.placed.get(K - 1).id()));
    assertFalse(full.table.onAnswered(full.placed.get(K - 1), "10.0.0.66"));
    assertEquals(K, full.table.nodesAt("10.0.0.66"));
    full.placed.forEach(node -> full.table.remove(node.id()));
    assertEquals(0, full.table.nodesAt("10.0.0.66"));
  }

  @Test
  void nodesOfManyAddressesPushNobodyOut() {
    Full full = new Full();
    for (int i = 0; i < K; i++) {
      full.table.onAnswered(full.placed.get(i), "10.0.0." + i);
    }
    assertFalse(full.table.hasRoomFor(full.waiting.key()));
    assertFalse(full.table.onAnswered(full.waiting, "10.0.0.66"));
    full.placed.forEach(node -> assertNotNull(full.table.find(node.id())));
  }
}
