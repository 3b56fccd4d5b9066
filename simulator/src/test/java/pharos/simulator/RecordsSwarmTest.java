package pharos.simulator;

import org.junit.jupiter.api.Test;

class RecordsSwarmTest {
  /** Some in each build; {@code -Dpharos.records=N} for more. */
  private static final int SEEDS = Integer.getInteger("pharos.records", 200);

  private static final int FIRST = Integer.getInteger("pharos.records.first", 1);

  @Test
  void whatWasAcknowledgedIsThereOrStoodOnOrTold() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      RecordsSwarm.run(seed, null);
    }
  }
}
