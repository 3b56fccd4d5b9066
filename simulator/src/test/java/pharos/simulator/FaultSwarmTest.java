package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FaultSwarmTest {
  /** Some in each build; {@code -Dpharos.faults=N} for more. */
  private static final int SEEDS = Integer.getInteger("pharos.faults", 200);

  private static final int FIRST = Integer.getInteger("pharos.faults.first", 1);

  @Test
  void whateverStaysWrongOutsideACoreThatIsWellBecomesWhole() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      FaultSwarm.run(seed, null);
    }
  }

  @Test
  void aSeedPlaysTheSameEachTime() {
    for (long seed = 1; seed <= 20; seed++) {
      assertEquals(FaultSwarm.hash(seed), FaultSwarm.hash(seed));
    }
  }

  @Test
  void aSeedOfACrowdPlaysTheSameToo() {
    int crowd = 159;
    assertEquals(FaultSwarm.hash(crowd), FaultSwarm.hash(crowd));
  }
}
