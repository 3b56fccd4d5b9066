package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Beacon;

/** Who hears nobody where others were takes itself for cut off, and judges nobody. */
class LinksTest {
  private final CoreFixture lan = CoreFixture.running();

  private List<Friend> met(int count) {
    List<Friend> met = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      met.add(lan.met("f" + i));
    }
    lan.runFor(3_000);
    lan.forget();
    return met;
  }

  private static void vanish(List<Friend> friends) {
    friends.forEach(Friend::vanishes);
  }

  private List<Boolean> isolations() {
    return lan.done(Effect.Isolated.class).stream().map(Effect.Isolated::isIsolated).toList();
  }

  private List<Boolean> held() {
    return lan.core.peers().stream().map(it -> it.hearing().isHeld()).toList();
  }

  @Test
  void whoHearsNobodyWhereThreeHostsWereJudgesNobody() {
    List<Friend> friends = met(3);
    long lastNs = lan.nowNs;
    vanish(friends);
    lan.runFor(59_000);
    assertEquals(List.of(), lan.told());
    assertEquals(List.of(true), isolations());
    assertTrue(lan.core.isIsolated());
    assertEquals(List.of(true, true, true), held());
    assertEquals(List.of(NoteKind.ISOLATED), lan.noted());
    long atMs = lan.timesMs(Effect.Isolated.class, it -> true, lastNs).get(0);
    assertTrue(atMs <= 1_700, "after " + atMs + " ms");
  }

  @Test
  void theFirstDatagramEndsItAndAllAreAsked() {
    List<Friend> friends = met(4);
    vanish(friends);
    lan.runFor(20_000);
    lan.forget();
    friends.forEach(Friend::lives);
    friends.get(0).beacons();
    assertEquals(List.of(false), isolations());
    assertFalse(lan.core.isIsolated());
    assertEquals(List.of(false, false, false, false), held());
    assertEquals(1, lan.done(Effect.Broadcast.class, it -> it.beacon().isSolicit()).size());
    lan.runFor(20_000);
    assertEquals(List.of(), lan.told());
  }

  @Test
  void whoIsNotHeardAfterItIsGoneSoonAndNotBefore() {
    List<Friend> friends = met(4);
    vanish(friends);
    lan.runFor(20_000);
    long backNs = lan.nowNs;
    friends.subList(1, 4).forEach(Friend::lives);
    friends.get(1).beacons();
    lan.runFor(10_000);
    Friend dead = friends.get(0);
    assertEquals("GONE " + dead.name + " SILENT", lan.told().get(lan.told().size() - 1));
    assertEquals(State.GONE, dead.state());
    long goneMs =
        lan.timesMs(Effect.Tell.class, it -> it.change().kind() == Change.Kind.GONE, backNs).get(0);
    assertTrue(goneMs >= 2_500 && goneMs <= 6_000, goneMs + " ms");
    assertEquals(3, lan.shown().size());
  }

  @Test
  void itHoldsNoLongerThanIsSetAndThenAllAreGoneAtOnce() {
    List<Friend> friends = met(5);
    vanish(friends);
    lan.runFor(61_400);
    assertEquals(List.of(), lan.told());
    lan.runFor(400);
    List<Long> times =
        lan.timesMs(Effect.Tell.class, it -> it.change().kind() == Change.Kind.GONE, 0);
    assertEquals(5, times.size());
    assertEquals(1, times.stream().distinct().count());
    assertTrue(lan.core.isIsolated(), "until somebody is heard");
  }

  @Test
  void ofTwoHostsSilenceIsJudgedAsEver() {
    List<Friend> friends = met(2);
    vanish(friends);
    lan.runFor(6_000);
    assertEquals(2, lan.told().stream().filter(it -> it.startsWith("GONE")).count());
    assertEquals(List.of(), isolations());
  }

  @Test
  void severalAgentsOfOneHostAreOneHost() {
    Friend first = lan.met("first");
    List<Friend> friends = new ArrayList<>(List.of(first));
    for (int i = 0; i < 3; i++) {
      friends.add(lan.friendAt("more" + i, first.ip, 7_010 + i).isMet());
    }
    lan.runFor(3_000);
    vanish(friends);
    lan.runFor(7_000);
    assertEquals(List.of(), lan.shown());
    assertEquals(List.of(), isolations());
  }

  @Test
  void aLinkThatIsDownIsSaidToBeSoAtOnce() {
    List<Friend> friends = met(1);
    vanish(friends);
    lan.turn(() -> lan.core.onInterfaces(List.of(), false));
    assertEquals(List.of(true), isolations());
    assertEquals(List.of(true), held());
    lan.runFor(30_000);
    assertEquals(List.of(), lan.told());
    lan.turn(
        () -> lan.core.onInterfaces(List.of(new Subnet(CoreFixture.ip(10, 0, 0, 9), 8)), true));
    friends.get(0).lives();
    lan.runFor(3_000);
    assertEquals(List.of(true, false), isolations());
    assertEquals(List.of(false), held());
    assertEquals(List.of(), lan.told());
  }

  /** Agents that speak on two networks of ours, as those with IPv4 and IPv6 do. */
  private List<Friend> onBothNetworks(int count) {
    lan.turn(
        () ->
            lan.core.onInterfaces(
                List.of(
                    new Subnet(CoreFixture.ip(10, 0, 0, 1), 8),
                    new Subnet(CoreFixture.ip(192, 168, 0, 1), 16)),
                true));
    List<Friend> friends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Friend friend = lan.friend("f" + i);
      InetAddress second = CoreFixture.ip(192, 168, 0, 10 + i);
      friends.add(friend.sendsFrom(second).isMet());
      lan.hear(friend.says().build(), new InetSocketAddress(second, friend.udpPort));
    }
    lan.runFor(100);
    for (Friend friend : friends) {
      assertEquals(2, lan.known(friend).places.sources().size());
    }
    speakOnBoth(friends, 5);
    lan.forget();
    return friends;
  }

  private void speakOnBoth(List<Friend> friends, int seconds) {
    for (int i = 0; i < seconds; i++) {
      speakOnTheSecond(friends);
      lan.runFor(1_000);
    }
  }

  private void speakOnTheSecond(List<Friend> friends) {
    for (int i = 0; i < friends.size(); i++) {
      Friend friend = friends.get(i);
      InetAddress second = CoreFixture.ip(192, 168, 0, 10 + i);
      lan.hear(friend.says().build(), new InetSocketAddress(second, friend.udpPort));
    }
  }

  @Test
  void twoNetworksOfOneCableFallSilentTogether() {
    List<Friend> friends = onBothNetworks(3);
    vanish(friends);
    lan.runFor(30_000);
    assertEquals(List.of(), lan.told());
    assertEquals(List.of(true, true, true), held());
  }

  @Test
  void whoIsReachedOnTheOtherNetworkOfThatCableIsHeldToo() {
    List<Friend> friends = onBothNetworks(4);
    Peer peer = lan.known(friends.get(0));
    peer.source = new InetSocketAddress(CoreFixture.ip(192, 168, 0, 10), peer.source.getPort());
    vanish(friends);
    lan.runFor(30_000);
    assertEquals(List.of(), lan.told());
    assertEquals(List.of(true), isolations());
    assertEquals(List.of(true, true, true, true), held());
  }

  @Test
  void twoNetworksOfOneCableGoDownTogether() {
    List<Friend> friends = onBothNetworks(3);
    vanish(friends);
    lan.turn(() -> lan.core.onInterfaces(List.of(), false));
    assertEquals(List.of(true, true, true), held());
  }

  @Test
  void whoIsHeardOnTheOtherNetworkIsJudgedByThat() {
    List<Friend> friends = onBothNetworks(3);
    vanish(friends);
    speakOnBoth(friends.subList(0, 2), 9);
    assertEquals(2, lan.shown().size(), () -> "" + lan.told());
  }

  @Test
  void aLinkWithoutPeersMayGo() {
    lan.turn(() -> lan.core.onInterfaces(List.of(), false));
    assertEquals(List.of(), isolations());
    assertFalse(lan.core.isIsolated());
  }

  @Test
  void aRefusalIsAProofAndSaysThatWeHear() {
    List<Friend> friends = met(3);
    vanish(friends);
    lan.runFor(10_000);
    lan.forget();
    Friend dead = friends.get(0);
    lan.turn(() -> lan.core.onConnectRefused(dead.id, dead.incarnation, dead.tcpEndpoint()));
    assertEquals(List.of(false), isolations());
    lan.runFor(200);
    assertEquals(List.of("GONE f0 CRASHED"), lan.told());
  }

  @Test
  void aStrangerTellsThatWeHearToo() {
    List<Friend> friends = met(3);
    vanish(friends);
    lan.runFor(10_000);
    Beacon foreign = friends.get(0).says().cluster(77).build();
    lan.hear(foreign, new InetSocketAddress(CoreFixture.ip(10, 9, 9, 9), 5_670));
    assertEquals(List.of(true, false), isolations());
  }

  @Test
  void whatOneHearsOfItsOwnHostTellsNothing() {
    List<Friend> friends = met(3);
    Friend neighbour = lan.friendAt("neighbour", lan.address.getAddress(), 7_010).isMet();
    lan.runFor(3_000);
    lan.forget();
    vanish(friends);
    lan.runFor(10_000);
    assertEquals(List.of(true), isolations());
    neighbour.vanishes();
    lan.runFor(7_000);
    assertEquals("GONE neighbour SILENT", lan.told().get(lan.told().size() - 1));
    assertEquals(3, lan.shown().size());
  }

  @Test
  void withoutAHoldNobodyIsSpared() {
    CoreFixture strict = CoreFixture.running(Settings.defaults().withHoldNs(0));
    for (int i = 0; i < 3; i++) {
      strict.met("f" + i).is(Mood.CUT_OFF);
    }
    strict.runFor(8_000);
    assertEquals(List.of(), strict.shown());
  }
}
