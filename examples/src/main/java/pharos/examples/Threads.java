package pharos.examples;

/** Waiting for the end of one's own threads. */
public final class Threads {
  private static final long PATIENCE_MS = 500;

  private Threads() {}

  /** Waits until it ended, half a second at most. */
  public static void join(Thread thread) {
    try {
      thread.join(PATIENCE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
