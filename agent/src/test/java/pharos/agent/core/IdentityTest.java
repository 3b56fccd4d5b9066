package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.beacon.Doubt;

/** Another agent with our id, and a clock that went back. */
class IdentityTest {
  private final CoreFixture lan = CoreFixture.running();

  @Test
  void ourOwnBroadcastHeardBackIsCountedAndNoMore() {
    Friend ourselves = lan.friend("self").cloneOfUs(lan.core.incarnation());
    ourselves.udpPort = 9_000;
    ourselves.beacons();
    assertEquals(1, lan.core.count(Count.HEARD_BACK));
    assertEquals(List.of(), lan.log);
  }

  @Test
  void theLaterOfTwoWithOneIdTakesAnother() {
    Friend clone = lan.friend("clone").cloneOfUs(lan.core.incarnation() - 1_000);
    clone.beacons();
    lan.runFor(5);
    assertNotEquals(lan.id, lan.core.id());
    assertEquals(lan.core.id(), lan.done(Effect.Renamed.class).get(0).id());
    assertEquals(List.of(NoteKind.CLONE), lan.noted());
    Effect.Broadcast next = lan.done(Effect.Broadcast.class).get(0);
    assertEquals(lan.core.id(), next.beacon().id(), "and asks under it who is there");
    assertTrue(next.beacon().isSolicit());
    clone.lives().beacons();
    lan.runFor(100);
    assertEquals(List.of("clone"), lan.shown(), "the other one is a peer like any");
  }

  @Test
  void theEarlierOfTwoWithOneIdKeepsItAndSaysSo() {
    lan.runFor(200);
    lan.forget();
    Friend clone = lan.friend("clone").cloneOfUs(lan.core.incarnation() + 1_000);
    clone.beacons();
    lan.runFor(5);
    assertEquals(lan.id, lan.core.id());
    assertEquals(List.of(NoteKind.CLONE), lan.noted());
    assertEquals(1, lan.announcements().size());
    assertEquals(List.of(), lan.told());
  }

  @Test
  void ofTwoThatBeganTogetherOneKeepsTheId() {
    int kept = 0;
    for (int port : new int[] {8_999, 9_001}) {
      CoreFixture one = CoreFixture.running();
      Friend clone = one.friend("clone");
      Friend twin = clone.cloneOfUs(one.core.incarnation());
      twin.movesTo(port);
      twin.lives().beacons();
      one.runFor(2_500);
      kept += one.core.id().equals(one.id) ? 1 : 0;
    }
    assertEquals(1, kept);
  }

  @Test
  void theLaterOfTwoWithAChosenIdFailsAndLeaves() {
    CoreFixture fixed = CoreFixture.starting(Settings.defaults(), CoreFixture.identity(true));
    Friend clone = fixed.friend("clone").cloneOfUs(fixed.core.incarnation() - 1_000);
    clone.beacons();
    fixed.runFor(5);
    clone.beacons();
    fixed.runFor(200);
    assertEquals(fixed.id, fixed.core.id());
    assertEquals(List.of(NoteKind.CLONE), fixed.noted());
    assertEquals(1, fixed.done(Effect.Failed.class).size());
    assertTrue(fixed.done(Effect.Failed.class).get(0).why().contains(fixed.id.toString()));
    int failed = fixed.place(Effect.Failed.class, it -> true);
    int goodbye = fixed.place(Effect.Broadcast.class, it -> it.beacon().isLeaving());
    int stopped = fixed.place(Effect.Stopped.class, it -> true);
    assertTrue(failed < goodbye && goodbye < stopped, failed + ", " + goodbye + ", " + stopped);
    assertEquals(1, fixed.done(Effect.Stopped.class).size());
  }

  @Test
  void theEarlierOfTwoWithAChosenIdGoesOn() {
    CoreFixture fixed = CoreFixture.starting(Settings.defaults(), CoreFixture.identity(true));
    fixed.friend("clone").cloneOfUs(fixed.core.incarnation() + 1_000).beacons();
    fixed.runFor(500);
    assertEquals(fixed.id, fixed.core.id());
    assertEquals(List.of(NoteKind.CLONE), fixed.noted());
    assertEquals(List.of(), fixed.done(Effect.Failed.class));
    assertEquals(List.of(), fixed.done(Effect.Stopped.class));
  }

  @Test
  void afterItsClockWentBackAPeerIsToldWhichIncarnationIsKnown() {
    Friend bob = lan.met("bob");
    long known = bob.incarnation;
    bob.incarnation -= 1_000;
    lan.forget();
    bob.beacons();
    List<Effect.Send> hints = lan.done(Effect.Send.class, s -> s.beacon().hasDoubt());
    assertEquals(1, hints.size());
    assertEquals(bob.udpEndpoint(), hints.get(0).to());
    assertEquals(new Doubt(bob.id, known), hints.get(0).beacon().doubt().orElseThrow());
    bob.beacons();
    bob.beacons();
    assertEquals(1, lan.done(Effect.Send.class, s -> s.beacon().hasDoubt()).size());
  }

  @Test
  void afterOurClockWentBackWeTakeTheNextIncarnationAndAnnounceIt() {
    Friend bob = lan.met("bob");
    bob.echoesUs();
    lan.runFor(150);
    lan.forget();
    long known = lan.core.incarnation() + 5_000;
    lan.hear(bob.says().doubt(new Doubt(lan.id, known)).build(), bob.udpEndpoint());
    assertEquals(known + 1, lan.core.incarnation());
    lan.runFor(100);
    assertEquals(known + 1, lan.announcements().get(0).incarnation());
    assertTrue(lan.noted().contains(NoteKind.CLOCK_WENT_BACK));
  }

