package pharos.kademlia;

/**
 * Which of two contacts of one id is the later one.
 *
 * @param incarnation when the run of the program began that made it; 0 when nobody said
 * @param clock counts within that run
 */
public record Version(long incarnation, long clock) implements Comparable<Version> {
  /** That of a contact to which nobody gave one; it is earlier than all others. */
  public static final Version NONE = new Version(0, 0);

  /** Refuses what is below zero. */
  public Version {
    if (incarnation < 0 || clock < 0) {
      throw new IllegalArgumentException(
          "a version is not negative: incarnation " + incarnation + ", clock " + clock);
    }
  }

  @Override
  public int compareTo(Version other) {
    int order = Long.compare(incarnation, other.incarnation);
    return order != 0 ? order : Long.compare(clock, other.clock);
  }

  Version max(Version other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
