package pharos.beacon;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import pharos.beacon.Vectors.Vector;

/** Datagrams that are nearly right, which is where a decoder goes wrong. */
final class Mutants {
  private static final byte[] EDGES = {0, 1, 2, 3, 4, 8, 16, 28, 63, 64, 127, (byte) 0x80, -1};
  private static final int[] LENGTHS = {0, 4, 8, 16, 20, 28};

  private Mutants() {}

  /** A mutant of a vector or of a random beacon, signed again or not, or plain noise. */
  static byte[] datagram(RandomGenerator random, List<Vector> vectors, List<BeaconKey> keys) {
    byte[] datagram =
        switch (random.nextInt(8)) {
          case 0 -> noise(random, 300);
          case 1, 2, 3 -> RandomBeacons.encode(new BeaconCodec(), RandomBeacons.beacon(random));
          default -> vectors.get(random.nextInt(vectors.size())).datagram();
        };
    for (int i = random.nextInt(4); i > 0; i--) {
      datagram = mutate(random, datagram);
    }
    boolean sign = datagram.length >= Layout.MIN_LENGTH && random.nextInt(3) == 0;
    return sign ? sign(datagram, keys.get(random.nextInt(keys.size()))) : datagram;
  }

  /** One small damage; what knows the layout is in the majority. */
  static byte[] mutate(RandomGenerator random, byte[] original) {
    byte[] datagram = original.clone();
    int length = datagram.length;
    if (length == 0) {
      return noise(random, 8);
    }
    int at = random.nextInt(length);
    switch (random.nextInt(9)) {
      case 0 -> datagram[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> datagram[at] = EDGES[random.nextInt(EDGES.length)];
      case 2 -> datagram = Arrays.copyOf(datagram, at);
      case 3 -> datagram = Arrays.copyOf(datagram, length + random.nextInt(1, 40));
      case 4 -> datagram[random.nextInt(Math.min(length, 12))] = (byte) random.nextInt();
      case 5 -> { // the lengths of the texts, and the texts
        if (length > Layout.FIXED_LENGTH) {
          datagram[random.nextInt(Layout.FIXED_LENGTH, length)] = (byte) random.nextInt();
        }
      }
      case 6 -> { // one field all zero or all one
        int field = random.nextInt(length);
        byte value = (byte) -random.nextInt(2);
        Arrays.fill(datagram, field, Math.min(length, field + 1 + random.nextInt(20)), value);
      }
      default -> datagram = append(random, datagram);
    }
    return datagram;
  }

  static byte[] noise(RandomGenerator random, int bound) {
    byte[] bytes = new byte[random.nextInt(bound)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] append(RandomGenerator random, byte[] datagram) {
    int size = LENGTHS[random.nextInt(LENGTHS.length)];
    byte[] content = new byte[size];
    random.nextBytes(content);
    if (random.nextInt(4) == 0) {
      Arrays.fill(content, (byte) -random.nextInt(2));
    }
    return ByteBuffer.allocate(datagram.length + 2 + size)
        .put(datagram)
        .put((byte) random.nextInt(5))
        .put((byte) size)
        .put(content)
        .array();
  }

  private static byte[] sign(byte[] datagram, BeaconKey key) {
    ByteBuffer signed = ByteBuffer.allocate(datagram.length + BeaconKey.SIGNATURE_LENGTH);
    signed.put(datagram);
    int flags = signed.getShort(Layout.FLAGS_AT) | Layout.SIGNED;
    signed.putShort(Layout.FLAGS_AT, (short) flags);
    key.signer().sign(signed, 0);
    return signed.array();
  }
}
