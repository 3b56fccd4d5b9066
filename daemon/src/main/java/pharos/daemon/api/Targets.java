package pharos.daemon.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import pharos.agent.Capability;
import pharos.agent.Peer;
import pharos.agent.PeerView;
import pharos.agent.json.Json;

/**
 * {@code /v1/targets}: what is offered by HTTP on this network, oneself included, as Prometheus
 * reads it ({@code http_sd_configs}). The attribute {@code metrics} of an offer is the path to ask
 * for.
 */
final class Targets {
  private final PeerView view;

  Targets(PeerView view) {
    this.view = view;
  }

  List<Resource> resources() {
    return List.of(Resource.get("/v1/targets", Set.of("service", "offers"), this::targets));
  }

  private Reply targets(Resource.Call call) {
    Optional<String> service = call.query().text("service");
    Optional<String> type = call.query().text("offers");
    List<Object> targets = new ArrayList<>();
    for (Peer peer : view.members()) {
      for (Capability offer : peer.capabilities()) {
        boolean isMeant =
            service.map(peer.service()::equals).orElse(true)
                && type.map(offer.type()::equals).orElse(true);
        if (isMeant && (offer.protocol().equals("http") || offer.protocol().equals("https"))) {
          targets.add(target(peer, offer));
        }
      }
    }
    return Reply.json(200, Json.write(targets));
  }

  private static Map<String, Object> target(Peer peer, Capability offer) {
    String where = offer.endpoint().substring(offer.endpoint().indexOf("://") + 3);
    Map<String, Object> labels =
        Json.object(
            "__scheme__", offer.protocol(),
            "__metrics_path__", Optional.ofNullable(offer.attributes().get("metrics")),
            "__meta_pharos_id", peer.id().toString(),
            "__meta_pharos_name", peer.name(),
            "__meta_pharos_service", peer.service(),
            "__meta_pharos_state", peer.state().name(),
            "__meta_pharos_type", offer.type());
    offer
        .attributes()
        .forEach((name, value) -> labels.put("__meta_pharos_attribute_" + label(name), value));
    return Json.object("targets", List.of(where), "labels", labels);
  }

  /** As the name of a label may be. */
  private static String label(String name) {
    return name.replaceAll("[^A-Za-z0-9_]", "_");
  }
}
