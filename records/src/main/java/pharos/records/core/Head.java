package pharos.records.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import pharos.records.Version;

/**
 * A key that a node has, and in which version.
 *
 * @param losers a digest of the versions that it won over; 0 for none
 */
public record Head(String key, Version version, long losers) {
  /** What all in one message may take. */
  static final int MOST_BYTES = 80 * 1024;

  private static final int OVERHEAD = 96;

  /** What it takes in a message at most. */
  int bytes() {
    return OVERHEAD + 2 * key.getBytes(UTF_8).length;
  }

  /** Adds one to a message that has room for it; else false. */
  static boolean add(List<Head> heads, Head head) {
    boolean fits =
        heads.size() < Ask.Offer.MOST
            && heads.stream().mapToInt(Head::bytes).sum() + head.bytes() <= MOST_BYTES;
    return fits && heads.add(head);
  }
}
