package pharos.records.core;

import java.util.List;
import pharos.beacon.NodeId;

/**
 * A node that holds records, as it tells of itself.
 *
 * @param incarnation which of its runs
 * @param endpoints where it is asked
 * @param isSettled whether it has all copies that it should have
 * @param isLeaving whether it hands over what it has
 * @param isDurable whether it keeps its copies on a disk
 * @param isForced whether it waits for the disk before it says that it has one
 * @param records how many it has, values alone
 * @param bytes how many these are
 */
public record NodeState(
    NodeId id,
    long incarnation,
    String name,
    List<String> endpoints,
    boolean isSettled,
    boolean isLeaving,
    boolean isDurable,
    boolean isForced,
    long records,
    long bytes) {
  /** Keeps a copy. */
  public NodeState {
    endpoints = List.copyOf(endpoints);
  }

  /** What tells hosts apart: the address that it is reached at first. */
  String host() {
    if (endpoints.isEmpty()) {
      return "";
    }
    String first = endpoints.get(0);
    return first.substring(0, Math.max(0, first.lastIndexOf(':')));
  }
}
