package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.core.CoreFixture.MS;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Beacon;

/** Anybody can claim to be a later run of a peer, or the same at another place. */
class ClaimsTest {
  private final CoreFixture lan = CoreFixture.running();
  private final InetAddress evil = CoreFixture.ip(10, 66, 0, 1);

  /** A later run of it elsewhere, that answers whatever it is asked. */
  private Friend laterRunOf(Friend friend, InetAddress at) {
    Friend later = friend.at(at);
    later.incarnation += 1_000;
    return later;
  }

  private List<Effect.Ask> askedAt(InetAddress address) {
    return lan.done(Effect.Ask.class, ask -> ask.to().getAddress().equals(address));
  }

  @Test
  void aFloodOfClaimsDisplacesNobodyThatLives() {
    List<Friend> crowd = lan.met(185);
    lan.forget();
    for (int i = 0; i < 185; i++) {
      laterRunOf(crowd.get(i), CoreFixture.ip(10, 66, 0, 1 + i % 24)).movesTo(8_000 + i).beacons();
    }
    for (int i = 0; i < 20; i++) {
      lan.runFor(500);
      Friend claimed = crowd.get(i);
      laterRunOf(claimed, evil).movesTo(8_000 + i).beacons();
    }
    lan.runFor(10_000);
    assertEquals(List.of(), lan.told());
    assertTrue(lan.core.count(Count.CLAIMS_NOT_BELIEVED) > 60);
  }

  @Test
  void theKnownPlaceIsProbedSevenTimesAndConnectedToBeforeItIsDisplaced() {
    lan.met("carol");
    Friend bob = lan.met("bob");
    lan.forget();
    bob.vanishes();
    long claimedNs = lan.nowNs;
    laterRunOf(bob, evil).lives().beacons();
    lan.runFor(700);
    List<Long> probes =
        lan.timesMs(Effect.Probe.class, it -> it.to().equals(bob.udpEndpoint()), claimedNs);
    assertEquals(List.of(1L, 21L, 41L, 141L, 241L, 341L, 441L), probes);
    assertEquals(1, lan.done(Effect.Connect.class, it -> it.to().equals(bob.tcpEndpoint())).size());
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
    assertTrue(bob.toldAfterMs("GONE REPLACED", claimedNs) >= 540);
  }

  @Test
  void whereAConnectionIsRefusedTheClaimIsBelievedAtOnce() {
    lan.met("carol");
    Friend bob = lan.met("bob");
    lan.runFor(500);
    lan.forget();
    bob.dies();
    long claimedNs = lan.nowNs;
    laterRunOf(bob, evil).lives().beacons();
    lan.runFor(300);
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
    assertTrue(bob.toldAfterMs("ARRIVED", claimedNs) <= 5);
  }

  @Test
  void whoIsBelievedIsShownWhereItAnsweredAndNotWhereItsDatagramSays() {
    lan.met("carol");
    Friend bob = lan.met("bob");
    Friend again = laterRunOf(bob, bob.ip).lives();
    InetAddress nobody = CoreFixture.ip(10, 77, 0, 1);
    Beacon forged = again.says().incarnation(again.incarnation + 1).address(nobody).build();
    lan.reachedAt(again, bob.ip);
    lan.hear(forged, bob.broadcaster());
    lan.runFor(100);
    PeerInfo shown =
        lan.core.peers().stream().filter(it -> it.id().equals(bob.id)).findFirst().orElseThrow();
    assertEquals(again.incarnation, shown.incarnation());
    assertEquals(List.of(bob.ip), shown.addresses());
  }

