package pharos.agent.core;

import java.io.Serializable;
import java.util.Map;
import pharos.beacon.NodeId;

/**
 * How a peer is heard, and what it and others say of its hearing.
 *
 * @param isHeld whether it is not judged now, since nobody is heard on its link
 * @param isHeardByOthers whether others hear it, and we do not
 * @param lossPercent how much of what it sends is lost, in tens, where it is so much that it is
 *     given more time; else 0
 * @param stretch how many times as long as others it may be silent before it is gone
 * @param word what is said of it
 */
public record Hearing(
    boolean isHeld, boolean isHeardByOthers, int lossPercent, float stretch, Word word)
    implements Serializable {
  /** In time, and most of what it sends. */
  public static final Hearing WELL = new Hearing(false, false, 0, 1);

  /** Of whom nobody complains. */
  public Hearing(boolean isHeld, boolean isHeardByOthers, int lossPercent, float stretch) {
    this(isHeld, isHeardByOthers, lossPercent, stretch, Word.NONE);
  }

  /** What is wrong with the hearing of a peer, or with its voice. */
  public enum Fault {
    /** Nothing that is known. */
    NONE,
    /** It hears less than half of the others well. */
    DEAF,
    /** Several do not hear it at all. */
    MUTE,
    /** Several hear it badly. */
    LOSSY,
    /** It hears us badly and we hear it well, or the other way round; others have no part in it. */
    ONE_WAY,
    /** It and we hear each other badly, and others have no part in it. */
    BOTH_WAYS
  }

  /**
   * What a peer and others say, as far as something is wrong.
   *
   * @param lossThere how much of what we send is lost on the way to it, in tens
   * @param hearsPercent how many of the others it hears well, in tens; 100 where it hears most
   * @param complaints who hears it badly, and how much is lost there, in tens
   * @param failure how it fails, as the application says again and again; else empty
   */
  public record Word(
      Fault fault, int lossThere, int hearsPercent, Map<NodeId, Integer> complaints, String failure)
      implements Serializable {
    /** Nothing is said. */
    public static final Word NONE = new Word(Fault.NONE, 0, 100, Map.of(), "");
  }
}
