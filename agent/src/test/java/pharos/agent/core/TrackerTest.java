package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.core.CoreFixture.MS;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Doubt;

/** What raises doubt, what proves a death, and when; bob is the one it is about. */
class TrackerTest {
  private final CoreFixture lan = CoreFixture.running();

  /** A last beacon, and from then on nothing; the time of it. */
  private long vanishes(Friend bob) {
    bob.beacons();
    bob.vanishes();
    lan.forget();
    return lan.nowNs;
  }

  /** Its process is killed, and refuses a connection; the time of it, a fifth of a second ago. */
  private long crashes(Friend bob) {
    lan.forget();
    long refusedNs = lan.nowNs;
    bob.dies();
    bob.refusesConnection();
    lan.runFor(200);
    return refusedNs;
  }

  private List<Long> probedMs(Friend bob, long sinceNs) {
    return lan.timesMs(Effect.Probe.class, p -> p.peer().equals(bob.id), sinceNs);
  }

  /** Probes are lost from now on, as far as this agent can tell. */
  private void learnLoss() {
    Friend lossy = lan.met("lossy");
    for (int i = 0; i < 3; i++) {
      lossy.beacons();
      lossy.vanishes();
      lan.runFor(3_200);
      lossy.lives().beacons();
      lan.runFor(1_000);
    }
  }

  private static void isBetween(long least, long most, long actual) {
    assertTrue(least <= actual && actual <= most, () -> least + " to " + most + ": " + actual);
  }

  // Silence.

  /** A crowd is looked at so often. */
  private static final long LOOK_MS = 125;

  /** One that is not among the next two on the ring. */
  private Friend unwatched(String name) {
    lan.friend("next", CoreFixture.OUR_PLACE + 1).isMet();
    lan.friend("next but one", CoreFixture.OUR_PLACE + 2).isMet();
    return lan.friend(name);
  }

  @Test
  void aMissedBeaconIsAskedAfterAt1AndAHalfIntervals() {
    Friend bob = lan.met("bob");
    long lastNs = vanishes(bob);
    lan.runFor(1_499);
    assertEquals(List.of(), bob.probed());
    lan.runFor(2);
    assertEquals(List.of(1_500L), probedMs(bob, lastNs));
  }

  @ParameterizedTest
  @CsvSource({"70, 2500", "600, 3500"})
  void theBiggerTheCrowdTheLaterAMissedBeaconIsAskedAfter(int peers, long overdueMs) {
    Friend bob = lan.met(peers).get(3);
    lan.runFor(1_500);
    long lastNs = vanishes(bob);
    lan.runFor(overdueMs + 200);
    isBetween(overdueMs, overdueMs + LOOK_MS, probedMs(bob, lastNs).get(0));
  }

  @Test
  void whoIsMissedAfterTheCrowdWentAwayIsAskedAsAmongFew() {
    List<Friend> crowd = lan.met(70);
    lan.runFor(1_500);
    crowd.subList(10, 70).forEach(Friend::leaves);
    Friend bob = crowd.get(3);
    lan.runFor(3_000);
    lan.forget();
    long lastNs = vanishes(bob);
    lan.runFor(1_700);
    isBetween(1_500, 1_500 + LOOK_MS, probedMs(bob, lastNs).get(0));
  }

  @Test
  void whoIsMissedWhenACrowdHasJustComeIsAskedTooAndIsGoneInTime() {
    Friend bob = unwatched("bob").isMet();
    lan.runFor(1_500);
    long lastNs = vanishes(bob);
    lan.met(70);
    lan.runFor(2_700);
    isBetween(1_500, 2_500 + LOOK_MS, probedMs(bob, lastNs).get(0));
    lan.runFor(3_000);
    assertEquals(State.GONE, bob.state());
  }

  @Test
  void oneThatAnswersItsProbeIsNoNews() {
    Friend bob = unwatched("bob").isMet();
    bob.is(Mood.QUIET);
    lan.forget();
    lan.runFor(60_000);
    assertEquals(List.of(), bob.news());
    isBetween(35, 45, bob.probed().size());
  }

