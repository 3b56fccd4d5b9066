package pharos.beacon;

import java.io.Serializable;

/**
 * Whom a sender hears badly.
 *
 * @param id the first four bytes of the node id
 * @param percent how much of what it sends is lost on the way, 1 to 100
 */
public record Loss(int id, int percent) implements Serializable {
  /** Keeps the percent within what can be told. */
  public Loss {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("a loss is 1 to 100 percent, not " + percent);
    }
  }

  /** The first four bytes of this id. */
  public static int idOf(NodeId id) {
    return (int) (id.first() >>> Integer.SIZE);
  }
}
