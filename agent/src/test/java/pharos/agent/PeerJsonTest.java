package pharos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pharos.agent.core.Hearing;
import pharos.agent.wire.Offer;
import pharos.beacon.NodeId;

class PeerJsonTest {
  private static final NodeId HEARER = PeerFixture.peer(9).id();

  private static final String ONE =
      "{\"id\":\"AAABAAAAAAAAAAAAAAAAAAAAAAE=\",\"short\":\"wjaa\",\"name\":\"peer-1\",\"service\":\"Test\","
          + "\"state\":\"ALIVE\",\"incarnation\":1,\"port\":5670,\"addresses\":[\"10.0.0.1\"],"
          + "\"capabilities\":[{\"type\":\"A\",\"port\":7001,\"protocol\":\"tcp\","
          + "\"attributes\":{},\"endpoints\":[\"tcp://10.0.0.1:7001\"]}],"
          + "\"since\":\"2026-01-01T00:00:00Z\",\"lastHeard\":\"2026-01-01T00:00:00Z\","
          + "\"source\":\"BEACON\"}";

  @Test
  void aPeerHasAllItsFields() {
    assertEquals(ONE, PeerFixture.peer(1, "A").toJson());
  }

  @Test
  void aListIsAnObjectWithOneArray() {
    assertEquals("{\"peers\":[]}", Peer.toJson(List.of()));
    assertEquals(
        "{\"peers\":[" + ONE + "," + ONE + "]}",
        Peer.toJson(List.of(PeerFixture.peer(1, "A"), PeerFixture.peer(1, "A"))));
  }

  @Test
  void onlyAnEventOfOneThatIsGoneHasAReason() {
    Peer peer = PeerFixture.peer(1, "A");
    assertEquals(
        "{\"event\":\"ARRIVED\",\"peer\":" + ONE + "}",
        PeerFixture.event(PeerEvent.Kind.ARRIVED, peer).toJson());
    assertEquals(
        "{\"event\":\"GONE\",\"reason\":\"CRASHED\",\"peer\":" + ONE + "}",
        PeerFixture.gone(peer, GoneReason.CRASHED).toJson());
  }

  @Test
  void attributesKeepTheirOrderAndTextsAreEscaped() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("z", "\"");
    attributes.put("a", "ö");
    Peer plain = PeerFixture.peer(1);
    Peer peer =
        new Peer(
            plain.id(),
            1,
            "",
            "",
            plain.addresses(),
            1,
            List.of(new Capability(new Offer("T", 2, "udp", attributes), List.of("udp://h:2"))),
            PeerState.SUSPECT,
            new Hearing(
                true,
                false,
                80,
                6,
                new Hearing.Word(Hearing.Fault.LOSSY, 30, 100, Map.of(HEARER, 70), "timeout")),
            PeerSource.FIXED,
            PeerFixture.THEN,
            PeerFixture.THEN,
            "the \"west\"");
    String json = peer.toJson();
    assertEquals(
        "{\"type\":\"T\",\"port\":2,\"protocol\":\"udp\",\"attributes\":{\"z\":\"\\\"\",\"a\":\"ö\"},"
            + "\"endpoints\":[\"udp://h:2\"]}",
        json.substring(json.indexOf("{\"type\""), json.indexOf("],\"since\"")));
    assertTrue(
        json.endsWith(
            ",\"source\":\"FIXED\",\"site\":\"the"
                + " \\\"west\\\"\",\"held\":true,\"lossPercent\":80,\"failure\":\"timeout\",\"hearing\":{\"fault\":\"LOSSY\",\"lossIn\":80,"
                + "\"lossOut\":30,\"hearsPercent\":100,\"badlyHeardBy\":{\""
                + HEARER.toBase64()
                + "\":70}}}"),
        json);
  }
}
