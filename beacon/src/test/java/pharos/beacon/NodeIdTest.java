package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

class NodeIdTest {
  @Test
  void idsAreOrderedAsUnsignedBytes() {
    Seeds.forEach(
        3_000,
        random -> {
          byte[] one = bytes(random);
          byte[] other = random.nextInt(4) == 0 ? bytes(random) : one.clone();
          // Where they differ in one byte only, a wrong sign shows.
          other[random.nextInt(NodeId.LENGTH)] ^= (byte) (1 << random.nextInt(8));

          int expected = Integer.signum(Arrays.compareUnsigned(one, other));

          assertEquals(expected, Integer.signum(NodeId.of(one).compareTo(NodeId.of(other))));
          assertEquals(-expected, Integer.signum(NodeId.of(other).compareTo(NodeId.of(one))));
          assertEquals(expected == 0, NodeId.of(one).equals(NodeId.of(other)));
          assertEquals(0, NodeId.of(one).compareTo(NodeId.of(one)));
        });
  }

  @Test
  void anIdComesBackFromBytesTextAndBuffer() {
    Seeds.forEach(
        1_000,
        random -> {
          byte[] bytes = bytes(random);
          NodeId id = NodeId.of(bytes);
          ByteBuffer buffer = ByteBuffer.allocate(30).position(5);
          id.put(buffer);

          assertArrayEquals(bytes, id.toBytes());
          assertEquals(id, NodeId.ofBase64(id.toBase64()));
          assertEquals(id, NodeId.ofBase64(id.toString()));
          assertEquals(id, NodeId.ofBase64(id.toBase64().replace("=", "")));
          assertEquals(id, NodeId.ofBase64(id + "="));
          assertEquals(id, NodeId.at(buffer, 5));
          assertTrue(id.isAt(buffer, 5));
          assertFalse(id.isAt(buffer, 4));
          assertEquals(id.hashCode(), NodeId.of(bytes).hashCode());
          assertEquals(id.hashCode(), NodeId.hashAt(buffer, 5));
          assertEquals(28, id.toBase64().length());
          assertEquals(27, id.toString().length());
          assertTrue(id.toString().matches("[A-Za-z0-9_-]{27}"), id::toString);
          assertTrue(id.toShortString().matches("[a-z]{4}"), id::toShortString);
        });
  }

  @Test
  void anIdKeepsNoHoldOnItsBytes() {
    byte[] bytes = bytes(Seeds.random(1));
    NodeId id = NodeId.of(bytes);
    String before = id.toString();
    bytes[0]++;
    id.toBytes()[1]++;
    assertEquals(before, id.toString());
  }

  @Test
  void badTextIsNamed() {
    refuses("not base64: 'what? no'", "what? no");
    refuses("not base64: 'AAECAwQFBgcICQoLDA0ODxAREhM=='", "AAECAwQFBgcICQoLDA0ODxAREhM==");
    refuses("a node id has 20 bytes, but '' has 0", "");
    refuses("a node id has 20 bytes, but 'AAEC' has 3", "AAEC");
    refuses(
        "a node id has 20 bytes, but 'AAECAwQFBgcICQoLDA0ODxAREhMU' has 21",
        "AAECAwQFBgcICQoLDA0ODxAREhMU");
    var refused = assertThrows(IllegalArgumentException.class, () -> NodeId.of(new byte[19]));
    assertEquals("a node id has 20 bytes, not 19", refused.getMessage());
  }

  @Test
  void aRandomIdIsNeverTheReservedOne() {
    RandomGenerator zeroesFirst =
        new RandomGenerator() {
          private int calls;

          @Override
          public long nextLong() {
            return calls++ < 6 ? 0 : 1;
          }
        };
    assertFalse(NodeId.random(zeroesFirst).isZero());
  }

  @Test
  void anIdIsZeroOnlyIfAllOfItIs() {
    assertTrue(NodeId.of(new byte[NodeId.LENGTH]).isZero());
    for (int i = 0; i < NodeId.LENGTH; i++) {
      byte[] bytes = new byte[NodeId.LENGTH];
      bytes[i] = 1;
      assertFalse(NodeId.of(bytes).isZero());
      assertNotEquals(NodeId.of(new byte[NodeId.LENGTH]), NodeId.of(bytes));
    }
    assertFalse(TestBeacons.ID.equals((Object) TestBeacons.ID.toString()));
  }

  private static void refuses(String message, String text) {
    var refused = assertThrows(IllegalArgumentException.class, () -> NodeId.ofBase64(text));
    assertEquals(message, refused.getMessage());
  }

  private static byte[] bytes(RandomGenerator random) {
    byte[] bytes = new byte[NodeId.LENGTH];
    random.nextBytes(bytes);
    return bytes;
  }
}
