package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.agent.core.CoreFixture.MS;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;

/** When this agent speaks, and when it holds its tongue. */
class AnnouncerTest {
  private static List<Long> announcedMs(CoreFixture lan, long sinceNs) {
    return lan.timesMs(
        Effect.Broadcast.class, b -> CoreFixture.isAnnouncement(b.beacon()), sinceNs);
  }

  private static void neverTwiceWithin(long ms, List<Long> timesMs) {
    for (int i = 1; i < timesMs.size(); i++) {
      long gapMs = timesMs.get(i) - timesMs.get(i - 1);
      assertTrue(gapMs >= ms, () -> "two within " + gapMs + " ms: " + timesMs);
    }
  }

  // Announcements.

  @Test
  void anAnnouncementComesEachSecondWithATenthOfJitter() {
    CoreFixture lan = CoreFixture.running();
    lan.runFor(200_000);
    List<Long> timesMs = announcedMs(lan, 0);
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 1; i < timesMs.size(); i++) {
      shortest = Math.min(shortest, timesMs.get(i) - timesMs.get(i - 1));
      longest = Math.max(longest, timesMs.get(i) - timesMs.get(i - 1));
    }
    assertTrue(899 <= shortest && shortest < 930, "shortest " + shortest);
    assertTrue(1_070 < longest && longest <= 1_101, "longest " + longest);
  }

  @Test
  void anAnnouncementTellsWhenTheNextOneComes() {
    CoreFixture lan = CoreFixture.running();
    lan.met(5);
    lan.runFor(20_000);
    CoreFixture.Done last = null;
    for (CoreFixture.Done done : lan.log) {
      if (done.effect() instanceof Effect.Broadcast b && CoreFixture.isAnnouncement(b.beacon())) {
        if (last != null && last.effect() instanceof Effect.Broadcast before) {
          long promisedNs = last.atNs() + before.beacon().nextMs() * MS;
          assertTrue(Math.abs(done.atNs() - promisedNs) <= MS, "promised, and not kept");
        }
        last = done;
      }
    }
  }

  @Test
  void otherDatagramsTellWhatRemainsToTheNextAnnouncement() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.forget();
    long askedNs = lan.nowNs;
    bob.solicits(77);
    int promisedMs = lan.answers().get(0).beacon().nextMs();
    lan.runFor(1_200);
    assertTrue(Math.abs(announcedMs(lan, askedNs).get(0) - promisedMs) <= 1);
  }

  @Test
  void sequenceNumbersGrow() {
    CoreFixture lan = CoreFixture.running();
    lan.friend("bob").solicits(77);
    lan.runFor(3_000);
    long last = -1;
    for (CoreFixture.Done done : lan.log) {
      if (done.effect() instanceof Effect.Broadcast b) {
        assertTrue(b.beacon().sequence() > last);
        last = b.beacon().sequence();
      }
    }
    assertTrue(last > 0);
  }

  @Test
  void manyAgentsTogetherStayWithinTheBudget() {
    for (int crowd : new int[] {600, 2_000}) {
      CoreFixture lan = CoreFixture.running();
      List<Friend> friends = lan.met(crowd);
      lan.runFor(5_000);
      assertEquals(crowd, lan.core.peers().size());
      lan.forget();
      lan.runFor(60_000);
      double perSecond = lan.announcements().size() / 60.0 * (friends.size() + 1);
      assertTrue(perSecond <= 500 * 1.1, () -> crowd + " agents send " + perSecond + "/s");
      assertTrue(perSecond >= 500 * 0.7, () -> crowd + " agents send only " + perSecond + "/s");
    }
  }

  @Test
  void aLongerIntervalIsAnnouncedBeforeItIsUsed() {
    CoreFixture lan = CoreFixture.running();
    lan.met(1_500);
    lan.runFor(2_000);
    long promisedNs = 0;
    for (CoreFixture.Done done : lan.log) {
      if (done.effect() instanceof Effect.Broadcast b && CoreFixture.isAnnouncement(b.beacon())) {
        long lateNs = promisedNs == 0 ? 0 : done.atNs() - promisedNs;
        assertTrue(lateNs <= MS, "an announcement came later than the one before promised");
        promisedNs = done.atNs() + b.beacon().nextMs() * MS;
      }
    }
  }

  @Test
  void inventedPeersDoNotSlowAnnouncements() {
    CoreFixture lan = CoreFixture.running();
    for (int i = 0; i < 3_000; i++) {
      Friend nobody = lan.passer("nobody", i);
      nobody.document = Document.EMPTY;
      nobody.beacons();
    }
    lan.runFor(1_500);
    lan.forget();
    lan.runFor(5_000);
    assertTrue(lan.announcements().size() >= 4, () -> "" + lan.announcements().size());
  }

  @Test
  void otherCapabilitiesAreAnnouncedAtOnce() {
    CoreFixture lan = CoreFixture.running();
    lan.runFor(150);
    lan.forget();
    Document more = CoreFixture.document("more");
    lan.turn(() -> lan.core.offer(more));
    assertEquals(1, lan.announcements().size());
    assertEquals(more.digest(), lan.announcements().get(0).digest());
  }

  @Test
  void capabilitiesThatChangeAllTheTimeAreAnnouncedOnceIn100Ms() {
    CoreFixture lan = CoreFixture.running();
    for (int i = 0; i < 1_000; i++) {
      Document next = CoreFixture.document("v" + i);
      lan.turn(() -> lan.core.offer(next));
      lan.runFor(1);
    }
    lan.runFor(100);
    neverTwiceWithin(100, announcedMs(lan, 0));
    List<Beacon> announced = lan.announcements();
    assertEquals(
        CoreFixture.document("v999").digest(), announced.get(announced.size() - 1).digest());
  }

  @Test
  void aFloodOfDoubtsAndSolicitsMakesOneAnnouncementIn100Ms() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(60);
    lan.forget();
    for (int i = 0; i < 2_000; i++) {
      Friend friend = friends.get(i % friends.size());
      friend.probes(i + 1);
      lan.hear(
          friend.says().doubt(new Doubt(lan.id, lan.core.incarnation())).build(),
          friend.broadcaster());
      if (i % 2 == 0) {
        lan.runFor(1);
      }
    }
    neverTwiceWithin(100, announcedMs(lan, 0));
    assertTrue(lan.announcements().size() >= 5, "doubts are refuted");
  }

  @Test
  void aDoubtAboutUsIsRefutedAtOnce() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.runFor(100);
    lan.forget();
    lan.hear(
        bob.says().doubt(new Doubt(lan.id, lan.core.incarnation())).build(), bob.broadcaster());
    assertEquals(1, lan.announcements().size());
  }

  // Solicits.

  @Test
  void aStartSolicitsThreeTimesWithin250MsUnderOneNonce() {
    CoreFixture lan = CoreFixture.starting(Settings.defaults());
    long startNs = lan.nowNs;
    lan.runFor(800);
    List<Long> timesMs = lan.timesMs(Effect.Broadcast.class, b -> b.beacon().isSolicit(), startNs);
    assertEquals(3, timesMs.size());
    assertEquals(0, timesMs.get(0));
    assertTrue(timesMs.get(2) <= 250, () -> "" + timesMs);
    assertEquals(
        1,
        lan.done(Effect.Broadcast.class).stream().map(b -> b.beacon().nonce()).distinct().count());
  }

  @Test
  void anInterfaceThatComesUpIsSolicited() {
    CoreFixture lan = CoreFixture.running();
    List<Subnet> subnets = List.of(new Subnet(CoreFixture.ip(10, 0, 0, 0), 8));
    lan.turn(() -> lan.core.onInterfaces(subnets, true));
    assertEquals(1, lan.done(Effect.Broadcast.class, b -> b.beacon().isSolicit()).size());
  }

  @Test
  void anInterfaceThatGoesDownIsNoReasonToSpeak() {
    CoreFixture lan = CoreFixture.running();
    lan.turn(() -> lan.core.onInterfaces(List.of(), false));
    assertEquals(List.of(), lan.done(Effect.Broadcast.class));
  }

  // Answers.

  @Test
  void aSolicitIsAnsweredAtOnceToTheOwnSocketOfTheAskerWithItsNonce() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(50);
    lan.forget();
    Friend bob = friends.get(7);
    bob.solicits(77);
    assertEquals(1, lan.answers().size());
    assertEquals(bob.udpEndpoint(), lan.answers().get(0).to());
    assertEquals(77, lan.answers().get(0).beacon().echo());
  }

  @Test
  void aStrangersSolicitIsAnsweredToo() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.friend("bob");
    bob.solicits(77);
    assertEquals(1, lan.answers().size());
  }

  @Test
  void oneWhoOnlyListensIsAnswered() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.friend("bob");
    bob.tcpPort = 0;
    bob.solicits(77);
    assertEquals(1, lan.answers().size());
    assertEquals(0, lan.core.known());
  }

  @Test
  void aboveFiftyPeersAnswersAreSpread() {
    List<Long> delaysMs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      CoreFixture lan = CoreFixture.running();
      List<Friend> friends = lan.met(60 + i * 5);
      lan.forget();
      long askedNs = lan.nowNs;
      friends.get(i).solicits(77);
      lan.runFor(200);
      List<Long> timesMs = lan.timesMs(Effect.Send.class, s -> s.beacon().echo() == 77, askedNs);
      assertEquals(1, timesMs.size());
      assertTrue(timesMs.get(0) <= friends.size() / 2);
      delaysMs.add(timesMs.get(0));
    }
    assertTrue(delaysMs.stream().distinct().count() > 8, () -> "hardly spread: " + delaysMs);
  }

  @Test
  void moreThanEightWhoWaitAreToldByOneBroadcast() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(100);
    lan.runFor(150);
    lan.forget();
    for (int i = 0; i < 30; i++) {
      friends.get(i).solicits(77 + i);
    }
    assertEquals(1, lan.announcements().size());
  }

  @Test
  void inACrowdThoseShownAreAnsweredBeforeNewcomers() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(100);
    lan.forget();
    for (int i = 0; i < 40; i++) {
      lan.passer("newcomer", i).solicits(1_000 + i);
    }
    friends.get(0).probes(77);
    lan.runFor(400);
    List<Long> nonces = lan.answers().stream().map(send -> send.beacon().echo()).toList();
    assertTrue(nonces.size() > 20, nonces::toString);
    assertEquals(77, nonces.get(0), nonces::toString);
  }

  @Test
  void whoAsksAgainWhileItWaitsIsAnsweredOnceWithItsLastNonce() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(100);
    lan.forget();
    friends.forEach(friend -> friend.probes(1_000));
    lan.runFor(110);
    friends.get(99).probes(77);
    lan.runFor(1_000);
    List<Long> nonces =
        lan.answers().stream()
            .filter(send -> send.to().equals(friends.get(99).udpEndpoint()))
            .map(send -> send.beacon().echo())
            .toList();
    assertEquals(List.of(77L), nonces);
  }

  @Test
  void theSameRunIsNotAnsweredTwiceWithin100Ms() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.forget();
    long sinceNs = lan.nowNs;
    for (int i = 0; i < 350; i++) {
      bob.probes(1_000 + i);
      lan.runFor(1);
    }
    List<Long> timesMs = lan.timesMs(Effect.Send.class, s -> s.beacon().echo() != 0, sinceNs);
    assertEquals(List.of(0L, 1L, 100L, 101L, 200L, 201L, 300L, 301L), timesMs);
  }

  @Test
  void aQuestionThatComesByEachLinkIsOneQuestion() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.forget();
    for (int link = 0; link < 3; link++) {
      lan.hear(bob.says().solicit(1_000).build(), bob.broadcaster());
    }
    bob.probes(77);
    List<Long> nonces = lan.answers().stream().map(send -> send.beacon().echo()).toList();
    assertEquals(List.of(1_000L, 1_000L, 1_000L, 77L), nonces);
  }

  @Test
  void whoAsksFromOffTheLinkIsNotAnswered() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.friend("bob");
    lan.hear(
        bob.says().solicit(77).build(), new InetSocketAddress(CoreFixture.ip(11, 0, 0, 1), 7_000));
    assertEquals(List.of(), lan.answers());
    assertEquals(1, lan.core.count(Count.UNANSWERED_SOLICITS));
  }

  @Test
  void anAnswerThatWaitsForAProofOfItsAddressIsNotCountedAsNone() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.friend("bob");
    bob.is(CoreFixture.Mood.CUT_OFF);
    for (int i = 1; i <= 2; i++) {
      lan.hear(bob.says().solicit(i).build(), bob.broadcaster());
    }
    assertTrue(lan.core.count(Count.HELD_BACK) > 0);
    assertEquals(0, lan.core.count(Count.UNANSWERED_SOLICITS));
  }

  @Test
  void aFarewellThatSolicitsIsNotAnswered() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.forget();
    lan.hear(bob.says().solicit(77).leaving().build(), bob.broadcaster());
    assertEquals(List.of(), lan.answers());
  }

  @Test
  void whoIsAskedByMoreThanEightWithin50MsAnswersAllByOneBroadcast() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(40);
    lan.runFor(150);
    lan.forget();
    for (Friend friend : friends) {
      friend.probes(77);
      lan.runFor(1);
    }
    assertEquals(1, lan.announcements().size());
    lan.forget();
    lan.runFor(5);
    assertTrue(lan.answers().size() <= 10, () -> lan.answers().size() + " answers");
  }

  @Test
  void aFloodOfStrangersSolicitsIsAnsweredAtABoundedRate() {
    CoreFixture lan = CoreFixture.running();
    lan.met("bob");
    lan.forget();
    for (int i = 0; i < 5_000; i++) {
      Friend nobody = lan.passer("nobody", i);
      nobody.tcpPort = 0;
      nobody.solicits(i + 1);
      if (i % 5 == 4) {
        lan.runFor(1);
      }
    }
    assertTrue(lan.answers().size() <= 1_500, () -> lan.answers().size() + " answers a second");
  }

  @Test
  void inventedPeersDoNotDelayTheAnswerToALivePeer() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    for (int i = 0; i < 10_000; i++) {
      Friend nobody = lan.passer("nobody", i);
      lan.hear(nobody.says().digest(i + 1).build(), nobody.broadcaster());
    }
    lan.forget();
    bob.probes(77);
    lan.runFor(1_000);
    assertEquals(1, lan.answers().size());
  }

  // Leaving, and only listening.

  @Test
  void theFarewellIsSaidFourTimesWithin100MsAndThenWeStop() {
    CoreFixture lan = CoreFixture.running();
    lan.met("bob");
    lan.forget();
    long leftNs = lan.nowNs;
    lan.turn(lan.core::leave);
    lan.runFor(101);
    List<Long> timesMs = lan.timesMs(Effect.Broadcast.class, b -> b.beacon().isLeaving(), leftNs);
    assertEquals(List.of(0L, 33L, 66L, 99L), timesMs);
    assertEquals(1, lan.done(Effect.Stopped.class).size());
    assertTrue(lan.log.get(lan.log.size() - 1).effect() instanceof Effect.Stopped);
  }

  @Test
  void fewPeersAreToldTheFarewellOneByOneToo() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(10);
    lan.forget();
    lan.turn(lan.core::leave);
    lan.runFor(101);
    for (Friend friend : friends) {
      assertEquals(
          4,
          lan.done(Effect.Send.class, s -> s.to().equals(friend.udpEndpoint())).size(),
          friend.name);
    }
    assertTrue(lan.done(Effect.Send.class).stream().allMatch(s -> s.beacon().isLeaving()));
  }

  @Test
  void theFarewellOfOneThatFailedSaysHow() {
    CoreFixture lan = CoreFixture.running();
    Friend bob = lan.met("bob");
    lan.forget();
    lan.turn(() -> lan.core.leave("out of memory"));
    lan.runFor(101);
    assertEquals(4, lan.done(Effect.Broadcast.class).size());
    assertTrue(
        lan.done(Effect.Send.class, s -> s.to().equals(bob.udpEndpoint())).stream()
            .allMatch(s -> s.beacon().detail().equals("out of memory")));
  }

  @Test
  void afterTheFarewellNothingComesAnyMore() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(5);
    friends.get(0).vanishes();
    friends.get(1).is(Mood.CUT_OFF).offers("more");
    long question = friends.get(1).asked().get(1).question();
    lan.turn(lan.core::leave);
    lan.runFor(101);
    lan.forget();
    assertTrue(lan.core.isIdle());
    lan.runFor(60_000);
    friends.get(2).solicits(77);
    friends.get(3).watchBreaks();
    friends.get(3).refusesProbe();
    friends.get(4).refusesConnection();
    lan.turn(() -> lan.core.onAnswer(question, friends.get(1).introduction()));
    lan.turn(() -> lan.core.onQuestionFailed(question));
    lan.friend("newcomer").beacons();
    lan.turn(lan.core::leave);
    lan.turn(() -> lan.core.offer(CoreFixture.document("more")));
    lan.turn(() -> lan.core.onInterfaces(List.of(), true));
    assertEquals(List.of(), lan.log);
  }

  @Test
  void whatComesDuringTheFarewellIsNoNewsAndWakesNobodyAfterwards() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(5);
    friends.get(1).is(Mood.CUT_OFF).offers("more");
    long question = friends.get(1).asked().get(1).question();
    lan.forget();
    lan.turn(lan.core::leave);
    lan.turn(() -> lan.core.onAnswer(question, friends.get(1).introduction()));
    friends.get(2).asksUs();
    friends.get(3).watchBreaks();
    friends.get(4).refusesConnection();
    lan.runFor(101);
    assertEquals(List.of(), lan.told());
    assertTrue(lan.core.isIdle());
  }

  @Test
  void aFarewellSilencesAllElse() {
    CoreFixture lan = CoreFixture.running();
    List<Friend> friends = lan.met(3);
    lan.forget();
    lan.turn(lan.core::leave);
    friends.get(0).solicits(77);
    lan.friend("newcomer").beacons();
    lan.turn(() -> lan.core.offer(CoreFixture.document("more")));
    lan.turn(() -> lan.core.onInterfaces(List.of(), true));
    friends.get(2).watchBreaks();
    lan.runFor(99);
    assertEquals(
        lan.done(Effect.Broadcast.class, b -> b.beacon().isLeaving()),
        lan.done(Effect.Broadcast.class));
    assertEquals(List.of(), lan.answers());
  }

  @Test
  void oneWhoOnlyListensAnnouncesNothingAndLearnsAll() {
    CoreFixture lan = CoreFixture.starting(Settings.defaults().withObserver(true));
    Friend bob = lan.met("bob");
    lan.turn(() -> lan.core.offer(CoreFixture.document("more")));
    bob.solicits(77);
    bob.watchBreaks();
    lan.runFor(5_000);
    lan.turn(lan.core::leave);
    lan.runFor(200);
    assertEquals("ARRIVED bob", lan.told().get(0));
    assertEquals(
        List.of(), lan.done(Effect.Broadcast.class, b -> !b.beacon().isSolicit()), "no word");
    assertEquals(List.of(), lan.done(Effect.Broadcast.class, b -> b.beacon().tcpPort() != 0));
    assertEquals(List.of(), lan.answers());
    assertEquals(1, lan.done(Effect.Stopped.class).size());
    assertFalse(lan.done(Effect.Broadcast.class).isEmpty(), "it asks who is there");
  }
}
