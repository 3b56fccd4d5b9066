package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MasqueradeTest {
  @Test
  void aSeedPlaysTheSameEachTime() {
    for (long seed = 1; seed <= 10; seed++) {
      assertEquals(play(seed), play(seed));
    }
  }

  private static String play(long seed) {
    try {
      return Long.toString(Masquerade.run(seed, number -> true, null));
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }
}
