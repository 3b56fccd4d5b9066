package pharos.beacon;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * Who an agent is: 20 bytes, random unless the application keeps them. Ordered as unsigned bytes,
 * which is the order of the ring of watches. An immutable value for any thread.
 */
public final class NodeId implements Comparable<NodeId>, Serializable {
  /** How many bytes an id has. */
  public static final int LENGTH = 20;

  private static final int SHORT_LETTERS = 4;

  private final long high;
  private final long middle;
  private final int low;

  private NodeId(long high, long middle, int low) {
    this.high = high;
    this.middle = middle;
    this.low = low;
  }

  /** A new id out of the caller's randomness; it is never all zero, which the wire reserves. */
  public static NodeId random(RandomGenerator random) {
    while (true) {
      NodeId id = new NodeId(random.nextLong(), random.nextLong(), random.nextInt());
      if (!id.isZero()) {
        return id;
      }
    }
  }

  /** The id with these 20 bytes. */
  public static NodeId of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a node id has " + LENGTH + " bytes, not " + bytes.length);
    }
    return at(ByteBuffer.wrap(bytes), 0);
  }

  /** Reads base64, plain or URL-safe, with or without padding. */
  public static NodeId ofBase64(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not base64: '" + text + "'", e);
    }
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "a node id has " + LENGTH + " bytes, but '" + text + "' has " + bytes.length);
    }
    return of(bytes);
  }

  static NodeId at(ByteBuffer buffer, int index) {
    return new NodeId(buffer.getLong(index), buffer.getLong(index + 8), buffer.getInt(index + 16));
  }

  void put(ByteBuffer buffer) {
    buffer.putLong(high).putLong(middle).putInt(low);
  }

  boolean isAt(ByteBuffer buffer, int index) {
    return buffer.getLong(index) == high
        && buffer.getLong(index + 8) == middle
        && buffer.getInt(index + 16) == low;
  }

  static int hashAt(ByteBuffer buffer, int index) {
    return hash(buffer.getLong(index), buffer.getLong(index + 8), buffer.getInt(index + 16));
  }

  boolean isZero() {
    return (high | middle | low) == 0;
  }

  /** The first eight bytes, as one number. */
  public long first() {
    return high;
  }

  /** A copy of the 20 bytes. */
  public byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    put(bytes);
    return bytes.array();
  }

  /** Standard base64 with padding, as the wire documents have it. */
  public String toBase64() {
    return Base64.getEncoder().encodeToString(toBytes());
  }

  /** Four lower-case letters, enough to tell a few replicas apart: {@code alpha-krmt}. */
  public String toShortString() {
    long rest = Integer.toUnsignedLong((int) (high >>> 32));
    StringBuilder letters = new StringBuilder(SHORT_LETTERS);
    for (int i = 0; i < SHORT_LETTERS; i++) {
      letters.append((char) ('a' + rest % 26));
      rest /= 26;
    }
    return letters.toString();
  }

  /** The whole id in URL-safe base64 without padding, 27 characters. */
  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(toBytes());
  }

  @Override
  public int compareTo(NodeId other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle, other.middle);
    }
    return order != 0 ? order : Integer.compareUnsigned(low, other.low);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeId that
        && high == that.high
        && middle == that.middle
        && low == that.low;
  }

  @Override
  public int hashCode() {
    return hash(high, middle, low);
  }

  private static int hash(long high, long middle, int low) {
    return (Long.hashCode(high) * 31 + Long.hashCode(middle)) * 31 + low;
  }
}
