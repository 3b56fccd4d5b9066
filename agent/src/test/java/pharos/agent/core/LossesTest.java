package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.agent.core.CoreFixture.Mood;

/** Whose beacons are often lost may be silent for longer, and nobody else. */
class LossesTest {
  private final CoreFixture lan = CoreFixture.running();
  private final Friend witness = lan.met("witness");
  private final Friend bob = lan.met("bob");

  /** It beacons each second, of which one in {@code of} arrives; so many of those that do. */
  private void losesAllButOneIn(int of, int heard) {
    bob.is(Mood.CUT_OFF);
    for (int i = 0; i < heard; i++) {
      lan.runFor(1_000L * of);
      bob.sequence += of - 1;
      bob.beacons();
    }
  }

  private Hearing hearing() {
    return lan.core.peers().stream()
        .filter(peer -> peer.id().equals(bob.id))
        .findFirst()
        .orElseThrow()
        .hearing();
  }

  private boolean isShown() {
    return lan.shown().contains("bob");
  }

  @Test
  void whoseBeaconsArriveIsHeardWell() {
    lan.runFor(60_000);
    assertEquals(Hearing.WELL, hearing());
  }

  @Test
  void ofWhomMuchIsLostHasMoreTime() {
    losesAllButOneIn(4, 14);
    assertEquals(70, hearing().lossPercent());
    assertTrue(hearing().stretch() >= 5, () -> hearing().toString());
    lan.forget();
    long lastNs = lan.nowNs;
    lan.runFor(20_000);
    assertTrue(isShown(), "silent for 20 intervals");
    lan.runFor(20_000);
    assertFalse(isShown());
    long goneMs =
        lan.timesMs(Effect.Tell.class, it -> it.change().kind() == Change.Kind.GONE, lastNs).get(0);
    assertTrue(goneMs <= 36_000, goneMs + " ms");
  }

  @Test
  void ofEachLossIsItsOwn() {
    losesAllButOneIn(4, 14);
    witness.vanishes();
    bob.lives().beacons();
    lan.forget();
    lan.runFor(6_500);
    assertEquals(
        List.of("SUSPECT witness", "GONE witness SILENT"),
        lan.told().stream().filter(it -> it.contains("witness")).toList());
  }

  @Test
  void aThirdIsNotMuch() {
    losesAllButOneIn(1, 20);
    for (int i = 0; i < 15; i++) {
      losesAllButOneIn(2, 1);
      losesAllButOneIn(1, 1);
    }
    assertEquals(Hearing.WELL, hearing());
  }

  @Test
  void whatWasNotSentIsNotLost() {
    bob.is(Mood.CUT_OFF);
    for (int i = 0; i < 20; i++) {
      lan.runFor(3_000); // it was stopped: its next datagram has the next number
      bob.beacons();
    }
    assertEquals(Hearing.WELL, hearing());
  }

  @Test
  void whatWeCouldNotHearIsNotLost() {
    Friend carol = lan.met("carol");
    lan.runFor(25_000);
    for (int i = 0; i < 5; i++) {
      List.of(witness, bob, carol).forEach(Friend::vanishes);
      lan.runFor(15_000);
      assertTrue(lan.core.isIsolated());
      for (Friend friend : List.of(witness, bob, carol)) {
        friend.sequence += 15;
        friend.lives().beacons();
      }
      lan.runFor(3_000);
    }
    assertEquals(Hearing.WELL, hearing());
  }

  @Test
  void aNewIncarnationIsNotJudgedByTheOldOne() {
    losesAllButOneIn(4, 14);
    bob.restarts().lives().beacons();
    lan.runFor(30_000);
    assertEquals(Hearing.WELL, hearing());
  }

  @Test
  void aRefusalWaitsForTheLossOfWhomItIsAboutAlone() {
    losesAllButOneIn(4, 14);
    lan.runFor(25_000 - 25_000 % 1_000);
    witness.beacons();
    lan.forget();
    long diedNs = lan.nowNs;
    witness.dies();
    witness.watchBreaks();
    lan.runFor(100);
    List<Long> times =
        lan.timesMs(
            Effect.Tell.class,
            it ->
                it.change().kind() == Change.Kind.GONE
                    && it.change().peer().name().equals("witness"),
            diedNs);
    assertEquals(1, times.size());
    assertTrue(times.get(0) <= 50, times + " ms");
  }
}
