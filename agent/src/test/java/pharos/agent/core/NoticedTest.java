package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Account;

/** What is noticed of peers is told to who wants to know, and changes nothing. */
class NoticedTest {
  private static final Map<Sign, Consumer<CoreFixture>> SCENARIOS =
      Map.ofEntries(
          Map.entry(Sign.MISSED, NoticedTest::aHostVanishes),
          Map.entry(Sign.HEARD_AGAIN, NoticedTest::aBeaconIsLate),
          Map.entry(Sign.PROBED, NoticedTest::aHostVanishes),
          Map.entry(Sign.ECHOED, NoticedTest::aBeaconIsMissedAndTheProbeAnswered),
          Map.entry(Sign.TRIED, NoticedTest::aProcessDies),
          Map.entry(Sign.CONNECTED, NoticedTest::aWatchBreaksOfOneThatLives),
          Map.entry(Sign.REFUSED_UDP, NoticedTest::aProcessDies),
          Map.entry(Sign.REFUSED_TCP, NoticedTest::aProcessDies),
          Map.entry(Sign.DISPROVED, NoticedTest::aFirewallRefuses),
          Map.entry(Sign.WATCHED, NoticedTest::aBeaconIsLate),
          Map.entry(Sign.WATCH_BROKEN, NoticedTest::aProcessDies),
          Map.entry(Sign.WATCH_FAILED, NoticedTest::aWatchNeverComesAbout),
          Map.entry(Sign.DOUBTED, NoticedTest::anotherDoubts),
          Map.entry(Sign.BEACONING, NoticedTest::oneInDoubtOnlyBeacons),
          Map.entry(Sign.HEARD_BY_OTHERS, lan -> othersAreAsked(lan, new Account(100, 9_999))),
          Map.entry(
              Sign.UNHEARD_BY_OTHERS, lan -> othersAreAsked(lan, new Account(Account.NEVER, 0))),
          Map.entry(Sign.GOODBYE_UNPROVED, NoticedTest::aGoodbyeIsForged),
          Map.entry(Sign.CLAIMED, NoticedTest::aClaimIsFalse),
          Map.entry(Sign.CLAIM_REFUSED, NoticedTest::aClaimIsFalse),
          Map.entry(Sign.MOVED_PLACE, NoticedTest::oneOfTwoAddressesIsLost),
          Map.entry(Sign.ADDRESS_CAME, NoticedTest::oneOfTwoAddressesIsLost),
          Map.entry(Sign.ADDRESS_WENT, NoticedTest::oneOfTwoAddressesIsLost),
          Map.entry(Sign.OFFERS_CHANGED, NoticedTest::offersChange),
          Map.entry(Sign.FAILED, NoticedTest::failsAndWorks),
          Map.entry(Sign.WORKS_AGAIN, NoticedTest::failsAndWorks));

  private static void othersAreAsked(CoreFixture lan, Account account) {
    Friend bob = lan.met("bob");
    for (String name : List.of("carol", "dave", "eve")) {
      Friend other = lan.friend(name);
      other.hears = it -> account;
      other.isMet();
    }
    lan.runFor(2_000);
    bob.vanishes();
    lan.runFor(6_500);
  }

