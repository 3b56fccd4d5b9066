package pharos.records.core;

import org.jspecify.annotations.Nullable;

/**
 * A key as a {@link Store} keeps it: what is told of it, and its value, neither of which it reads.
 */
public final class Stored {
  private static final byte[] NOTHING = {};

  private final String key;
  private final byte @Nullable [] head;
  private final byte[] value;

  private Stored(String key, byte @Nullable [] head, byte[] value) {
    this.key = key;
    this.head = head;
    this.value = value;
  }

  /**
   * A key as it is from now on. The arrays are not copied: nobody changes them any more.
   *
   * @param key empty for what is kept of the node itself
   */
  public static Stored of(String key, byte[] head, byte[] value) {
    return new Stored(key, head, value);
  }

  /** A key of which nothing is kept any more. */
  public static Stored removed(String key) {
    return new Stored(key, null, NOTHING);
  }

  /** Which one. */
  public String key() {
    return key;
  }

  /** Whether nothing is kept of it any more. */
  public boolean isRemoved() {
    return head == null;
  }

  /** What is told of it; empty for one that is removed. */
  public byte[] head() {
    return head == null ? NOTHING : head;
  }

  /** Its value. */
  public byte[] value() {
    return value;
  }
}
