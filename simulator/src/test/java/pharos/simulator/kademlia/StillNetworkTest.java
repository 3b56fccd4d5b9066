package pharos.simulator.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Count;
import pharos.kademlia.Key;
import pharos.kademlia.Settings;

class StillNetworkTest {
  private static final Population THOUSAND = new Population(1_000, 1);
  private static final int LOOKUPS = 150;

  private static StillNetwork network(UnaryOperator<Settings> settings) {
    return new StillNetwork(THOUSAND, 1, settings);
  }

  @Test
  void theNearestOfThePopulationAreThoseThatSortingAllWouldGive() {
    BitSet dead = new BitSet();
    IntStream.range(0, 300).forEach(i -> dead.set(3 * i));
    for (int i = 0; i < 50; i++) {
      Key key = ContactId.ofText("key-" + i).key();
      List<Contact> sorted =
          IntStream.range(0, 1_000)
              .filter(index -> !dead.get(index) && index != 500)
              .mapToObj(THOUSAND::node)
              .sorted(
                  Comparator.comparing(
                      Contact::key, (one, other) -> key.compareDistance(one, other)))
              .limit(Population.K)
              .toList();
      assertEquals(sorted, THOUSAND.nearest(key, dead, 500));
    }
  }

  @Test
  void anIdealTableHasItsNearestNeighboursAndNobodyTwice() {
    for (int i = 0; i < 1_000; i += 50) {
      List<Contact> table = THOUSAND.table(i);
      assertEquals(table.size(), new HashSet<>(table).size());
      Key key = THOUSAND.node(i).key();
      assertTrue(table.containsAll(THOUSAND.nearest(key, new BitSet(), i).subList(0, 5)));
      assertEquals(table, THOUSAND.table(i), "drawn anew");
    }
  }

  @Test
  void withoutFailuresHopsAndRequestsAreThoseOfTheOtherModel() {
    Sample sample = Sample.ofNodes(network(Sample.plain(3, 3)), LOOKUPS, true);
    assertEquals(1, sample.foundShare());
    assertEquals(0.90, sample.hops.mean(), 3 * sample.hops.error() + 0.06);
    assertEquals(131, sample.table.mean(), 3);
    assertEquals(8, sample.roundTrips.median(), 1);
    assertEquals(22, sample.requests.median(), 1);
    assertEquals(1, sample.closest.mean(), 0.001);
    assertEquals(0, sample.network.count(Count.STALLED) + sample.network.count(Count.FAILED));
    assertTrue(sample.isAccountedFor());
  }

  @Test
  void withAThirdDeadAllAreFoundInTime() {
    Sample sample = Sample.ofNodes(network(settings -> settings).kill(0.3), LOOKUPS, true);
    assertEquals(1, sample.foundShare());
    assertTrue(sample.roundTrips.median() <= 11, () -> "median " + sample.roundTrips.median());
    // The other model has 92.9 %.
    assertTrue(sample.closest.mean() > 0.95, () -> "closest " + sample.closest.mean());
    assertTrue(sample.isAccountedFor());
  }

  @Test
  void withHalfDeadNearlyAllAreFound() {
    Sample sample = Sample.ofNodes(network(settings -> settings).kill(0.5), LOOKUPS, false);
    assertTrue(sample.foundShare() >= 0.99, () -> "found " + sample.foundShare());
  }

  @Test
  void aHostileFifthHidesAThirdFromOnePathAndNothingFromTheDefault() {
    Sample one = Sample.ofNodes(network(Sample.plain(1, 3)).turnHostile(0.2), LOOKUPS, false);
    assertTrue(one.foundShare() < 0.9, () -> "one path found " + one.foundShare());
    Sample ours = Sample.ofNodes(network(settings -> settings).turnHostile(0.2), LOOKUPS, false);
    assertEquals(1, ours.foundShare());
    Sample contacts = Sample.ofContacts(network(settings -> settings).turnHostile(0.2), LOOKUPS);
    assertTrue(contacts.foundShare() >= 0.99, () -> "found " + contacts.foundShare());
  }

  @Test
  void theSameSeedIsTheSameRunAndAnotherIsNot() {
    long[] traces = new long[3];
    for (int i = 0; i < 3; i++) {
      StillNetwork network = new StillNetwork(THOUSAND, i == 2 ? 2 : 1, settings -> settings);
      traces[i] = Sample.ofNodes(network.kill(0.1), 10, true).network.trace();
    }
    assertEquals(traces[0], traces[1]);
    assertNotEquals(traces[0], traces[2]);
  }

  @Test
  void aRingTakesHalfOfTheLogarithm() {
    assertEquals(0.5 * Math.log(1_000) / Math.log(2), new Chord(THOUSAND).meanHops(500, 1), 0.4);
  }
}
