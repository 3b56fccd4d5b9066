package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks that are ill in twelve ways, and twenty that are sound: {@code pharos doctor} names what
 * is wrong, and alarms nobody else; as root, and as a user who is not. A few of them are tried each
 * time, all with {@code PHAROS_LONG=1} in the environment, as {@code ./pharos check --long} sets
 * it.
 */
class DoctorTest {
  private static final boolean IS_LONG = "1".equals(System.getenv("PHAROS_LONG"));

  /** Some alone, while one of them is worked at. */
  private static final String ONLY = System.getProperty("pharos.networks", "");

  /** Those that are tried each time, and as whom. */
  private static final Map<String, Boolean> SAMPLE =
      Map.of(
          "no broadcast", false,
          "wrong mask", true,
          "flooder", false,
          "a firewall rightly open", true,
          "10 % loss", false);

  private interface Network {
    Clinic build() throws InterruptedException;
  }

  /** An illness: where it is, whom to ask about, and what must be named. */
  private record Ill(
      String name, Network network, List<String> about, String check, String verdict, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  private record Sound(String name, Network network, List<String> about) {
    @Override
    public String toString() {
      return name;
    }
  }

  // Twelve that are ill.

  static Stream<Object[]> ill() {
    return cases(
        List.of(
            ill("no broadcast", DoctorTest::noBroadcast, "10.9.0.2", "broadcast", "neither way"),
            ill("one-way", DoctorTest::oneWay, "10.9.0.2", "broadcast", "one way only"),
            new Ill(
                "ICMP dropped", DoctorTest::icmpDropped, List.of(), "icmp", "warn", "is dropped"),
            ill("TCP dropped", DoctorTest::tcpDropped, "", "tcp", "does not answer"),
            ill("wrong mask", DoctorTest::wrongMask, "10.9.0.2", "mask", "10.9.0.2/16 there"),
            ill("duplicate IP", DoctorTest::duplicate, "", "duplicate address", "10.9.0.1"),
            ill("MTU", DoctorTest::mtu, "", "mtu", "longer than a packet"),
            ill("two subnets", DoctorTest::twoSubnets, "10.8.2.1:5671", "subnet", "router"),
            ill("clone id", DoctorTest::cloneId, "", "clone", "by several at once"),
            new Ill(
                "other cluster",
                DoctorTest::otherCluster,
                List.of(),
                "cluster",
                "warn",
                "another cluster"),
            new Ill("clock", DoctorTest::clock, List.of(), "clock", "warn", "3600 s ahead"),
            new Ill("flooder", DoctorTest::flooder, List.of(), "flood", "warn", "10.9.0.3 sends")));
  }

  private static Ill ill(String name, Network network, String about, String check, String text) {
    List<String> whom = about.isEmpty() ? List.of() : List.of(about);
    return new Ill(name, network, whom, check, "fail", text);
  }

  private static Clinic two() throws InterruptedException {
    return started(Clinic.lan("a", "b"), "a", "b");
  }

  private static Clinic started(Clinic clinic, String... agents) throws InterruptedException {
    for (String each : agents) {
      clinic.agent(each);
    }
    return clinic;
  }

  private static Clinic noBroadcast() throws InterruptedException {
    Clinic clinic = two();
    clinic.rules(
        "switch",
        "bridge f",
        "chain bridge f forward { type filter hook forward priority 0 ; }",
        "rule bridge f forward ether daddr ff:ff:ff:ff:ff:ff ether type ip drop");
    return clinic;
  }

  private static Clinic oneWay() throws InterruptedException {
    Clinic clinic = two();
    clinic.rules(
        "switch",
        "bridge f",
        "chain bridge f forward { type filter hook forward priority 0 ; }",
        "rule bridge f forward iifname a-eth0 ether daddr ff:ff:ff:ff:ff:ff ether type ip drop");
    return clinic;
  }

  private static Clinic icmpDropped() throws InterruptedException {
    Clinic clinic = two();
    clinic.rules(
        "b",
        "ip f",
        "chain ip f input { type filter hook input priority 0 ; }",
        "chain ip f output { type filter hook output priority 0 ; }",
        "rule ip f input ip protocol icmp drop",
        "rule ip f output ip protocol icmp drop");
    return clinic;
  }

  private static Clinic tcpDropped() throws InterruptedException {
    Clinic clinic = two();
    clinic.rules(
        "b",
        "ip f",
        "chain ip f input { type filter hook input priority 0 ; }",
        "rule ip f input ip protocol tcp drop");
    return clinic;
  }

  private static Clinic wrongMask() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.readdress("b", "10.9.0.2/16");
    return started(clinic, "a", "b");
  }

