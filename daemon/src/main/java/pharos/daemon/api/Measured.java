package pharos.daemon.api;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import pharos.agent.Observation;

/**
 * What an agent measures itself of what is promised, and how long its questions took. It is there
 * before its agent, so that nothing is missed. Observations come on the call-back thread; the rest
 * is for any.
 */
public final class Measured {
  private static final double[] SECONDS = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10
  };

  /** Six intervals of a second are promised. */
  private static final double[] LONG_SECONDS = {.25, .5, 1, 1.5, 2, 3, 4, 5, 6, 9, 12, 30, 60};

  private static final List<String> OUTCOMES = List.of("answered", "failed", "late", "unwanted");
  private static final List<String> ENDS = List.of("crashed", "silent");

  private final Histogram questions =
      histogram("pharos_question_seconds", "How long questions to peers were open.")
          .labelNames("outcome")
          .build();
  private final Histogram joins =
      histogram("pharos_join_seconds", "From the first datagram of a peer to its arrival.").build();
  private final Histogram crashes =
      histogram("pharos_crash_seconds", "From the first evidence of a crash to the news of it.")
          .build();
  private final Histogram leaves =
      histogram("pharos_leave_seconds", "From the goodbye of a peer to the news of it.").build();
  private final Histogram silences =
      histogram("pharos_unheard_seconds", "From the last sign of life to the news of the end.")
          .classicUpperBounds(LONG_SECONDS)
          .labelNames("reason")
          .build();

  /** Nothing was measured yet. */
  public Measured() {
    OUTCOMES.forEach(questions::initLabelValues);
    ENDS.forEach(silences::initLabelValues);
  }

  private static Histogram.Builder histogram(String name, String help) {
    return Histogram.builder().name(name).help(help).classicOnly().classicUpperBounds(SECONDS);
  }

  /**
   * Tells it there, beside what is promised.
   *
   * @param lostWithin how long a lost host may go unnoticed
   */
  void register(PrometheusRegistry registry, Duration lostWithin) {
    for (Histogram each : List.of(questions, joins, crashes, leaves, silences)) {
      registry.register(each);
    }
    Gauge promised =
        Gauge.builder()
            .name("pharos_promised_seconds")
            .help("What is promised of that: medians on a quiet network, and a bound for silence.")
            .labelNames("what")
            .register(registry);
    promised.labelValues("join").set(.025);
    promised.labelValues("crash").set(.05);
    promised.labelValues("leave").set(.01);
    promised.labelValues("silence").set(seconds(lostWithin));
  }

  /** Something was observed. */
  public void onObservation(Observation observation) {
    if (observation instanceof Observation.Asked it) {
      questions.labelValues(it.outcome().toLowerCase(Locale.ROOT)).observe(seconds(it.took()));
    } else if (observation instanceof Observation.Moved it) {
      onMove(it);
    }
  }

  private void onMove(Observation.Moved it) {
    double tookSeconds = seconds(it.took());
    boolean wasShown = it.from().equals("ALIVE") || it.from().equals("SUSPECT");
    if (it.from().equals("ASKING") && it.to().equals("ALIVE")) {
      joins.observe(tookSeconds);
    } else if (wasShown && it.to().equals("GONE")) {
      switch (it.evidence()) {
        case "LEAVING" -> leaves.observe(tookSeconds);
        case "REFUSED", "CUT_OFF_LONG" -> {
          crashes.observe(tookSeconds);
          silences.labelValues("crashed").observe(seconds(it.unheard()));
        }
        case "SILENCE" -> silences.labelValues("silent").observe(tookSeconds);
        default -> {}
      }
    }
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
