package pharos.records.core;

import java.util.List;
import pharos.beacon.NodeId;

/**
 * What a node keeps of itself over its runs.
 *
 * @param ranMs how long it ran so far, in all its runs
 * @param clockMs how long its cluster ran, as far as it knew
 * @param peak the most nodes that it knew at one time
 * @param missing who is gone without a goodbye
 */
public record Memory(long ranMs, long clockMs, int peak, List<Gone> missing) {
  /** Keeps a copy. */
  public Memory {
    missing = List.copyOf(missing);
  }

  /** A node that is gone. */
  public record Gone(NodeId id, String name) {}
}
