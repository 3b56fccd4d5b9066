package pharos.beacon;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Draws beacons that a builder accepts, and what the network may make of them. */
final class RandomBeacons {
  private static final long[] EDGES = {1, 2, 0xFFFF_FFFFL, Long.MAX_VALUE, 1_732_176_000_000L};

  private RandomBeacons() {}

  static Beacon beacon(RandomGenerator random) {
    while (true) {
      Beacon.Builder builder =
          Beacon.of(NodeId.random(random))
              .udpPort(random.nextInt(1, 0x1_0000))
              .tcpPort(random.nextInt(0x1_0000))
              .nextMs(random.nextInt(Beacon.MAX_INTERVAL_MS + 1))
              .cluster(random.nextInt())
              .incarnation(edgeOr(random, random.nextLong(1, Long.MAX_VALUE)))
              .sequence(random.nextInt() & 0xFFFF_FFFFL)
              .digest(random.nextLong())
              .overlay(random.nextBoolean())
              .witness(random.nextBoolean())
              .name(text(random))
              .service(text(random));
      if (random.nextInt(8) == 0) {
        builder.direct(random.nextBoolean());
      }
      if (random.nextInt(8) == 0) {
        builder.leaving();
      }
      if (random.nextBoolean()) {
        builder.solicit(random.nextLong() | 1);
      }
      if (random.nextBoolean()) {
        builder.echo(random.nextLong() | 1);
      }
      if (random.nextInt(4) == 0) {
        builder.doubt(new Doubt(NodeId.random(random), edgeOr(random, 7)));
      }
      if (random.nextInt(4) == 0) {
        builder.goodbye(random.nextLong() | 1);
      }
      if (random.nextInt(4) == 0) {
        builder.vouch(address(random));
      }
      if (random.nextInt(4) == 0) {
        builder.detail(text(random));
      }
      if (random.nextInt(8) == 0) {
        builder.ask(random.nextLong() | 1, some(random, () -> subject(random)));
      }
      if (random.nextInt(8) == 0) {
        builder.tell(random.nextLong() | 1, some(random, () -> account(random)));
      }
      if (random.nextInt(8) == 0) {
        int known = random.nextInt(1, 0x1_0000);
        List<Loss> losses = some(random, () -> loss(random));
        int most = Math.min(losses.size(), Beacon.MAX_LOSSES);
        builder.hears(
            random.nextInt(known + 1), known, losses.subList(0, random.nextInt(most + 1)));
      }
      if (random.nextInt(4) == 0) {
        builder.padTo(random.nextInt(Beacon.MAX_LENGTH + 1));
      }
      for (int i = random.nextInt(Beacon.MAX_ADDRESSES + 1); i > 0 && random.nextBoolean(); i--) {
        builder.address(address(random));
      }
      try {
        return builder.build();
      } catch (IllegalArgumentException tooLong) {
        // Few are: draw again.
      }
    }
  }

  private static <T> List<T> some(RandomGenerator random, Supplier<T> one) {
    return Stream.generate(one).limit(random.nextInt(1, Beacon.MAX_SUBJECTS + 1)).toList();
  }

  private static Subject subject(RandomGenerator random) {
    return Subject.of(NodeId.random(random), edgeOr(random, 7));
  }

  private static Loss loss(RandomGenerator random) {
    return new Loss(random.nextInt(), random.nextInt(1, 101));
  }

  private static Account account(RandomGenerator random) {
    return new Account(random.nextInt() & 0xFFFF_FFFFL, random.nextInt() & 0xFFFF_FFFFL);
  }

  /** Up to 63 bytes of allowed characters from one to four bytes each. */
  static String text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    int room = random.nextInt(3) == 0 ? random.nextInt(Text.MAX_BYTES + 1) : random.nextInt(12);
    while (true) {
      int point =
          switch (random.nextInt(8)) {
            case 0 -> random.nextInt(0xA0, 0x800);
            case 1 -> random.nextInt(0x800, 0x2000);
            case 2 -> random.nextInt(0xE000, 0x1_0000);
            case 3 -> random.nextInt(0x1_0000, 0x11_0000);
            default -> random.nextInt(0x20, 0x7F);
          };
      room -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
      if (room < 0) {
        return text.toString();
      }
      text.appendCodePoint(point);
    }
  }

  static InetAddress address(RandomGenerator random) {
    while (true) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      if (Addresses.canBeAdvertised(bytes)) {
        return Addresses.of(bytes);
      }
    }
  }

  static byte[] encode(BeaconCodec codec, Beacon beacon) {
    ByteBuffer buffer = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    codec.encode(beacon, buffer);
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  /** The same bytes in a buffer of a kind that the seed decides, not always from index 0. */
  static ByteBuffer buffer(RandomGenerator random, byte[] bytes) {
    int before = random.nextInt(9);
    int length = before + bytes.length + random.nextInt(9);
    ByteBuffer buffer =
        random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
    buffer.position(before).put(bytes).flip().position(before);
    buffer = random.nextBoolean() ? buffer : buffer.slice();
    return random.nextBoolean() ? buffer : buffer.asReadOnlyBuffer();
  }

  private static long edgeOr(RandomGenerator random, long other) {
    return random.nextBoolean() ? other : EDGES[random.nextInt(EDGES.length)];
  }
}
