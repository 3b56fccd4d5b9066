package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.beacon.Interfaces.Entry;
import pharos.beacon.Interfaces.Verdict;
import pharos.testkit.Seeds;

/** Machines as lists. An address is written {@code 10.0.0.5/24} or {@code 10.0.0.5/24 bcast}. */
final class InterfacesTest {
  private static final Nic LO = loopback("127.0.0.1/8", "::1/128");

  @Test
  void anOrdinaryHostSendsOnBothFamiliesOfEachInterface() {
    Interfaces chosen =
        choose(
            LO,
            up("eth0", 2, "192.168.1.5/24 192.168.1.255", "fe80::5/64", "fd00::5/64"),
            up("wlan0", 3, "10.1.2.3/16 10.1.255.255", "fe80::6/64"));
    assertEquals(
        List.of(
            "eth0 192.168.1.5/24 to 192.168.1.255",
            "wlan0 10.1.2.3/16 to 10.1.255.255",
            "eth0 fe80::5/64 to ff12::d048:4152",
            "wlan0 fe80::6/64 to ff12::d048:4152"),
        links(chosen));
    assertEquals(
        List.of(
            "lo 127.0.0.1: skipped, not needed beside other interfaces",
            "lo ::1: skipped, the loopback has no IPv6 multicast",
            "eth0 192.168.1.5: used, beacons go to 192.168.1.255",
            "eth0 fd00::5: skipped, IPv6 beacons leave from link-local addresses",
            "eth0 fe80::5: used, beacons go to ff12::d048:4152",
            "wlan0 10.1.2.3: used, beacons go to 10.1.255.255",
            "wlan0 fe80::6: used, beacons go to ff12::d048:4152"),
        explanation(chosen));
  }

