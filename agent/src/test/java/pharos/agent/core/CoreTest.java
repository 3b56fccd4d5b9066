package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;

/** What holds of a core whatever happens to it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoreTest {
  /** What the application knows of one peer by the news alone. */
  private record Known(long incarnation, boolean isSuspect) {}

  @Test
  void whateverHappensNewsAlternateAndTheListFollowsFromThem() {
    Seeds.forEach(
        150,
        random -> {
          CoreFixture lan = CoreFixture.running();
          List<Friend> friends = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            friends.add(lan.friend("f" + i, random.nextInt(256)));
          }
          Map<NodeId, Known> known = new HashMap<>();
          Set<Long> open = new HashSet<>();
          Set<NodeId> watched = new HashSet<>();
          for (int i = 0; i < 300; i++) {
            something(lan, friends, random);
            lan.runFor(random.nextInt(20) == 0 ? random.nextInt(4_000) : random.nextInt(150));
            for (CoreFixture.Done done : lan.log) {
              follow(done.effect(), known);
              followQuestions(done.effect(), open);
              followWatches(done.effect(), watched);
            }
            lan.forget();
            assertEquals(known.keySet(), new HashSet<>(ids(lan)));
          }
        });
  }

  /** Who beacons in time moves a deadline; that it moved is no reason to wake up. */
  @Test
  void whoBeaconsInTimeWakesNobodyUp() {
    CoreFixture lan = CoreFixture.running();
    lan.met(20);
    lan.runFor(5_000);
    lan.forget();
    long before = lan.wakeUps();
    lan.runFor(60_000);
    int planned = lan.announcements().size() + lan.done(Effect.Probe.class).size();
    assertEquals(planned, lan.wakeUps() - before);
  }

  @Test
  void whoeverLivesIsListedAfterQuietAndNobodyElse() {
    Seeds.forEach(
        100,
        random -> {
          CoreFixture lan = CoreFixture.running();
          List<Friend> friends = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            friends.add(lan.friend("f" + i, random.nextInt(256)));
          }
          for (int i = 0; i < 100; i++) {
            something(lan, friends, random);
            lan.runFor(random.nextInt(400));
          }
          Set<NodeId> live = new HashSet<>();
          for (Friend friend : friends) {
            if (random.nextBoolean()) {
              friend.restarts().lives();
              live.add(friend.id);
            } else {
              friend.vanishes();
            }
          }
          if (live.isEmpty()) {
            lan.runFor(60_000); // it holds whom it hears no more, for a while
          }
          lan.runFor(30_000);
          assertEquals(live, new HashSet<>(ids(lan)));
          lan.core.peers().forEach(peer -> assertEquals(State.ALIVE, peer.state()));
        });
  }

  /** A lost answer is given again: else eight unanswered probes were in truth one. */
  @Test
  void eachProbeOfOneIsAnsweredByTheOtherInACrowd() {
    CoreFixture asker = CoreFixture.running();
    Friend bob = asker.met("bob");
    bob.beacons();
    bob.vanishes();
    asker.runFor(4_900);
    Identity identity = CoreFixture.identity(false, CoreFixture.OUR_PLACE + 1);
    CoreFixture asked = CoreFixture.starting(Settings.defaults(), identity);
    asked.met(60);
    long startNs = asked.nowNs;
    long lastNs = 0;
    int probes = 0;
    for (CoreFixture.Done done : asker.log) {
      if (done.effect() instanceof Effect.Probe probe
          && done.atNs() - lastNs > 100 * CoreFixture.MS) {
        lastNs = done.atNs();
        probes++;
        asked.runUntil(startNs + done.atNs());
        asked.hear(probe.beacon(), asker.address);
      }
    }
    asked.runFor(500);
    int wanted = probes;
    assertTrue(wanted >= 8, () -> wanted + " probes");
    assertEquals(wanted, asked.done(Effect.Send.class, s -> s.to().equals(asker.address)).size());
  }

  @Test
  void theSameHappeningsAndTheSameChanceGiveTheSameEffects() {
    assertEquals(story(7), story(7));
    assertFalse(story(7).equals(story(8)));
  }

  private static List<CoreFixture.Done> story(long seed) {
    RandomGenerator random = Seeds.random(seed);
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = List.of(lan.friend("a"), lan.friendBefore("b"), lan.friend("c"));
    for (int i = 0; i < 100; i++) {
      something(lan, friends, random);
      lan.runFor(random.nextInt(500));
    }
    return lan.log;
  }

  private static List<NodeId> ids(CoreFixture lan) {
    return lan.core.peers().stream().map(PeerInfo::id).toList();
  }

  static void something(CoreFixture lan, List<Friend> friends, RandomGenerator random) {
    Friend friend = friends.get(random.nextInt(friends.size()));
    Friend other = friends.get(random.nextInt(friends.size()));
    switch (random.nextInt(16)) {
      case 0, 1 -> friend.lives().beacons();
      case 2 -> friend.beacons();
      case 3 -> friend.solicits(random.nextLong() | 1);
      case 4 -> friend.leaves();
      case 5 -> friend.dies();
      case 6 -> friend.vanishes();
      case 7 -> friend.is(Mood.QUIET);
      case 8 -> friend.restarts().lives().beacons();
      case 9 -> friend.doubts(other);
      case 10 -> friend.watchBreaks();
      case 11 -> friend.refusesConnection();
      case 12 -> friend.asksUs();
      case 13 -> friend.offers("v" + random.nextInt(5));
      case 14 -> lan.hear(friend.says().build(), other.broadcaster());
      default -> lan.standStillFor(random.nextInt(600));
    }
  }

  private static void follow(Effect effect, Map<NodeId, Known> known) {
    if (!(effect instanceof Effect.Tell tell)) {
      return;
    }
    PeerInfo peer = tell.change().peer();
    Known before = known.get(peer.id());
    switch (tell.change().kind()) {
      case ARRIVED -> {
        assertEquals(null, before, "arrived twice");
        known.put(peer.id(), new Known(peer.incarnation(), false));
      }
      case UPDATED -> assertTrue(before != null, "updated, but not there");
      case SUSPECT -> {
        assertTrue(before != null && !before.isSuspect(), "suspect twice, or not there");
        known.put(peer.id(), new Known(peer.incarnation(), true));
      }
      case RECOVERED -> {
        assertTrue(before != null && before.isSuspect(), "recovered, but not suspect");
        known.put(peer.id(), new Known(peer.incarnation(), false));
      }
      case GONE -> {
        assertEquals(
            Optional.of(peer.incarnation()),
            Optional.ofNullable(before).map(Known::incarnation),
            "another run is gone");
        known.remove(peer.id());
      }
    }
  }

  /** No question is asked under a number that is open, and none is forgotten that is not. */
  private static void followQuestions(Effect effect, Set<Long> open) {
    if (effect instanceof Effect.Ask ask) {
      assertTrue(open.add(ask.question()));
    } else if (effect instanceof Effect.Forget forget) {
      assertTrue(open.remove(forget.question()), "forgotten, but never asked");
    }
  }

  private static void followWatches(Effect effect, Set<NodeId> watched) {
    if (effect instanceof Effect.Watch watch) {
      watched.add(watch.peer());
      assertTrue(watched.size() <= 2, "more than two are watched");
    } else if (effect instanceof Effect.Unwatch unwatch) {
      assertTrue(watched.remove(unwatch.peer()), "unwatched, but not watched");
    }
  }
}
