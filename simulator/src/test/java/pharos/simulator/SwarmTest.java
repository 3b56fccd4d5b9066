package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SwarmTest {
  /** A thousand in each build; {@code -Dpharos.swarm=N} for more. */
  private static final int SEEDS = Integer.getInteger("pharos.swarm", 1_000);

  private static final int FIRST = Integer.getInteger("pharos.swarm.first", 1);

  @Test
  void whateverHappensEverybodyKnowsEverybodyInTheEnd() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Swarm.run(seed, null);
    }
  }

  @Test
  void aSeedPlaysTheSameEachTime() {
    for (long seed = 1; seed <= 20; seed++) {
      assertEquals(Swarm.hash(seed), Swarm.hash(seed));
    }
  }
}