  /** One IPv4 address on one interface: what the system says, and where beacons go. */
  @ParameterizedTest
  @CsvSource({
    "10.0.0.5/24 10.0.0.255,       10.0.0.255,      24", // as it should be
    "10.0.0.5/24,                  10.0.0.255,      24", // no broadcast told: computed
    "10.0.0.5/24 0.0.0.0,          10.0.0.255,      24",
    "10.0.0.5/24 10.0.0.5,         10.0.0.255,      24", // told the own address
    "10.0.0.5/24 127.0.0.1,        10.0.0.255,      24",
    "10.0.0.5/24 10.0.0.0,         10.0.0.0,        24", // old style: told is told
    "10.0.0.5/24 255.255.255.255,  255.255.255.255, 24",
    "10.0.0.130/25,                10.0.0.255,      25",
    "10.0.0.5/30,                  10.0.0.7,        30",
    "172.16.33.44/12,              172.31.255.255,  12",
    "200.1.2.3/1,                  255.255.255.255, 1",
    "169.254.7.7/16,               169.254.255.255, 16", // no DHCP, still a network
    "10.0.0.5/32 10.0.0.255,       10.0.0.255,      24", // a cloud's /32 with a broadcast
    "10.0.0.5/31 10.0.0.7,         10.0.0.7,        29",
    "10.0.0.5/-1 10.0.255.255,     10.0.255.255,    16",
    "10.0.0.5/0 10.0.0.255,        10.0.0.255,      24",
    "10.0.0.5/128 10.0.0.255,      10.0.0.255,      24",
    "10.0.0.5/128 255.255.255.255, 255.255.255.255, 32",
  })
  void anIpv4AddressBroadcastsWhereItsNetworkListens(String listed, String target, int prefix) {
    List<Link> links = choose(up("eth0", 2, listed)).links();
    assertEquals(1, links.size(), links::toString);
    assertEquals(target, links.get(0).target().getHostAddress());
    assertEquals(prefix, links.get(0).prefix());
    assertFalse(links.get(0).isIpv6());
    assertTrue(links.get(0).isOnLink(links.get(0).address()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.5/32",
        "10.0.0.5/31",
        "10.0.0.5/0",
        "10.0.0.5/-1",
        "10.0.0.5/128",
        "10.0.0.5/33",
        "10.0.0.5/32 10.0.0.5",
        "10.0.0.5/32 0.0.0.0",
        "10.0.0.5/32 fe80::1"
      })
  void anIpv4AddressWithoutABroadcastIsSkippedAndExplained(String listed) {
    Interfaces chosen = choose(up("eth0", 2, listed));
    assertEquals(List.of(), chosen.links());
    assertEquals(Verdict.NO_BROADCAST, only(chosen).verdict());
    assertTrue(only(chosen).reason().contains("leaves no broadcast address"));
  }

  /** Whole interfaces that are no use. Their name tells why. */
  @Test
  void uselessInterfacesAreSkippedAndExplained() {
    Interfaces chosen =
        choose(
            new Nic("down0", 2, false, false, false, true, addresses("10.0.0.5/24")),
            new Nic("bare0", 3, true, false, false, true, List.of()),
            new Nic("tun0", 4, true, false, true, true, addresses("10.8.0.2/24", "fe80::8/64")),
            new Nic("dumb0", 5, true, false, false, false, addresses("fe80::9/64")),
            up("dhcp0", 6, "0.0.0.0/0"),
            up("group0", 7, "224.0.0.1/4"),
            up("far0", 8, "2001:db8::1/64"),
            up("fake0", 9, "127.0.0.9/8"),
            new Nic("lo", 1, true, true, false, false, addresses("10.255.0.1/32")));
    assertEquals(
        List.of(
            "lo 10.255.0.1: skipped, 127.0.0.0/8 and the loopback belong together",
            "down0: skipped, is down",
            "bare0: skipped, has no address",
            "tun0: skipped, is point-to-point, with no network to broadcast to",
            "dumb0 fe80::9: skipped, has no multicast",
            "dhcp0 0.0.0.0: skipped, is no address to send from",
            "group0 224.0.0.1: skipped, is no address to send from",
            "far0 2001:db8::1: skipped, IPv6 beacons leave from link-local addresses",
            "fake0 127.0.0.9: skipped, 127.0.0.0/8 and the loopback belong together"),
        explanation(chosen));
    assertEquals(List.of(), chosen.links());
  }

  @Test
  void anInterfaceWithoutMulticastStillBroadcastsOnIpv4() {
    Nic nic = new Nic("eth0", 2, true, false, false, false, addresses("10.0.0.5/24", "fe80::5/64"));
    assertEquals(List.of("eth0 10.0.0.5/24 to 10.0.0.255"), links(choose(nic)));
  }

  @Test
  void anInterfaceWithoutAnIndexDoesNoIpv6() {
    Interfaces chosen = choose(up("eth0", 0, "10.0.0.5/24", "fe80::5/64"));
    assertEquals(List.of("eth0 10.0.0.5/24 to 10.0.0.255"), links(chosen));
  }

  @Test
  void theLoopbackServesWhenThereIsNothingElse() {
    Nic down = new Nic("eth0", 2, false, false, false, true, addresses("10.0.0.5/24"));
    assertEquals(List.of("lo 127.0.0.1/8 to 127.255.255.255"), links(choose(LO, down)));
    assertEquals(
        List.of("lo 127.0.0.1/8 to 127.255.255.255"), links(choose(loopback("127.0.0.1/128"))));
  }

  @Test
  void theLoopbackIsAloneOnRequest() {
    List<Nic> nics = List.of(LO, up("eth0", 2, "10.0.0.5/24"));
    Interfaces chosen = Interfaces.choose(nics, InterfaceFilter.loopback());
    assertEquals(List.of("lo 127.0.0.1/8 to 127.255.255.255"), links(chosen));
    assertTrue(chosen.links().get(0).isLoopback());
  }

  @ParameterizedTest
  @CsvSource({
    "lo, true",
    "127.0.0.1, true",
    "127.0.0.0/8, true",
    "*, false",
    "l*, false",
    "0.0.0.0/0, false",
    "eth0, false",
  })
  void theLoopbackJoinsOthersOnlyWhenItIsMeant(String selector, boolean used) {
    Interfaces chosen = choose(List.of(selector, "eth0"), LO, up("eth0", 2, "10.0.0.5/24"));
    assertEquals(used, chosen.links().stream().anyMatch(Link::isLoopback), chosen::toString);
  }

  @Test
  void theLoopbackDoesNotStandInForAnInterfaceThatWasAskedFor() {
    Nic down = new Nic("eth0", 2, false, false, false, true, addresses("10.0.0.5/24"));
    assertEquals(List.of(), choose(List.of("eth0"), LO, down).links());
    assertEquals(List.of(), choose(List.of("!lo"), LO, down).links());
  }

  @Test
  void twoInterfacesOnOneNetworkSendToEverybodyFromTheirAddresses() {
    Interfaces chosen =
        choose(
            up("eth0", 2, "10.0.0.5/24"),
            up("wlan0", 3, "10.0.0.6/24"),
            up("eth1", 4, "10.0.1.5/24"));
    assertEquals(
        List.of(
            "eth0 10.0.0.5/24 to 255.255.255.255",
            "wlan0 10.0.0.6/24 to 255.255.255.255",
            "eth1 10.0.1.5/24 to 10.0.1.255"),
        links(chosen));
    assertTrue(chosen.explain().get(0).reason().contains("255.255.255.255"));
  }

  @Test
  void networksThatOverlapButBroadcastElsewhereStayAsTheyAre() {
    assertEquals(
        List.of("eth0 10.0.0.5/8 to 10.255.255.255", "eth1 10.0.1.5/24 to 10.0.1.255"),
        links(choose(up("eth0", 2, "10.0.0.5/8"), up("eth1", 3, "10.0.1.5/24"))));
    assertEquals(
        List.of("eth0 10.0.0.5/24 to 255.255.255.255", "eth1 10.0.0.200/25 to 255.255.255.255"),
        links(choose(up("eth0", 2, "10.0.0.5/24"), up("eth1", 3, "10.0.0.200/25"))));
  }

  @Test
  void twoAddressesOfOneNetworkOnOneInterfaceAreOneLink() {
    Interfaces chosen =
        choose(
            up("eth0", 2, "10.0.0.6/24", "10.0.0.5/24", "10.9.0.5/24", "fe80::6/64", "fe80::5/64"));
    assertEquals(
        List.of(
            "eth0 10.0.0.5/24 to 10.0.0.255",
            "eth0 10.9.0.5/24 to 10.9.0.255",
            "eth0 fe80::5/64 to ff12::d048:4152"),
        links(chosen));
    assertTrue(
        explanation(chosen)
            .contains("eth0 10.0.0.6: skipped, same network as 10.0.0.5 on this interface"));
  }

  @Test
  void oneAddressOnTwoInterfacesIsOneLinkButLinkLocalOnesAreTwo() {
    Interfaces chosen =
        choose(
            up("eth0", 2, "10.0.0.5/24", "fe80::5/64"),
            up("vlan7", 3, "10.0.0.5/24", "fe80::5/64"));
    assertEquals(3, chosen.links().size(), chosen::toString);
    assertEquals("10.0.0.255", chosen.links().get(0).target().getHostAddress());
    assertTrue(
        explanation(chosen).contains("vlan7 10.0.0.5: skipped, eth0 has this address already"));
  }

  @Test
  void whatIsExcludedOrNotIncludedSaysBySelector() {
    Interfaces chosen =
        choose(
            List.of("10.0.0.0/8", "wlan0", "!docker*"),
            up("eth0", 2, "10.0.0.5/24", "192.168.1.5/24"),
            up("docker0", 3, "10.17.0.1/16"));
    assertEquals(List.of("eth0 10.0.0.5/24 to 10.0.0.255"), links(chosen));
    assertEquals(
        List.of(
            "eth0 10.0.0.5: used, beacons go to 10.0.0.255",
            "eth0 192.168.1.5: skipped, not among '10.0.0.0/8', 'wlan0'",
            "docker0 10.17.0.1: skipped, excluded by '!docker*'",
            "wlan0: matches nothing; there are: eth0, docker0"),
        explanation(chosen));
  }

  @Test
  void aSelectorOfAnInterfaceThatIsDownHasMatched() {
    Nic down = new Nic("eth0", 2, false, false, false, true, List.of());
    Interfaces chosen = choose(List.of("eth0"), down);
    assertEquals(List.of("eth0: skipped, is down"), explanation(chosen));
  }

  @Test
  void noInterfaceAtAllIsExplainedToo() {
    assertEquals(
        List.of("eth0: matches nothing; there are: none"), explanation(choose(List.of("eth0"))));
    assertEquals(List.of(), Interfaces.choose(List.of(), InterfaceFilter.all()).explain());
  }

  @Test
  void aHostOfManyContainersKeepsItsIpv4LinksAndABound() {
    List<Nic> nics = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      nics.add(up("veth" + i, 2 + i, "fe80::" + Integer.toHexString(i + 1) + "/64"));
    }
    nics.add(up("eth0", 500, "10.0.0.5/24"));
    Interfaces chosen = Interfaces.choose(nics, InterfaceFilter.all());
    assertEquals(Interfaces.MAX_LINKS, chosen.links().size());
    assertEquals("eth0", chosen.links().get(0).nic());
    assertEquals(
        201 - Interfaces.MAX_LINKS,
        chosen.explain().stream().filter(e -> e.verdict() == Verdict.TOO_MANY).count());
  }

