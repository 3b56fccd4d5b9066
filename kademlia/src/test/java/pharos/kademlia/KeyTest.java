package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

class KeyTest {
  private static Key random(RandomGenerator random) {
    byte[] bytes = new byte[Key.LENGTH];
    random.nextBytes(bytes);
    return Key.of(bytes);
  }

  private static BigInteger distance(Key one, Key other) {
    return new BigInteger(1, one.toBytes()).xor(new BigInteger(1, other.toBytes()));
  }

  @Test
  void theDistanceIsTheXorAsANumber() {
    Seeds.forEach(
        500,
        random -> {
          Key target = random(random);
          // Near ones too: the last bits have to count as well as the first.
          Key one = target.withRandomTail(random.nextInt(Key.BITS + 1), random);
          Key other = one.withRandomTail(random.nextInt(Key.BITS + 1), random);
          int expected = distance(target, one).compareTo(distance(target, other));
          assertEquals(expected, Integer.signum(target.compareDistance(one, other)));
          assertEquals(
              Key.BITS - distance(target, one).bitLength(), target.sharedBits(one), "shared bits");
        });
  }

  @Test
  void theVeryLastBitDecides() {
    Key target = Key.of(new byte[Key.LENGTH]);
    Key next = target.withBitFlipped(Key.BITS - 1);
    assertTrue(target.compareDistance(target, next) < 0);
    assertEquals(Key.BITS - 1, target.sharedBits(next));
  }

  @Test
  void aRandomTailKeepsTheBitsBeforeIt() {
    Seeds.forEach(
        200,
        random -> {
          Key key = random(random);
          int bits = random.nextInt(Key.BITS + 1);
          assertTrue(key.withRandomTail(bits, random).sharedBits(key) >= bits);
        });
  }

  @Test
  void aFlippedBitIsTheFirstThatDiffers() {
    Seeds.forEach(
        50,
        random -> {
          Key key = random(random);
          for (int index = 0; index < Key.BITS; index++) {
            Key other = key.withBitFlipped(index);
            assertEquals(index, key.sharedBits(other));
            assertEquals(!key.bit(index), other.bit(index));
          }
        });
  }

  @Test
  void bytesComeBackAndOtherLengthsAreRefused() {
    Seeds.forEach(
        50,
        random -> {
          Key key = random(random);
          assertEquals(key, Key.of(key.toBytes()));
          assertArrayEquals(key.toBytes(), Key.of(key.toBytes()).toBytes());
        });
    assertThrows(IllegalArgumentException.class, () -> Key.of(new byte[19]));
  }

  @Test
  void theOrderOfKeysIsThatOfNumbers() {
    Seeds.forEach(
        200,
        random -> {
          Key one = random(random);
          Key other = one.withRandomTail(random.nextInt(Key.BITS), random);
          int expected =
              new BigInteger(1, one.toBytes()).compareTo(new BigInteger(1, other.toBytes()));
          assertEquals(expected, Integer.signum(one.compareTo(other)));
        });
  }
}