  @Test
  void anAbsurdIncarnationIsNotTaken() {
    Friend bob = lan.met("bob");
    long before = lan.core.incarnation();
    lan.hear(bob.says().doubt(new Doubt(lan.id, Long.MAX_VALUE)).build(), bob.udpEndpoint());
    assertEquals(before, lan.core.incarnation());
  }

  @Test
  void anEarlierStartIsNotBelievedOnADatagramAlone() {
    Friend forger = lan.friend("forger").cloneOfUs(lan.core.incarnation() - 1_000);
    forger.behindAFirewall = true;
    for (int i = 0; i < 20; i++) {
      forger.beacons();
      lan.runFor(1_000);
    }
    assertEquals(lan.id, lan.core.id());
    assertEquals(List.of(), lan.done(Effect.Renamed.class));
  }

  @Test
  void whoPassesOnOurOwnAnswersIsNoEarlierStart() {
    Friend relay = lan.friend("relay").cloneOfUs(lan.core.incarnation() - 1_000);
    relay.lie = new Introduction(lan.id, lan.core.incarnation(), "self", "Test", Document.EMPTY);
    long before = lan.core.incarnation();
    for (int i = 0; i < 20; i++) {
      relay.beacons();
      lan.runFor(1_000);
    }
    assertEquals(lan.id, lan.core.id());
    assertEquals(before, lan.core.incarnation());
    assertEquals(List.of(), lan.noted());
  }

  @Test
  void whateverIsSaidInOurNameWeTakeAtMostOneIdAMinute() {
    for (int i = 0; i < 120; i++) {
      Friend forger = lan.friend("forger");
      Friend clone = forger.cloneOfUs(lan.core.id(), lan.core.incarnation() - 1_000);
      clone.beacons();
      lan.runFor(1_000);
    }
    int renamed = lan.done(Effect.Renamed.class).size();
    assertTrue(renamed >= 1 && renamed <= 2, renamed + " times another");
    assertTrue(lan.noted().size() <= 2, () -> lan.noted().size() + " notes");
  }

  @Test
  void aTwinMakesUsTheLaterOneAtMostOnceAMinute() {
    Friend twin = lan.friend("twin").cloneOfUs(lan.core.incarnation());
    twin.movesTo(8_000);
    for (int i = 0; i < 20; i++) {
      twin.incarnation = lan.core.incarnation();
      twin.beacons();
      lan.runFor(3_000);
    }
    assertTrue(lan.core.incarnation() - twin.incarnation <= 2);
  }

  @Test
  void aChosenIdIsKeptByWhoHasHadItForLongerThanTheStartTakes() {
    CoreFixture fixed = CoreFixture.starting(Settings.defaults(), CoreFixture.identity(true));
    fixed.runFor(11_000);
    fixed.forget();
    Friend clone = fixed.friend("clone").cloneOfUs(fixed.core.incarnation() - 1_000);
    for (int i = 0; i < 90; i++) {
      clone.beacons();
      fixed.runFor(1_000);
    }
    assertEquals(fixed.id, fixed.core.id());
    assertEquals(List.of(), fixed.done(Effect.Failed.class));
    assertEquals(List.of(NoteKind.CLONE, NoteKind.CLONE), fixed.noted(), "once a minute");
  }

  @Test
  void weCorrectOurIncarnationInTheFirstMinuteOnlyAndThreeTimesAtMost() {
    Friend bob = lan.met("bob");
    bob.echoesUs();
    for (int i = 0; i < 5; i++) {
      correctedBy(bob);
    }
    assertEquals(1_000_000 + 3 * 5_001, lan.core.incarnation());

    CoreFixture later = CoreFixture.running();
    Friend carol = later.met("carol");
    carol.echoesUs();
    later.runFor(60_000);
    long before = later.core.incarnation();
    later.hear(carol.says().doubt(new Doubt(later.id, before + 1)).build(), carol.udpEndpoint());
    assertEquals(before, later.core.incarnation());
  }

  @Test
  void nobodyCorrectsUsWhoNeverEchoed() {
    Friend bob = lan.met("bob");
    long before = lan.core.incarnation();
    assertFalse(lan.known(bob).meeting.hasEchoed);
    correctedBy(bob);
    assertEquals(before, lan.core.incarnation());
  }

  private void correctedBy(Friend friend) {
    Doubt doubt = new Doubt(lan.id, lan.core.incarnation() + 5_000);
    lan.hear(friend.says().doubt(doubt).build(), friend.udpEndpoint());
  }

  @Test
  void aCloneAtAnotherHostIsToldFromAnEarlierRunOfOurselvesThoughItHasOurPort() {
    Friend clone = lan.friend("clone").cloneOfUs(lan.core.incarnation() - 1_000);
    clone.movesTo(9_000).beacons();
    lan.runFor(5);
    assertNotEquals(lan.id, lan.core.id());
  }

  @Test
  void doubtsOfStrangersMakeUsSpeakOnceAnInterval() {
    Friend stranger = lan.friend("stranger").is(CoreFixture.Mood.CUT_OFF);
    lan.forget();
    for (int i = 0; i < 100; i++) {
      Doubt doubt = new Doubt(lan.id, lan.core.incarnation());
      lan.hear(stranger.says().doubt(doubt).build(), stranger.broadcaster());
      lan.runFor(20);
    }
    assertTrue(lan.announcements().size() <= 5, () -> lan.announcements().size() + " times");
  }
}
