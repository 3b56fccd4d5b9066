package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;

/**
 * A datagram that anybody may have forged renews patience and contradicts nothing: the death of one
 * whose address others use is told all the same.
 */
class EvidenceTest {
  private final CoreFixture lan = CoreFixture.running();

  /** Alice only shows that the network is well. */
  private final Friend alice = lan.met("alice");

  private long died(Friend bob, Mood mood) {
    lan.forget();
    bob.is(mood);
    bob.isForged(20);
    return lan.nowNs;
  }

  private void isToldWithin(long ms, Friend bob, long diedNs) {
    lan.runFor(ms);
    String last = bob.news().get(bob.news().size() - 1);
    assertTrue(last.startsWith("GONE"), () -> bob.news().toString());
    lan.runFor(8_000);
    assertEquals(last, bob.news().get(bob.news().size() - 1), "nobody brings it back");
    assertTrue(bob.toldAfterMs(last, diedNs) <= ms);
    assertEquals(List.of(), alice.news());
  }

  @Test
  void forgedBeaconsDoNotHideACrash() {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    long diedNs = died(bob, Mood.DEAD);
    bob.watchBreaks();
    isToldWithin(30, bob, diedNs);
  }

  @Test
  void forgedBeaconsDoNotHideACrashThatAnotherDoubts() {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    long diedNs = died(bob, Mood.DEAD);
    alice.doubts(bob);
    isToldWithin(30, bob, diedNs);
  }

  @Test
  void forgedBeaconsDoNotHideTheDeathOfAHostWhoseConnectionBroke() {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    long diedNs = died(bob, Mood.CUT_OFF);
    bob.watchBreaks();
    isToldWithin(3_000, bob, diedNs);
  }

  @Test
  void forgedBeaconsDoNotHideTheDeathOfAHostThatAnotherDoubts() {
    Friend bob = lan.met("bob");
    long diedNs = died(bob, Mood.CUT_OFF);
    alice.doubts(bob);
    isToldWithin(3_000, bob, diedNs);
  }

  private List<String> movesOf(Friend friend) {
    return lan.log.stream()
        .filter(done -> done.effect() instanceof Effect.Moved it && it.name().equals(friend.name))
        .map(done -> (Effect.Moved) done.effect())
        .map(it -> it.from() + " " + it.evidence() + " " + it.to() + " at " + it.at())
        .toList();
  }

  @Test
  void whoWantsToKnowIsToldOfEachMoveByWhatEvidenceItCameAndFromWhere() {
    lan.core.tellMoves(true);
    Friend bob = lan.met("bob");
    lan.runFor(500);
    bob.is(Mood.DEAD);
    bob.watchBreaks();
    lan.runFor(1_000);
    assertEquals(
        List.of(
            "UNKNOWN HEARD ASKING at " + bob.broadcaster(),
            "ASKING MET ALIVE at " + bob.broadcaster(),
            "ALIVE REFUSED GONE at " + bob.udpEndpoint()),
        movesOf(bob));
  }

  private List<Long> movedAfterMs(State to, boolean sinceHeard) {
    return lan.log.stream()
        .filter(done -> done.effect() instanceof Effect.Moved it && it.to() == to)
        .map(
            done -> {
              Effect.Moved it = (Effect.Moved) done.effect();
              return (done.atNs() - (sinceHeard ? it.heardNs() : it.causeNs())) / 1_000_000;
            })
        .toList();
  }

  @Test
  void aMoveIsToldWithSinceWhenThereWasCauseForIt() {
    Friend bob = lan.met("bob");
    Friend carol = lan.met("carol");
    Friend dave = lan.met("dave");
    lan.runFor(2_000);
    lan.core.tellMoves(true);

    Friend erin = lan.friendBefore("erin");
    erin.beacons();
    lan.runFor(40);
    lan.forget();
    lan.runFor(1_000);
    assertTrue(movedAfterMs(State.ALIVE, false).stream().allMatch(ms -> ms >= 40 && ms < 1_000));

    lan.forget();
    long quietMs = (lan.nowNs - lan.known(bob).heardNs) / 1_000_000;
    bob.is(Mood.DEAD);
    bob.watchBreaks();
    lan.runFor(500);
    assertEquals(List.of(26L), movedAfterMs(State.GONE, false), "a refusal, and its verdict");
    assertEquals(List.of(quietMs + 26), movedAfterMs(State.GONE, true));

    lan.forget();
    bob.is(Mood.LIVE);
    lan.runFor(3_000);
    assertEquals(List.of("ARRIVED"), bob.news(), "it lived all along");
    assertTrue(movedAfterMs(State.ALIVE, false).stream().allMatch(ms -> ms < 1_000));

    lan.forget();
    carol.leaves();
    lan.runFor(500);
    assertEquals(List.of(0L), movedAfterMs(State.GONE, false));

    lan.forget();
    dave.is(Mood.CUT_OFF);
    lan.runFor(10_000);
    List<Long> silentMs = movedAfterMs(State.GONE, false);
    assertEquals(silentMs, movedAfterMs(State.GONE, true));
    assertTrue(silentMs.get(0) > 3_000 && silentMs.get(0) <= 6_000, () -> "" + silentMs);
  }

  private List<String> asked() {
    return lan.done(Effect.Asked.class).stream()
        .map(it -> it.outcome() + " after " + it.tookNs() / 1_000_000)
        .toList();
  }

