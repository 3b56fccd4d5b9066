package pharos.kademlia;

/**
 * What a FIND-NODE in the name of a contact carries: hold it, or hold it no more.
 *
 * @param ageMs how long ago its owner last said so; 0 from the owner itself, more from a holder
 *     that hands it over
 * @param isWithdrawal whether it is to be held no more
 */
public record Announcement(Contact contact, long ageMs, boolean isWithdrawal) {
  /** Refuses an age below zero. */
  public Announcement {
    if (ageMs < 0) {
      throw new IllegalArgumentException("an age is not negative: " + ageMs + " ms");
    }
  }
}
