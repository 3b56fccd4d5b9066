package pharos.kademlia;

/**
 * A registered contact that a node holds.
 *
 * @param ageMs how long ago its owner last announced it, in milliseconds
 */
public record Held(Contact contact, long ageMs) {
  /** Refuses an age below zero. */
  public Held {
    if (ageMs < 0) {
      throw new IllegalArgumentException("an age is not negative: " + ageMs + " ms");
    }
  }
}
