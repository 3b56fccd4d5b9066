package pharos.beacon;

import java.io.Serializable;

/**
 * What a sender knows of one whom it was asked about.
 *
 * @param agoMs how many milliseconds ago it was heard; {@link #NEVER}, or {@link #UNSURE} of a
 *     sender that hears nobody there
 * @param sequence the sequence number of what was heard
 */
public record Account(long agoMs, long sequence) implements Serializable {
  /** The sender does not know that run. */
  public static final long NEVER = 0xFFFF_FFFFL;

  /** The sender cannot tell. */
  public static final long UNSURE = 0xFFFF_FFFEL;

  /** Both are 0 to 2³²−1. */
  public Account {
    if (agoMs < 0 || agoMs > NEVER || sequence < 0 || sequence > NEVER) {
      throw new IllegalArgumentException("no 32 bits: " + agoMs + ", " + sequence);
    }
  }
}
