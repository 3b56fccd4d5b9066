package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InterfaceFilterTest {
  private static final Nic ETH0 = new Nic("eth0", 2, true, false, false, true, List.of());

  @ParameterizedTest
  @CsvSource({
    "eth0, 10.0.0.5, true",
    "eth, 10.0.0.5, false",
    "ETH0, 10.0.0.5, false",
    "eth*, 10.0.0.5, true",
    "e*0, 10.0.0.5, true",
    "*, 10.0.0.5, true",
    "eth?, 10.0.0.5, true",
    "eth0?, 10.0.0.5, false",
    "docker*, 10.0.0.5, false",
    "e.h*, 10.0.0.5, false",
    "10.0.0.5, 10.0.0.5, true",
    "10.0.0.5, 10.0.0.50, false",
    "10.0.0.0/8, 10.200.0.5, true",
    "10.9.9.9/8, 10.200.0.5, true",
    "10.0.0.0/8, 11.0.0.5, false",
    "10.0.0.0/9, 10.128.0.5, false",
    "0.0.0.0/0, 10.0.0.5, true",
    "0.0.0.0/0, fe80::1, false",
    "::/0, fe80::1, true",
    "::/0, 10.0.0.5, false",
    "fe80::1, fe80::1, true",
    "fe80::/10, fe80::1, true",
    "fe80::/10, fd00::1, false",
    "!docker*, 10.0.0.5, true",
    "!eth0, 10.0.0.5, false",
    "!10.0.0.0/8, 10.0.0.5, false",
    "!10.0.0.0/8, 192.168.1.5, true",
  })
  void aSelectorMatches(String selector, String address, boolean taken) {
    assertEquals(taken, takes(address, selector));
  }

  @Test
  void anExclusionWinsOverAnInclusionInAnyOrder() {
    assertTrue(takes("10.1.0.5", "10.0.0.0/8", "!10.2.0.0/16"));
    assertEquals(false, takes("10.2.0.5", "10.0.0.0/8", "!10.2.0.0/16"));
    assertEquals(false, takes("10.2.0.5", "!10.2.0.0/16", "10.0.0.0/8"));
    assertEquals(false, takes("10.2.0.5", "eth0", "!eth*"));
  }

  @Test
  void anyOfSeveralInclusionsIsEnough() {
    assertTrue(takes("10.0.0.5", "wlan0", "eth0"));
    assertTrue(takes("10.0.0.5", "wlan0", "10.0.0.0/8"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''             | a name, pattern, address or network",
        "!              | a name, pattern, address or network",
        "' eth0'        | without blanks",
        "10.0.0.300     | '10.0.0.300' is not an IPv4 or IPv6 address",
        "10.0.0         | '10.0.0' is not an IPv4 or IPv6 address",
        "fe80::1::2     | 'fe80::1::2' is not an IPv4 or IPv6 address",
        "10.0.0.0/33    | the prefix after / must be 0 to 32, not '33'",
        "10.0.0.0/      | the prefix after / must be 0 to 32, not ''",
        "10.0.0.0/-1    | the prefix after / must be 0 to 32, not '-1'",
        "10.0.0.0/8/8   | the prefix after / must be 0 to 32, not '8/8'",
        "fe80::/129     | the prefix after / must be 0 to 128, not '129'",
        "eth0/24        | 'eth0' is not an IPv4 or IPv6 address",
        "localhost/8    | 'localhost' is not an IPv4 or IPv6 address",
        "fe80::1%eth0   | leave out what follows the %",
        "!10.0.0.0/99   | the prefix after / must be 0 to 32, not '99'",
      })
  void aBadSelectorIsNamedWithTheReason(String selector, String reason) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> InterfaceFilter.of(List.of("eth0", selector)));
    String message = e.toString();
    assertTrue(message.contains("interface selector '" + selector + "': "), message);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void namesThatOnlyLookUnusualAreNames() {
    for (String name : List.of("eth0:1", "br-4a5f", "eth0.100", "123", "en[0]", "bad")) {
      Nic nic = new Nic(name, 2, true, false, false, true, List.of());
      assertTrue(InterfaceFilter.of(List.of(name)).includes(nic, address("10.0.0.5")), name);
    }
  }

  private static boolean takes(String address, String... selectors) {
    InterfaceFilter filter = InterfaceFilter.of(List.of(selectors));
    InetAddress parsed = address(address);
    return filter.excluding(ETH0, parsed).isEmpty() && filter.includes(ETH0, parsed);
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }
}