  @Test
  void aRescanTellsWhatCameAndWhatWent() {
    Interfaces before = choose(LO, up("eth0", 2, "10.0.0.5/24"), up("eth1", 3, "10.1.0.5/24"));
    Interfaces after = choose(LO, up("eth0", 2, "10.0.0.5/24"), up("wlan0", 4, "10.2.0.5/24"));
    Interfaces.Change change = after.since(before);
    assertEquals("[wlan0 10.2.0.5/24 to 10.2.0.255]", change.came().toString());
    assertEquals("[eth1 10.1.0.5/24 to 10.1.0.255]", change.went().toString());
    assertFalse(change.isEmpty());
    assertTrue(after.since(after).isEmpty());
    assertEquals(after.links(), after.since(Interfaces.none()).came());
    assertEquals(after.links(), Interfaces.none().since(after).went());
  }

  /** An interface that was taken away and made again is another one, whatever its name. */
  @Test
  void anInterfaceWithANewIndexCameAndWent() {
    Interfaces before = choose(up("eth0", 2, "fe80::5/64"));
    Interfaces after = choose(up("eth0", 9, "fe80::5/64"));
    assertEquals(1, after.since(before).came().size());
    assertEquals(1, after.since(before).went().size());
  }

  @Test
  void aNeighbourIsAnAddressOfTheSameNetwork() {
    Link link = choose(up("eth0", 2, "10.0.0.130/25")).links().get(0);
    assertTrue(link.isOnLink(address("10.0.0.200/32").address()));
    assertFalse(link.isOnLink(address("10.0.0.5/32").address()));
    assertFalse(link.isOnLink(address("fe80::5/64").address()));
  }

