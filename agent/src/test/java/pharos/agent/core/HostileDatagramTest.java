package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;
import pharos.testkit.Seeds;

/**
 * Anybody can send one datagram that says anything. Without a key it displaces no live peer,
 * freezes none and invents none; and what the true peer does afterwards is noticed as ever.
 */
class HostileDatagramTest {
  private static final long HUGE_SEQUENCE = 0xFFFF_FFFEL;

  private final CoreFixture lan = CoreFixture.running();
  private final InetSocketAddress elsewhere =
      new InetSocketAddress(CoreFixture.ip(10, 99, 0, 1), 41_000);

  /** Bob was told as there, and nothing else; his changes and his death are noticed in time. */
  private void stillFollows(Friend bob) {
    assertEquals(List.of("ARRIVED"), bob.news());
    followsFromHereOn(bob);
  }

  private void followsFromHereOn(Friend bob) {
    lan.forget();
    bob.document = CoreFixture.document("more");
    lan.runFor(5_000);
    assertEquals(List.of("UPDATED"), bob.news());
    bob.beacons();
    bob.vanishes();
    lan.runFor(6_010);
    String last = bob.news().get(bob.news().size() - 1);
    assertTrue(last.equals("GONE SILENT") || last.equals("GONE CRASHED"), bob.news()::toString);
  }

