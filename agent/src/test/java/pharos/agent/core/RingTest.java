package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;

/** Each agent watches its two successors on the ring of ids. */
class RingTest {
  private final CoreFixture lan = CoreFixture.running();

  private Friend metAt(int place) {
    return lan.friend("at" + place, place).isMet();
  }

  private List<NodeId> watches() {
    return lan.done(Effect.Watch.class).stream().map(Effect.Watch::peer).toList();
  }

  private List<NodeId> unwatches() {
    return lan.done(Effect.Unwatch.class).stream().map(Effect.Unwatch::peer).toList();
  }

  @Test
  void theTwoNextOnTheRingAreWatched() {
    Friend after50 = metAt(CoreFixture.OUR_PLACE + 50);
    Friend after10 = metAt(CoreFixture.OUR_PLACE + 10);
    assertEquals(List.of(after50.id, after10.id), watches());
    assertEquals(List.of(), unwatches());
    lan.forget();
    metAt(CoreFixture.OUR_PLACE + 60);
    assertEquals(List.of(), watches(), "it is the third");
    assertEquals(List.of(), unwatches());
  }

  @Test
  void theRingCloses() {
    Friend before = metAt(CoreFixture.OUR_PLACE - 90);
    Friend after = metAt(CoreFixture.OUR_PLACE + 90);
    assertEquals(List.of(before.id, after.id), watches());
    lan.forget();
    metAt(CoreFixture.OUR_PLACE - 10);
    assertEquals(List.of(), watches());
  }

  @Test
  void anArrivalInBetweenReplacesOneWatchOnly() {
    metAt(CoreFixture.OUR_PLACE + 10);
    Friend second = metAt(CoreFixture.OUR_PLACE + 50);
    lan.forget();
    Friend between = metAt(CoreFixture.OUR_PLACE + 20);
    assertEquals(List.of(between.id), watches());
    assertEquals(List.of(second.id), unwatches());
  }

  @Test
  void aDepartureOpensOneWatchOnly() {
    Friend first = metAt(CoreFixture.OUR_PLACE + 10);
    metAt(CoreFixture.OUR_PLACE + 20);
    Friend third = metAt(CoreFixture.OUR_PLACE + 30);
    lan.forget();
    first.leaves();
    assertEquals(List.of(first.id), unwatches());
    assertEquals(List.of(third.id), watches());
  }

  @Test
  void aDepartureFurtherOnChangesNothing() {
    metAt(CoreFixture.OUR_PLACE + 10);
    metAt(CoreFixture.OUR_PLACE + 20);
    Friend third = metAt(CoreFixture.OUR_PLACE + 30);
    lan.forget();
    third.leaves();
    assertEquals(List.of(), watches());
    assertEquals(List.of(), unwatches());
  }

  @Test
  void aSuspectIsStillWatched() {
    Friend bob = metAt(CoreFixture.OUR_PLACE + 10);
    bob.vanishes();
    lan.forget();
    lan.runFor(4_500);
    assertEquals(State.SUSPECT, bob.state());
    assertEquals(List.of(), unwatches());
  }

  @Test
  void theWatchLeadsToTheEndpointThatWasAsked() {
    Friend bob = metAt(CoreFixture.OUR_PLACE + 10);
    assertEquals(bob.tcpEndpoint(), lan.done(Effect.Watch.class).get(0).to());
    assertEquals(bob.incarnation, lan.done(Effect.Watch.class).get(0).incarnation());
  }

  @Test
  void whoComesBackBeforeItsBrokenWatchWasRestoredIsWatchedOnce() {
    Friend bob = lan.met("bob");
    lan.runFor(500); // so that its ports were seen to answer
    bob.watchBreaks();
    bob.is(Mood.QUIET).beacons();
    bob.is(Mood.CUT_OFF).refusesConnection();
    lan.runFor(30);
    lan.forget();
    bob.lives().echoesUs();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(1, lan.done(Effect.Watch.class).size());
  }

  @Test
  void howeverTheyComeAndGoTheNextTwoAreWatchedAndNobodyElse() {
    Seeds.forEach(
        20,
        random -> {
          CoreFixture some = CoreFixture.running();
          List<Friend> there = new ArrayList<>();
          Set<NodeId> watched = new HashSet<>();
          for (int i = 0; i < 60; i++) {
            some.forget();
            if (there.isEmpty() || random.nextInt(5) < 3) {
              there.add(some.friend("f" + i, random.nextInt(256)).isMet());
            } else {
              there.remove(random.nextInt(there.size())).leaves();
            }
            int changes = 0;
            for (CoreFixture.Done done : some.log) {
              if (done.effect() instanceof Effect.Watch watch) {
                assertTrue(watched.add(watch.peer()), "watched twice");
                changes++;
              } else if (done.effect() instanceof Effect.Unwatch unwatch) {
                assertTrue(watched.remove(unwatch.peer()), "unwatched, but never watched");
                changes++;
              }
            }
            assertEquals(successors(some, there), watched);
            assertTrue(changes <= 2, changes + " changes by one event");
          }
        });
  }

  private static Set<NodeId> successors(CoreFixture lan, List<Friend> there) {
    List<NodeId> ids = new ArrayList<>(there.stream().map(friend -> friend.id).sorted().toList());
    List<NodeId> order =
        new ArrayList<>(ids.stream().filter(id -> id.compareTo(lan.id) > 0).toList());
    ids.removeAll(order);
    order.addAll(ids);
    return new HashSet<>(order.subList(0, Math.min(2, order.size())));
  }
}
