package pharos.agent.core;

/**
 * What decides, and does nothing itself. It is driven in turns by one thread: the time, what
 * arrived, {@link #wakeUp}, then what it wants done is taken and done in its order; and the thread
 * sleeps until {@link #nextWakeUpNs}.
 */
public interface Machine {
  /**
   * Begins a turn.
   *
   * @param nowMs the date in milliseconds, which other hosts know too
   */
  void turn(long nowNs, long nowMs);

  /** Runs what is due; the last thing in a turn. */
  void wakeUp();

  /** When to wake up at the latest. */
  long nextWakeUpNs();

  /** Whether nothing will be due until something arrives; then there is no time to wake up at. */
  default boolean isIdle() {
    return false;
  }
}
