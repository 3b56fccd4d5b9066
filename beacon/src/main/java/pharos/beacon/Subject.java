package pharos.beacon;

import java.io.Serializable;

/**
 * Whom a sender asks others about, shortened so that many fit a datagram.
 *
 * @param id the first eight bytes of the node id
 * @param incarnation the last two bytes of the incarnation
 */
public record Subject(long id, int incarnation) implements Serializable {
  /** This run of that node. */
  public static Subject of(NodeId id, long incarnation) {
    return new Subject(id.first(), (int) (incarnation & 0xFFFF));
  }
}
