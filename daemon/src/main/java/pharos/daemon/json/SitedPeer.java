package pharos.daemon.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import pharos.agent.Peer;
import pharos.beacon.NodeId;

/**
 * A peer, and which network it is on. A gateway puts its name to all that it tells of, its own
 * network included; who hears a peer himself knows better.
 *
 * @param site the gateway that told of it; empty for one of our own network
 */
public record SitedPeer(Peer peer, String site) {
  /** These peers, in their order; who is also here is of our own network. */
  public static List<SitedPeer> of(Collection<Peer> peers, Collection<Peer> here) {
    Set<NodeId> known = here.stream().map(Peer::id).collect(Collectors.toSet());
    return peers.stream()
        .map(peer -> new SitedPeer(peer, known.contains(peer.id()) ? "" : peer.site()))
        .toList();
  }

  /** The library's own JSON of it, with its site when that is not ours. */
  public String toJson() {
    if (site.isEmpty()) {
      return peer.toJson();
    }
    String quoted = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(site));
    return "{\"site\":\"" + quoted + "\"," + peer.toJson().substring(1);
  }

  /** An object with one array, {@code peers}, as the library has it. */
  public static String toJson(List<SitedPeer> peers) {
    return peers.stream()
        .map(SitedPeer::toJson)
        .collect(Collectors.joining(",", "{\"peers\":[", "]}"));
  }
}
