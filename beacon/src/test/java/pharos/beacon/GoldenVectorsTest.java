package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import pharos.beacon.Vectors.Vector;

class GoldenVectorsTest {
  @TestFactory
  Stream<DynamicTest> eachIsDecodedAsWritten() {
    return Vectors.all().stream()
        .map(
            vector -> dynamicTest(vector.verdict() + ": " + vector.meaning(), () -> check(vector)));
  }

  @Test
  void thereIsOneForEachReasonToRefuse() {
    Set<Reject> missing = EnumSet.allOf(Reject.class);
    for (Vector vector : Vectors.all()) {
      if (!vector.isBeacon()) {
        missing.remove(Reject.valueOf(vector.verdict()));
      }
    }
    assertEquals(Set.of(), missing);
  }

  private static void check(Vector vector) {
    BeaconCodec codec = vector.codec();
    Decoded decoded = codec.decode(ByteBuffer.wrap(vector.datagram()));

    assertEquals(vector.isBeacon() ? "ok" : vector.verdict(), Vectors.verdict(decoded));
    assertEquals(vector.fields(), Vectors.fields(decoded));
    if (decoded instanceof Beacon beacon) {
      byte[] again = RandomBeacons.encode(codec, beacon);
      if (vector.isKept()) {
        assertArrayEquals(vector.datagram(), again);
      } else {
        assertFalse(Arrays.equals(vector.datagram(), again), "is it kept after all?");
      }
      assertEquals(beacon, codec.decode(ByteBuffer.wrap(again)));
      assertEquals(beacon, beacon.toBuilder().build(), "a builder takes what a receiver takes");
      assertEquals(2, codec.accepted());
    } else {
      assertTrue(vector.fields().isEmpty());
      assertEquals(1, codec.rejected((Reject) decoded));
      assertEquals(0, codec.accepted());
    }
    DatagramLaws.check(vector.datagram());
  }
}
