package pharos.records.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
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

  /** The first of these, as many as one message has room for. */
  static List<Head> fitting(Collection<Shelf.Slot> slots) {
    List<Head> heads = new ArrayList<>();
    int bytes = 0;
    for (Shelf.Slot slot : slots) {
      Head head = slot.head();
      bytes += head.bytes();
      if (bytes > MOST_BYTES || heads.size() == Ask.Offer.MOST) {
        break;
      }
      heads.add(head);
    }
    return heads;
  }
}
