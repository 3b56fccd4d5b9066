package pharos.beacon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pharos.beacon.Vectors.Vector;
import pharos.testkit.Seeds;

class BeaconCodecTest {
  private static final int LARGEST_DATAGRAM = 65_507;
  private static final List<Vector> VECTORS = Vectors.all();
  private static final List<BeaconKey> KEYS =
      VECTORS.stream().flatMap(vector -> vector.keys().stream()).toList();

  @Test
  void anyBeaconComesBackAsItWas() {
    Seeds.forEach(
        3_000,
        random -> {
          boolean signed = random.nextBoolean();
          BeaconCodec codec = codec(signed);
          Beacon beacon = RandomBeacons.beacon(random);
          byte[] bytes = RandomBeacons.encode(codec, beacon);

          Decoded decoded = codec.decode(RandomBeacons.buffer(random, bytes));

          assertEquals(beacon, decoded);
          assertEquals(Vectors.fields(beacon), Vectors.fields(decoded));
          assertEquals(beacon.hashCode(), decoded.hashCode());
          assertEquals(beacon.toString(), decoded.toString());
          assertEquals(1, codec.accepted());
          assertEquals(signed, assertInstanceOf(Beacon.class, decoded).isAuthentic());
        });
  }

  @Test
  void whateverABuilderTakesFitsSigned() {
    Seeds.forEach(
        500,
        random -> {
          byte[] bytes = RandomBeacons.encode(codec(true), RandomBeacons.beacon(random));
          assertTrue(bytes.length <= BeaconCodec.MAX_LENGTH, () -> bytes.length + " bytes");
        });
    Beacon longest = TestBeacons.ofLength(Layout.MAX_UNSIGNED_LENGTH);
    assertEquals(255, RandomBeacons.encode(codec(true), longest).length);
    assertThrows(IllegalArgumentException.class, () -> TestBeacons.ofLength(236));
  }