  @Test
  void whoseClockWentBackIsMetAgainThoughNobodyCorrectsIt() {
    Friend bob = lan.met("bob");
    bob.dies();
    bob.refusesProbe();
    bob.refusesConnection();
    lan.runFor(100);
    assertEquals(State.GONE, bob.state());
    lan.forget();
    Friend again = bob.at(bob.ip);
    again.incarnation -= 1_000;
    lan.reachedAt(again, bob.ip);
    again.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void nobodyIsDisplacedWhileNobodyElseAnswers() {
    Friend carol = lan.met("carol");
    Friend bob = lan.met("bob");
    lan.forget();
    bob.vanishes();
    carol.vanishes();
    for (int i = 0; i < 4; i++) {
      laterRunOf(bob, evil).beacons();
      lan.runFor(900);
    }
    assertTrue(bob.news().stream().noneMatch(it -> it.startsWith("GONE")), bob.news()::toString);
  }

  @Test
  void oneCheckAPeerIsMadeInAnInterval() {
    Friend bob = lan.met("bob");
    lan.forget();
    for (int i = 0; i < 400; i++) {
      Friend claimant = laterRunOf(bob, CoreFixture.ip(10, 66, i / 200, 1 + i % 200));
      claimant.beacons();
      lan.runFor(10);
    }
    long claims = lan.done(Effect.Ask.class, ask -> !ask.to().getAddress().equals(bob.ip)).size();
    assertTrue(claims >= 3 && claims <= 5, claims + " claims asked in 4 s");
    assertEquals(List.of(), lan.told());
    assertTrue(lan.core.count(Count.REFUSED_CLAIMS) > 100);
  }

  @Test
  void twentyChecksAreMadeInASecondAndOneClaimantDoesNotTakeThemAll() {
    List<Friend> crowd = lan.met(120);
    Friend carol = lan.met("carol");
    lan.runFor(1_000);
    lan.forget();
    for (int i = 0; i < 120; i++) {
      laterRunOf(crowd.get(i), evil).beacons();
    }
    lan.runFor(1_000);
    int asked = askedAt(evil).size();
    assertTrue(asked <= 41, asked + " claims asked in a second");
    for (int i = 0; i < 120; i++) {
      laterRunOf(crowd.get(i), evil).beacons();
    }
    carol.vanishes();
    long restartedNs = lan.nowNs;
    laterRunOf(carol, CoreFixture.ip(10, 67, 0, 1)).lives().beacons();
    lan.runFor(2_000);
    assertTrue(carol.toldAfterMs("ARRIVED", restartedNs) < 750);
  }

  @Test
  void aClaimThatIsNotBelievedIsNotedForWhatItIsOnceAMinute() {
    Friend bob = lan.met("bob");
    lan.forget();
    for (int i = 0; i < 100; i++) {
      laterRunOf(bob, evil).beacons();
      lan.runFor(1_000);
    }
    List<Effect.Note> notes = lan.done(Effect.Note.class);
    assertEquals(2, notes.size(), notes::toString);
    assertEquals("10.66.0.1 claims to be bob, which lives at 10.1.0.2", notes.get(0).text());
    assertTrue(lan.core.count(Count.CLAIMS_NOT_BELIEVED) >= 90);
  }

  @Test
  void whoWasDisplacedWhileItWasCutOffComesHomeAtOnceAndIsNotDisplacedAgain() {
    lan.met("carol");
    Friend bob = lan.met("bob");
    bob.vanishes();
    Friend liar = laterRunOf(bob, evil).lives();
    liar.beacons();
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED", "GONE REPLACED", "ARRIVED"), bob.news());
    lan.forget();
    long backNs = lan.nowNs;
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
    assertTrue(bob.toldAfterMs("ARRIVED", backNs) < 10);
    assertEquals(bob.incarnation, lan.known(bob).incarnation);
    lan.runFor(30_000);
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
  }

  @Test
  void whoWasSaidToHaveMovedWhileItWasCutOffComesHomeToo() {
    lan.met("carol");
    Friend bob = lan.friend("bob").sendsFrom().isMet();
    bob.vanishes();
    Friend liar = bob.at(evil).lives();
    for (int i = 0; i < 4; i++) {
      liar.beacons();
      lan.runFor(800);
    }
    assertEquals(List.of("ARRIVED", "UPDATED"), bob.news());
    lan.forget();
    bob.sequence += 5_000;
    bob.lives().beacons();
    lan.runFor(20_000);
    assertEquals(List.of("UPDATED"), bob.news());
    assertEquals(bob.ip, lan.known(bob).source.getAddress());
  }

  @Test
  void aTrueRestartElsewhereStaysThoughItsFormerPlaceIsClaimedAgain() {
    lan.met("carol");
    Friend bob = lan.met("bob");
    bob.dies();
    Friend again = laterRunOf(bob, CoreFixture.ip(10, 67, 0, 1)).lives();
    again.beacons();
    lan.runFor(100);
    lan.forget();
    // Datagrams with a forged source; its ports refuse.
    for (int i = 0; i < 10; i++) {
      bob.beacons();
      lan.runFor(1_000);
    }
    assertEquals(List.of(), bob.news());
  }

  @Test
  void whoPassesOnTheAnswersOfALaterRunIsNotTakenForIt() {
    lan.met("carol");
    Friend bob = lan.friend("bob").sendsFrom().isMet();
    bob.vanishes();
    Friend again = laterRunOf(bob, CoreFixture.ip(10, 67, 0, 1));
    Friend relay = laterRunOf(bob, evil).lives();
    relay.lie = again.introduction();
    lan.forget();
    relay.beacons();
    lan.runFor(500);
    assertEquals(List.of(), bob.news());
    again.lives().beacons();
    lan.runFor(1_500);
    assertEquals(again.ip, lan.known(bob).source.getAddress());
  }

  @Test
  void whoAnswersWhereAnEarlierStartIsClaimedIsThereAllTheSame() {
    lan.met("carol");
    Friend bob = lan.met("bob");
    bob.vanishes();
    Friend again = laterRunOf(bob, CoreFixture.ip(10, 67, 0, 1));
    for (int i = 0; i < 15; i++) {
      lan.hear(again.says().incarnation(bob.incarnation + 1).build(), again.broadcaster());
      again.beacons();
      lan.runFor(100);
    }
    assertEquals(again.ip, lan.known(bob).source.getAddress());
    assertEquals(again.incarnation, lan.known(bob).incarnation);
  }

  @Test
  void whereMuchIsLostItIsLookedForLonger() {
    Friend carol = lan.met("carol");
    Friend bob = lan.met("bob");
    for (int i = 0; i < 3; i++) {
      carol.is(Mood.CUT_OFF);
      lan.runFor(3_500);
      carol.lives().beacons(); // all its probes were lost
    }
    lan.forget();
    bob.vanishes();
    long claimedNs = lan.nowNs;
    laterRunOf(bob, evil).lives().beacons();
    lan.runFor(3_000);
    assertTrue(bob.toldAfterMs("GONE REPLACED", claimedNs) >= 1_000);
  }

  @Test
  void claimsGrowNothing() {
    List<Friend> friends = lan.met(40);
    lan.forget();
    for (int i = 0; i < 20_000; i++) {
      Friend friend = friends.get(i % 40);
      lan.hear(
          friend.says().incarnation(friend.incarnation + 1 + i).build(),
          new InetSocketAddress(CoreFixture.ip(10, 70, i / 250, i % 250), 40_000));
      lan.runUntil(lan.nowNs + MS / 10);
      lan.log.removeIf(done -> !(done.effect() instanceof Effect.Tell));
    }
    assertTrue(lan.questions() < 400, () -> lan.questions() + " questions");
    assertEquals(List.of(), lan.told());
  }
}
