package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;
import pharos.agent.core.Hearing.Fault;
import pharos.beacon.Beacon;
import pharos.beacon.Loss;

/** Who hears whom, as each tells it, and whose fault it is where datagrams are lost. */
class HearsayTest {
  private final CoreFixture lan = CoreFixture.running();

  /** Each at a place of its own, since a word names the first bytes of an id alone. */
  private final List<Friend> all =
      IntStream.range(0, 6)
          .mapToObj(i -> lan.friend("f" + i, CoreFixture.OUR_PLACE + 1 + i).isMet())
          .toList();

  private final Friend bob = all.get(0);

  private static Loss loss(Friend of, int percent) {
    return new Loss(Loss.idOf(of.id), percent);
  }

  private void says(Friend friend, int heard, int known, Loss... losses) {
    lan.hear(
        friend.says().hears(heard, known, Arrays.asList(losses)).build(), friend.broadcaster());
  }

  private Hearing hearing(Friend friend) {
    return lan.core.peers().stream()
        .filter(peer -> peer.id().equals(friend.id))
        .findFirst()
        .orElseThrow()
        .hearing();
  }

  private Fault fault(Friend friend) {
    return hearing(friend).word().fault();
  }

  /** Of so many of its announcements one arrives, ten times. */
  private void losesAllButOneIn(Friend friend, int of) {
    friend.is(Mood.CUT_OFF);
    for (int i = 0; i < 10; i++) {
      lan.runFor(1_000L * of);
      friend.sequence += of - 1;
      friend.beacons();
    }
  }

  // What we say.

  @Test
  void whoHearsAllSaysSoNowAndThen() {
    lan.runFor(3_000);
    lan.forget();
    lan.runFor(30_000);
    List<Beacon> said = lan.announcements().stream().filter(it -> it.known() > 0).toList();
    assertEquals(lan.announcements().size() / 3., said.size(), 1);
    assertTrue(said.stream().allMatch(it -> it.heard() == 6 && it.known() == 6));
    assertTrue(said.stream().allMatch(it -> it.losses().isEmpty()));
  }

  @Test
  void whoIsHeardBadlyIsNamedEachTime() {
    losesAllButOneIn(bob, 4);
    lan.forget();
    lan.runFor(5_000);
    assertTrue(lan.announcements().size() >= 4);
    for (Beacon beacon : lan.announcements()) {
      assertEquals(5, beacon.heard());
      assertEquals(6, beacon.known());
      assertEquals(List.of(Loss.idOf(bob.id)), beacon.losses().stream().map(Loss::id).toList());
      assertEquals(75, beacon.losses().get(0).percent(), 10);
    }
  }

  @Test
  void whoHearsAllAgainSaysSoAtOnce() {
    bob.is(Mood.QUIET);
    lan.runFor(3_000);
    assertEquals(State.ALIVE, bob.state());
    bob.is(Mood.CUT_OFF);
    lan.runFor(3_000);
    assertEquals(State.SUSPECT, bob.state());
    bob.lives().beacons();
    lan.forget();
    lan.runFor(1_100);
    Beacon first = lan.announcements().get(0);
    assertEquals(6, first.known());
    assertEquals(6, first.heard());
  }

  @Test
  void whoHearsHardlyAnybodyNamesNobody() {
    all.forEach(it -> it.is(Mood.CUT_OFF));
    lan.runFor(3_000);
    assertTrue(lan.core.isIsolated());
    lan.forget();
    lan.runFor(5_000);
    assertTrue(lan.announcements().size() >= 4);
    for (Beacon beacon : lan.announcements()) {
      assertEquals("0 of 6", beacon.heard() + " of " + beacon.known());
      assertEquals(List.of(), beacon.losses());
    }
  }

  // What others say.

  @Test
  void ofWhomNothingIsSaidIsWell() {
    assertEquals(Hearing.WELL, hearing(bob));
    says(bob, 9, 9);
    assertEquals(Hearing.WELL, hearing(bob));
  }

