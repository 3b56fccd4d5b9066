package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.Counted;
import pharos.agent.GoneReason;
import pharos.agent.PeerState;
import pharos.agent.testing.TestPeers;

class MetricsTest {
  private final TestPeers peers = new TestPeers();
  private final Metrics metrics =
      new Metrics(
          peers,
          () ->
              List.of(
                  new Counted("BEACONS", "datagrams", "beacon", 5),
                  new Counted("REJECTED_MAGIC", "datagrams", "beacon", 2)),
          () -> new EventHub.Counts(3, 1, 7));
  private final Table table = new Table(metrics.resources());

  private String scrape(String... headers) {
    Reply reply = Tables.get(table, "/metrics", headers);
    assertEquals(200, reply.status());
    return reply.body();
  }

  @Test
  void whatIsCountedIsToldAsPrometheusReadsIt() {
    peers.put(TestPeers.peer("alpha").build());
    peers.put(TestPeers.peer("beta").state(PeerState.SUSPECT).build());
    peers.put(TestPeers.peer("gamma").build());
    peers.remove(TestPeers.peer("gamma").build(), GoneReason.CRASHED);
    String text = scrape();
    for (String line :
        new String[] {
          "# TYPE pharos_peers gauge",
          "pharos_peers{state=\"alive\"} 1.0",
          "pharos_peers{state=\"suspect\"} 1.0",
          "pharos_arrivals_total 3.0",
          "pharos_departures_total{reason=\"crashed\"} 1.0",
          "# HELP pharos_beacons_total BEACONS of the part beacon, in datagrams.",
          "pharos_beacons_total 5.0",
          "pharos_rejected_datagrams_total{reason=\"magic\"} 2.0",
          "pharos_event_readers 3.0",
          "pharos_events_total 7.0",
          "pharos_event_readers_dropped_total 1.0",
        }) {
      assertTrue(text.lines().anyMatch(line::equals), () -> line + " in " + text);
    }
    assertFalse(text.contains("alpha"), "it names no peer");
  }

  @Test
  void openMetricsIsThereForWhoAsksForIt() {
    String accept = "application/openmetrics-text; version=1.0.0";
    assertTrue(scrape("Accept", accept).endsWith("# EOF"));
    assertFalse(scrape().contains("# EOF"));
    assertTrue(Tables.get(table, "/metrics").type().startsWith("text/plain; version=0.0.4"));
  }
}
