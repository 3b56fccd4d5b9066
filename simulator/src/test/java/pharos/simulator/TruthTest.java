package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom it is wrong to call gone. */
class TruthTest {
  private static final long SECOND = TimeText.SECOND;

  private final Lan lan = Lan.seeded(1);
  private final Program one = lan.start("one");
  private final Program two = lan.start("two");
  private final Program three = lan.start("three");
  private final Program four = lan.start("four");

  @BeforeEach
  void meet() {
    lan.runFor(3 * SECOND);
  }

  @Test
  void whoRunsAndIsHeardIsFalselyGone() {
    assertTrue(Truth.isFalse(lan, one));
  }

  @Test
  void whoStandsStillIsFalselyGoneForFourIntervals() {
    one.pause();
    lan.runFor(4 * SECOND);
    assertTrue(Truth.isFalse(lan, one));
    lan.runFor(1);
    assertFalse(Truth.isFalse(lan, one));
  }

  @Test
  void whoStoodStillAndGoesOnIsNoLongerExcused() {
    one.pause();
    lan.runFor(20 * SECOND);
    one.resume();
    lan.runFor(SECOND);
    assertTrue(Truth.isFalse(lan, one));

    one.pause();
    lan.runFor(SECOND);
    assertTrue(Truth.isFalse(lan, one), "the second pause is short, whatever the first was");
  }

  @Test
  void whoEndedIsGone() {
    lan.kill(one);
    assertFalse(Truth.isFalse(lan, one));
  }

  @Test
  void whomHalfOfTheOthersHearIsThere() {
    lan.lose(one, two, 1, false);
    assertTrue(Truth.isFalse(lan, one), "two of three hear it");
    lan.lose(one, three, 1, false);
    assertFalse(Truth.isFalse(lan, one), "one of three hears it");
    lan.kill(three);
    assertTrue(Truth.isFalse(lan, one), "one of two hears it");
    assertTrue(Truth.isFalse(lan, four));
  }
}
