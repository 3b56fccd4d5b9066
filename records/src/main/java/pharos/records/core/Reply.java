package pharos.records.core;

import java.util.List;
import java.util.Optional;
import pharos.records.Listing;
import pharos.records.Version;

/** What a node that holds records answers. */
public sealed interface Reply {
  /** I am this; and the nodes that I know, if you know different ones. */
  record Hi(NodeState me, long clockMs, int peak, List<NodeState> nodes) implements Reply {
    /** So many nodes are told. */
    public static final int MOST_NODES = 256;

    /** Keeps a copy. */
    public Hi {
      nodes = List.copyOf(nodes);
    }
  }

  /** A digest of what we both should have, for each part of the ring. */
  record Digests(List<Long> parts) implements Reply {
    /** So many parts. */
    public static final int PARTS = 64;

    /** Keeps a copy. */
    public Digests {
      parts = List.copyOf(parts);
    }
  }

  /** What I have. */
  record Page(List<Head> heads, boolean hasMore) implements Reply {
    /** So many at once. */
    public static final int MOST = 500;

    /** Keeps a copy. */
    public Page {
      heads = List.copyOf(heads);
    }
  }

  /** Those that I lack, by their place in the list. */
  record Lacking(List<Integer> places) implements Reply {
    /** Keeps a copy. */
    public Lacking {
      places = List.copyOf(places);
    }
  }

  /**
   * A promise, or why not.
   *
   * @param promised the version that may be written; or the one that stands in its way
   * @param stored what is there, without its value
   * @param isSure whether I have held this key long enough to know
   * @param peak the most nodes that I knew at one time
   */
  record Reserved(boolean isDone, Version promised, Optional<Copy> stored, boolean isSure, int peak)
      implements Reply {}

  /** What became of a copy that I was to keep. */
  enum Fate {
    /** I have it, as safe as I make it. */
    KEPT,
    /** I promised or have something later. */
    LATER,
    /** There is no room, or too little of it for who asks. */
    FULL,
    /** My disk failed. */
    FAILED
  }

  /** I keep it, or not. */
  record Kept(Fate fate, Version later, boolean isSure, int peak) implements Reply {}

  /** What I have of it; the value is left out where it was not wanted. */
  record Held(Optional<Copy> copy, boolean isSure, int peak) implements Reply {}

  /** Some of the keys that I have. */
  record Scanned(List<Listing.Item> items, boolean hasMore, boolean isSettled) implements Reply {
    /** Keeps a copy. */
    public Scanned {
      items = List.copyOf(items);
    }
  }

  /** Values that lost, each with the winner's version first in its history. */
  record Lost(List<Copy> copies) implements Reply {
    /** Keeps a copy. */
    public Lost {
      copies = List.copyOf(copies);
    }
  }

  /** Done. */
  record Done() implements Reply {}

  /** What came of what an agent without records wished. */
  record Came(Outcome outcome) implements Reply {}
}
