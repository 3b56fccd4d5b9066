package pharos.beacon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BeaconKeyTest {
  @Test
  void aSecretHasAtLeastSixteenBytes() {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> new BeaconKey(1, new byte[15]));
    assertEquals("a beacon key has at least 16 bytes, not 15", refused.getMessage());
    assertEquals(1, new BeaconKey(1, new byte[16]).id());
  }

  @Test
  void aKeyPrintsItsIdAndNeverItsSecret() {
    String printed = new BeaconKey(0xC0FFEE, "abcdefghijklmnop".getBytes(US_ASCII)).toString();
    assertEquals("BeaconKey[c0ffee]", printed);
    assertFalse(printed.contains("abcd"));
  }

  @Test
  void aKeyKeepsNoHoldOnTheCallersBytes() {
    byte[] secret = "abcdefghijklmnop".getBytes(US_ASCII);
    BeaconCodec codec = new BeaconCodec(new BeaconKey(1, secret));
    BeaconKey key = new BeaconKey(1, secret);
    byte[] before = RandomBeacons.encode(codec, TestBeacons.ofLength(80));
    secret[0]++;
    byte[] after = RandomBeacons.encode(new BeaconCodec(key), TestBeacons.ofLength(80));
    assertArrayEquals(before, after);
  }
}
