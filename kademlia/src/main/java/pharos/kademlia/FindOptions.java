package pharos.kademlia;

/**
 * How sure an answer has to be.
 *
 * @param acceptAgeNs a contact that was seen this short a time ago is returned without asking
 *     again; 0 when each answer has to be confirmed
 * @param isCertified whether all the nearest nodes are heard, and the arbiter decides between what
 *     they say; otherwise the first who knows it decides
 * @param noCache whether what is known here counts for nothing
 */
public record FindOptions(long acceptAgeNs, boolean isCertified, boolean noCache) {
  /** What suits most: the first answer, confirmed by whoever told it last time. */
  public static final FindOptions FIRST = new FindOptions(0, false, false);

  /** All the nearest nodes are heard. */
  public static final FindOptions CERTIFIED = new FindOptions(0, true, false);

  /** Refuses an age below zero. */
  public FindOptions {
    if (acceptAgeNs < 0) {
      throw new IllegalArgumentException("acceptAgeNs is not negative: " + acceptAgeNs);
    }
  }

  /** The same, but content with an answer of this age. */
  public FindOptions acceptAgeNs(long acceptAgeNs) {
    return new FindOptions(acceptAgeNs, isCertified, noCache);
  }

  /** The same, but others are asked in any case. */
  public FindOptions withoutCache() {
    return new FindOptions(acceptAgeNs, isCertified, true);
  }
}
