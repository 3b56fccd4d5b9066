package pharos.testkit;

import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs of its machine. Where it is missing the test is skipped and says so; with
 * {@code PHAROS_NO_SKIP=1} in the environment, as on CI, it fails instead.
 */
public final class Needs {
  private static final boolean NO_SKIP = "1".equals(System.getenv("PHAROS_NO_SKIP"));

  private Needs() {}

  /** Goes on when {@code met}; otherwise ends the test, naming what is missing. */
  public static void that(boolean met, String need) {
    if (met) {
      return;
    }
    if (NO_SKIP) {
      throw new AssertionFailedError("this machine must not skip, yet lacks: " + need);
    }
    System.out.println("[skipped] needs " + need);
    throw new TestAbortedException("needs " + need);
  }
}
