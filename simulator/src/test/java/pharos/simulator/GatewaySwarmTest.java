package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GatewaySwarmTest {
  /** Some in each build; {@code -Dpharos.gateways=N} for more. */
  private static final int SEEDS = Integer.getInteger("pharos.gateways", 15);

  private static final int FIRST = Integer.getInteger("pharos.gateways.first", 1);

  @Test
  void whateverHappensWhoLivesIsFoundInTheEndAndNobodyElse() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      GatewaySwarm.run(seed, null);
    }
  }

  @Test
  void aSeedPlaysTheSameEachTime() {
    for (long seed = 1; seed <= 3; seed++) {
      assertEquals(GatewaySwarm.hash(seed), GatewaySwarm.hash(seed));
    }
  }
}
