package pharos.records.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 32 octets of an entry, big endian; key, head and value follow it.
 *
 * <pre>
 *  0  4  mark, by which the next entry is found behind a damaged one
 *  4  1  kind
 *  5  1  1 when it is the first of those written at once, else 0
 *  6  2  octets of the key
 *  8  4  octets of the head
 * 12  4  octets of the value
 * 16  8  sequence: of two entries of one key the greater one counts
 * 24  4  CRC-32C of the value
 * 28  4  CRC-32C of the segment's salt, the octets before this, the key and the head
 * </pre>
 *
 * The salt is chance, so what a value says is not taken for an entry when the real one before it is
 * damaged.
 */
record Frame(
    Kind kind,
    boolean isFirst,
    int keyBytes,
    int headBytes,
    int valueBytes,
    long sequence,
    int valueCrc) {
  static final int BYTES = 32;
  static final int MARK = 0x9E_52_4C_F1;
  static final int MOST_KEY_BYTES = 4_096;
  static final int MOST_HEAD_BYTES = 1 << 20;
  static final int MOST_VALUE_BYTES = 4 * 1024 * 1024;
  private static final int CRC_AT = 28;

  /** What an entry says. */
  enum Kind {
    /** A key, its head and its value. */
    KEPT(1),
    /** A key that is no more. */
    REMOVED(2),
    /** A key and its head, of which the value was damaged. */
    LOST(3),
    /** The store was closed here, or went on in another segment: nothing is missing before this. */
    SEAL(4);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static @Nullable Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return null;
    }

    /** Whether something is kept of the key. */
    boolean isThere() {
      return this == KEPT || this == LOST;
    }
  }

  /** So long is the entry. */
  long length() {
    return (long) BYTES + keyBytes + headBytes + valueBytes;
  }

  /** Appends an entry. */
  static Frame put(ByteBuffer out, long salt, Item item, byte[] key, boolean isFirst) {
    byte[] head = item.head();
    byte[] value = item.value();
    var frame =
        new Frame(
            item.kind(),
            isFirst,
            key.length,
            head.length,
            value.length,
            item.sequence(),
            crc(value));
    int start = out.position();
    out.putInt(MARK).put((byte) frame.kind.code).put((byte) (isFirst ? 1 : 0));
    out.putShort((short) frame.keyBytes).putInt(frame.headBytes).putInt(frame.valueBytes);
    out.putLong(frame.sequence).putInt(frame.valueCrc).putInt(0).put(key).put(head);
    int length = out.position() - start;
    out.putInt(start + CRC_AT, crc(out, start, length, salt)).put(value);
    return frame;
  }

  /** Reads the first octets of an entry; null where they make no sense. What follows is unread. */
  static @Nullable Frame read(ByteBuffer in, int at) {
    Kind kind = Kind.of(in.get(at + 4));
    int first = in.get(at + 5);
    if (in.getInt(at) != MARK || kind == null || (first & ~1) != 0) {
      return null;
    }
    var frame =
        new Frame(
            kind,
            first == 1,
            Short.toUnsignedInt(in.getShort(at + 6)),
            in.getInt(at + 8),
            in.getInt(at + 12),
            in.getLong(at + 16),
            in.getInt(at + 24));
    return frame.isWithinLimits() ? frame : null;
  }

  private boolean isWithinLimits() {
    return keyBytes <= MOST_KEY_BYTES
        && headBytes >= 0
        && headBytes <= MOST_HEAD_BYTES
        && valueBytes >= 0
        && valueBytes <= MOST_VALUE_BYTES
        && sequence >= 0;
  }

  /** Whether all but the value is as it was written; key and head are in the buffer too. */
  boolean holds(ByteBuffer in, int at, long salt) {
    return in.getInt(at + CRC_AT) == crc(in, at, BYTES + keyBytes + headBytes, salt);
  }

  private static int crc(ByteBuffer in, int at, int length, long salt) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
    crc.update(in.duplicate().limit(at + CRC_AT).position(at));
    crc.update(in.duplicate().limit(at + length).position(at + BYTES));
    return (int) crc.getValue();
  }

  /** The sum of a value. */
  static int crc(byte[] value) {
    var crc = new CRC32C();
    crc.update(value, 0, value.length);
    return (int) crc.getValue();
  }
}