  @Test
  void anyTruncationIsRefusedOrReadWithoutException() {
    Seeds.forEach(
        100,
        random -> {
          boolean signed = random.nextBoolean();
          byte[] whole = RandomBeacons.encode(codec(signed), RandomBeacons.beacon(random));
          for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            DatagramLaws.check(RandomBeacons.buffer(random, part));
            if (signed || length < Layout.MIN_LENGTH) {
              assertInstanceOf(Reject.class, codec(signed).decode(ByteBuffer.wrap(part)));
            }
          }
        });
  }

  @Test
  void anyFlippedBitIsRefusedWhenSigned() {
    Seeds.forEach(
        20,
        random -> {
          byte[] bytes = RandomBeacons.encode(codec(true), RandomBeacons.beacon(random));
          for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertInstanceOf(Reject.class, codec(true).decode(ByteBuffer.wrap(flipped)));
          }
        });
  }

  @Test
  void anyFlippedBitGivesAnotherBeaconOrNone() {
    Seeds.forEach(
        20,
        random -> {
          Beacon beacon = RandomBeacons.beacon(random);
          byte[] bytes = RandomBeacons.encode(codec(false), beacon);
          int padAt = beacon.toBuilder().padTo(0).build().length();
          for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            DatagramLaws.check(flipped);
            boolean isUnknownFlag = bit / 8 == 4 || (bit / 8 == 5 && bit % 8 >= 4);
            if (!isUnknownFlag && bit / 8 < padAt) {
              assertNotEquals(beacon, codec(false).decode(ByteBuffer.wrap(flipped)));
            }
          }
        });
  }

  @Test
  void noiseOfAnyLengthIsRefusedWithoutException() {
    Seeds.forEach(
        1_500,
        random -> {
          int bound = random.nextInt(10) == 0 ? LARGEST_DATAGRAM + 1 : 400;
          byte[] noise = Mutants.noise(random, bound);
          if (random.nextBoolean() && noise.length >= Layout.MAGIC_AND_VERSION_LENGTH) {
            ByteBuffer.wrap(noise).putInt(0, Layout.MAGIC_AND_VERSION);
          }
          DatagramLaws.check(RandomBeacons.buffer(random, noise));
        });
    DatagramLaws.check(Arrays.copyOf(beacon(false), LARGEST_DATAGRAM));
  }

  @Test
  void mutantsAreRefusedOrReadWithoutException() {
    Seeds.forEach(
        10_000,
        random -> {
          byte[] mutant = Mutants.datagram(random, VECTORS, KEYS);
          DatagramLaws.check(RandomBeacons.buffer(random, mutant));
        });
  }

  @Test
  void theMutantsMeetEveryReasonToRefuse() {
    BeaconCodec[] codecs = VECTORS.stream().map(Vector::codec).toArray(BeaconCodec[]::new);
    Set<Reject> missing = EnumSet.allOf(Reject.class);
    for (long seed = 1; seed <= 6_000; seed++) {
      var random = Seeds.random(seed);
      byte[] mutant = Mutants.datagram(random, VECTORS, KEYS);
      Decoded decoded = codecs[random.nextInt(codecs.length)].decode(ByteBuffer.wrap(mutant));
      if (decoded instanceof Reject reject) {
        missing.remove(reject);
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void theKindOfBufferDoesNotMatter() {
    Seeds.forEach(
        1_000,
        random -> {
          byte[] mutant = Mutants.datagram(random, VECTORS, KEYS);
          Decoded expected = codec(true).decode(ByteBuffer.wrap(mutant));
          ByteBuffer other = RandomBeacons.buffer(random, mutant);
          if (random.nextBoolean()) {
            other.order(ByteOrder.LITTLE_ENDIAN);
          }
          ByteOrder order = other.order();

          assertEquals(expected, codec(true).decode(other));
          assertEquals(order, other.order());
        });
  }

  @Test
  void encodeWritesTheSameIntoAnyBufferAndNothingBeside() {
    Seeds.forEach(
        500,
        random -> {
          boolean signed = random.nextBoolean();
          Beacon beacon = RandomBeacons.beacon(random);
          byte[] expected = RandomBeacons.encode(codec(signed), beacon);
          int length = expected.length + 20;
          ByteBuffer target =
              random.nextBoolean()
                  ? ByteBuffer.allocate(length)
                  : ByteBuffer.allocateDirect(length);
          target.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
          ByteOrder order = target.order();
          target.position(7);

          codec(signed).encode(beacon, target);

          assertEquals(7 + expected.length, target.position());
          assertEquals(length, target.limit());
          assertEquals(order, target.order());
          byte[] all = new byte[length];
          target.get(0, all);
          assertArrayEquals(expected, Arrays.copyOfRange(all, 7, 7 + expected.length));
          Arrays.fill(all, 7, 7 + expected.length, (byte) 0);
          assertArrayEquals(new byte[length], all);
        });
  }

  @Test
  void encodeSaysWhenTheBufferIsTooSmallAndLeavesItAsItWas() {
    Beacon beacon = TestBeacons.ofLength(100);
    for (boolean signed : new boolean[] {false, true}) {
      int length = signed ? 120 : 100;
      ByteBuffer target = ByteBuffer.allocate(length - 1);
      var refused =
          assertThrows(IllegalArgumentException.class, () -> codec(signed).encode(beacon, target));
      assertEquals(
          "the beacon has " + length + " bytes, the buffer has room for " + (length - 1),
          refused.getMessage());
      assertEquals(ByteBuffer.allocate(length - 1), target);
      codec(signed).encode(beacon, ByteBuffer.allocate(length));
    }
  }

  @Test
  void aViewForgetsTheBeaconBeforeWhenTheNextIsRefused() {
    BeaconCodec codec = codec(false);
    BeaconView view = new BeaconView();
    ByteBuffer solicit =
        ByteBuffer.wrap(
            RandomBeacons.encode(codec, TestBeacons.builder().solicit(77).leaving().build()));
    for (byte[] refused : List.of(new byte[0], new byte[300], beacon(true), new byte[] {'P'})) {
      assertEquals(null, codec.check(solicit, view));
      assertEquals(77, view.nonce());

      Reject reject = codec.check(ByteBuffer.wrap(refused), view);

      assertNotEquals(null, reject);
      assertEquals(0, view.nonce());
      assertEquals(0, view.incarnation());
      assertEquals(false, view.isSolicit() || view.isLeaving());
      assertThrows(IllegalStateException.class, view::toBeacon);
    }
  }

  @Test
  void aNewViewShowsNothing() {
    BeaconView view = new BeaconView();
    assertEquals(0, view.nonce() | view.incarnation() | view.sequence());
    assertEquals(
        "the view shows no beacon",
        assertThrows(IllegalStateException.class, view::toBeacon).getMessage());
  }

  @Test
  void aViewBuildsItsBeaconWithoutCountingItAgain() {
    BeaconCodec codec = codec(true);
    BeaconView view = new BeaconView();
    Beacon beacon = TestBeacons.ofLength(200);

    codec.check(ByteBuffer.wrap(RandomBeacons.encode(codec, beacon)), view);

    assertEquals(beacon, view.toBeacon());
    assertEquals(1, codec.accepted());
  }

  @Test
  void eachDatagramIsCountedOnceUnderItsReason() {
    BeaconCodec codec = codec(false);
    codec.decode(ByteBuffer.wrap(beacon(false)));
    codec.decode(ByteBuffer.wrap(beacon(false)));
    codec.decode(ByteBuffer.wrap(beacon(true)));
    codec.check(ByteBuffer.allocate(3), new BeaconView());

    assertEquals(2, codec.accepted());
    for (Reject reason : Reject.values()) {
      boolean happened = reason == Reject.UNKNOWN_KEY || reason == Reject.TOO_SHORT;
      assertEquals(happened ? 1 : 0, codec.rejected(reason), reason::name);
    }
  }

  @Test
  void theFirstKeySignsAndAllAreAccepted() {
    BeaconKey old = new BeaconKey(1, new byte[16]);
    BeaconKey young = new BeaconKey(2, new byte[16]);
    Beacon beacon = TestBeacons.ofLength(100);
    BeaconCodec before = new BeaconCodec(old);
    BeaconCodec between = new BeaconCodec(young, old);
    BeaconCodec after = new BeaconCodec(young);

    assertEquals(beacon, pass(beacon, before, between));
    assertEquals(beacon, pass(beacon, between, after));
    assertEquals(Reject.UNKNOWN_KEY, pass(beacon, before, after));
    assertEquals(Reject.UNKNOWN_KEY, pass(beacon, between, before));
    assertEquals(Reject.UNSIGNED, pass(beacon, new BeaconCodec(), before));
    assertEquals(Reject.UNKNOWN_KEY, pass(beacon, before, new BeaconCodec()));
    assertEquals(
        Reject.BAD_SIGNATURE,
        pass(
            beacon,
            before,
            new BeaconCodec(new BeaconKey(1, "another secret of ours".getBytes(US_ASCII)))));
  }

  private static Decoded pass(Beacon beacon, BeaconCodec sender, BeaconCodec receiver) {
    return receiver.decode(ByteBuffer.wrap(RandomBeacons.encode(sender, beacon)));
  }

  private static byte[] beacon(boolean signed) {
    return RandomBeacons.encode(codec(signed), TestBeacons.ofLength(90));
  }

  private static BeaconCodec codec(boolean signed) {
    return signed ? new BeaconCodec(DatagramLaws.KEY) : new BeaconCodec();
  }
}