  /** Its question proves that it is there, but not where the first datagram said. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aForgedFirstBeaconDoesNotSayWhereOneIsWhoAsksUs(boolean isCrowd) {
    if (isCrowd) {
      lan.met(70);
    }
    Friend bob = lan.friendBefore("bob");
    bob.document = CoreFixture.document("orders");
    Beacon forged = bob.says().tcpPort(6_666).udpPort(6_666).build();
    lan.hear(forged, new InetSocketAddress(CoreFixture.ip(10, 66, 0, 1), 40_000));
    bob.asksUs();
    assertEquals(List.of(), bob.news());
    bob.lives().beacons();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    PeerInfo told =
        lan.core.peers().stream().filter(it -> it.id().equals(bob.id)).findFirst().get();
    assertEquals(List.of(bob.ip), told.addresses());
    assertEquals(bob.tcpPort, told.tcpPort());
  }

  @Test
  void aHigherIncarnationFromElsewhereDisplacesNobody() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().incarnation(bob.incarnation + 5_000).build(), elsewhere);
    lan.runFor(10_000);
    stillFollows(bob);
  }

  @Test
  void aHigherIncarnationThatRefusesDisplacesNobody() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().incarnation(bob.incarnation + 5_000).build(), elsewhere);
    List<Effect.Ask> asked =
        lan.done(Effect.Ask.class, a -> a.to().getAddress().equals(elsewhere.getAddress()));
    assertEquals(1, asked.size(), "the claim is asked");
    lan.turn(() -> lan.core.onQuestionFailed(asked.get(0).question()));
    lan.runFor(3_000);
    stillFollows(bob);
  }

  @Test
  void aHigherIncarnationInHisNameDisplacesNobody() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().incarnation(bob.incarnation + 5_000).build(), bob.broadcaster());
    lan.runFor(3_000);
    stillFollows(bob);
  }

  @Test
  void aHighIncarnationDoesNotHideARestart() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().incarnation(bob.incarnation + 5_000).build(), bob.broadcaster());
    lan.runFor(2_000);
    bob.restarts();
    lan.runFor(2_000);
    assertEquals(List.of("ARRIVED", "GONE REPLACED", "ARRIVED"), bob.news());
  }

  @Test
  void aHighIncarnationFromElsewhereDoesNotHideARestartForLong() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().incarnation(bob.incarnation + 5_000).build(), elsewhere);
    lan.runFor(1_000);
    bob.restarts();
    lan.runFor(6_500);
    assertEquals(bob.incarnation, lan.known(bob).incarnation);
    assertEquals(State.ALIVE, bob.state());
  }

  @Test
  void aCloneThatAnswersDoesNotDisplaceOneThatLives() {
    Friend bob = lan.met("bob");
    Friend clone = lan.friend("clone").cloneOf(bob, bob.incarnation + 5_000);
    clone.is(Mood.QUIET).beacons();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertTrue(lan.noted().contains(NoteKind.CLAIM));
    stillFollows(bob);
  }

  @Test
  void aClaimToALiveEndpointDisplacesNobody() {
    Friend bob = lan.met("bob");
    Friend thief = lan.friend("thief");
    lan.hear(thief.says().tcpPort(bob.tcpPort).udpPort(bob.udpPort).build(), bob.broadcaster());
    lan.runFor(3_000);
    assertEquals(List.of(), thief.news());
    stillFollows(bob);
  }

  @Test
  void aClaimToALiveEndpointByAdvertisingItDisplacesNobodyInACrowdEither() {
    List<Friend> crowd = lan.met(70);
    Friend bob = crowd.get(5);
    Friend thief = lan.friend("thief").offersTheSameAs(crowd.get(0));
    lan.hear(thief.says().tcpPort(bob.tcpPort).address(bob.ip).build(), thief.broadcaster());
    lan.hear(
        thief.says().tcpPort(bob.tcpPort).address(bob.ip).echo(lan.nonceFor(thief)).build(),
        thief.udpEndpoint());
    lan.runFor(3_000);
    assertEquals(List.of(), thief.news());
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void aHugeSequenceDoesNotFreezeAPeer() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().sequence(HUGE_SEQUENCE).build(), bob.broadcaster());
    stillFollows(bob);
  }

  @Test
  void aLongIntervalDoesNotHideADeath() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().nextMs(Beacon.MAX_INTERVAL_MS).build(), bob.broadcaster());
    lan.runFor(3_000);
    stillFollows(bob);
  }

  @Test
  void aLongIntervalWithAHugeSequenceDoesNotHideADeath() {
    Friend bob = lan.met("bob");
    lan.hear(
        bob.says().nextMs(Beacon.MAX_INTERVAL_MS).sequence(HUGE_SEQUENCE).build(),
        bob.broadcaster());
    lan.runFor(5_000);
    stillFollows(bob);
  }

  @Test
  void longIntervalsForALongTimeDoNotHideADeath() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 100; i++) {
      lan.runFor(50);
      int nextMs = i % 2 == 0 ? Beacon.MAX_INTERVAL_MS : 1_240;
      lan.hear(bob.says().nextMs(nextMs).sequence(HUGE_SEQUENCE).build(), bob.broadcaster());
    }
    stillFollows(bob);
  }

  @Test
  void longIntervalsOutOfOrderDoNotHideADeath() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 100; i++) {
      lan.runFor(120);
      int nextMs = Beacon.MAX_INTERVAL_MS;
      lan.hear(bob.says().nextMs(nextMs).sequence(HUGE_SEQUENCE).build(), bob.broadcaster());
    }
    bob.vanishes();
    lan.runFor(7_000);
    assertEquals(State.GONE, bob.state());
  }

  @Test
  void longIntervalsAfterADeathHideItNoLongerThanTheyCome() {
    Friend bob = lan.met("bob");
    bob.vanishes();
    for (int i = 0; i < 6; i++) {
      lan.runFor(2_000);
      int nextMs = Beacon.MAX_INTERVAL_MS;
      lan.hear(bob.says().nextMs(nextMs).sequence(100 + i).build(), bob.broadcaster());
    }
    lan.runFor(7_000);
    assertEquals(State.GONE, bob.state());
  }

  @Test
  void whoAnnouncesItselfMoreRarelyIsWaitedForOnceItAnswersMeanwhile() {
    Friend bob = lan.met("bob");
    bob.nextMs = 4_000;
    bob.lives();
    lan.runFor(30_000);
    assertEquals(4 * CoreFixture.SECOND, lan.known(bob).intervalNs);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void shortIntervalsForALongTimeEndNobody() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 100; i++) {
      lan.runFor(50);
      int nextMs = i % 2 == 0 ? 1 : 760;
      lan.hear(bob.says().nextMs(nextMs).sequence(HUGE_SEQUENCE).build(), bob.broadcaster());
    }
    bob.is(Mood.CUT_OFF);
    lan.runFor(2_000);
    assertNotEquals(State.GONE, bob.state());
    bob.lives();
    lan.runFor(5_000);
    assertEquals(State.ALIVE, bob.state());
  }

  @Test
  void aShortIntervalEndsNobody() {
    Friend bob = lan.met("bob");
    bob.nextMs = 1_000;
    lan.hear(bob.says().nextMs(1).sequence(HUGE_SEQUENCE).build(), bob.broadcaster());
    bob.is(Mood.CUT_OFF);
    lan.runFor(2_000);
    assertNotEquals(State.GONE, bob.state());
    bob.lives();
    lan.runFor(5_000);
    assertEquals(State.ALIVE, bob.state());
  }

  @Test
  void aRestartWaitsForNobodyWhoClaimsToBeItFromElsewhere() {
    Friend bob = lan.met("bob");
    lan.met("carol");
    lan.forget();
    long later = bob.incarnation + 1_000_000;
    for (int i = 0; i < 40; i++) {
      lan.hear(bob.says().incarnation(later).build(), elsewhere);
      lan.hear(bob.says().incarnation(later).build(), bob.broadcaster());
      if (i == 10) {
        bob.restarts().lives().beacons();
      }
      lan.runFor(50);
    }
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
  }

  @Test
  void aForgedDigestFreezesNobody() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().digest(77).sequence(HUGE_SEQUENCE).build(), bob.broadcaster());
    stillFollows(bob);
  }

  @Test
  void aLeavingFromElsewhereEndsNobody() {
    Friend bob = lan.met("bob");
    lan.hear(bob.says().leaving().build(), elsewhere);
    lan.runFor(10);
    assertTrue(bob.probed().size() >= 1, "he is looked after");
    lan.runFor(3_000);
    stillFollows(bob);
  }

  @Test
  void aLeavingOfAnotherRunEndsNobody() {
    Friend bob = lan.met("bob");
    for (long incarnation : new long[] {bob.incarnation - 1, bob.incarnation + 1}) {
      lan.hear(bob.says().incarnation(incarnation).leaving().build(), bob.broadcaster());
    }
    lan.runFor(3_000);
    stillFollows(bob);
  }

  @Test
  void aBeaconFromElsewhereIsNoLife() {
    Friend bob = lan.met("bob");
    bob.vanishes();
    for (int i = 0; i < 13; i++) {
      lan.hear(bob.says().build(), elsewhere);
      lan.runFor(500);
    }
    assertEquals(List.of("ARRIVED", "SUSPECT", "GONE SILENT"), bob.news());
    assertTrue(lan.core.count(Count.FROM_ELSEWHERE) >= 10);
  }

  @Test
  void aBeaconFromElsewhereChangesNothing() {
    Friend bob = lan.met("bob");
    lan.hear(
        bob.says().digest(77).nextMs(60_000).sequence(HUGE_SEQUENCE).tcpPort(1).build(), elsewhere);
    stillFollows(bob);
  }

  @Test
  void aStrangerWithAKnownDigestIsNotInvented() {
    Friend bob = lan.met("bob");
    Friend nobody = lan.friend("nobody").offersTheSameAs(bob).is(Mood.CUT_OFF);
    nobody.beacons();
    lan.runFor(10_000);
    assertEquals(List.of(), nobody.news());
  }

  @Test
  void aStrangerWithAKnownDigestIsNotInventedInACrowdEither() {
    List<Friend> crowd = lan.met(70);
    Friend nobody = lan.friend("nobody").offersTheSameAs(crowd.get(0)).is(Mood.CUT_OFF);
    nobody.beacons();
    nobody.solicits(77);
    nobody.echoes(78);
    lan.runFor(10_000);
    assertEquals(List.of(), nobody.news());
  }

  @Test
  void aForgedDoubtInANameFromElsewhereIsNotLookedInto() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.forget();
    Beacon doubt = carol.says().doubt(new Doubt(bob.id, bob.incarnation)).build();
    lan.hear(doubt, elsewhere);
    lan.runFor(10);
    assertEquals(List.of(), bob.probed());
    assertEquals(List.of(), bob.news());
  }

  @Test
  void aDoubtByAStrangerIsNotLookedInto() {
    Friend bob = lan.met("bob");
    lan.forget();
    lan.friend("stranger").is(Mood.CUT_OFF).doubts(bob);
    lan.runFor(10);
    assertEquals(List.of(), bob.probed());
  }

  @Test
  void aForgedDoubtOnlyMakesOneLook() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    carol.doubts(bob);
    lan.runFor(10);
    assertTrue(bob.probed().size() >= 1);
    lan.runFor(3_000);
    stillFollows(bob);
  }

  @Test
  void aFlockOfForgedDoubtsIsLookedIntoOncePerInterval() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.forget();
    for (int i = 0; i < 90; i++) {
      carol.doubts(bob);
      lan.runFor(10);
    }
    assertEquals(1, bob.probed().size());
  }

  @Test
  void aDoubtThatComesTooEarlyIsLookedIntoAfterAnInterval() {
    lan.friend("next", CoreFixture.OUR_PLACE + 1).isMet();
    lan.friend("next but one", CoreFixture.OUR_PLACE + 2).isMet();
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.runFor(500);
    carol.doubts(bob); // forged
    lan.runFor(300);
    bob.dies();
    long deadNs = lan.nowNs;
    carol.doubts(bob);
    lan.runFor(2_000);
    assertTrue(bob.toldAfterMs("GONE CRASHED", deadNs) < 800);
  }

  @Test
  void aForgedDoubtKeepsNobodyFromTellingOfABrokenWatch() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.runFor(500);
    carol.doubts(bob); // forged
    lan.runFor(300);
    lan.forget();
    bob.dies();
    bob.watchBreaks();
    assertEquals(1, lan.done(Effect.Broadcast.class, it -> it.beacon().hasDoubt()).size());
  }

  @Test
  void ourOwnIdFromElsewhereIsAskedAndNotBelieved() {
    Friend clone = lan.friend("clone").cloneOfUs(lan.core.incarnation() - 1_000);
    clone.is(Mood.CUT_OFF).beacons();
    lan.runFor(3_000);
    assertEquals(1, lan.done(Effect.Send.class, s -> s.to().equals(clone.udpEndpoint())).size());
    assertEquals(List.of(), lan.done(Effect.Renamed.class));
    assertEquals(lan.id, lan.core.id());
    assertEquals(List.of(), lan.told());
  }

  @Test
  void ourOwnIdWithAHigherIncarnationDoesNotMakeUsAnother() {
    long before = lan.core.incarnation();
    Friend clone = lan.friend("clone").cloneOfUs(before + 1_000);
    clone.udpPort = 9_000;
    clone.is(Mood.CUT_OFF).beacons();
    lan.runFor(1_000);
    assertEquals(before, lan.core.incarnation());
  }

  @Test
  void aStrangersDoubtAboutALaterRunOfUsDoesNotMakeUsAnother() {
    long before = lan.core.incarnation();
    Friend stranger = lan.friend("stranger").is(Mood.CUT_OFF);
    lan.hear(
        stranger.says().doubt(new Doubt(lan.id, before + 1_000)).build(), stranger.broadcaster());
    lan.runFor(1_000);
    assertEquals(before, lan.core.incarnation());
  }

  @Test
  void aStrangerInHisNameFromElsewhereIsNotAskedButHeIsWhereHeIsKnown() {
    Friend bob = lan.met("bob");
    lan.forget();
    lan.hear(bob.says().build(), elsewhere);
    assertEquals(1, bob.probed().size());
    assertEquals(bob.udpEndpoint(), bob.probed().get(0).to());
    lan.runFor(3_000);
    assertEquals(List.of(), lan.done(Effect.Send.class));
    assertEquals(List.of(), bob.news(), "he does not vouch for it");
  }

  @Test
  void aForgedFirstBeaconWithALowerIncarnationInventsNoRun() {
    Friend bob = lan.friend("bob");
    lan.hear(bob.says().incarnation(bob.incarnation - 1_000).build(), bob.broadcaster());
    bob.lives();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(bob.incarnation, lan.known(bob).incarnation);
    followsFromHereOn(bob);
  }

  @Test
  void aForgedFirstBeaconWithAHigherIncarnationInventsNoRun() {
    Friend bob = lan.friend("bob");
    lan.hear(bob.says().incarnation(bob.incarnation + 1_000).build(), bob.broadcaster());
    bob.lives();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(bob.incarnation, lan.known(bob).incarnation);
    followsFromHereOn(bob);
  }

  @Test
  void aForgedFirstBeaconFromElsewhereDoesNotKeepTheTruePeerOut() {
    Friend bob = lan.friend("bob");
    lan.hear(bob.says().incarnation(bob.incarnation + 1_000).build(), elsewhere);
    bob.lives();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void aForgedFirstBeaconWithHisIncarnationFromElsewhereDoesNotKeepTheTruePeerOut() {
    Friend bob = lan.friend("bob");
    lan.hear(bob.says().build(), elsewhere);
    bob.lives();
    lan.runFor(5_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    followsFromHereOn(bob);
  }

  @Test
  void aForgedFirstBeaconWithHugeSequenceWrongDigestAndLongIntervalFreezesNobody() {
    Friend bob = lan.friend("bob");
    lan.hear(
        bob.says().sequence(HUGE_SEQUENCE).digest(77).nextMs(Beacon.MAX_INTERVAL_MS).build(),
        bob.broadcaster());
    bob.lives();
    lan.runFor(5_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    followsFromHereOn(bob);
  }

  @Test
  void someoneWhoOnlyListensIsNotInventedElsewhereAfterItAskedUs() {
    Friend bob = lan.met("bob");
    Friend observer = lan.friend("observer").offersTheSameAs(bob).is(Mood.CUT_OFF);
    observer.asksUs();
    lan.runFor(20_000);
    lan.hear(observer.says().build(), elsewhere);
    lan.runFor(3_000);
    assertEquals(List.of(), observer.news());
  }

  @Test
  void aForgedLaterRunOfOneWhoLeftInventsNobody() {
    Friend bob = lan.met("bob");
    bob.leaves();
    lan.forget();
    lan.hear(bob.says().incarnation(bob.incarnation + 1_000).build(), elsewhere);
    lan.runFor(10_000);
    assertEquals(List.of(), bob.news());
    bob.restarts().lives();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void noDatagramOfWhateverKindDisplacesFreezesOrInventsAnybody() {
    Seeds.forEach(
        400,
        random -> {
          CoreFixture some = CoreFixture.running();
          int crowd = random.nextInt(10) == 0 ? 66 : 2;
          List<Friend> friends = some.met(crowd);
          some.runFor(random.nextInt(1_500));
          Friend bob = friends.get(0);
          some.forget();
          boolean isInHisPlace = random.nextInt(3) == 0;
          Beacon forged = forged(some, bob, friends.get(1), isInHisPlace, random);
          some.hear(forged, isInHisPlace ? bob.broadcaster() : elsewhere);
          some.runFor(9_000);
          // In his place it may claim another offer, until his next beacon corrects it.
          List<String> told = isInHisPlace ? List.of("UPDATED " + bob.name) : List.of();
          assertTrue(told.containsAll(some.told()), () -> some.told() + " after " + forged);
          bob.offers("more");
          some.runFor(5_000);
          assertEquals(bob.document, infoOf(bob, some).document(), () -> "after " + forged);
          bob.vanishes();
          some.runFor(6_100);
          assertEquals(State.GONE, bob.state(), () -> "after " + forged);
          assertEquals(crowd - 1, some.shown().size());
        });
  }

  private static PeerInfo infoOf(Friend friend, CoreFixture lan) {
    return lan.core.peers().stream()
        .filter(peer -> peer.id().equals(friend.id))
        .findFirst()
        .orElseThrow();
  }

  private static Beacon forged(
      CoreFixture lan, Friend bob, Friend carol, boolean isInHisPlace, RandomGenerator random) {
    NodeId id =
        switch (random.nextInt(6)) {
          case 0 -> lan.id;
          case 1 -> NodeId.random(random);
          default -> bob.id;
        };
    Beacon.Builder beacon =
        Beacon.of(id)
            .incarnation(bob.incarnation + List.of(0, 0, 0, 1_000, -1_000).get(random.nextInt(5)))
            .sequence(random.nextBoolean() ? bob.sequence++ : HUGE_SEQUENCE)
            .nextMs(List.of(1_000, 0, 1, 60_000).get(random.nextInt(4)))
            .tcpPort(List.of(bob.tcpPort, bob.tcpPort, 9, 0).get(random.nextInt(4)))
            .udpPort(List.of(bob.udpPort, bob.udpPort, 9, 9_000).get(random.nextInt(4)))
            .digest(
                List.of(bob.document.digest(), carol.document.digest(), 0L, 77L)
                    .get(random.nextInt(4)))
            .name("forged");
    if (random.nextInt(4) == 0) {
      beacon.solicit(random.nextLong() | 1);
    }
    if (random.nextInt(4) == 0) {
      beacon.echo(random.nextLong() | 1);
    }
    if (random.nextInt(4) == 0 && !isInHisPlace) {
      beacon.leaving(); // in his place it would count: without a key that is his word
    }
    if (random.nextInt(4) == 0) {
      Friend subject = random.nextBoolean() ? bob : carol;
      beacon.doubt(new Doubt(subject.id, subject.incarnation));
    }
    if (random.nextInt(6) == 0) {
      beacon.address(random.nextBoolean() ? carol.ip : bob.ip);
    }
    return beacon.build();
  }
}
