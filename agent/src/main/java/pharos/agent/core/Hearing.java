package pharos.agent.core;

import java.io.Serializable;

/**
 * How a peer is heard.
 *
 * @param isHeld whether it is not judged now, since nobody is heard on its link
 * @param isHeardByOthers whether others hear it, and we do not
 * @param lossPercent how much of what it sends is lost, in tens, where it is so much that it is
 *     given more time; else 0
 * @param stretch how many times as long as others it may be silent before it is gone
 */
public record Hearing(boolean isHeld, boolean isHeardByOthers, int lossPercent, float stretch)
    implements Serializable {
  /** In time, and most of what it sends. */
  public static final Hearing WELL = new Hearing(false, false, 0, 1);
}
