package pharos.daemon.api;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import pharos.agent.Cancellable;
import pharos.agent.Counted;
import pharos.agent.PeerEvent;
import pharos.agent.PeerState;
import pharos.agent.PeerView;

/**
 * {@code /metrics}: who is there by state, who came and went and why, and all that the agent
 * counts, as Prometheus reads it. It names no peer. The table is in docs/HTTP.md. For any thread.
 */
final class Metrics implements AutoCloseable {
  private static final String REJECTED = "REJECTED_";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final Counter arrivals;
  private final Counter departures;
  private final Cancellable events;

  /**
   * Those of an agent.
   *
   * @param counts what it counts
   */
  Metrics(PeerView view, Supplier<List<Counted>> counts, Supplier<EventHub.Counts> readers) {
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
    gauges(view, readers);
    registry.register((MultiCollector) () -> counted(counts.get(), readers.get()));
    events = view.onEvent(this::onEvent);
  }

  List<Resource> resources() {
    return List.of(Resource.get("/metrics", Set.of(), this::scrape));
  }

  private void gauges(PeerView view, Supplier<EventHub.Counts> readers) {
    GaugeWithCallback.builder()
        .name("pharos_peers")
        .help("Peers by their state.")
        .labelNames("state")
        .callback(
            callback -> {
              long suspect =
                  view.peers().stream().filter(it -> it.state() == PeerState.SUSPECT).count();
              callback.call((double) (view.peers().size() - suspect), "alive");
              callback.call((double) suspect, "suspect");
              callback.call(view.heardOnly().size(), "heard_only");
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("pharos_event_readers")
        .help("Readers of /v1/events.")
        .callback(callback -> callback.call(readers.get().readers()))
        .register(registry);
  }

  private void onEvent(PeerEvent event) {
    if (event.kind() == PeerEvent.Kind.ARRIVED) {
      arrivals.inc();
    }
    event
        .reason()
        .ifPresent(it -> departures.labelValues(it.name().toLowerCase(Locale.ROOT)).inc());
  }

  /** Each thing that is counted; datagrams that were rejected are one, with the reason. */
  private static MetricSnapshots counted(List<Counted> counts, EventHub.Counts readers) {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    CounterSnapshot.Builder rejected =
        CounterSnapshot.builder()
            .name("pharos_rejected_datagrams")
            .help("Datagrams that are no beacons of ours, by the reason.");
    for (Counted it : counts) {
      String lower = it.name().toLowerCase(Locale.ROOT);
      if (it.name().startsWith(REJECTED)) {
        String reason = lower.substring(REJECTED.length());
        rejected.dataPoint(point(it.value(), Labels.of("reason", reason)));
      } else {
        String help = it.name() + " of the part " + it.source() + ", in " + it.unit() + ".";
        all.metricSnapshot(counter("pharos_" + lower, help, it.value()));
      }
    }
    all.metricSnapshot(rejected.build());
    all.metricSnapshot(
        counter("pharos_events", "Events told to readers of /v1/events.", readers.events()));
    all.metricSnapshot(
        counter("pharos_event_readers_dropped", "Readers that were too slow.", readers.slow()));
    return all.build();
  }

  private static CounterSnapshot counter(String name, String help, long value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(point(value, Labels.EMPTY))
        .build();
  }

  private static CounterDataPointSnapshot point(long value, Labels labels) {
    return CounterDataPointSnapshot.builder().value((double) value).labels(labels).build();
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