  private static void failsAndWorks(CoreFixture lan) {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 3; i++) {
      lan.turn(() -> lan.core.onFailure(bob.id, "timeout"));
    }
    lan.turn(() -> lan.core.onSuccess(bob.id));
  }

  private static void aHostVanishes(CoreFixture lan) {
    lan.met("bob").vanishes();
    lan.met("carol");
    lan.runFor(8_000);
  }

  private static void aBeaconIsLate(CoreFixture lan) {
    Friend bob = lan.met("bob").is(Mood.CUT_OFF);
    lan.runFor(2_300);
    bob.lives().beacons();
    lan.runFor(500);
  }

  private static void aBeaconIsMissedAndTheProbeAnswered(CoreFixture lan) {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    bob.is(Mood.QUIET);
    lan.runFor(3_000);
  }

  private static void aProcessDies(CoreFixture lan) {
    Friend bob = lan.met("bob");
    bob.echoesUs();
    lan.runFor(500);
    bob.dies();
    bob.watchBreaks();
    lan.runFor(500);
  }

  private static void aWatchBreaksOfOneThatLives(CoreFixture lan) {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    bob.watchBreaks();
    lan.runFor(500);
  }

  private static void aFirewallRefuses(CoreFixture lan) {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    bob.refusesConnection();
    lan.runFor(500);
  }

  private static void aWatchNeverComesAbout(CoreFixture lan) {
    Friend bob = lan.friend("bob");
    bob.swallowsConnections = true;
    bob.isMet();
    bob.asksUs();
    bob.echoesUs();
    lan.turn(() -> lan.core.onConnected(bob.id, bob.incarnation, bob.tcpEndpoint()));
    bob.swallowsConnections = false;
    lan.runFor(3_000);
    bob.swallowsConnections = true;
    bob.watchBreaks();
    bob.watchBreaks();
    lan.runFor(500);
  }

  private static void anotherDoubts(CoreFixture lan) {
    Friend bob = lan.met("bob");
    Friend gamma = lan.met("gamma");
    lan.runFor(500);
    gamma.doubts(bob);
    lan.runFor(500);
  }

  private static void oneInDoubtOnlyBeacons(CoreFixture lan) {
    Friend bob = lan.met("bob");
    lan.met("carol");
    lan.runFor(500);
    bob.is(Mood.CUT_OFF);
    bob.watchBreaks();
    bob.beacons();
    lan.runFor(3_000);
  }

  private static void aGoodbyeIsForged(CoreFixture lan) {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    lan.hear(bob.says().leaving().goodbye(4_711).build(), bob.broadcaster());
    lan.runFor(500);
  }

  private static void aClaimIsFalse(CoreFixture lan) {
    Friend bob = lan.met("bob");
    lan.met("carol");
    lan.runFor(500);
    Friend liar = bob.at(CoreFixture.ip(10, 7, 7, 7)).restarts();
    liar.beacons();
    lan.runFor(2_000);
  }

  private static void oneOfTwoAddressesIsLost(CoreFixture lan) {
    Friend bob = lan.friend("bob").sendsFrom(CoreFixture.ip(10, 7, 7, 7));
    bob.isMet();
    lan.runFor(500);
    Friend there = bob.at(CoreFixture.ip(10, 7, 7, 7));
    for (int i = 0; i < 4; i++) {
      there.beacons();
      lan.runFor(300);
    }
    bob.vanishes();
    for (int i = 0; i < 12; i++) {
      there.beacons();
      lan.runFor(1_000);
    }
  }

  private static void offersChange(CoreFixture lan) {
    Friend bob = lan.met("bob");
    bob.offers("more");
    lan.runFor(500);
  }

  private static CoreFixture played(Consumer<CoreFixture> scenario, boolean isTold) {
    CoreFixture lan = CoreFixture.running();
    lan.core.tellMoves(isTold);
    scenario.accept(lan);
    return lan;
  }

  @Test
  void eachSignHasAScenario() {
    assertEquals(EnumSet.allOf(Sign.class), SCENARIOS.keySet());
  }

  @ParameterizedTest
  @EnumSource
  void eachSignComesAboutAndNothingElseIsDoneForThat(Sign sign) {
    Consumer<CoreFixture> scenario = SCENARIOS.getOrDefault(sign, lan -> {});
    CoreFixture told = played(scenario, true);
    Set<Sign> signs =
        told.done(Effect.Noticed.class).stream()
            .map(Effect.Noticed::sign)
            .collect(Collectors.toSet());
    assertTrue(signs.contains(sign), () -> sign + " is not among " + signs);

    CoreFixture untold = played(scenario, false);
    assertEquals(untold.log, told.log.stream().filter(NoticedTest::isDone).toList());
    assertFalse(untold.log.stream().anyMatch(it -> !isDone(it)));
  }

  private static boolean isDone(CoreFixture.Done done) {
    return !(done.effect() instanceof Effect.Moved
        || done.effect() instanceof Effect.Asked
        || done.effect() instanceof Effect.Noticed);
  }

  private static List<String> noticed(CoreFixture lan, Friend friend) {
    return lan.done(Effect.Noticed.class, it -> it.peer().equals(friend.id)).stream()
        .map(it -> it.sign() + " " + it.times() + " at " + it.at())
        .toList();
  }

  @Test
  void ofOneThatDiedItIsToldWhatBrokeAndWhatRefusedWhere() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    bob.echoesUs();
    lan.runFor(500);
    lan.core.tellMoves(true);
    lan.forget();
    bob.dies();
    bob.watchBreaks();
    lan.runFor(500);
    assertEquals(
        List.of(
            "WATCH_BROKEN 1 at " + bob.tcpEndpoint(),
            "TRIED 1 at " + bob.tcpEndpoint(),
            "PROBED 1 at " + bob.udpEndpoint(),
            "REFUSED_TCP 1 at " + bob.tcpEndpoint(),
            "REFUSED_UDP 1 at " + bob.udpEndpoint()),
        noticed(lan, bob).stream().distinct().toList());
  }

  @Test
  void ofOneThatFellSilentItIsToldHowManyBeaconsWereMissed() {
    CoreFixture lan = CoreFixture.running();
    lan.met("carol");
    Friend bob = lan.met("bob");
    lan.core.tellMoves(true);
    bob.vanishes();
    lan.runFor(8_000);
    List<String> missed = noticed(lan, bob).stream().filter(it -> it.startsWith("MISSED")).toList();
    assertEquals("MISSED 1 at " + bob.broadcaster(), missed.get(0));
    assertEquals("MISSED 5 at " + bob.broadcaster(), missed.get(missed.size() - 1));
  }

  @Test
  void whoIsWatchedAndAnswersAtOnceIsNoNews() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.runFor(500);
    lan.core.tellMoves(true);
    lan.forget();
    lan.runFor(60_000);
    assertEquals(List.of(), noticed(lan, bob));
    assertTrue(bob.probed().size() > 10, "and it was asked");
  }

  @Test
  void aForgedDoubtIsToldOnceAnIntervalHoweverManyThereAre() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    Friend gamma = lan.met("gamma");
    lan.runFor(500);
    lan.core.tellMoves(true);
    for (int i = 0; i < 1_000; i++) {
      gamma.doubts(bob);
      lan.runFor(2);
    }
    List<Effect.Noticed> doubts = lan.done(Effect.Noticed.class, it -> it.sign() == Sign.DOUBTED);
    assertTrue(doubts.size() >= 2 && doubts.size() <= 4, () -> "" + doubts.size());
    assertEquals(gamma.id, doubts.get(0).by().orElseThrow());
  }

  @Test
  void forgedGoodbyesAndClaimsTellNoMoreThanAreLookedInto() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.met("carol");
    lan.runFor(500);
    lan.core.tellMoves(true);
    lan.forget();
    for (int i = 0; i < 1_000; i++) {
      lan.hear(bob.says().leaving().goodbye(i + 1).build(), bob.broadcaster());
      bob.at(CoreFixture.ip(10, 9, i / 250, i % 250 + 1)).restarts().beacons();
      lan.runFor(1);
    }
    assertTrue(noticed(lan, bob).size() < 100, () -> noticed(lan, bob).size() + " in a second");
  }
}
