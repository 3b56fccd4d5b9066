package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
      twin.beacons();
      one.runFor(5);
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
}