  @Test
  void whoDoesNotAnswerThreeProbesIsSuspectAndRecoversWithItsNextBeacon() {
    Friend bob = lan.met("bob");
    long lastNs = vanishes(bob);
    lan.runFor(4_000);
    assertEquals(List.of("SUSPECT"), bob.news());
    assertEquals(
        3,
        probedMs(bob, lastNs).stream()
            .filter(at -> at < bob.toldAfterMs("SUSPECT", lastNs))
            .count());
    assertEquals(List.of("bob"), lan.shown());
    bob.lives().beacons();
    assertEquals(List.of("SUSPECT", "RECOVERED"), bob.news());
  }

  @Test
  void silenceEndsAPeerBetween5And6IntervalsAndAfter8ProbesAndAQuestion() {
    Friend bob = lan.met("bob");
    long lastNs = vanishes(bob);
    lan.runFor(6_100);
    assertEquals(List.of("SUSPECT", "GONE SILENT"), bob.news());
    isBetween(5_000, 6_000, bob.toldAfterMs("GONE SILENT", lastNs));
    isBetween(8, 30, bob.probed().size());
    assertEquals(
        List.of(2_500L),
        lan.timesMs(Effect.Ask.class, a -> a.to().equals(bob.tcpEndpoint()), lastNs));
    assertEquals(List.of(), lan.shown());
  }

  @Test
  void whereProbesAreLostSilenceTakes24() {
    learnLoss();
    Friend bob = lan.met("bob");
    long lastNs = vanishes(bob);
    lan.runFor(6_100);
    assertEquals(List.of("SUSPECT", "GONE SILENT"), bob.news());
    isBetween(5_000, 6_000, bob.toldAfterMs("GONE SILENT", lastNs));
    assertTrue(bob.probed().size() >= 24, () -> bob.probed().size() + " probes");
  }

  @Test
  void anAnswerToTheLastQuestionIsLife() {
    Friend bob = lan.met("bob");
    vanishes(bob);
    lan.runFor(4_800);
    assertEquals(List.of("SUSPECT"), bob.news());
    lan.turn(() -> lan.core.onAnswer(bob.asked().get(0).question(), bob.introduction()));
    assertEquals(List.of("SUSPECT", "RECOVERED"), bob.news());
  }

  @Test
  void theAnswerOfAnotherToTheLastQuestionIsNone() {
    Friend bob = lan.met("bob");
    vanishes(bob);
    lan.runFor(4_800);
    Introduction other = lan.friend("carol").introduction();
    lan.turn(() -> lan.core.onAnswer(bob.asked().get(0).question(), other));
    lan.runFor(1_300);
    assertEquals(List.of("SUSPECT", "GONE SILENT"), bob.news());
  }

  @Test
  void aLongerIntervalIsWaitedFor() {
    Friend bob = unwatched("bob");
    bob.nextMs = 4_000;
    bob.isMet();
    lan.runFor(8_500);
    long lastNs = vanishes(bob);
    lan.runFor(25_000);
    isBetween(5_900, 6_100, probedMs(bob, lastNs).get(0));
    isBetween(20_000, 24_000, bob.toldAfterMs("GONE SILENT", lastNs));
  }

  @Test
  void silentProbesAreAtMostTenASecond() {
    List<Friend> friends = lan.met(60);
    friends.forEach(Friend::beacons);
    friends.forEach(Friend::vanishes);
    lan.met("witness"); // else it would be us
    lan.forget();
    long sinceNs = lan.nowNs;
    lan.runFor(6_100);
    List<Long> timesMs = lan.timesMs(Effect.Probe.class, p -> true, sinceNs);
    // … and those of two that are watched.
    isBetween(35, 10 + 46 + 16, timesMs.size());
    for (Friend friend : friends) {
      assertEquals(State.GONE, friend.state(), "and nobody is listed longer for it");
    }
  }

  // Refusals.

  @Test
  void aRefusalWhereItAnsweredBeforeIsACrashAfterAShortWait() {
    Friend bob = lan.met("bob");
    long refusedNs = crashes(bob);
    assertEquals(List.of("GONE CRASHED"), bob.news());
    assertEquals(25, bob.toldAfterMs("GONE CRASHED", refusedNs));
  }

