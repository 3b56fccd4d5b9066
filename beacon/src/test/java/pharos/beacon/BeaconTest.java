package pharos.beacon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.beacon.TestBeacons.ID;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

class BeaconTest {
  private static final NodeId ZERO = NodeId.of(new byte[NodeId.LENGTH]);

  @Test
  void theBuilderNamesTheValueThatItRefuses() {
    refuses("the all-zero node id is reserved", () -> Beacon.of(ZERO));
    refuses("nextMs must be 0 to 60000, not 60001", () -> TestBeacons.builder().nextMs(60_001));
    refuses("nextMs must be 0 to 60000, not -1", () -> TestBeacons.builder().nextMs(-1));
    refuses("tcpPort must be 0 to 65535, not 65536", () -> TestBeacons.builder().tcpPort(65_536));
    refuses("tcpPort must be 0 to 65535, not -1", () -> TestBeacons.builder().tcpPort(-1));
    refuses("udpPort must be 1 to 65535, not 0", () -> TestBeacons.builder().udpPort(0));
    refuses("udpPort must be 1 to 65535, not 65536", () -> TestBeacons.builder().udpPort(65_536));
    refuses(
        "incarnation must be 1 to 9223372036854775807, not 0",
        () -> TestBeacons.builder().incarnation(0));
    refuses(
        "incarnation must be 1 to 9223372036854775807, not -5",
        () -> TestBeacons.builder().incarnation(-5));
    refuses("sequence must be 0 to 4294967295, not -1", () -> TestBeacons.builder().sequence(-1));
    refuses(
        "sequence must be 0 to 4294967295, not 4294967296",
        () -> TestBeacons.builder().sequence(1L << 32));
    refuses("nonce 0 is reserved", () -> TestBeacons.builder().solicit(0));
    refuses("echo 0 is reserved", () -> TestBeacons.builder().echo(0));
    refuses(
        "a doubt names an id and an incarnation: Doubt[id=" + ID + ", incarnation=0]",
        () -> TestBeacons.builder().doubt(new Doubt(ID, 0)));
    refuses(
        "a doubt names an id and an incarnation: Doubt[id=" + ZERO + ", incarnation=3]",
        () -> TestBeacons.builder().doubt(new Doubt(ZERO, 3)));
    refuses(
        "cannot advertise 127.0.0.1: nobody can connect to it",
        () -> TestBeacons.builder().address(address("127.0.0.1")));
    refuses(
        "name has a character that may not be in a name: a\\u000Ab",
        () -> TestBeacons.builder().name("a\nb"));
    refuses(
        "service '" + "s".repeat(64) + "' has 64 bytes; at most 63 fit",
        () -> TestBeacons.builder().service("s".repeat(64)));
  }

  @Test
  void theBuilderRefusesAFifthAddress() {
    Beacon.Builder builder = TestBeacons.builder();
    for (int i = 1; i <= Beacon.MAX_ADDRESSES; i++) {
      builder.address(address("10.0.0." + i));
    }
    refuses(
        "at most 4 addresses fit, no room for 10.0.0.9",
        () -> builder.address(address("10.0.0.9")));
  }

  @Test
  void buildNamesWhatIsMissing() {
    refuses("udpPort must be 1 to 65535, not 0", () -> Beacon.of(ID).incarnation(1).build());
    refuses(
        "incarnation must be 1 to 9223372036854775807, not 0",
        () -> Beacon.of(ID).udpPort(1).build());
  }

  @Test
  void buildTellsTheTextsOfABeaconThatIsTooLong() {
    Beacon.Builder builder =
        TestBeacons.builder()
            .name("n".repeat(63))
            .service("s".repeat(63))
            .address(address("fe80::1"))
            .address(address("fe80::2"))
            .address(address("fe80::3"));
    refuses(
        "the beacon has 238 bytes, at most 235 fit: shorten name '"
            + "n".repeat(63)
            + "' or service '"
            + "s".repeat(63)
            + "', or advertise fewer than 3 addresses",
        builder::build);
  }

  @Test
  void aBuilderLeftAloneMakesTheShortestBeacon() {
    Beacon beacon = TestBeacons.builder().build();
    assertEquals(1_000, beacon.nextMs());
    assertEquals(0, beacon.tcpPort() | beacon.cluster() | beacon.sequence() | beacon.digest());
    assertEquals(0, beacon.nonce() | beacon.echo());
    assertEquals("", beacon.name() + beacon.service());
    assertTrue(beacon.doubt().isEmpty() && beacon.addresses().isEmpty());
    assertFalse(beacon.isLeaving() || beacon.isSolicit() || beacon.isOverlay());
  }

  @Test
  void anAnswerMaySolicitInItsTurn() {
    Beacon answer = TestBeacons.builder().echo(9).build();
    Beacon both = answer.toBuilder().solicit(7).build();

    assertFalse(answer.isSolicit());
    assertEquals(9, answer.echo());
    assertTrue(both.isSolicit());
    assertEquals(7, both.nonce());
    assertEquals(9, both.echo());
  }

  @Test
  void aGoodbyeIsKnownByItsHash() {
    // As Python's hashlib says: sha256(b"farewell")[:8].
    assertEquals(0x418437ef1acfe630L, Beacon.goodbyeHash(0x6661_7265_7765_6c6cL));
    Beacon beacon = TestBeacons.builder().leaving().goodbye(7).build();
    assertEquals(7, beacon.goodbye());
    refuses("goodbye 0 is reserved", () -> TestBeacons.builder().goodbye(0));
  }

  @Test
  void anyAddressThatSendsCanBeVouchedFor() {
    assertEquals(
        address("127.0.0.1"),
        TestBeacons.builder().vouch(address("127.0.0.1")).build().vouch().orElseThrow());
    refuses(
        "cannot vouch for 224.0.0.1: nobody sends from there",
        () -> TestBeacons.builder().vouch(address("224.0.0.1")));
  }

