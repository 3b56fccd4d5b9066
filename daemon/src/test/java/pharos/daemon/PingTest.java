package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pharos.agent.json.Json;

/** A peer is pinged by each of its paths, on a network in namespaces. */
class PingTest {
  private static List<Map<String, Object>> paths(Ran ran) {
    String line = ran.out().lines().filter(it -> it.startsWith("{")).findFirst().orElseThrow();
    return ((List<?>) Json.members(line).getOrDefault("paths", List.of()))
        .stream().map(it -> Json.members(Json.write(it))).toList();
  }

  @Test
  void itGoesByEachInterfaceByTcpAndByTheGatewayAndEndsWithASummary() throws InterruptedException {
    try (Clinic clinic = Clinic.lan("a", "b", "c")) {
      clinic.plug("a", "eth1");
      clinic.hosts.address("a", "eth1", "10.9.0.11/24");
      clinic.agent("b");
      clinic.agent("c", "--gateway");
      Ran ran = clinic.command("a", false, "ping", "b-agent", "-c", "3");
      List<String> lines = ran.out().lines().toList();
      for (String path :
          List.of(
              "udp 10.9.0.2 by eth0: seq=3 time=",
              "udp 10.9.0.2 by eth1: seq=3 time=",
              "tcp 10.9.0.2 port 5671: seq=3 time=",
              "gateway c-agent at 10.9.0.3: seq=3 time=",
              "udp 10.9.0.2 by eth0: 3 sent, 3 answered, 0 % lost, min/avg/max ")) {
        assertTrue(lines.stream().anyMatch(it -> it.startsWith(path)), ran::out);
      }
      assertEquals("4 paths, 12 sent, 12 answered, 0 % lost", lines.get(lines.size() - 1));
      assertEquals(0, ran.code());
    }
  }

  @Test
  void itTellsOnWhichWayDatagramsAreLost() throws InterruptedException {
    try (Clinic clinic = Clinic.lan("a", "b")) {
      clinic.agent("b");
      clinic.rules(
          "switch",
          "bridge f",
          "chain bridge f forward { type filter hook forward priority 0 ; }",
          "rule bridge f forward iifname b-eth0 udp sport 5671 ip daddr 10.9.0.1 drop");
      Ran ran = clinic.command("a", false, "ping", "10.9.0.2:5671", "-c", "5", "--json");
      Map<String, Object> tcp = paths(ran).get(0);
      assertEquals("tcp 10.9.0.2 port 5671", tcp.get("path"));
      assertEquals(5, tcp.get("answered"), ran::out);
      Map<String, Object> udp = paths(ran).get(1);
      assertEquals("udp 10.9.0.2 by eth0", udp.get("path"));
      assertEquals(0, udp.get("answered"), ran::out);
      assertEquals(0, udp.get("lostThere"), ran::out);
      assertTrue(String.valueOf(udp.get("lostBack")).matches("[1-5]"), ran::out);
      assertEquals(0, ran.code(), ran::out);
    }
  }

  @Test
  void nobodyIsAFailureThatNamesWhatTellsMore() throws InterruptedException {
    try (Clinic clinic = Clinic.lan("a")) {
      Ran ran = clinic.command("a", false, "ping", "nobody");
      assertEquals(1, ran.code(), ran::out);
      assertTrue(ran.out().contains("'nobody' was not heard; 'pharos doctor nobody'"), ran::out);
    }
  }
}
