package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "1.2.3.4",
        "255.255.255.255",
        "192.168.0.10",
        "::",
        "::1",
        "FE80::a:B",
        "1:2:3:4:5:6:7:8",
        "::ffff:10.0.0.1",
        "64:ff9b::1.2.3.4"
      })
  void literalsAreRead(String text) {
    assertTrue(Addresses.parse(text).isPresent());
  }

  /** Java asks its resolver about some of these, which must never happen here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "999.1.1.1",
        "256.0.0.1",
        "1.2.3",
        "1",
        "01.2.3.4",
        "1.2.3.4.5",
        ".:1",
        ".",
        ":",
        ":::",
        "abcd",
        "cafe",
        "1:2",
        "::1%lo",
        "fe80::1%1",
        "[::1]",
        "1.2.3.4:",
        "12345::",
        "::g",
        "1.2.3.4 ",
        "١.1.1.1"
      })
  void namesAndMalformedNumbersAreNotAskedFor(String text) {
    assertTrue(Addresses.parse(text).isEmpty());
  }

  @Test
  void addressesOfNobodyAndEverybodyAreNotAdvertised() {
    for (String text : new String[] {"0.1.2.3", "127.1.2.3", "224.0.0.1", "255.255.255.255"}) {
      assertFalse(canBeAdvertised(text), text);
    }
    for (String text : new String[] {"::", "::1", "ff02::1"}) {
      assertFalse(canBeAdvertised(text), text);
    }
    for (String text : new String[] {"1.0.0.0", "126.1.1.1", "128.0.0.1", "223.255.255.255"}) {
      assertTrue(canBeAdvertised(text), text);
    }
    for (String text : new String[] {"::2", "fe80::1", "2001:db8::1", "::1:0:0:0"}) {
      assertTrue(canBeAdvertised(text), text);
    }
    for (int length : new int[] {0, 3, 5, 15, 17}) {
      byte[] bytes = new byte[length];
      if (length > 0) {
        bytes[0] = 10;
      }
      assertFalse(Addresses.canBeAdvertised(bytes));
    }
  }

  @Test
  void bytesThatAreNoAddressAreRefusedByTheirLength() {
    var refused = assertThrows(IllegalArgumentException.class, () -> Addresses.of(new byte[5]));
    assertEquals("an address has 4 or 16 bytes, not 5", refused.getMessage());
  }

  @Test
  void addressesShareAPrefixWithinTheirFamily() {
    assertTrue(Addresses.share(of("10.1.2.3"), of("10.1.3.3"), 23));
    assertFalse(Addresses.share(of("10.1.2.3"), of("10.1.3.3"), 24));
    assertTrue(Addresses.share(of("10.1.2.3"), of("99.1.3.3"), 0));
    assertTrue(Addresses.share(of("10.1.2.3"), of("10.1.2.3"), 128));
    assertFalse(Addresses.share(of("10.1.2.3"), of("::2"), 0));
    assertTrue(Addresses.share(of("fe80::1"), of("fe80::2"), 64));
    assertFalse(Addresses.share(of("fe80::1"), of("fe80::2"), 128));
  }

  @Test
  void theDirectedBroadcastHasAllHostBitsSet() {
    assertEquals(of("10.1.255.255"), broadcast("10.1.2.3", 16));
    assertEquals(of("10.1.2.3"), broadcast("10.1.2.3", 32));
    assertEquals(of("10.1.2.3"), broadcast("10.1.2.2", 31));
    assertEquals(of("255.255.255.255"), broadcast("10.1.2.3", 0));
    assertEquals(of("192.168.7.255"), broadcast("192.168.4.9", 22));
  }

  /** RFC 5952: the one spelling that all should write. */
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "fe80:0:0:0:5054:ff:fe12:3456, fe80::5054:ff:fe12:3456",
    "0:0:0:0:0:0:0:1, ::1",
    "0:0:0:0:0:0:0:0, ::",
    "2001:DB8::1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "ff12::d048:4152, ff12::d048:4152",
  })
  void anAddressHasOneSpelling(String written, String text) {
    assertEquals(text, Addresses.text(of(written)));
    assertEquals(of(written), of(text));
  }

  @Test
  void aZoneIsANumberAndIsTextOnlyWhereOneConnects() throws UnknownHostException {
    byte[] bytes = of("fe80::7").getAddress();
    InetAddress zoned = Inet6Address.getByAddress("", bytes, 3);
    assertEquals("fe80::7", Addresses.text(zoned));
    assertEquals("fe80::7%3", Addresses.zonedText(zoned));
    assertEquals("fe80::7", Addresses.zonedText(of("fe80::7")));
  }

  private static InetAddress broadcast(String address, int prefix) {
    return Addresses.directedBroadcast((Inet4Address) of(address), prefix);
  }

  private static boolean canBeAdvertised(String text) {
    return Addresses.canBeAdvertised(of(text).getAddress());
  }

  private static InetAddress of(String text) {
    return Addresses.parse(text).orElseThrow();
  }
}
