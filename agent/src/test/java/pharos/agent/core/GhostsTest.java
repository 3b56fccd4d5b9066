package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.core.CoreFixture.Friend;

/**
 * A port that answers datagrams costs a stranger nothing, and thousands of them no more. They are
 * no peers, make no crowd, and keep nobody waiting.
 */
class GhostsTest {
  private final CoreFixture lan = CoreFixture.running();
  private final InetAddress haunted = CoreFixture.ip(10, 66, 0, 1);

  /** They echo, and what they offer is known; their TCP ports refuse, or swallow all. */
  private List<Friend> ghosts(int count, Document document, boolean areSilent) {
    List<Friend> ghosts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Friend ghost = lan.friendAt("ghost", haunted, 10_000 + i);
      ghost.document = document;
      ghost.behindAFirewall = !areSilent;
      ghost.swallowsConnections = areSilent;
      ghost.lives().beacons();
      ghosts.add(ghost);
    }
    return ghosts;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoTakesNoConnectionIsNotShownInACrowdEither(boolean areSilent) {
    List<Friend> crowd = lan.met(70);
    ghosts(300, crowd.get(0).document, areSilent);
    lan.runFor(60_000);
    assertEquals(70, lan.shown().size());
    assertTrue(lan.unreachable().size() > 250, () -> lan.unreachable().size() + " told apart");
  }

  @Test
  void ghostsAreNotWatchedAndACrashIsKnownWithinMilliseconds() {
    List<Friend> crowd = lan.met(70);
    ghosts(300, crowd.get(0).document, false);
    lan.runFor(30_000);
    List<String> watched =
        lan.done(Effect.Watch.class).stream().map(it -> it.to().getHostString()).toList();
    assertTrue(watched.stream().noneMatch(haunted.getHostAddress()::equals), watched::toString);
    Friend bob = crowd.get(5);
    bob.dies();
    long deadNs = lan.nowNs;
    crowd.get(6).doubts(bob);
    lan.runFor(500);
    assertTrue(bob.toldAfterMs("GONE CRASHED", deadNs) < 100);
  }

  @Test
  void whoIsOnlyHeardOfMakesNoCrowd() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 300; i++) {
      Friend nobody = lan.passer("nobody", i);
      lan.hear(nobody.says().digest(1_000 + i).build(), nobody.broadcaster());
    }
    lan.forget();
    long seenNs = lan.nowNs;
    Friend replica = lan.friend("replica").offersTheSameAs(bob).lives();
    replica.solicits(77);
    assertEquals(1, lan.answers().size(), "it is answered at once");
    lan.runFor(1_000);
    assertTrue(replica.toldAfterMs("ARRIVED", seenNs) < 100);
  }

  @Test
  void whoEchoesAtOneAddressKeepsNobodyWaitingAtAnother() {
    for (int i = 0; i < 3_000; i++) {
      Friend ghost = lan.friendAt("ghost", haunted, 10_000 + i);
      ghost.document = CoreFixture.document("of ghost " + i);
      ghost.swallowsConnections = true;
      ghost.beacons();
      ghost.echoesUs();
    }
    Friend bob = lan.friend("bob");
    long seenNs = lan.nowNs;
    bob.lives().beacons();
    lan.runFor(100);
    assertTrue(bob.toldAfterMs("ARRIVED", seenNs) < 20);
  }

  @Test
  void whoCannotBeAskedKeepsNoNewcomerWaitingWhenItIsAskedAgain() {
    List<Friend> mutes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      mutes.add(lan.friend("mute").lives());
      mutes.get(i).swallowsConnections = true;
    }
    lan.runFor(60_000);
    assertEquals(200, lan.unreachable().size());
    long slowest = 0;
    for (int i = 0; i < 20; i++) {
      Friend bob = lan.friend("bob");
      long seenNs = lan.nowNs;
      bob.lives().beacons();
      lan.runFor(2_000);
      slowest = Math.max(slowest, bob.toldAfterMs("ARRIVED", seenNs));
    }
    assertTrue(slowest < 20, slowest + " ms");
  }

  /** They take connections and say nothing, and stand right behind us on the ring of ids. */
  @Test
  void aWatchThatNeverComesAboutIsReplacedByTheNextOne() {
    Friend bob = lan.friend("bob", CoreFixture.OUR_PLACE + 60).isMet();
    Friend carol = lan.friend("carol", CoreFixture.OUR_PLACE + 70).isMet();
    List<Friend> mutes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Friend mute = lan.friend("mute", CoreFixture.OUR_PLACE + 10 + i).offersTheSameAs(bob);
      mute.behindAProxy = true;
      mute.isMet();
      lan.runFor(100);
      mutes.add(mute);
      assertEquals(List.of("ARRIVED"), mute.news());
    }
    for (int i = 0; i < 40; i++) {
      for (Friend mute : mutes) {
        mute.watchBreaks();
      }
      lan.runFor(2_500);
    }
    List<Effect.Watch> watches = lan.done(Effect.Watch.class);
    List<Object> last =
        watches.subList(watches.size() - 2, watches.size()).stream()
            .map(it -> (Object) it.peer())
            .toList();
    assertEquals(List.of(bob.id, carol.id), last);
    assertTrue(watches.size() < 40, () -> watches.size() + " watches");
    assertEquals(0, lan.core.count(Count.DOUBTS), "nothing was lost");
  }
}
