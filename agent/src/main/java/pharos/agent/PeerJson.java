package pharos.agent;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import pharos.agent.json.Json;
import pharos.beacon.Addresses;

/** Peers as JSON, for people and scripts; fields are only ever added. */
final class PeerJson {
  private PeerJson() {}

  static String of(Peer peer) {
    return Json.write(object(peer));
  }

  static String of(Collection<Peer> peers) {
    return Json.write(Json.object("peers", peers.stream().map(PeerJson::object).toList()));
  }

  static String of(PeerEvent event) {
    return Json.write(
        Json.object(
            "event", event.kind(),
            "reason", event.reason(),
            "detail", event.detail(),
            "peer", object(event.peer())));
  }

  private static Map<String, Object> object(Peer peer) {
    return Json.object(
        "id", peer.id().toBase64(),
        "short", peer.id().toShortString(),
        "name", peer.name(),
        "service", peer.service(),
        "state", peer.state(),
        "incarnation", peer.incarnation(),
        "port", peer.port(),
        "addresses", peer.addresses().stream().map(Addresses::zonedText).toList(),
        "capabilities", peer.capabilities().stream().map(PeerJson::object).toList(),
        "since", peer.since(),
        "lastHeard", peer.lastHeard(),
        "source", peer.source(),
        "site", Optional.of(peer.site()).filter(site -> !site.isEmpty()),
        "held", Optional.of(true).filter(it -> peer.isHeld()),
        "lossPercent", Optional.of(peer.lossPercent()).filter(it -> it > 0),
        "failure", peer.failure(),
        "hearing",
            Optional.of(peer.hearing())
                .filter(it -> !it.equals(PeerHearing.WELL))
                .map(PeerJson::object));
  }

  private static Map<String, Object> object(PeerHearing hearing) {
    Map<String, Object> by = new TreeMap<>();
    hearing.badlyHeardBy().forEach((id, percent) -> by.put(id.toBase64(), percent));
    return Json.object(
        "fault", hearing.fault(),
        "lossIn", hearing.lossIn(),
        "lossOut", hearing.lossOut(),
        "hearsPercent", hearing.hearsPercent(),
        "badlyHeardBy", by);
  }

  private static Map<String, Object> object(Capability capability) {
    return Json.object(
        "type", capability.type(),
        "port", capability.port(),
        "protocol", capability.protocol(),
        "attributes", capability.attributes(),
        "endpoints", capability.endpoints());
  }
}
