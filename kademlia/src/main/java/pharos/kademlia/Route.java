package pharos.kademlia;

import java.util.Optional;

/**
 * How an answer was come by.
 *
 * @param source where it is from
 * @param by the node that told it; empty when it was known here
 * @param hops how many nodes were asked in a row until one told; 0 when it was known here
 * @param requests how many requests were sent in all
 * @param tookNs how long it took
 * @param isCertified whether the nearest live nodes have all been heard
 */
public record Route(
    Source source,
    Optional<ContactId> by,
    int hops,
    int requests,
    long tookNs,
    boolean isCertified) {
  /** Where an answer can come from. */
  public enum Source {
    /** Registered here. */
    OWN,
    /** Held here for another. */
    HELD,
    /** Found before, and young enough for who asks. */
    CACHE,
    /** A node in the routing table. */
    TABLE,
    /** Others were asked. */
    NETWORK
  }
}