  @Test
  void theGroupIsLinkLocalTransientAndDynamic() {
    byte[] group = Link.GROUP.getAddress();
    assertTrue(Link.GROUP.isMCLinkLocal());
    assertEquals(0x12, group[1], "transient, link-local");
    assertTrue((group[12] & 0x80) != 0, "RFC 3307: dynamic ids have the top bit set");
    assertEquals("255.255.255.255", Link.EVERYBODY.getHostAddress());
  }

  @Test
  void anyListInAnyOrderGivesOneChoiceAndOneLinePerAddress() {
    Seeds.forEach(
        300,
        random -> {
          List<Nic> nics =
              IntStream.range(0, random.nextInt(8))
                  .mapToObj(i -> oddNic(i, random))
                  .collect(Collectors.toList());
          Interfaces chosen = Interfaces.choose(nics, InterfaceFilter.all());
          Collections.shuffle(nics, new Random(random.nextLong()));
          Interfaces again = Interfaces.choose(nics, InterfaceFilter.all());
          assertEquals(chosen.explain(), again.explain());
          int lines =
              nics.stream()
                  .mapToInt(
                      n -> n.up() && !n.pointToPoint() ? Math.max(1, n.addresses().size()) : 1)
                  .sum();
          assertEquals(lines, chosen.explain().size());
          for (Link link : chosen.links()) {
            assertFalse(link.target().equals(link.address()), link::toString);
            assertTrue(link.isOnLink(link.address()), link::toString);
          }
        });
  }

  private static Nic oddNic(int number, RandomGenerator random) {
    List<Nic.Address> addresses = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      bytes[0] = (byte) List.of(10, 10, 127, 0xFE, 0, 0xFF, 224).get(random.nextInt(7)).intValue();
      bytes[1] = (byte) (bytes[0] == 10 ? 0 : 0x80);
      InetAddress broadcast =
          Addresses.of(new byte[] {10, 0, (byte) random.nextInt(256), (byte) 255});
      addresses.add(
          new Nic.Address(
              Addresses.of(bytes),
              random.nextInt(-1, 131),
              random.nextBoolean() ? Optional.empty() : Optional.of(broadcast)));
    }
    return new Nic(
        "nic" + number,
        number,
        random.nextInt(5) > 0,
        random.nextInt(5) == 0,
        random.nextInt(5) == 0,
        random.nextInt(5) > 0,
        addresses);
  }

  private static Entry only(Interfaces chosen) {
    assertEquals(1, chosen.explain().size());
    return chosen.explain().get(0);
  }

  private static List<String> links(Interfaces chosen) {
    return chosen.links().stream().map(Link::toString).collect(Collectors.toList());
  }

  private static List<String> explanation(Interfaces chosen) {
    return chosen.explain().stream().map(Entry::toString).collect(Collectors.toList());
  }

  private static Interfaces choose(Nic... nics) {
    return choose(List.of(), nics);
  }

  private static Interfaces choose(List<String> selectors, Nic... nics) {
    return Interfaces.choose(List.of(nics), InterfaceFilter.of(selectors));
  }

  private static Nic up(String name, int index, String... addresses) {
    return new Nic(name, index, true, false, false, true, addresses(addresses));
  }

  private static Nic loopback(String... addresses) {
    return new Nic("lo", 1, true, true, false, false, addresses(addresses));
  }

  private static List<Nic.Address> addresses(String... listed) {
    return Arrays.stream(listed).map(InterfacesTest::address).collect(Collectors.toList());
  }

  private static Nic.Address address(String listed) {
    String[] parts = listed.split("[/ ]", -1);
    return new Nic.Address(
        Addresses.parse(parts[0]).orElseThrow(),
        Integer.parseInt(parts[1]),
        parts.length > 2 ? Addresses.parse(parts[2]) : Optional.empty());
  }
}
