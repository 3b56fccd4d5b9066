package pharos.records.store;

import java.nio.charset.StandardCharsets;
import pharos.records.core.Stored;

/** What an entry is made of. */
final class Item {
  private static final byte[] NOTHING = {};

  private final Frame.Kind kind;
  private final String key;
  private final long sequence;
  private final byte[] head;
  private final byte[] value;

  Item(Frame.Kind kind, String key, long sequence, byte[] head, byte[] value) {
    this.kind = kind;
    this.key = key;
    this.sequence = sequence;
    this.head = head;
    this.value = value;
  }

  /** What is to be kept; throws when it is more than a store takes. */
  static Item of(Stored stored, long sequence) {
    check("key", stored.key().getBytes(StandardCharsets.UTF_8).length, Frame.MOST_KEY_BYTES);
    check("head of " + stored.key(), stored.head().length, Frame.MOST_HEAD_BYTES);
    check("value of " + stored.key(), stored.value().length, Frame.MOST_VALUE_BYTES);
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(stored.key())) {
      throw new IllegalArgumentException("a key that cannot be written as UTF-8");
    }
    return new Item(
        stored.isRemoved() ? Frame.Kind.REMOVED : Frame.Kind.KEPT,
        stored.key(),
        sequence,
        stored.head(),
        stored.value());
  }

  static Item seal() {
    return new Item(Frame.Kind.SEAL, "", 0, NOTHING, NOTHING);
  }

  private static void check(String what, int bytes, int mostBytes) {
    if (bytes > mostBytes) {
      throw new IllegalArgumentException(
          "the " + what + " has " + bytes + " bytes; a store keeps at most " + mostBytes);
    }
  }

  Frame.Kind kind() {
    return kind;
  }

  String key() {
    return key;
  }

  long sequence() {
    return sequence;
  }

  byte[] head() {
    return head;
  }

  byte[] value() {
    return value;
  }

  /** So long is its entry. */
  long length(byte[] keyBytes) {
    return (long) Frame.BYTES + keyBytes.length + head.length + value.length;
  }
}