  @Test
  void whereMuchIsLostARefusalWaits120Ms() {
    learnLoss();
    Friend bob = lan.met("bob");
    long refusedNs = crashes(bob);
    assertEquals(120, bob.toldAfterMs("GONE CRASHED", refusedNs));
  }

  @Test
  void aGoodbyeThatFollowsARefusalIsAGoodbye() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.refusesConnection();
    lan.runFor(20);
    bob.leaves();
    lan.runFor(1_000);
    assertEquals(List.of("GONE LEFT"), bob.news());
  }

  @Test
  void aRefusalWhereItNeverAnsweredIsNothing() {
    Friend bob = lan.met("bob");
    lan.forget();
    lan.turn(
        () ->
            lan.core.onConnectRefused(
                bob.id, bob.incarnation, new InetSocketAddress(bob.ip, 1_234)));
    lan.runFor(1_000);
    assertEquals(List.of(), bob.news());
  }

  @Test
  void aRefusalOfAnotherRunIsNothing() {
    Friend bob = lan.met("bob");
    lan.forget();
    lan.turn(() -> lan.core.onConnectRefused(bob.id, bob.incarnation - 1, bob.tcpEndpoint()));
    lan.runFor(1_000);
    assertEquals(List.of(), bob.news());
  }

  @Test
  void aConnectionThatWasTakenMakesARefusalThereCount() {
    List<Friend> crowd = lan.met(70);
    Friend bob = crowd.get(69);
    lan.runFor(20_000);
    crashes(bob);
    assertEquals(List.of("GONE CRASHED"), bob.news());
  }

  @Test
  void aRefusalThatLiesIsDisprovedByAnEchoAndIgnoredFromThenOn() {
    Friend bob = lan.met("bob");
    lan.forget();
    for (int i = 0; i < 5; i++) {
      bob.refusesConnection();
      bob.refusesProbe();
      lan.runFor(1_000);
    }
    assertEquals(List.of(), bob.news());
  }

  @Test
  void afterARestartRefusalsCountAgain() {
    Friend bob = lan.met("bob");
    bob.refusesConnection();
    lan.runFor(4_000);
    bob.restarts().beacons();
    lan.runFor(1_000);
    crashes(bob);
    assertEquals(List.of("GONE CRASHED"), bob.news());
  }

  @Test
  void aFirewallThatRefusesInItsNameIsNotedOnce() {
    Friend bob = lan.met("bob");
    bob.refusesConnection();
    for (int i = 0; i < 10; i++) {
      lan.runFor(2_000);
      bob.refusesConnection();
    }
    assertEquals(List.of(NoteKind.FALSE_REFUSAL), lan.noted());
  }

  // The watch, and doubts.

  @Test
  void aBrokenWatchIsDoubtedToAllAndProbedAt0And1And5And20And100Ms() {
    Friend bob = lan.met("bob");
    bob.vanishes();
    lan.forget();
    long brokenNs = lan.nowNs;
    bob.watchBreaks();
    lan.runFor(49);
    List<Effect.Broadcast> doubts = lan.done(Effect.Broadcast.class, b -> b.beacon().hasDoubt());
    assertEquals(1, doubts.size());
    lan.runFor(101);
    assertEquals(new Doubt(bob.id, bob.incarnation), doubts.get(0).beacon().doubt().orElseThrow());
    assertEquals(List.of(0L, 1L, 5L, 20L, 100L), probedMs(bob, brokenNs).subList(0, 5));
    assertEquals(
        0,
        lan.timesMs(Effect.Connect.class, c -> c.to().equals(bob.tcpEndpoint()), brokenNs).get(0));
  }

  @Test
  void aCrashIsToldThreeTimesSinceOneDatagramMayBeLost() {
    Friend bob = lan.met("bob");
    lan.forget();
    long brokenNs = lan.nowNs;
    bob.dies();
    bob.watchBreaks();
    lan.runFor(1_000);
    assertEquals(List.of(0L, 50L, 200L), doubtedMs(brokenNs));
  }

  @Test
  void aDoubtIsNotToldAgainOfWhoAnsweredOrSaidGoodbye() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.forget();
    long brokenNs = lan.nowNs;
    bob.watchBreaks();
    carol.watchBreaks();
    carol.leaves();
    lan.runFor(1_000);
    assertEquals(List.of(0L, 0L), doubtedMs(brokenNs));
  }

  private List<Long> doubtedMs(long sinceNs) {
    return lan.timesMs(Effect.Broadcast.class, b -> b.beacon().hasDoubt(), sinceNs);
  }

  @Test
  void aKilledProcessIsKnownWithinMillisecondsByItsBrokenWatch() {
    Friend bob = lan.met("bob");
    lan.forget();
    long killedNs = lan.nowNs;
    bob.dies();
    bob.watchBreaks();
    lan.runFor(100);
    assertEquals(List.of("GONE CRASHED"), bob.news());
    isBetween(25, 30, bob.toldAfterMs("GONE CRASHED", killedNs));
  }

  @Test
  void aCrashWhoseWatchWasMissedIsFoundByTheOverdueBeacon() {
    Friend bob = lan.met("bob");
    bob.beacons();
    lan.forget();
    long lastNs = lan.nowNs;
    bob.dies();
    lan.runFor(6_000);
    assertEquals(List.of("GONE CRASHED"), bob.news());
    isBetween(1_500, 1_700, bob.toldAfterMs("GONE CRASHED", lastNs));
  }

  @Test
  void aBrokenWatchOfOneThatLivesIsNoNewsAndIsWatchedAgain() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.watchBreaks();
    lan.runFor(3_000);
    assertEquals(List.of(), bob.news());
    assertEquals(1, lan.done(Effect.Watch.class, w -> w.peer().equals(bob.id)).size());
  }

  @Test
  void aWatchOfAnotherRunThatBreaksIsNothing() {
    Friend bob = lan.met("bob");
    lan.forget();
    lan.turn(() -> lan.core.onWatchBroken(bob.id, bob.incarnation - 1));
    assertEquals(List.of(), lan.log);
  }

  @Test
  void oneCutOffIsSuspectAfter500MsAndCrashedAfter1AndAHalfIntervalsWhileOthersAnswer() {
    Friend carol = lan.met("carol");
    Friend bob = lan.met("bob");
    long brokenNs = vanishes(bob);
    bob.watchBreaks();
    lan.runFor(200);
    carol.beacons();
    lan.runFor(1_500);
    assertEquals(List.of("SUSPECT", "GONE CRASHED"), bob.news());
    isBetween(500, 501, bob.toldAfterMs("SUSPECT", brokenNs));
    isBetween(1_500, 1_501, bob.toldAfterMs("GONE CRASHED", brokenNs));
    assertEquals(List.of(), carol.news());
  }

  @Test
  void whileNobodyAnswersNobodyIsCutOff() {
    Friend carol = lan.met("carol");
    Friend bob = lan.met("bob");
    lan.forget();
    bob.beacons();
    carol.beacons();
    carol.vanishes();
    bob.vanishes();
    bob.watchBreaks();
    lan.runFor(2_400);
    assertEquals(List.of(), bob.news());
    carol.lives().beacons();
    bob.lives().beacons();
    lan.runFor(2_000);
    assertEquals(List.of(), bob.news());
  }

  @Test
  void whoAnswersAProbeIsNotCutOff() {
    lan.met("carol");
    Friend bob = lan.met("bob");
    bob.is(Mood.QUIET);
    lan.forget();
    bob.watchBreaks();
    lan.runFor(5_000);
    assertEquals(List.of(), bob.news());
  }

  @Test
  void aDoubtIsBroadcastOncePerSubjectAndInterval() {
    Friend bob = lan.met("bob");
    lan.forget();
    long sinceNs = lan.nowNs;
    for (int i = 0; i < 25; i++) {
      bob.watchBreaks();
      lan.runFor(100);
    }
    assertEquals(List.of(0L, 1_100L, 2_200L), doubtedMs(sinceNs));
  }

  @Test
  void aDoubtOfAnotherMakesUsLookAtOnceAndSayNothing() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.forget();
    carol.doubts(bob);
    assertEquals(1, bob.probed().size());
    assertEquals(1, lan.done(Effect.Connect.class, c -> c.peer().equals(bob.id)).size());
    assertEquals(List.of(), lan.done(Effect.Broadcast.class), "hearsay is not passed on");
  }

  @Test
  void aDoubtAboutACrashMakesItKnownWithinMilliseconds() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.forget();
    long killedNs = lan.nowNs;
    bob.dies();
    carol.doubts(bob);
    lan.runFor(100);
    isBetween(25, 30, bob.toldAfterMs("GONE CRASHED", killedNs));
  }

  @Test
  void inACrowdADoubtIsLookedIntoAfterAShortRandomDelay() {
    List<Friend> crowd = lan.met(100);
    lan.runFor(500);
    for (Friend friend : crowd) {
      friend.beacons();
      friend.is(Mood.QUIET);
    }
    lan.forget();
    List<Long> delaysMs = new ArrayList<>();
    for (int i = 1; i < 20; i++) {
      long sinceNs = lan.nowNs;
      Friend subject = crowd.get(i);
      crowd.get(0).doubts(subject);
      lan.runFor(60);
      delaysMs.add(probedMs(subject, sinceNs).get(0));
    }
    assertTrue(delaysMs.stream().allMatch(delay -> delay <= 50), () -> "" + delaysMs);
    assertTrue(delaysMs.stream().distinct().count() > 8, () -> "" + delaysMs);
  }

  @Test
  void aDoubtOfASuspectIsNotLookedInto() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    vanishes(carol);
    lan.runFor(4_000);
    assertEquals(State.SUSPECT, carol.state());
    lan.forget();
    bob.is(Mood.QUIET);
    lan.hear(
        carol.says().doubt(new Doubt(bob.id, bob.incarnation - 1)).build(), carol.broadcaster());
    assertEquals(List.of(), bob.probed(), "another run");
  }

  @Test
  void aDoubtOfALaterRunThanIsKnownOfItsSenderIsLookedIntoAsWell() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.forget();
    carol.incarnation++;
    carol.doubts(bob);
    assertEquals(1, bob.probed().size());
  }

  @Test
  void aDoubtFromAPortOfItsHostThatWasNeverHeardIsLookedIntoAsWell() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    lan.forget();
    carol.broadcastPort = 41_000;
    carol.doubts(bob);
    assertEquals(1, bob.probed().size());
  }

  @Test
  void whatAnEarlierRunAnnouncedMakesNoIntervalLonger() {
    Friend bob = lan.met("bob");
    bob.beacons();
    lan.runFor(5_000);
    bob.restarts().lives().beacons();
    lan.runFor(100);
    bob.echoesUs();
    lan.runFor(1_500);
    lan.hear(bob.says().nextMs(60_000).build(), bob.broadcaster());
    assertTrue(lan.known(bob).intervalNs <= 1_600 * Settings.MS);
  }

  // Our own stalls.

  @Test
  void ourOwnStallMovesAllDeadlinesAndSolicitsBeforeAnybodyIsSuspected() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    vanishes(carol);
    lan.runFor(2_000);
    lan.forget();
    lan.standStillFor(60_000);
    assertEquals(List.of(NoteKind.STALLED), lan.noted());
    assertEquals(1, lan.core.count(Count.STALLS));
    assertTrue(
        lan.place(Effect.Broadcast.class, b -> b.beacon().isSolicit()) >= 0, "asks who is there");
    assertEquals(List.of(), lan.told());
    long backNs = lan.nowNs;
    lan.runFor(6_000);
    assertEquals(List.of(), bob.news());
    assertEquals(List.of("SUSPECT", "GONE SILENT"), carol.news());
    isBetween(2_600, 4_100, carol.toldAfterMs("GONE SILENT", backNs));
  }

  @Test
  void aStallWhileNobodyIsDeadIsNoNews() {
    List<Friend> friends = lan.met(10);
    lan.forget();
    for (int i = 0; i < 20; i++) {
      lan.runFor(700);
      lan.standStillFor(300 + 1_000 * i);
    }
    lan.runFor(3_000);
    assertEquals(List.of(), lan.told());
    assertEquals(friends.size(), lan.shown().size());
  }

  @Test
  void aTurnThatIsALittleLateIsNoStall() {
    lan.met("bob");
    lan.forget();
    for (int i = 0; i < 50; i++) {
      lan.standStillFor(240);
    }
    assertEquals(0, lan.core.count(Count.STALLS));
    assertEquals(List.of(), lan.noted());
  }

  @Test
  void whatWasQueuedDuringAStallProvesNothing() {
    Friend bob = lan.met("bob");
    vanishes(bob);
    lan.runFor(4_000);
    assertEquals(State.SUSPECT, bob.state());
    lan.forget();
    lan.after(100 * MS, () -> lan.core.onDatagram(bob.says().build(), bob.broadcaster()));
    lan.standStillFor(60_000);
    assertEquals(List.of(), bob.news());
  }

  // Who is gone, and who comes back.

  @Test
  void strayBeaconsDoNotReviveWhoLeftFor10Intervals() {
    Friend bob = lan.met("bob");
    bob.leaves();
    lan.forget();
    for (int i = 0; i < 19; i++) {
      bob.beacons();
      lan.runFor(500);
    }
    assertEquals(List.of(), bob.news());
    assertEquals(State.GONE, bob.state());
  }

  @Test
  void copiesOfTheGoodbyeAreNoNews() {
    Friend bob = lan.met("bob");
    lan.forget();
    for (int i = 0; i < 4; i++) {
      bob.leaves();
      lan.runFor(33);
    }
    assertEquals(List.of("GONE LEFT"), bob.news());
  }

  @Test
  void whoIsGoneIsForgottenAfter10Intervals() {
    Friend bob = lan.met("bob");
    bob.leaves();
    lan.runFor(9_900);
    assertEquals(1, lan.core.known());
    lan.runFor(200);
    assertEquals(0, lan.core.known());
  }

  @Test
  void aQuestionUnderWayWhenItLeftDoesNotReviveIt() {
    Friend bob = lan.met("bob");
    bob.leaves();
    lan.forget();
    bob.asksUs();
    lan.runFor(3_000);
    assertEquals(List.of(), bob.news());
  }

  @Test
  void anAnswerUnderWayWhenItLeftDoesNotReviveIt() {
    Friend bob = lan.met("bob");
    bob.is(Mood.CUT_OFF).watchBreaks();
    long nonce = bob.probed().get(0).beacon().nonce();
    bob.leaves();
    lan.forget();
    bob.echoes(nonce);
    lan.runFor(3_000);
    assertEquals(List.of(), bob.news());
  }

  @Test
  void whoWasSilentAndAnswersAgainArrivesAnew() {
    Friend bob = lan.met("bob");
    bob.vanishes();
    lan.runFor(8_000);
    lan.forget();
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertEquals(List.of("bob"), lan.shown());
  }

  @Test
  void aRestartAtTheSamePortsReplacesAtOnce() {
    Friend bob = lan.met("bob");
    lan.forget();
    long restartedNs = lan.nowNs;
    bob.restarts().beacons();
    lan.runFor(1_000);
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
    isBetween(0, 5, bob.toldAfterMs("ARRIVED", restartedNs));
  }

  @Test
  void aRestartElsewhereReplacesOnceTheOldOneDidNotObject() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.vanishes();
    long restartedNs = lan.nowNs;
    Friend again = lan.friend("bob").cloneOf(bob, bob.incarnation + 1_000);
    again.lives().beacons();
    lan.runFor(1_000);
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
    isBetween(540, 550, bob.toldAfterMs("ARRIVED", restartedNs));
  }

  @Test
  void aRestartAfterAGoodbyeIsMetAnewAtOnce() {
    Friend bob = lan.met("bob");
    bob.leaves();
    lan.forget();
    bob.restarts().lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("ARRIVED"), bob.news());
  }

  @Test
  void anotherNodeAtItsPortsReplacesIt() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.dies();
    Friend carol = bob.successorAtItsPorts("carol");
    carol.lives().beacons();
    lan.runFor(20);
    assertEquals(List.of("GONE bob REPLACED", "ARRIVED carol"), lan.told());
    lan.runFor(10_000);
    assertEquals(List.of("carol"), lan.shown());
  }

  @Test
  void aRestartAfterARevivalReplacesAtOnceToo() {
    Friend bob = lan.met("bob");
    bob.vanishes();
    // A claim is under way when bob is given up.
    lan.runFor(4_600);
    lan.hear(
        bob.says().incarnation(bob.incarnation + 500).build(),
        new InetSocketAddress(CoreFixture.ip(10, 99, 0, 1), 41_000));
    lan.runFor(2_000);
    assertEquals(State.GONE, bob.state());
    bob.lives().beacons();
    lan.runFor(100);
    assertEquals(State.ALIVE, bob.state());
    lan.forget();
    bob.restarts().beacons();
    lan.runFor(1_000);
    assertEquals(List.of("GONE REPLACED", "ARRIVED"), bob.news());
  }

  @Test
  void oneMetByItsOwnQuestionIsKnownAsCrashedWithinMillisecondsToo() {
    Friend bob = lan.friendBefore("bob");
    bob.lives().beacons();
    bob.asksUs();
    lan.runFor(5);
    assertEquals(List.of("ARRIVED"), bob.news());
    lan.runFor(3_000);
    lan.forget();
    long killedNs = lan.nowNs;
    bob.dies();
    bob.watchBreaks();
    lan.runFor(5_000);
    isBetween(25, 30, bob.toldAfterMs("GONE CRASHED", killedNs));
  }

  @Test
  void whoWasSilentWhenWeStoodStillHasAnIntervalToAnswer() {
    Friend bob = lan.met("bob");
    bob.vanishes();
    lan.runFor(4_500);
    lan.standStillFor(10_000);
    lan.runFor(800); // more than the rest of the time it had
    bob.is(Mood.QUIET);
    lan.runFor(200);
    assertEquals(List.of("ARRIVED", "SUSPECT", "RECOVERED"), bob.news());
  }

  @Test
  void whereBeaconsComeInsteadOfAnswersMuchIsLostAndMoreIsAsked() {
    List<Friend> friends = lan.met(100);
    lan.met("witness"); // else it would be us who hear nothing
    for (int i = 0; i < 5; i++) {
      friends.forEach(friend -> friend.is(Mood.CUT_OFF));
      lan.runFor(3_000);
      friends.forEach(Friend::beacons);
    }
    lan.runFor(2_600);
    lan.forget();
    lan.runFor(1_000);
    int probes = lan.done(Effect.Probe.class).size();
    assertTrue(probes > 60, () -> probes + " probes in a second");
  }

  private Friend whoTakesNoWatch() {
    Friend bob = lan.friend("bob");
    bob.swallowsConnections = true;
    bob.isMet();
    bob.asksUs();
    bob.echoesUs();
    lan.turn(() -> lan.core.onConnected(bob.id, bob.incarnation, bob.tcpEndpoint()));
    lan.met("carol");
    lan.runFor(500);
    lan.forget();
    return bob;
  }

  private void onlyBeacons(Friend friend, int seconds) {
    for (int i = 0; i < seconds; i++) {
      lan.runFor(1_000);
      friend.beacons();
    }
  }

  @Test
  void aWatchThatNeverCameAboutIsNoEndOfOneThatBeacons() {
    Friend bob = whoTakesNoWatch().is(Mood.CUT_OFF);
    bob.beacons();
    bob.watchBreaks();
    onlyBeacons(bob, 20);
    assertEquals(List.of("SUSPECT bob"), lan.told());
    bob.lives();
    onlyBeacons(bob, 5);
    assertEquals(List.of("SUSPECT bob", "RECOVERED bob"), lan.told());
  }

  @Test
  void aWatchThatBrokeIsTheEndOfOneThatOnlyBeacons() {
    Friend bob = lan.met("bob");
    lan.met("carol");
    lan.runFor(500);
    lan.forget();
    bob.is(Mood.CUT_OFF);
    bob.watchBreaks();
    onlyBeacons(bob, 5);
    assertTrue(lan.told().contains("GONE bob CRASHED"), () -> lan.told().toString());
  }

  @Test
  void anotherWhoseWatchBrokeCountsThoughOursNeverCameAbout() {
    Friend bob = whoTakesNoWatch().is(Mood.CUT_OFF);
    Friend carol = lan.friend("dave").isMet();
    bob.beacons();
    bob.watchBreaks();
    carol.doubts(bob);
    onlyBeacons(bob, 5);
    assertTrue(lan.told().contains("GONE bob CRASHED"), () -> lan.told().toString());
  }
}
