package pharos.records;

import java.util.List;
import java.util.Optional;

/**
 * Decides between values of one key of which none was written with the others in view. Without one
 * the latest version wins, and the others are kept for a day.
 */
public interface ConflictArbiter {
  /**
   * Chooses. Asked at the node that is nearest to the key, on the thread of call-backs, which it
   * must not hold up; after a change it is asked again.
   *
   * @param winner what the key is now, perhaps deleted
   * @param losers what it won over, one or more
   * @return what is written in place of all of them, one of these or another; empty to leave them
   */
  Optional<Content> choose(Entry winner, List<Conflict> losers);
}
