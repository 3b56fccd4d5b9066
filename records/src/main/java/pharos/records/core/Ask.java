package pharos.records.core;

import java.util.List;
import java.util.Optional;
import pharos.beacon.NodeId;
import pharos.records.Version;

/** What one node that holds records asks another, or an agent that holds none asks a node. */
public sealed interface Ask {
  /**
   * Who are you? I am this; or nobody, for who holds no records.
   *
   * @param clockMs the cluster's running time as the asker knows it
   * @param peak the most nodes that it knew at one time
   * @param nodes a hash of those it knows: they are told when the other knows different ones
   * @param isGoodbye whether it goes, and has nothing any more that others need
   */
  record Hello(Optional<NodeState> me, long clockMs, int peak, long nodes, boolean isGoodbye)
      implements Ask {}

  /** Do we have the same, of what we both should have? */
  record Compare(NodeId me) implements Ask {}

  /** What do you have that I should have too, in this part of the ring and after this key? */
  record Heads(NodeId me, int part, String after) implements Ask {}

  /** I have these, which you should have: which of them do you lack? */
  record Offer(List<Head> heads) implements Ask {
    /** So many at once. */
    public static final int MOST = 500;

    /** Keeps a copy. */
    public Offer {
      heads = List.copyOf(heads);
    }
  }

  /**
   * Promise that you take nothing older for this key.
   *
   * @param atLeast the version must not be older; its writer is who asks
   */
  record Reserve(String key, Version atLeast) implements Ask {}

  /**
   * Keep this.
   *
   * @param isNew whether it is being written, and not only copied
   */
  record Keep(Copy copy, boolean isNew) implements Ask {
    /** Refuses one whose value is elsewhere: nobody could read it here. */
    public Keep {
      if (!copy.isDeleted() && copy.value() == null) {
        throw new IllegalArgumentException("the value is missing");
      }
    }
  }

  /** What do you have? The value is left out if it is of this version. */
  record Read(String key, Version have) implements Ask {}

  /**
   * Tell me when you have something else than this.
   *
   * @param losers how many values are known to have lost
   * @param waitMs answer by then in any case
   */
  record Await(String key, Version have, boolean isDeleted, int losers, long waitMs)
      implements Ask {}

  /** Which keys do you have that begin so, after this one? */
  record Scan(String prefix, String after, int most) implements Ask {}

  /** Which values lost, of this key or of all? */
  record Losers(String key) implements Ask {}

  /** This node is gone for good. */
  record Forget(NodeId node) implements Ask {}

  /** Do this for an agent that holds no records; it waits so long. */
  record For(Wish wish, long waitMs) implements Ask {}
}
