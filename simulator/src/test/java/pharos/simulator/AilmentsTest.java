package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be wrong with one host, or with a pair. */
class AilmentsTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss 100% out of a3; expect a3 gone everywhere within 8s because silent; heal a3",
        "loss 100% into a3; run 15s; heal a3",
        "loss 15% into a3; loss 15% out of a4; run 60s; expect no false gone",
        "loss 100% of broadcasts out of a3; run 60s; expect nobody lost a3",
        "loss 100% of broadcasts into a3; run 60s; expect a3 lost nobody",
        "loss 100% of broadcasts between a1 and a2; run 30s; expect no gone",
        "loss 100% between a1 and a2; run 30s; heal between a1 and a2",
        "loss 100% of broadcasts out of a3; restart a3 with new id; run 9s; heal a3",
        "mute a3; expect a3 gone everywhere within 8s because silent; heal a3",
        "hold a3; run 3s; release a3; expect all know all within 1s; expect no gone",
        "hold a3; run 30s; release a3",
        "flap a3 every 1s..2s for 20s; run 25s",
        "every 3s..6s loss 40% out of any; run 40s; calm; heal",
        "mute a3; partition a1, a2; run 10s; heal partition; run 6s;"
            + " expect a3 gone everywhere within 1ms because silent; heal"
      })
  void itShowsAndWhenItIsHealedAllKnowAll(String what) {
    String lines = what.replace("; ", "\n");
    for (long seed = 1; seed <= 3; seed++) {
      String text = "# A test.\nagents 5 within 1s\nrun 5s\n" + lines;
      String end = "\nexpect all know all within 10s\n";
      Play.run(ScenarioReader.read("test.txt", text + end), seed, said -> {}, null);
    }
  }

  private final Lan lan = Lan.seeded(1);
  private final Program one = lan.start("one");
  private final Program two = lan.start("two");
  private final Program three = lan.start("three");

  /** It lists it, and not since others hear it. */
  private boolean knows(Program observer, Program subject) {
    return observer.core().peers().stream()
        .anyMatch(it -> it.name().equals(subject.name()) && !it.hearing().isHeardByOthers());
  }

  @Test
  void lossBetweenTwoIsNoMatterToAThird() {
    lan.runFor(2 * SECOND);
    lan.lose(one, two, 1, false);
    lan.runFor(10 * SECOND);

    assertFalse(knows(one, two));
    assertFalse(knows(two, one));
    assertTrue(knows(three, one) && knows(three, two) && knows(one, three));
    assertFalse(lan.areConnected(one, two));
    assertTrue(lan.areConnected(one, three));
  }

  @Test
  void oneThingIsHealedAndTheOthersStay() {
    lan.mute(one);
    lan.lose(Ailments.Where.INTO, two, 1, false);
    lan.heal(one);

    assertTrue(lan.areConnected(one, three));
    assertFalse(lan.areConnected(one, two));
    lan.heal(two);
    assertTrue(lan.areConnected(one, two) && lan.isLossless());
  }

  @Test
  void whatIsHeldArrivesInItsOrderWhenItIsReleased() {
    lan.runFor(2 * SECOND);
    long before = lan.traffic().received();
    lan.programs().forEach(lan::hold);
    lan.runFor(3 * SECOND);
    long own = lan.traffic().received() - before;
    assertTrue(own <= 12, () -> "each hears itself alone, not " + own);

    lan.programs().forEach(lan::release);
    lan.runFor(SECOND / 10);
    assertTrue(
        lan.traffic().received() - before - own >= 18, "3 s of beacons of 3 hosts to 2 others");
    assertTrue(knows(one, two) && knows(two, three) && knows(three, one));
  }

  @Test
  void lossesOfOneDoNotChangeWhatIsDrawnForOthers() {
    long hash = hash(false);
    assertEquals(hash, hash(true));
  }

  /** An ailment that was healed before anybody was there leaves the run as it is. */
  private static long hash(boolean isHealed) {
    Lan lan = Lan.seeded(5);
    Program first = lan.start("first");
    if (isHealed) {
      lan.lose(Ailments.Where.OUT, first, 0.5, true);
      lan.heal(first);
    }
    lan.start("second");
    lan.runFor(5 * SECOND);
    return lan.traffic().received();
  }
}