  @Test
  void whoWantsToKnowIsToldHowEachQuestionEndedAndHowLongItTook() {
    lan.core.tellMoves(true);
    lan.forget();
    lan.met("bob");
    assertEquals(List.of("ANSWERED after 1"), asked());

    lan.forget();
    Friend mute = lan.friend("mute").is(Mood.CUT_OFF);
    mute.beacons();
    lan.runFor(1_500);
    assertEquals("LATE after 1000", asked().get(0));

    lan.core.tellMoves(false);
    lan.forget();
    lan.met("carol");
    assertEquals(List.of(), asked());
  }

  @Test
  void nobodyIsToldOfMovesWhoDoesNotAsk() {
    Friend bob = lan.met("bob");
    died(bob, Mood.DEAD);
    lan.runFor(10_000);
    assertEquals(List.of(), movesOf(bob));
  }

  /** From here it may as well be a host that hears nothing, whom nobody may lose. */
  @ParameterizedTest
  @ValueSource(ints = {0, 300, 700, 1_300, 1_900})
  void whoseBeaconsComeAndWhoAnswersNothingIsSuspectWithinSixIntervals(int afterMs) {
    Friend bob = lan.met("bob");
    lan.runFor(2_000 + afterMs);
    long diedNs = died(bob, Mood.CUT_OFF);
    lan.runFor(30_000);
    assertEquals(List.of("SUSPECT"), bob.news());
    assertTrue(bob.toldAfterMs("SUSPECT", diedNs) <= 6_000);
    assertEquals(0, lan.core.count(Count.DOUBTS));
    bob.is(Mood.LIVE);
    lan.runFor(4_000);
    assertEquals(List.of("SUSPECT", "RECOVERED"), bob.news());
    assertEquals(List.of(), alice.news());
  }

  @Test
  void aPauseThatOnlyTheWatchSeesIsNoNews() {
    Friend bob = lan.met("bob");
    for (int i = 0; i < 20; i++) {
      lan.runFor(700 + 90 * i);
      lan.forget();
      bob.is(Mood.CUT_OFF);
      lan.runFor(3_000);
      bob.is(Mood.LIVE);
      lan.runFor(3_000);
      assertFalse(bob.news().contains("GONE CRASHED"), () -> bob.news().toString());
    }
  }

  @Test
  void introductionsOfADeadPeerProveNothing() {
    Friend bob = lan.met("bob");
    lan.forget();
    bob.vanishes();
    long diedNs = lan.nowNs;
    for (int i = 0; i < 60; i++) {
      bob.asksUs();
      lan.runFor(100);
    }
    assertTrue(bob.toldAfterMs("GONE SILENT", diedNs) <= 6_000);
  }

  @Test
  void anEchoThatWasUnderWayBeforeTheRefusalProvesNothing() {
    Friend bob = lan.met("bob");
    bob.is(Mood.CUT_OFF).watchBreaks();
    long nonce = bob.probed().get(bob.probed().size() - 1).beacon().nonce();
    bob.dies();
    bob.refusesConnection();
    bob.echoes(nonce);
    lan.runFor(30);
    assertEquals(List.of("ARRIVED", "GONE CRASHED"), bob.news());
  }

  @Test
  void whoRefusesDatagramsAndAnswersOverTcpIsNoNewsAndNotedOnce() {
    Friend bob = lan.met("bob");
    lan.runFor(5_000);
    lan.forget();
    bob.rejectsDatagrams = true;
    for (int i = 0; i < 10; i++) {
      bob.watchBreaks();
      lan.runFor(3_000);
    }
    assertEquals(List.of(), bob.news());
    assertEquals(List.of(NoteKind.FALSE_REFUSAL), lan.noted());
    bob.dies();
    bob.watchBreaks();
    lan.runFor(130);
    assertEquals(List.of("GONE CRASHED"), bob.news());
  }

  @Test
  void whoSwallowsDatagramsAndAnswersOverTcpIsNoNews() {
    Friend bob = lan.met("bob");
    lan.runFor(5_000);
    lan.forget();
    bob.dropsDatagrams = true;
    for (int i = 0; i < 10; i++) {
      alice.doubts(bob);
      lan.runFor(6_000);
    }
    assertEquals(List.of(), bob.news());
    int doubts = lan.done(Effect.Broadcast.class, it -> it.beacon().hasDoubt()).size();
    assertTrue(doubts <= 1, () -> doubts + " doubts: it is no news to the others");
  }

  @Test
  void aProxyThatTakesConnectionsForTheDeadHidesThemForAMomentAtMost() {
    Friend bob = lan.met("bob");
    lan.runFor(2_500);
    bob.behindAProxy = true;
    long diedNs = died(bob, Mood.DEAD);
    bob.watchBreaks();
    isToldWithin(600, bob, diedNs);
  }

  @Test
  void whoCrashedIsBackOnlyOnceItAnswers() {
    Friend bob = lan.met("bob");
    lan.runFor(500);
    bob.dies();
    bob.watchBreaks();
    lan.runFor(100);
    lan.forget();
    bob.rejectsDatagrams = true;
    bob.behindAFirewall = true;
    bob.lives();
    lan.runFor(5_000);
    assertEquals(List.of(), bob.news());
    bob.behindAFirewall = false;
    long openNs = lan.nowNs;
    lan.runFor(2_000);
    assertEquals(List.of("ARRIVED"), bob.news());
    assertTrue(bob.toldAfterMs("ARRIVED", openNs) <= 1_100);
  }
}
