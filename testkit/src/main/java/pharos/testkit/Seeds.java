package pharos.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Property tests: the same body, many seeds, and the seed in the message when one fails. {@code
 * -Dpharos.seed=N} runs one seed alone, {@code -Dpharos.runs=N} that many times the usual number.
 */
public final class Seeds {
  private static final Long ONLY = Long.getLong("pharos.seed");
  private static final int TIMES = Integer.getInteger("pharos.runs", 1);

  /** One case of a property. */
  @FunctionalInterface
  public interface Property {
    /** Draws what it needs from {@code random} and throws when the property does not hold. */
    void check(RandomGenerator random) throws Exception;
  }

  private Seeds() {}

  /** Runs the property with the seeds 1 to {@code runs}. */
  public static void forEach(int runs, Property property) {
    if (ONLY != null) {
      run(ONLY, property);
      return;
    }
    for (long seed = 1; seed <= (long) runs * TIMES; seed++) {
      run(seed, property);
    }
  }

  /** The generator that {@link #forEach} gives for this seed. */
  public static RandomGenerator random(long seed) {
    return new SplittableRandom(seed);
  }

  private static void run(long seed, Property property) {
    try {
      property.check(random(seed));
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "seed " + seed + " (-Dpharos.seed=" + seed + " runs it alone): " + e.getMessage(), e);
    }
  }
}
