package pharos.daemon.api;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import pharos.agent.Cancellable;
import pharos.agent.Counted;
import pharos.agent.GoneReason;
import pharos.agent.PeerEvent;
import pharos.agent.PeerHearing;
import pharos.agent.PeerState;
import pharos.agent.PeerView;

/**
 * {@code /metrics}: who is there by state, who came and went and why, what is {@link Measured}, all
 * that the agent counts, and how full its queues are, as Prometheus reads it. It names no peer. The
 * table is in docs/HTTP.md. For any thread.
 */
final class Metrics implements AutoCloseable {
  private static final String REJECTED = "REJECTED_";
  private static final String TURNS = "TURNS";

  /** Where a peer stands that is listed. */
  private static final List<PeerState> SHOWN =
      List.of(PeerState.ALIVE, PeerState.SUSPECT, PeerState.UNREACHABLE_FROM_HERE);

  /** The bounds that turns are counted by, in seconds, the lowest first. */
  private static final Map<String, Double> TURN_BOUNDS = new LinkedHashMap<>();

  static {
    TURN_BOUNDS.put("1_MS", .001);
    TURN_BOUNDS.put("10_MS", .01);
    TURN_BOUNDS.put("100_MS", .1);
    TURN_BOUNDS.put("1_S", 1.);
  }

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final Counter arrivals;
  private final Counter departures;
  private final Cancellable events;

  /**
   * Those of an agent.
   *
   * @param counts what it and its doors count
   * @param measured what it measures
   * @param lostWithin how long a lost host may go unnoticed
   */
  Metrics(PeerView view, Supplier<List<Counted>> counts, Measured measured, Duration lostWithin) {
    arrivals =
        Counter.builder()
            .name("pharos_arrivals")
            .help("Peers that arrived, those who were there first included.")
            .register(registry);
    departures =
        Counter.builder()
            .name("pharos_departures")
            .help("Peers that are gone, by the reason.")
            .labelNames("reason")
            .register(registry);
    for (GoneReason reason : GoneReason.values()) {
      departures.initLabelValues(lower(reason.name()));
    }
    gauges(view);
    registry.register((MultiCollector) () -> counted(counts.get()));
    measured.register(registry, lostWithin);
    events = view.onEvent(this::onEvent);
  }

  List<Resource> resources() {
    return List.of(Resource.get("/metrics", Set.of(), this::scrape));
  }

  private void gauges(PeerView view) {
    GaugeWithCallback.builder()
        .name("pharos_peers")
        .help("Peers by their state.")
        .labelNames("state")
        .callback(
            callback -> {
              for (PeerState state : SHOWN) {
                long peers = view.peers().stream().filter(it -> it.state() == state).count();
                callback.call((double) peers, lower(state.name()));
              }
              callback.call(view.heardOnly().size(), "heard_only");
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("pharos_hearing_faults")
        .help("Peers by what is wrong with their hearing or their voice, as all say.")
        .labelNames("fault")
        .callback(
            callback -> {
              for (PeerHearing.Fault fault : PeerHearing.Fault.values()) {
                if (fault != PeerHearing.Fault.NONE) {
                  long peers =
                      view.peers().stream().filter(it -> it.hearing().fault() == fault).count();
                  callback.call((double) peers, lower(fault.name()));
                }
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("pharos_isolated")
        .help("1 while nobody is heard on a link where others were.")
        .callback(callback -> callback.call(view.isIsolated() ? 1 : 0))
        .register(registry);
  }

  private void onEvent(PeerEvent event) {
    if (event.kind() == PeerEvent.Kind.ARRIVED) {
      arrivals.inc();
    }
    event.reason().ifPresent(it -> departures.labelValues(lower(it.name())).inc());
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * Each thing that is counted, or has a bound. Datagrams that were rejected are one, with the
   * reason; how many turns took longer than what is a histogram.
   */
  private static MetricSnapshots counted(List<Counted> counts) {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    CounterSnapshot.Builder rejected =
        CounterSnapshot.builder()
            .name("pharos_rejected_datagrams")
            .help("Datagrams that are no beacons of ours, by the reason.");
    Map<String, Long> turns = new HashMap<>();
    for (Counted it : counts) {
      String name = lower(it.name());
      if (it.name().startsWith(REJECTED)) {
        String reason = name.substring(REJECTED.length());
        rejected.dataPoint(
            CounterDataPointSnapshot.builder()
                .value((double) it.value())
                .labels(Labels.of("reason", reason))
                .build());
      } else if (it.name().startsWith(TURNS)) {
        turns.put(it.name(), it.value());
      } else if (it.most().isPresent()) {
        String help = it.name() + " of the part " + it.source() + " now, in " + it.unit() + ".";
        all.metricSnapshot(gauge("pharos_" + name, help, it.value()));
        String limit = "How much that may be.";
        all.metricSnapshot(gauge("pharos_" + name + "_limit", limit, it.most().getAsLong()));
      } else {
        String help = it.name() + " of the part " + it.source() + ", in " + it.unit() + ".";
        all.metricSnapshot(counter("pharos_" + name, help, it.value()));
      }
    }
    all.metricSnapshot(rejected.build());
    if (!turns.isEmpty()) {
      all.metricSnapshot(turnTimes(turns));
    }
    return all.build();
  }

  private static CounterSnapshot counter(String name, String help, long value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value((double) value).build())
        .build();
  }

  private static GaugeSnapshot gauge(String name, String help, long value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build())
        .build();
  }

  /** The agent counts those above each bound; a bucket is what is between two of them. */
  private static HistogramSnapshot turnTimes(Map<String, Long> turns) {
    List<Number> counts = new ArrayList<>();
    long above = turns.getOrDefault(TURNS, 0L);
    for (String bound : TURN_BOUNDS.keySet()) {
      long higher = turns.getOrDefault(TURNS + "_OVER_" + bound, 0L);
      counts.add(above - higher);
      above = higher;
    }
    counts.add(above);
    List<Double> bounds = new ArrayList<>(TURN_BOUNDS.values());
    bounds.add(Double.POSITIVE_INFINITY);
    return HistogramSnapshot.builder()
        .name("pharos_turn_seconds")
        .help("How long the turns of the loop took, without its sleep.")
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(turns.getOrDefault("TURNS_NS", 0L) / 1e9)
                .build())
        .build();
  }

  private Reply scrape(Resource.Call call) {
    var writer = formats.findWriter(call.asked().header("Accept").orElse(""));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return new Reply(200, writer.getContentType(), ByteBuffer.wrap(out.toByteArray()), Map.of());
  }

  @Override
  public void close() {
    events.cancel();
  }
}
