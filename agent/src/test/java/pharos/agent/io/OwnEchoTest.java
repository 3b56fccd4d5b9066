package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OwnEchoTest {
  private final OwnEcho echo = new OwnEcho();

  private int missed(int broadcasts) {
    int told = 0;
    for (int i = 0; i < broadcasts; i++) {
      told += echo.misses() ? 1 : 0;
    }
    return told;
  }

  @Test
  void thatNoneComesBackIsToldOnce() {
    assertEquals(0, missed(7));
    assertEquals(1, missed(100_000));
  }

  @Test
  void oneThatComesBackBeginsAnewAndIsToldOnceWhereItWasMissed() {
    for (int i = 0; i < 100; i++) {
      assertEquals(0, missed(7));
      assertFalse(echo.hears());
    }
    assertEquals(1, missed(20));
    assertTrue(echo.hears());
    assertFalse(echo.hears());
    assertEquals(1, missed(20));
  }

  @Test
  void aLineThatRepeatsPassesOnceAMinuteAndSaysHowManyDidNot() {
    Sometimes sometimes = new Sometimes();
    long begunNs = Long.MAX_VALUE; // the clock may wrap
    assertEquals(0, sometimes.pass(begunNs));
    for (int second = 1; second < 60; second++) {
      assertEquals(-1, sometimes.pass(begunNs + second * 1_000_000_000L));
    }
    assertEquals(59, sometimes.pass(begunNs + 60_000_000_000L));
    assertEquals(" (and 59 times more before)", Sometimes.andMore(59));
    assertEquals("", Sometimes.andMore(0));
  }
}
