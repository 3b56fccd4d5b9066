package pharos.agent;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import pharos.agent.core.gateway.RemotePeer;
import pharos.beacon.NodeId;

/**
 * The peers of other networks that are followed, and what happened to them since they were told of
 * last. For one thread, the loop's.
 */
final class Remotes {
  private TreeMap<NodeId, Peer> peers = new TreeMap<>();

  Collection<Peer> peers() {
    return peers.values();
  }

  /** What differs from before, in the words of events. */
  List<PeerEvent> update(List<RemotePeer> told, Instant now) {
    TreeMap<NodeId, Peer> next = new TreeMap<>();
    for (RemotePeer remote : told) {
      Peer known = peers.get(remote.id());
      Instant since =
          known != null && known.incarnation() == remote.incarnation() ? known.since() : now;
      next.put(remote.id(), Peers.remote(remote, since, now));
    }
    Map<NodeId, Peer> before = peers;
    peers = next;
    return Differences.between(
        before,
        next.values(),
        gone -> next.containsKey(gone.id()) ? GoneReason.REPLACED : GoneReason.OUT_OF_SIGHT);
  }
}