  @Test
  void whoHearsFewIsDeafUntilItSaysOtherwise() {
    says(bob, 1, 9);
    assertEquals(Fault.DEAF, fault(bob));
    assertEquals(10, hearing(bob).word().hearsPercent());
    says(bob, 5, 9);
    assertEquals(Fault.NONE, fault(bob));
    says(bob, 4, 9);
    assertEquals(Fault.DEAF, fault(bob));
    says(bob, 9, 9);
    assertEquals(Hearing.WELL, hearing(bob));
    assertEquals(List.of(), lan.told().stream().filter(it -> it.contains("UPDATED")).toList());
  }

  @Test
  void aWordIsForgotten() {
    says(bob, 1, 9);
    lan.runFor(6_000);
    assertEquals(Fault.NONE, fault(bob));
  }

  @Test
  void ofTwoOthersOneCannotTell() {
    says(bob, 0, 2);
    assertEquals(Fault.NONE, fault(bob));
  }

  @Test
  void threeWhoComplainMakeItLossyAndTwoDoNot() {
    says(all.get(1), 5, 6, loss(bob, 80));
    says(all.get(2), 5, 6, loss(bob, 70));
    assertEquals(Fault.NONE, fault(bob));
    says(all.get(3), 5, 6, loss(bob, 60));
    assertEquals(Fault.LOSSY, fault(bob));
    assertEquals(
        Map.of(all.get(1).id, 80, all.get(2).id, 70, all.get(3).id, 60),
        hearing(bob).word().complaints());
    lan.runFor(6_000);
    assertEquals(Hearing.WELL, hearing(bob));
  }

  @Test
  void oneWhoComplainsAgainAndAgainIsOne() {
    for (int i = 0; i < 20; i++) {
      says(all.get(1), 5, 6, loss(bob, 80));
      lan.runFor(100);
    }
    assertEquals(Fault.NONE, fault(bob));
    assertEquals(1, hearing(bob).word().complaints().size());
  }

  @Test
  void whomNobodyHearsIsMute() {
    for (Friend friend : all.subList(1, 4)) {
      says(friend, 5, 6, loss(bob, 100));
    }
    assertEquals(Fault.MUTE, fault(bob));
  }

  @Test
  void ourOwnEarIsOneOfThree() {
    losesAllButOneIn(bob, 4);
    assertEquals(Fault.ONE_WAY, fault(bob));
    says(all.get(1), 5, 6, loss(bob, 80));
    says(all.get(2), 5, 6, loss(bob, 80));
    assertEquals(Fault.LOSSY, fault(bob));
  }

  @Test
  void whoDoesNotHearUsIsNoFaultOfOthers() {
    Loss ours = new Loss(Loss.idOf(lan.id), 84);
    says(bob, 5, 6, ours);
    assertEquals(Fault.ONE_WAY, fault(bob));
    assertEquals(80, hearing(bob).word().lossThere());
    says(bob, 5, 6, loss(all.get(1), 50));
    assertEquals(Fault.NONE, fault(bob));
    losesAllButOneIn(bob, 4);
    says(bob, 5, 6, ours);
    assertEquals(Fault.BOTH_WAYS, fault(bob));
  }

  @Test
  void whoIsNotMetSaysNothing() {
    List<Friend> strangers =
        IntStream.range(0, 3).mapToObj(i -> lan.friend("s" + i, 10 + i)).toList();
    strangers.forEach(it -> says(it, 0, 6, loss(bob, 100)));
    assertEquals(Hearing.WELL, hearing(bob));
  }

  @Test
  void anotherRunIsHeardAnew() {
    says(bob, 1, 9);
    bob.incarnation++;
    bob.sequence = 0;
    bob.beacons();
    lan.runFor(3_000);
    assertEquals(Hearing.WELL, hearing(bob));
  }
}
