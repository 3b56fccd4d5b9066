package pharos.records;

import java.util.List;
import java.util.Optional;

/**
 * Who holds what: the ring.
 *
 * @param engine what is behind the records, for people
 * @param copies how many of each value there are meant to be
 * @param majorityOf of how many copies a majority has to answer
 * @param isWhole whether every copy is where it should be, as far as all who answered know
 * @param isComplete whether every node answered
 */
public record Overview(
    String engine,
    int copies,
    int majorityOf,
    boolean isWhole,
    boolean isComplete,
    List<Node> nodes,
    List<Placed> records) {
  /** So many records are told. */
  public static final int MOST_RECORDS = 1_000;

  /** Keeps copies. */
  public Overview {
    nodes = List.copyOf(nodes);
    records = List.copyOf(records);
  }

  /** How a node is. */
  public enum State {
    /** It came, and does not have all copies yet that it should. */
    JOINING,
    /** It has what it should. */
    HOLDING,
    /** It hands over what it has, and goes. */
    LEAVING,
    /** It is there no more, and did not say goodbye. */
    MISSING
  }

  /**
   * A node that holds records.
   *
   * @param id as base64, as in peers; its place on the ring
   * @param place the same as a part of the ring, from 0 to below 1
   * @param isHere whether it is the agent that was asked
   * @param isDurable whether it keeps its copies on a disk
   * @param isForced whether it waits for the disk before it says that it has one
   * @param records how many it has, values alone
   * @param bytes how many these are
   */
  public record Node(
      String id,
      String name,
      String address,
      double place,
      State state,
      boolean isHere,
      boolean isDurable,
      boolean isForced,
      long records,
      long bytes) {}

  /**
   * A record, and where its copies lie.
   *
   * @param place of its key on the ring, from 0 to below 1
   * @param holders the ids of the nodes that have it, in this version
   * @param meant the ids of those that should
   */
  public record Placed(
      String key,
      Version version,
      double place,
      int bytes,
      List<String> holders,
      List<String> meant) {
    /** Keeps copies. */
    public Placed {
      holders = List.copyOf(holders);
      meant = List.copyOf(meant);
    }
  }

  /** The node of this id. */
  public Optional<Node> node(String id) {
    return nodes.stream().filter(it -> it.id().equals(id)).findFirst();
  }
}
