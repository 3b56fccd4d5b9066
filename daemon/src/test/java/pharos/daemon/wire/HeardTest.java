package pharos.daemon.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.agent.json.Json;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;

class HeardTest {
  private static final NodeId ID =
      NodeId.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
  private final BeaconCodec codec = new BeaconCodec();

  private static InetSocketAddress from(int... bytes) {
    byte[] address = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      address[i] = (byte) bytes[i];
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), 41_873);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private Heard heard(ByteBuffer datagram) {
    return Heard.of(Instant.EPOCH, from(192, 168, 1, 20), "eth0", datagram, codec);
  }

  private Heard heard(String hex) {
    return heard(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  private Heard heard(Beacon beacon) {
    ByteBuffer datagram = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    codec.encode(beacon, datagram);
    return heard(datagram.flip());
  }

  private static Beacon.Builder alpha() {
    return Beacon.of(ID).incarnation(7).sequence(12).tcpPort(5671).udpPort(5671).name("alpha-1");
  }

  @Test
  void whatIsOursIsToldByWhatItDoes() {
    String who = "alpha-1 " + ID.toShortString() + ", TCP 5671, UDP 5671, number 12, ";
    assertEquals("announce", heard(alpha().build()).kind().shown());
    assertEquals(who + "next in 1000 ms", heard(alpha().build()).text());
    assertEquals("solicit", heard(alpha().solicit(5).build()).kind().shown());
    assertEquals("answer", heard(alpha().echo(5).build()).kind().shown());
    Heard doubt = heard(alpha().doubt(new Doubt(ID, 6)).build());
    assertEquals("doubt", doubt.kind().shown());
    assertTrue(doubt.text().endsWith("lost its connection to " + ID.toShortString()), doubt::text);
    Heard leaving = heard(alpha().leaving().goodbye(9).detail("exit 3").build());
    assertEquals("leaving", leaving.kind().shown());
    assertTrue(leaving.text().endsWith("number 12, crashed: exit 3"), leaving::text);
  }

  @Test
  void whatFewSayIsToldWhereItIsSaid() {
    Heard heard =
        heard(
            alpha()
                .service("Alpha")
                .cluster(Beacon.clusterHash("prod"))
                .overlay(true)
                .tcpPort(0)
                .udpPort(41_873)
                .address(from(10, 0, 0, 7).getAddress())
                .build());
    assertEquals(
        "alpha-1 (Alpha) "
            + ID.toShortString()
            + ", listens only, number 12, next in 1000 ms, reached at 10.0.0.7, cluster 6754af96,"
            + " gateway",
        heard.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5A524501000102030405060708090A0B0C0D0E0FC001|zre|ZRE v1 000102030405060708090A0B0C0D0E0F,"
            + " TCP 49153",
        "5A524501000102030405060708090A0B0C0D0E0F0000|zre|ZRE v1 000102030405060708090A0B0C0D0E0F,"
            + " leaving",
        "5A524501000102|zre|ZRE v1 of 7 bytes; it should have 22",
        "68656C6C6F|foreign|no beacon of ours, 5 bytes: 'hello'",
        "68656C6C6F2C20616E6F74686572207A626561636F6E|foreign|no beacon of ours, 22 bytes: 'hello,"
            + " another z'…",
        "000102|rejected|TOO_SHORT: shorter than any beacon, 3 bytes",
        "00010203|foreign|no beacon of ours, 4 bytes: 00 01 02 03",
        "50485202|rejected|UNKNOWN_VERSION: a later version of Pharos, 4 bytes",
        "50485201|rejected|TOO_SHORT: shorter than any beacon, 4 bytes",
      })
  void whatIsNotOursIsToldByNameAndWhatCannotBeReadByItsReason(
      String hex, String kind, String text) {
    assertEquals(kind, heard(hex).kind().shown());
    assertEquals(text, heard(hex).text());
  }

  @Test
  void zreV3TellsThatItHasAKey() {
    Heard heard = heard("5A524503000102030405060708090A0B0C0D0E0FC001" + "00".repeat(32));
    assertEquals(
        "ZRE v3 000102030405060708090A0B0C0D0E0F, TCP 49153, with a key for CURVE", heard.text());
    assertEquals("000102", heard.who());
  }

  @Test
  void aFilterKnowsNamesKindsAddressesAndInterfaces() {
    Heard heard = heard(alpha().build());
    for (String text : List.of("ALPHA", "announce", "168.1.20:41", "eth0", ID.toShortString())) {
      assertTrue(heard.mentions(text), text);
    }
    assertFalse(heard.mentions("beta"));
  }

  @Test
  void jsonHasTheFieldsAndIfWantedTheBytes() {
    var told = Json.members(heard(alpha().leaving().detail("exit 3").build()).json(false));
    assertEquals("leaving", told.get("kind"));
    assertEquals("alpha-1", told.get("name"));
    assertEquals("exit 3", told.get("detail"));
    assertEquals("192.168.1.20:41873", told.get("from"));
    assertFalse(told.containsKey("bytes"));
    var foreign = Json.members(heard("0001020304").json(true));
    assertEquals("FOREIGN", foreign.get("reject"));
    assertEquals("0001020304", foreign.get("bytes"));
  }

  @Test
  void hexShowsSixteenBytesToALineWithTheirLetters() {
    assertEquals(
        "    0000  50 48 52 02 61 62 00 00 00 00 00 00 00 00 00 00  PHR.ab..........\n"
            + "    0010  7a"
            + " ".repeat(47 - 2 + 2)
            + "z\n",
        heard("50485202616200000000000000000000" + "7a").hex());
  }

  @Test
  void nothingThatArrivesBreaksALine() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(BeaconCodec.MAX_LENGTH + 1)];
      random.nextBytes(bytes);
      if (bytes.length > 4 && random.nextBoolean()) {
        System.arraycopy(new byte[] {'P', 'H', 'R', 1}, 0, bytes, 0, 4);
      }
      Heard heard = heard(ByteBuffer.wrap(bytes));
      assertTrue(heard.line().chars().allMatch(it -> it >= 0x20 && it != 0x7F), heard::line);
      assertFalse(heard.json(true).contains("\n"));
    }
  }

  @Test
  void whoSendsMostComesFirstAndInventedSendersAreBounded() {
    Senders senders = new Senders();
    for (int i = 0; i < 10; i++) {
      senders.add(heard(alpha().build()));
    }
    for (int i = 0; i < 2_000; i++) {
      senders.add(heard(alpha().name("invented-" + i).build()));
    }
    List<List<String>> rows = senders.rows(10);
    assertEquals(Senders.MAX_SENDERS + 2, rows.size());
    assertEquals(List.of("others", "-", "-", "1001", "100.1", "7107.0"), rows.get(1));
    assertEquals(List.of("192.168.1.20", "pharos", "alpha-1", "10", "1.0", "65.0"), rows.get(2));
    assertTrue(senders.json(10).startsWith("{\"seconds\":10.0,\"senders\":[{\"from\":\"others\""));
  }
}
