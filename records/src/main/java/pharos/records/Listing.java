package pharos.records;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Some of the keys, in {@link #ORDER}.
 *
 * @param isComplete false when a node that may have more of them did not answer
 * @param next after which key the next page goes on; empty after the last
 */
public record Listing(List<Item> items, boolean isComplete, Optional<String> next) {
  /** So many in one answer. */
  public static final int MOST = 1_000;

  /** The order of keys: by their code points, which is that of their bytes in UTF-8. */
  public static final Comparator<String> ORDER = Listing::compare;

  private static int compare(String one, String other) {
    int most = Math.min(one.length(), other.length());
    for (int i = 0; i < most; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        // Halves of what lies beyond the first plane come after all that is whole.
        boolean isHalf = Character.isSurrogate(a);
        return isHalf == Character.isSurrogate(b) ? Character.compare(a, b) : isHalf ? 1 : -1;
      }
    }
    return Integer.compare(one.length(), other.length());
  }

  /** Refuses what {@link Records#list} cannot be asked. */
  public static void check(String prefix, String after, int most) {
    if (!prefix.isEmpty()) {
      Write.checkKey(prefix);
    }
    if (!after.isEmpty()) {
      Write.checkKey(after);
    }
    if (most < 1) {
      throw new IllegalArgumentException("a page has 1 key or more, not " + most);
    }
  }

  /** Keeps a copy. */
  public Listing {
    items = List.copyOf(items);
  }

  /**
   * A key that has a value.
   *
   * @param bytes how large the value is
   * @param type what it is
   * @param written by the clock of who wrote it
   * @param conflicts how many values are kept beside it
   */
  public record Item(
      String key, Version version, int bytes, String type, Instant written, int conflicts) {}
}
