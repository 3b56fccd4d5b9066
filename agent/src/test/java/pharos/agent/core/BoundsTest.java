package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Doubt;

/** Whoever sends whatever, tables stay within their bounds, and the live are kept. */
class BoundsTest {
  private static final int MAX_PEERS = 200;

  private final CoreFixture lan = CoreFixture.running(Settings.defaults().withMaxPeers(MAX_PEERS));

  /**
   * How much a core holds: the entries of all collections and arrays that can be reached from it.
   */
  private static long weight(AgentCore core) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Object> todo = new ArrayDeque<>();
    todo.add(core);
    long weight = 0;
    while (!todo.isEmpty()) {
      Object next = todo.remove();
      if (!seen.add(next)) {
        continue;
      }
      if (next instanceof Map<?, ?> map) {
        weight += map.size();
        addAll(todo, map.keySet());
        addAll(todo, map.values());
      } else if (next instanceof Collection<?> collection) {
        weight += collection.size();
        addAll(todo, collection);
      } else if (next.getClass().isArray()) {
        weight += Array.getLength(next);
        if (next instanceof Object[] array) {
          for (Object element : array) {
            add(todo, element);
          }
        }
      } else if (next.getClass().getName().startsWith("pharos.agent.core.")
          && !next.getClass().isHidden()) {
        fields(next).forEach(field -> add(todo, field));
      }
    }
    return weight;
  }

  private static void addAll(ArrayDeque<Object> todo, Collection<?> elements) {
    elements.forEach(element -> add(todo, element));
  }

  private static void add(ArrayDeque<Object> todo, @Nullable Object element) {
    if (element != null) {
      todo.add(element);
    }
  }

  private static List<Object> fields(Object object) {
    List<Object> values = new ArrayList<>();
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())
            || field.getType().isPrimitive()
            || !type.getName().startsWith("pharos.agent.core.")) {
          continue;
        }
        try {
          field.setAccessible(true);
          Object value = field.get(object);
          if (value != null) {
            values.add(value);
          }
        } catch (IllegalAccessException e) {
          throw new LinkageError(e.getMessage(), e);
        }
      }
    }
    return values;
  }

  @Test
  void aFloodOfInventedPeersEvictsNoLiveOneAndGrowsNothing() {
    List<Friend> friends = lan.met(20);
    for (int i = 0; i < 2_000; i++) {
      invented(i);
    }
    long before = weight(lan.core);
    for (int i = 2_000; i < 100_000; i++) {
      invented(i);
      if (i % 20 == 0) {
        lan.runFor(1);
        assertTrue(lan.core.known() <= MAX_PEERS);
        lan.log.removeIf(done -> !(done.effect() instanceof Effect.Tell));
      }
    }
    long after = weight(lan.core);
    assertTrue(after < before * 2, () -> "it held " + before + " and now " + after);
    for (Friend friend : friends) {
      assertEquals(List.of("ARRIVED"), friend.news());
    }
    lan.runFor(20_000);
    assertEquals(20, lan.core.known());
    assertEquals(20, lan.shown().size());
    long calm = weight(lan.core);
    assertTrue(calm < before, () -> "it held " + before + " and afterwards still " + calm);
  }

  private void invented(int number) {
    Friend nobody = lan.passer("nobody", number);
    nobody.document = Document.EMPTY;
    lan.hear(nobody.says().digest(1_000 + number).build(), nobody.broadcaster());
  }

  @Test
  void aFullTableKeepsTheLiveCountsNewcomersAndSaysSoOnce() {
    lan.met(MAX_PEERS);
    lan.runFor(1_000);
    assertEquals(MAX_PEERS, lan.shown().size());
    long refusedBefore = lan.core.count(Count.REFUSED_NEWCOMERS);
    lan.forget();
    for (int i = 0; i < 50; i++) {
      lan.friend("newcomer").lives().beacons();
    }
    lan.runFor(3_000);
    assertEquals(MAX_PEERS, lan.shown().size());
    assertEquals(List.of(), lan.told());
    assertTrue(lan.core.count(Count.REFUSED_NEWCOMERS) - refusedBefore >= 50);
    assertEquals(List.of(NoteKind.FULL), lan.noted());
  }

  @Test
  void whoIsGoneMakesRoom() {
    List<Friend> friends = lan.met(MAX_PEERS);
    friends.get(0).leaves();
    Friend newcomer = lan.friend("newcomer");
    newcomer.lives().beacons();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), newcomer.news());
  }

  @Test
  void strangersWhoAskButNeverBeaconGrowNothing() {
    askedBy(0, 3_000);
    long before = weight(lan.core);
    askedBy(3_000, 20_000);
    long after = weight(lan.core);
    assertTrue(after < before * 2, () -> "it held " + before + " and now " + after);
    assertEquals(0, lan.core.known());
  }

  private void askedBy(int first, int last) {
    for (int i = first; i < last; i++) {
      Friend stranger = lan.passer("stranger", i);
      stranger.document = CoreFixture.document("document " + i);
      stranger.asksUs();
      lan.forget();
    }
  }

  @Test
  void aPeerThatSpeaksFromEverywhereGrowsNothing() {
    Friend bob = lan.met("bob");
    long before = weight(lan.core);
    for (int i = 0; i < 5_000; i++) {
      bob.broadcastPort = 1_000 + i;
      bob.beacons();
      lan.runFor(2);
      lan.forget();
    }
    long after = weight(lan.core);
    assertTrue(after < before + 100, () -> "it held " + before + " and now " + after);
  }

  @Test
  void aPeerThatChangesAllTheTimeGrowsNothing() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 3_000; i++) {
      bob.offers("v" + i);
      lan.runFor(2);
    }
    long before = weight(lan.core);
    for (int i = 3_000; i < 10_000; i++) {
      bob.offers("v" + i);
      lan.runFor(2);
      lan.forget();
    }
    long after = weight(lan.core);
    assertTrue(after < before * 2, () -> "it held " + before + " and now " + after);
  }

  @Test
  void aFloodOfSolicitsGrowsNothing() {
    lan.met(60);
    for (int i = 0; i < 30_000; i++) {
      Friend nobody = lan.passer("nobody", i);
      nobody.tcpPort = 0;
      nobody.solicits(i + 1);
    }
    lan.runFor(250_000);
    lan.forget();
    long calm = weight(lan.core);
    assertTrue(calm < 5_000, () -> "it still holds " + calm);
  }

  @Test
  void aFloodOfDoubtsCostsOneLookPerSubjectAndInterval() {
    List<Friend> friends = lan.met(30);
    lan.forget();
    for (int round = 0; round < 9; round++) {
      for (Friend friend : friends) {
        Friend subject = friends.get(round);
        lan.hear(
            friend.says().doubt(new Doubt(subject.id, subject.incarnation)).build(),
            friend.broadcaster());
      }
      lan.runFor(100);
    }
    assertEquals(9, lan.done(Effect.Probe.class).size());
  }

  @Test
  void aFloodOfForgedGoodbyesFromElsewhereCostsAFewProbes() {
    Friend bob = lan.met("bob");
    Friend evil = lan.friend("evil").is(Mood.CUT_OFF);
    lan.forget();
    for (int i = 0; i < 1_000; i++) {
      lan.hear(bob.says().leaving().build(), evil.broadcaster());
      lan.runFor(1);
    }
    assertTrue(bob.probed().size() <= 12, () -> bob.probed().size() + " probes");
    assertEquals(List.of(), bob.news());
  }

  /** Each lure is somebody new, at one of 200 addresses; it echoes, and never answers over TCP. */
  @Test
  void aNewcomerDoesNotWaitBehindThoseWhoseAddressesKeptUsWaiting() {
    CoreFixture wide = CoreFixture.running();
    for (int i = 0; i < 1_500; i++) {
      Friend lure = wide.friendAt("lure", CoreFixture.ip(10, 7, 0, i % 200 + 1), 20_000 + i);
      lure.document = CoreFixture.document("lure " + i);
      lure.swallowsConnections = true;
      lure.beacons();
      lure.echoes(wide.nonceFor(lure));
      wide.runFor(10);
    }
    wide.forget();
    Friend newcomer = wide.friend("newcomer").lives();
    newcomer.beacons();
    wide.runFor(1_000);
    assertEquals(List.of("ARRIVED"), newcomer.news());
  }

  @Test
  void aNewcomerThatEchoesIsAskedBeforeAllTheInvented() {
    CoreFixture wide = CoreFixture.running();
    for (int i = 0; i < 3_000; i++) {
      Friend nobody = wide.passer("nobody", i);
      wide.hear(nobody.says().digest(1_000 + i).build(), nobody.broadcaster());
    }
    Friend bob = wide.friend("bob");
    bob.document = CoreFixture.document("orders");
    bob.lives().beacons();
    bob.echoesUs();
    wide.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
  }
}
