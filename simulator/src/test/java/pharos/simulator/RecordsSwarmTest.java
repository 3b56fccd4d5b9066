package pharos.simulator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /**
   * One copy won over another while it was given away, and went without that; a write that was
   * tried again stood on its first attempt, but not on what that stood on.
   */
  @ParameterizedTest
  @ValueSource(longs = {101_029, 102_908})
  void whatFailedOnceHolds(long seed) {
    RecordsSwarm.run(seed, null);
  }
}
