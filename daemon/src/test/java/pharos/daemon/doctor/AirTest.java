package pharos.daemon.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pharos.beacon.Addresses;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;
import pharos.beacon.NodeId;

class AirTest {
  private static final NodeId SELF = NodeId.random(new Random(1));
  private static final NodeId BETA = NodeId.random(new Random(2));

  private final Air air = new Air(SELF, address -> address.equals(at("10.9.0.1").getAddress()));

  private static InetSocketAddress at(String address) {
    return new InetSocketAddress(Addresses.parse(address).orElseThrow(), 40_000);
  }

  private static Beacon.Builder beacon(NodeId id, long incarnation, int port) {
    return Beacon.of(id).incarnation(incarnation).sequence(1).udpPort(port).tcpPort(port);
  }

  private void hear(Beacon beacon, String from, boolean isShared) {
    ByteBuffer bytes = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    new BeaconCodec().encode(beacon, bytes);
    air.onDatagram(bytes.flip(), at(from), isShared);
  }

  @Test
  void ourOwnCountAsHeardBackAndAreNobody() {
    air.onBroadcast(5);
    hear(beacon(SELF, 1, 9).solicit(5).build(), "10.9.0.1", true);
    hear(beacon(SELF, 1, 9).solicit(5).build(), "10.9.0.1", false);
    hear(beacon(SELF, 1, 9).solicit(6).build(), "10.9.0.1", true);
    assertEquals(1, air.heardBack(at("10.9.0.1").getAddress()));
    assertEquals(List.of(), air.heard());
    assertEquals(List.of(), air.sources());
  }

  @Test
  void answersToAllAndToOneAreToldApart() {
    air.onBroadcast(5);
    air.onProbe(6, at("10.9.0.2").getAddress());
    hear(beacon(BETA, 1, 7_001).echo(5).name("beta").build(), "10.9.0.2", false);
    hear(beacon(BETA, 1, 7_001).echo(6).build(), "10.9.0.2", false);
    hear(beacon(BETA, 1, 7_001).echo(6).build(), "10.9.0.2", false);
    hear(beacon(BETA, 1, 7_001).build(), "10.9.0.2", true);
    Facts.Heard heard = air.heard().get(0);
    assertEquals("beta", heard.name(), "an answer may leave the name out");
    assertEquals(1, heard.echoes());
    assertEquals(1, heard.broadcasts());
    assertEquals(1, air.echoes(at("10.9.0.2").getAddress()), "a copy counts once");
  }

  @Test
  void twoThatSpeakInTurnsUnderOneIdAreClones() {
    for (int i = 0; i < 2; i++) {
      hear(beacon(BETA, 1, 7_001).build(), "10.9.0.2", true);
      hear(beacon(BETA, 2, 7_002).build(), "10.9.0.3", true);
    }
    assertEquals(
        List.of("10.9.0.2 (TCP port 7001)", "10.9.0.3 (TCP port 7002)"),
        air.clones().get(0).places());
  }

  @Test
  void oneThatStartsAgainAndOneWithTwoCardsAreNoClones() {
    hear(beacon(BETA, 1, 7_001).build(), "10.9.0.2", true);
    hear(beacon(BETA, 1, 7_001).build(), "10.8.0.2", true);
    hear(beacon(BETA, 1, 7_001).build(), "10.9.0.2", true);
    hear(beacon(BETA, 2, 7_002).build(), "10.9.0.2", true);
    hear(beacon(BETA, 2, 7_002).build(), "10.8.0.2", true);
    assertEquals(List.of(), air.clones());
  }

  @Test
  void whoSaidGoodbyeIsNotThere() {
    hear(beacon(BETA, 1, 7_001).build(), "10.9.0.2", true);
    hear(beacon(BETA, 1, 7_001).leaving().build(), "10.9.0.2", true);
    assertEquals(List.of(), air.heard());
  }

  @Test
  void othersAreNamedByTheirProtocolAndEachTableHasItsBound() {
    air.onDatagram(ByteBuffer.allocate(22).putInt(0, 0x5A_52_45_01), at("10.9.0.2"), true);
    assertEquals("ZRE", air.sources().get(0).kind());
    Random random = new Random(3);
    for (int i = 0; i < 3_000; i++) {
      hear(
          beacon(NodeId.random(random), 1, 7_001).build(), "10.7." + i / 250 + "." + i % 250, true);
    }
    assertEquals(Air.MAX_VOICES, air.heard().size());
    assertEquals(Air.MAX_SOURCES, air.sources().size());
    assertTrue(air.clones().isEmpty());
  }
}
