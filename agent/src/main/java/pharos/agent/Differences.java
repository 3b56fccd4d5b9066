package pharos.agent;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import pharos.beacon.NodeId;

/** What happened between two lists, in the words of events. */
final class Differences {
  private Differences() {}

  /**
   * Who is gone first, then what changed, then who is new; each by id.
   *
   * @param now by id
   * @param why why one of those before is there no more
   */
  static List<PeerEvent> between(
      Map<NodeId, Peer> before, Collection<Peer> now, Function<Peer, GoneReason> why) {
    Map<NodeId, Peer> gone = new HashMap<>(before);
    List<PeerEvent> changed = new ArrayList<>();
    List<PeerEvent> arrived = new ArrayList<>();
    for (Peer peer : now) {
      Peer known = gone.get(peer.id());
      if (known == null || known.incarnation() != peer.incarnation()) {
        arrived.add(event(PeerEvent.Kind.ARRIVED, peer.in(PeerState.ALIVE)));
        if (peer.state() != PeerState.ALIVE) {
          arrived.add(event(PeerEvent.Kind.SUSPECT, peer));
        }
        continue;
      }
      gone.remove(peer.id());
      boolean wasAlive = known.state() == PeerState.ALIVE;
      boolean isAlive = peer.state() == PeerState.ALIVE;
      if (wasAlive != isAlive) {
        changed.add(event(isAlive ? PeerEvent.Kind.RECOVERED : PeerEvent.Kind.SUSPECT, peer));
      }
      if (!(wasAlive == isAlive ? known : known.in(peer.state())).equals(peer)) {
        changed.add(event(PeerEvent.Kind.UPDATED, peer));
      }
    }
    List<PeerEvent> events = new ArrayList<>();
    gone.values().stream()
        .sorted()
        .forEach(peer -> events.add(PeerEvent.gone(peer, why.apply(peer))));
    events.addAll(changed);
    events.addAll(arrived);
    return events;
  }

  private static PeerEvent event(PeerEvent.Kind kind, Peer peer) {
    return new PeerEvent(kind, peer, Optional.empty());
  }
}
