package pharos.records.core;

/**
 * What a node that holds records is set to, or an agent that holds none.
 *
 * @param holds whether it holds records
 * @param expectsOthers whether it waits at its start until it met another one, for some seconds
 * @param copies how many nodes have each value: 1, 3 or 5, the same for all nodes
 * @param roomBytes how much all values may take together
 * @param roomRecords how many keys it may have, those of deleted values included
 * @param cacheBytes how much of what is on the disk may be in memory too
 * @param tombstoneMs how long it is known that a value was deleted
 * @param loserMs how long a value that lost is kept
 */
public record RecordsSettings(
    boolean holds,
    boolean expectsOthers,
    int copies,
    long roomBytes,
    int roomRecords,
    long cacheBytes,
    long tombstoneMs,
    long loserMs) {
  private static final long DAY_MS = 86_400_000;

  /** What is refused, and what for. */
  public RecordsSettings {
    if (copies != 1 && copies != 3 && copies != 5) {
      throw new IllegalArgumentException("copies " + copies + " is not 1, 3 or 5");
    }
  }

  /** One that holds records, in so much memory. */
  public static RecordsSettings holding(
      int copies, long roomBytes, int roomRecords, boolean expectsOthers) {
    return new RecordsSettings(
        true, expectsOthers, copies, roomBytes, roomRecords, roomBytes / 4, DAY_MS, DAY_MS);
  }

  /** One that passes its calls on. */
  public static RecordsSettings passing() {
    return new RecordsSettings(false, false, 3, 0, 0, 0, DAY_MS, DAY_MS);
  }

  /** The same with so much of the disk in memory too. */
  public RecordsSettings withCacheBytes(long bytes) {
    return new RecordsSettings(
        holds, expectsOthers, copies, roomBytes, roomRecords, bytes, tombstoneMs, loserMs);
  }

  int majority(int of) {
    return of / 2 + 1;
  }
}
