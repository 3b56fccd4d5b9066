package pharos.agent;

/** Lets one line through in a while, so that what fails often does not flood a log. */
final class Sometimes {
  private static final long PAUSE_NS = 10_000_000_000L;

  private boolean before;
  private long lastNs;
  private long held;

  /** How many were held back since the last line, or -1 when this one is to be held back too. */
  synchronized long pass(long nowNs) {
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
}
