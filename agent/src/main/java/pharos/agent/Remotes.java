package pharos.agent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
    List<PeerEvent> events = new ArrayList<>();
    for (Peer known : peers.values()) {
      Peer peer = next.get(known.id());
      if (peer == null) {
        events.add(gone(known, GoneReason.OUT_OF_SIGHT));
      } else if (peer.incarnation() != known.incarnation()) {
        events.add(gone(known, GoneReason.REPLACED));
      }
    }
    for (Peer peer : next.values()) {
      Peer known = peers.get(peer.id());
      if (known == null || known.incarnation() != peer.incarnation()) {
        events.add(event(PeerEvent.Kind.ARRIVED, peer));
      } else {
        compare(known, peer, events);
      }
    }
    peers = next;
    return events;
  }

  private static void compare(Peer known, Peer peer, List<PeerEvent> events) {
    if (!known.in(peer.state()).equals(peer)) {
      events.add(event(PeerEvent.Kind.UPDATED, peer));
    }
    if (known.state() != peer.state()) {
      boolean isSuspect = peer.state() == PeerState.SUSPECT;
      events.add(event(isSuspect ? PeerEvent.Kind.SUSPECT : PeerEvent.Kind.RECOVERED, peer));
    }
  }

  private static PeerEvent gone(Peer peer, GoneReason reason) {
    return new PeerEvent(PeerEvent.Kind.GONE, peer.in(PeerState.GONE), Optional.of(reason));
  }

  private static PeerEvent event(PeerEvent.Kind kind, Peer peer) {
    return new PeerEvent(kind, peer, Optional.empty());
  }
}