  @Test
  void namesAreLeftOutWhereThereIsNoRoom() {
    Beacon.Builder builder = TestBeacons.builder().name("alpha").service("Alpha").echo(1);
    assertEquals(78, builder.namesWithin(78).build().length());
    Beacon nameless = builder.namesWithin(77).build();
    assertEquals(68, nameless.length());
    assertEquals("", nameless.name() + nameless.service());
  }

  @Test
  void aBeaconIsFilledUpToALengthButNotBeyondIt() {
    assertEquals(58, TestBeacons.builder().padTo(58).build().length());
    assertEquals(58, TestBeacons.builder().padTo(59).build().length(), "a pad has two bytes");
    assertEquals(60, TestBeacons.builder().padTo(60).build().length());
    assertEquals(235, TestBeacons.builder().padTo(235).build().length());
    assertEquals(68, TestBeacons.builder().padTo(60).solicit(1).build().length());
    assertEquals(235, TestBeacons.builder().padTo(235).build().toBuilder().build().length());
    refuses("padTo must be 0 to 235, not 236", () -> TestBeacons.builder().padTo(236));
  }

  @Test
  void overlayCanBeTakenBack() {
    assertTrue(TestBeacons.builder().overlay(true).build().isOverlay());
    assertFalse(TestBeacons.builder().overlay(true).overlay(false).build().isOverlay());
  }

  @Test
  void aBuilderCanBeUsedOnWithoutChangingWhatItBuilt() {
    Beacon.Builder builder = TestBeacons.builder().address(address("10.0.0.1"));
    Beacon before = builder.build();
    Beacon after = builder.address(address("10.0.0.2")).leaving().build();

    assertEquals(1, before.addresses().size());
    assertEquals(2, after.addresses().size());
    assertFalse(before.isLeaving());
    assertThrows(UnsupportedOperationException.class, () -> after.addresses().clear());
  }

  @Test
  void anAdvertisedAddressIsItsNumberAlone() throws Exception {
    byte[] linkLocal = address("fe80::1").getAddress();
    Beacon beacon =
        TestBeacons.builder()
            .address(InetAddress.getByAddress("a-name-of-mine", new byte[] {10, 0, 0, 1}))
            .address(Inet6Address.getByAddress("another", linkLocal, 1))
            .build();

    assertEquals("[/10.0.0.1, /fe80:0:0:0:0:0:0:1]", beacon.addresses().toString());
  }

  @Test
  void eachFieldMakesABeaconDifferent() {
    Beacon base = full(builder -> builder);
    List<UnaryOperator<Beacon.Builder>> changes =
        List.of(
            b -> b.nextMs(999),
            b -> b.tcpPort(9),
            b -> b.udpPort(9),
            b -> b.cluster(9),
            b -> b.incarnation(9),
            b -> b.sequence(9),
            b -> b.digest(9),
            b -> b.name("other"),
            b -> b.service("other"),
            b -> b.solicit(9),
            b -> b.echo(3),
            b -> b.leaving(),
            b -> b.overlay(true),
            b -> b.doubt(new Doubt(ID, 9)),
            b -> b.address(address("10.0.0.2")));

    assertEquals(base, full(builder -> builder));
    assertEquals(base.hashCode(), full(builder -> builder).hashCode());
    for (UnaryOperator<Beacon.Builder> change : changes) {
      assertNotEquals(base, full(change));
    }
    assertNotEquals(
        base, Beacon.of(NodeId.random(Seeds.random(1))).udpPort(1).incarnation(1).build());
    assertFalse(base.equals((Object) "a text"));
  }

  @Test
  void aBeaconPrintsWhoWhereAndWhatItSays() {
    Beacon beacon =
        TestBeacons.builder()
            .name("alpha-1")
            .service("alpha")
            .tcpPort(7001)
            .sequence(3)
            .overlay(true)
            .leaving()
            .solicit(1)
            .echo(2)
            .doubt(new Doubt(ID, 1))
            .address(address("10.0.0.1"))
            .build();
    assertEquals(
        "alpha-1 (alpha) leaving solicit answer overlay doubts "
            + ID.toShortString()
            + " tcp:7001 udp:5671 id:AAECAwQFBgcICQoLDA0ODxAREhM/1732176000000#3 next:1000ms at"
            + " [/10.0.0.1]",
        beacon.toString());
    assertTrue(TestBeacons.builder().build().toString().startsWith(ID.toShortString() + " tcp:0"));
  }

  @Test
  void clustersAreHashedByTheBytesOfTheirNames() {
    assertEquals(0, Beacon.clusterHash(""));
    assertEquals(0x6754_af96, Beacon.clusterHash("prod"));
    assertEquals(0x4251_685e, Beacon.clusterHash("Zürich"));
  }

  @Test
  void aClusterNameFollowsTheRulesOfText() {
    refuses(
        "cluster has a character that may not be in a name: \\uD800",
        () -> Beacon.clusterHash("\uD800"));
    refuses(
        "cluster '" + "c".repeat(64) + "' has 64 bytes; at most 63 fit",
        () -> Beacon.clusterHash("c".repeat(64)));
  }

  private static Beacon full(UnaryOperator<Beacon.Builder> change) {
    Beacon.Builder builder =
        TestBeacons.builder()
            .name("alpha-1")
            .service("alpha")
            .solicit(3)
            .doubt(new Doubt(ID, 1))
            .address(address("10.0.0.1"));
    return change.apply(builder).build();
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  private static void refuses(String message, Runnable call) {
    var refused = assertThrows(IllegalArgumentException.class, call::run);
    assertEquals(message, refused.getMessage());
  }
}
