package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SieveTest {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final Sieve sieve = new Sieve();
  private long nowNs = Long.MAX_VALUE - 5;

  @Test
  void theSameLineComesOnceAMinuteWithTheNumberOfThoseThatDidNot() {
    assertEquals(0, sieve.pass("{} fails", "it fails", nowNs));
    for (int i = 1; i < 60; i++) {
      nowNs += SECOND_NS;
      assertEquals(-1, sieve.pass("{} fails", "it fails", nowNs));
    }
    nowNs += SECOND_NS;
    assertEquals(59, sieve.pass("{} fails", "it fails", nowNs));
    assertEquals(-1, sieve.pass("{} fails", "it fails", nowNs));
  }

  @Test
  void tenOfAKindComeInAMinuteWhateverAStrangerWritesIntoThem() {
    int passed = 0;
    for (int i = 0; i < 100_000; i++) {
      nowNs += SECOND_NS / 1_000;
      passed += sieve.pass("{} is strange", "stranger " + i, nowNs) >= 0 ? 1 : 0;
    }
    assertTrue(passed >= 20 && passed <= 27, "in 100 seconds");
    assertEquals(0, sieve.pass("another", "stranger 1", nowNs), "another kind is not held back");
  }

  @Test
  void aThousandArriveAtOnceAndAFloodOfThemIsASecondALine() {
    for (int i = 0; i < 3_000; i++) {
      assertEquals(0, sieve.pass(nowNs));
    }
    int passed = 0;
    for (int i = 0; i < 100_500; i++) {
      nowNs += SECOND_NS / 1_000;
      passed += sieve.pass(nowNs) >= 0 ? 1 : 0;
    }
    assertEquals(100, passed);
    nowNs += TimeUnit.DAYS.toNanos(1);
    assertEquals(500, sieve.pass(nowNs));
    assertEquals(0, sieve.pass(nowNs));
  }
}
