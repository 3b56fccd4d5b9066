package pharos.kademlia;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * A place in the key space: 160 bits. The distance of two keys is their XOR as an unsigned number;
 * all of its bits count. An immutable value for any thread.
 */
public final class Key implements Comparable<Key> {
  /** How many bytes a key has. */
  public static final int LENGTH = 20;

  /** How many bits a key has. */
  public static final int BITS = 8 * LENGTH;

  /** Each key is as far from it as it is large. */
  private static final Key ZERO = new Key(0, 0, 0);

  private final long high;
  private final long middle;
  private final int low;

  private Key(long high, long middle, int low) {
    this.high = high;
    this.middle = middle;
    this.low = low;
  }

  /** The key with these 20 bytes. */
  public static Key of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a key has " + LENGTH + " bytes, not " + bytes.length);
    }
    return first(bytes);
  }

  /** The first 160 bits of the SHA-256 of these bytes. */
  static Key hashOf(byte[] bytes) {
    try {
      return first(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static Key first(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Key(buffer.getLong(), buffer.getLong(), buffer.getInt());
  }

  /** A random key whose first {@code bits} bits are those of this one. */
  public Key withRandomTail(int bits, RandomGenerator random) {
    long highMask = mask(bits);
    long middleMask = mask(bits - Long.SIZE);
    int lowMask = (int) (mask(bits - 2 * Long.SIZE) >>> Integer.SIZE);
    return new Key(
        (high & highMask) | (random.nextLong() & ~highMask),
        (middle & middleMask) | (random.nextLong() & ~middleMask),
        (low & lowMask) | (random.nextInt() & ~lowMask));
  }

  /** So many ones from the top; none when there are less than one. */
  private static long mask(int bits) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= Long.SIZE ? -1L : -1L << (Long.SIZE - bits);
  }

  /** This key with one bit turned over, 0 being the first. */
  public Key withBitFlipped(int index) {
    if (index < Long.SIZE) {
      return new Key(high ^ (Long.MIN_VALUE >>> index), middle, low);
    }
    return index < 2 * Long.SIZE
        ? new Key(high, middle ^ (Long.MIN_VALUE >>> (index - Long.SIZE)), low)
        : new Key(high, middle, low ^ (Integer.MIN_VALUE >>> (index - 2 * Long.SIZE)));
  }

  /** The bit at this index, 0 being the first. */
  public boolean bit(int index) {
    if (index < Long.SIZE) {
      return (high << index) < 0;
    }
    return index < 2 * Long.SIZE
        ? (middle << (index - Long.SIZE)) < 0
        : (low << (index - 2 * Long.SIZE)) < 0;
  }

  /** How many bits both have in common from the first on. */
  public int sharedBits(Key other) {
    if (high != other.high) {
      return Long.numberOfLeadingZeros(high ^ other.high);
    }
    if (middle != other.middle) {
      return Long.SIZE + Long.numberOfLeadingZeros(middle ^ other.middle);
    }
    return 2 * Long.SIZE + Integer.numberOfLeadingZeros(low ^ other.low);
  }

  /** Below 0 when {@code one} is nearer to this key than {@code other}, 0 when they are equal. */
  public int compareDistance(Key one, Key other) {
    int order = Long.compareUnsigned(high ^ one.high, high ^ other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle ^ one.middle, middle ^ other.middle);
    }
    return order != 0 ? order : Integer.compareUnsigned(low ^ one.low, low ^ other.low);
  }

  /** The distance as a share of the whole space; rounded, so for estimates and not for order. */
  double share(Key other) {
    return (((high ^ other.high) >>> 1) + 0.5) / 0x1p63;
  }

  /** A copy of the 20 bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH).putLong(high).putLong(middle).putInt(low).array();
  }

  @Override
  public int compareTo(Key other) {
    return ZERO.compareDistance(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that
        && high == that.high
        && middle == that.middle
        && low == that.low;
  }

  @Override
  public int hashCode() {
    return (Long.hashCode(high) * 31 + Long.hashCode(middle)) * 31 + low;
  }

  /** 40 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }
}
