package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MasqueradeTest {
  /** A sample in each build; {@code -Dpharos.forger=N} for more. */
  private static final int SEEDS = Integer.getInteger("pharos.forger", 200);

  @Test
  void whoHasNoKeyChangesNothingForLong() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Masquerade.run(seed, number -> true, null);
    }
  }

  @Test
  void aSeedPlaysTheSameEachTime() {
    for (long seed = 1; seed <= 10; seed++) {
      assertEquals(play(seed), play(seed));
    }
  }

  private static long play(long seed) {
    return Masquerade.run(seed, number -> true, null);
  }
}
