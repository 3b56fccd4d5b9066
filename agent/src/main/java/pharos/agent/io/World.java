package pharos.agent.io;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Time and chance, as an agent takes them from outside. What waits for a socket or a thread waits
 * in the machine's time all the same.
 *
 * @param nanoTime runs as fast as {@link System#nanoTime}, from wherever it likes; for any thread
 * @param clock for people, and for the number of this run; for any thread
 * @param random for one thread at a time
 */
public record World(LongSupplier nanoTime, InstantSource clock, RandomGenerator random) {
  /** This machine's. */
  public static World real() {
    return new World(System::nanoTime, InstantSource.system(), new SecureRandom());
  }

  /** A moment to subtract others from. */
  public long nowNs() {
    return nanoTime.getAsLong();
  }

  /** The same moment as a date. */
  public Instant now() {
    return clock.instant();
  }
}
