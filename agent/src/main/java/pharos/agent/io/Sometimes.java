package pharos.agent.io;

/** Lets one line through in a minute, so that what repeats does not flood a log. For any thread. */
public final class Sometimes {
  private static final long PAUSE_NS = 60_000_000_000L;

  private boolean before;
  private long lastNs;
  private long held;

  /** How many were held back since the last line, or -1 when this one is to be held back too. */
  public synchronized long pass(long nowNs) {
    if (before && nowNs - lastNs < PAUSE_NS) {
      held++;
      return -1;
    }
    before = true;
    lastNs = nowNs;
    long since = held;
    held = 0;
    return since;
  }

  /** What to add to a line of which so many others were held back. */
  public static String andMore(long held) {
    return held == 0 ? "" : " (and " + held + " times more before)";
  }
}