  private static Clinic duplicate() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b", "c");
    clinic.readdress("c", "10.9.0.1/24");
    return started(clinic, "b", "c");
  }

  private static Clinic mtu() throws InterruptedException {
    Clinic clinic = two();
    clinic.rules(
        "switch",
        "bridge f",
        "chain bridge f forward { type filter hook forward priority 0 ; }",
        "rule bridge f forward meta length > 1300 drop");
    return clinic;
  }

  private static Clinic twoSubnets() throws InterruptedException {
    Clinic clinic = Clinic.of("a", "router", "b");
    clinic.hosts.cable("router", "left", "a", "eth0");
    clinic.hosts.cable("router", "right", "b", "eth0");
    clinic.hosts.address("a", "eth0", "10.8.1.1/24");
    clinic.hosts.address("router", "left", "10.8.1.254/24");
    clinic.hosts.address("router", "right", "10.8.2.254/24");
    clinic.hosts.address("b", "eth0", "10.8.2.1/24");
    clinic.hosts.ip("a", "route", "add", "default", "via", "10.8.1.254");
    clinic.hosts.ip("b", "route", "add", "default", "via", "10.8.2.254");
    clinic.sh("router", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    return started(clinic, "a", "b");
  }

  private static Clinic cloneId() throws InterruptedException {
    String id = "oKGio6SlpqeoqaqrrK2ur7CxsrM=";
    Clinic clinic = Clinic.lan("a", "b", "c");
    clinic.agent("b", "--id", id);
    clinic.patient("c", "clone", "10.9.0.255", id);
    return clinic;
  }

  private static Clinic otherCluster() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.agent("a");
    clinic.agent("b", "--cluster", "prod");
    return clinic;
  }

  private static Clinic clock() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.patient("b", "ahead", "PT1H", "b-agent");
    return clinic;
  }

  private static Clinic flooder() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b", "c");
    clinic.agent("b");
    clinic.patient("c", "flood", "10.9.0.255", "2000");
    return clinic;
  }

  @ParameterizedTest(name = "{0}, as root: {1}")
  @MethodSource("ill")
  void theDoctorNamesWhatIsWrong(Object network, boolean isRoot) throws InterruptedException {
    Ill ill = (Ill) network;
    try (Clinic clinic = ill.network().build()) {
      Clinic.Told told = clinic.doctor("a", isRoot, ill.about().toArray(String[]::new));
      assertTrue(told.has(ill.check(), ill.verdict(), ill.text()), told::all);
      assertEquals(ill.verdict().equals("fail") ? 1 : 0, told.code(), told::all);
    }
  }

  // Twenty that are sound.

  static Stream<Object[]> sound() {
    Map<String, Network> networks = new LinkedHashMap<>();
    networks.put("one card", DoctorTest::two);
    networks.put("two cards", DoctorTest::twoCards);
    networks.put("two cards on one network", DoctorTest::twoCardsOnOne);
    networks.put("a Docker bridge", DoctorTest::dockerBridge);
    networks.put("a tunnel up", DoctorTest::tunnel);
    networks.put("IPv6 alone", DoctorTest::ipv6Alone);
    networks.put("IPv4 and IPv6", DoctorTest::bothFamilies);
    networks.put("no default route", DoctorTest::two);
    networks.put("a default route", DoctorTest::defaultRoute);
    networks.put("a mask of 512 hosts", DoctorTest::wideMask);
    networks.put("the port shared with another zbeacon", DoctorTest::zbeacon);
    networks.put("a firewall rightly open", DoctorTest::openFirewall);
    networks.put("10 % loss", DoctorTest::loss);
    networks.put("no agent here", DoctorTest::noAgentHere);
    networks.put("nobody else", () -> Clinic.lan("a"));
    networks.put("another cluster beside ours", DoctorTest::twoClusters);
    networks.put("jumbo frames", DoctorTest::jumbo);
    networks.put("two addresses on a card", DoctorTest::twoAddresses);
    networks.put("an agent that starts again", DoctorTest::startedAgain);
    networks.put("a host with 40 agents", DoctorTest::crowd);
    networks.put("a gateway", DoctorTest::gateway);
    return cases(
        networks.entrySet().stream()
            .map(it -> new Sound(it.getKey(), it.getValue(), about(it.getKey())))
            .toList());
  }

  /** Some are asked about by name, which measures the same way. */
  private static List<String> about(String name) {
    return switch (name) {
      case "one card", "10 % loss", "jumbo frames" -> List.of("10.9.0.2");
      case "a firewall rightly open", "IPv6 alone", "a host with 40 agents" -> List.of("b-agent");
      default -> List.of();
    };
  }

  private static Clinic twoCards() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b", "c");
    clinic.hosts.cable("a", "eth1", "c", "eth1");
    clinic.hosts.address("a", "eth1", "10.7.0.1/24");
    clinic.hosts.address("c", "eth1", "10.7.0.3/24");
    return started(clinic, "a", "b", "c");
  }

  private static Clinic twoCardsOnOne() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.plug("a", "eth1");
    clinic.hosts.address("a", "eth1", "10.9.0.11/24");
    return started(clinic, "a", "b");
  }

  private static Clinic dockerBridge() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.hosts.ip("a", "link", "add", "docker0", "type", "bridge");
    clinic.hosts.address("a", "docker0", "172.17.0.1/16");
    clinic.hosts.ip("a", "link", "set", "docker0", "up");
    return started(clinic, "a", "b");
  }

  private static Clinic tunnel() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.hosts.ip("a", "tuntap", "add", "tun0", "mode", "tun");
    clinic.hosts.ip("a", "address", "add", "10.6.0.1", "peer", "10.6.0.2", "dev", "tun0");
    clinic.hosts.ip("a", "link", "set", "tun0", "mtu", "1400", "up");
    return started(clinic, "a", "b");
  }

  private static Clinic ipv6Alone() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.hosts.ip("a", "address", "flush", "dev", "eth0");
    clinic.hosts.ip("b", "address", "flush", "dev", "eth0");
    clinic.withIpv6("a", "b");
    return started(clinic, "a", "b");
  }

  private static Clinic bothFamilies() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.withIpv6("a", "b");
    return started(clinic, "a", "b");
  }

  private static Clinic defaultRoute() throws InterruptedException {
    Clinic clinic = two();
    clinic.hosts.ip("a", "route", "add", "default", "via", "10.9.0.254");
    return clinic;
  }

  private static Clinic wideMask() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.readdress("a", "10.9.0.1/23");
    clinic.readdress("b", "10.9.1.2/23");
    return started(clinic, "a", "b");
  }

  private static Clinic zbeacon() throws InterruptedException {
    Clinic clinic = two();
    clinic.patient("a", "zre", "10.9.0.255");
    clinic.patient("b", "zre", "10.9.0.255");
    return clinic;
  }

  private static Clinic openFirewall() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    for (String host : List.of("a", "b")) {
      clinic.rules(
          host,
          "inet f",
          "chain inet f input { type filter hook input priority 0 ; policy drop ; }",
          "rule inet f input ct state established,related accept",
          "rule inet f input iifname lo accept",
          "rule inet f input meta l4proto icmp accept",
          "rule inet f input udp dport { 5670, 5671 } accept",
          "rule inet f input tcp dport 5671 accept");
    }
    return started(clinic, "a", "b");
  }

  private static Clinic loss() throws InterruptedException {
    Clinic clinic = two();
    clinic.rules(
        "switch",
        "bridge f",
        "chain bridge f forward { type filter hook forward priority 0 ; }",
        "rule bridge f forward numgen random mod 10 == 0 drop");
    return clinic;
  }

  private static Clinic noAgentHere() throws InterruptedException {
    return started(Clinic.lan("a", "b"), "b");
  }

  private static Clinic twoClusters() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b", "c");
    clinic.agent("c", "--cluster", "prod");
    return started(clinic, "a", "b");
  }

  private static Clinic jumbo() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    for (String host : List.of("a", "b")) {
      clinic.hosts.ip("switch", "link", "set", host + "-eth0", "mtu", "9000");
      clinic.hosts.ip(host, "link", "set", "eth0", "mtu", "9000");
    }
    return started(clinic, "a", "b");
  }

  private static Clinic twoAddresses() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.hosts.address("a", "eth0", "10.9.0.21/24");
    clinic.hosts.address("a", "eth0", "192.168.7.1/24");
    return started(clinic, "a", "b");
  }

  private static Clinic startedAgain() throws InterruptedException {
    String id = "oKGio6SlpqeoqaqrrK2ur7CxsrM=";
    Clinic clinic = Clinic.lan("a", "b");
    clinic.agent("a");
    clinic.agent("b", "--id", id).close();
    clinic.agent("b", "--id", id);
    return clinic;
  }

  private static Clinic crowd() throws InterruptedException {
    Clinic clinic = two();
    clinic.patient("b", "crowd", "10.9.0.255", "40");
    return clinic;
  }

  private static Clinic gateway() throws InterruptedException {
    Clinic clinic = Clinic.lan("a", "b");
    clinic.agent("a");
    clinic.agent("b", "--gateway");
    return clinic;
  }

  @ParameterizedTest(name = "{0}, as root: {1}")
  @MethodSource("sound")
  void theDoctorAlarmsNobodyWhoIsWell(Object network, boolean isRoot) throws InterruptedException {
    Sound sound = (Sound) network;
    try (Clinic clinic = sound.network().build()) {
      Clinic.Told told = clinic.doctor("a", isRoot, sound.about().toArray(String[]::new));
      assertEquals(List.of(), told.alarms(), told::all);
      assertEquals(0, told.code(), told::all);
    }
  }

  /** All as both users, or the sample as one. */
  private static Stream<Object[]> cases(List<?> networks) {
    return networks.stream()
        .flatMap(
            it -> {
              if (ONLY.isEmpty() ? IS_LONG : List.of(ONLY.split(",", -1)).contains(it.toString())) {
                return Stream.of(new Object[] {it, true}, new Object[] {it, false});
              }
              Boolean isRoot = ONLY.isEmpty() ? SAMPLE.get(it.toString()) : null;
              return isRoot == null ? Stream.of() : Stream.<Object[]>of(new Object[] {it, isRoot});
            });
  }
}
