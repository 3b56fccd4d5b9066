package pharos.agent.core;

/** Where a peer stands; {@link Transitions} has the moves. */
public enum State {
  /** Never heard of, or forgotten. */
  UNKNOWN,
  /** Heard, but not yet shown: its capabilities or a proof of life are still missing. */
  ASKING,
  /** Shown, and heard of in time. */
  ALIVE,
  /** Shown, but it did not answer when asked. */
  SUSPECT,
  /**
   * Left, crashed, silent or replaced; kept for a while, so that stray beacons do not revive it.
   */
  GONE;

  /** Whether it is heard of and not gone. */
  boolean isThere() {
    return this == ASKING || isShown();
  }

  /** Whether the application has it in its list. */
  public boolean isShown() {
    return this == ALIVE || this == SUSPECT;
  }
}
