package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.agent.Counted;
import pharos.agent.GoneReason;
import pharos.agent.Observation;
import pharos.agent.PeerState;
import pharos.agent.testing.TestPeers;
import pharos.beacon.NodeId;

class MetricsTest {
  private static final NodeId ALPHA = TestPeers.peer("alpha").build().id();

  private final TestPeers peers = new TestPeers();
  private final Measured measured = new Measured();
  private final Metrics metrics =
      new Metrics(
          peers,
          () ->
              List.of(
                  new Counted("BEACONS", "datagrams", "beacon", 5),
                  new Counted("REJECTED_MAGIC", "datagrams", "beacon", 2),
                  Counted.bounded("PROGRAMS", "programs", "http", 3, 64),
                  new Counted("TURNS", "turns", "loop", 100),
                  new Counted("TURNS_OVER_1_MS", "turns", "loop", 9),
                  new Counted("TURNS_OVER_10_MS", "turns", "loop", 4),
                  new Counted("TURNS_OVER_100_MS", "turns", "loop", 1),
                  new Counted("TURNS_OVER_1_S", "turns", "loop", 0),
                  new Counted("TURNS_NS", "nanoseconds", "loop", 2_500_000_000L)),
          measured,
          Duration.ofSeconds(12));
  private final Table table = new Table(metrics.resources());

  private void moved(String from, String evidence, String to, long tookMs, long unheardMs) {
    measured.onObservation(
        new Observation.Moved(
            Instant.EPOCH,
            ALPHA,
            1,
            "alpha",
            from,
            to,
            evidence,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
            Duration.ofMillis(tookMs),
            Duration.ofMillis(unheardMs),
            ""));
  }

  private void asked(String outcome, long tookMs) {
    measured.onObservation(
        new Observation.Asked(
            Instant.EPOCH,
            ALPHA,
            1,
            "MEET",
            outcome,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
            Duration.ofMillis(tookMs)));
  }

  @Test
  void whatWasPromisedIsMeasuredByTheNewsOfPeers() {
    moved("UNKNOWN", "HEARD", "ASKING", 0, 0);
    moved("ASKING", "MET", "ALIVE", 20, 0);
    moved("SUSPECT", "LIFE", "ALIVE", 0, 0);
    moved("ALIVE", "REFUSED", "GONE", 30, 700);
    moved("SUSPECT", "CUT_OFF_LONG", "GONE", 1_700, 2_100);
    moved("ALIVE", "LEAVING", "GONE", 2, 400);
    moved("ASKING", "LEAVING", "GONE", 2, 400);
    moved("GONE", "LEAVING", "GONE", 2, 400);
    moved("SUSPECT", "SILENCE", "GONE", 11_500, 11_500);
    asked("ANSWERED", 3);
    asked("LATE", 1_000);
    String text = scrape();
    for (String line :
        new String[] {
          "pharos_join_seconds_count 1",
          "pharos_join_seconds_bucket{le=\"0.025\"} 1",
          "pharos_crash_seconds_count 2",
          "pharos_crash_seconds_bucket{le=\"0.05\"} 1",
          "pharos_leave_seconds_count 1",
          "pharos_unheard_seconds_sum{reason=\"crashed\"} 2.8",
          "pharos_unheard_seconds_bucket{reason=\"silent\",le=\"9.0\"} 0",
          "pharos_unheard_seconds_bucket{reason=\"silent\",le=\"12.0\"} 1",
          "pharos_question_seconds_bucket{outcome=\"answered\",le=\"0.005\"} 1",
          "pharos_question_seconds_count{outcome=\"late\"} 1",
          "pharos_question_seconds_count{outcome=\"failed\"} 0",
        }) {
      assertTrue(text.lines().anyMatch(line::equals), () -> line + " in " + text);
    }
  }

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
          "# TYPE pharos_programs gauge",
          "pharos_programs 3.0",
          "pharos_programs_limit 64.0",
          "pharos_turn_seconds_bucket{le=\"0.001\"} 91",
          "pharos_turn_seconds_bucket{le=\"0.01\"} 96",
          "pharos_turn_seconds_bucket{le=\"1.0\"} 100",
          "pharos_turn_seconds_count 100",
          "pharos_turn_seconds_sum 2.5",
          "pharos_promised_seconds{what=\"crash\"} 0.05",
          "pharos_promised_seconds{what=\"silence\"} 12.0",
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
