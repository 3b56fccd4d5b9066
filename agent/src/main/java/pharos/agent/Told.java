package pharos.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * The events that wait for one subscriber, bounded: where there are too many, they are forgotten,
 * and the difference between what it was told and what there is takes their place. A new subscriber
 * was told nothing, so it begins the same way. Guarded by its owner's lock.
 */
final class Told {
  private final int bound;
  private final Map<NodeId, Peer> told = new HashMap<>();
  private final Map<NodeId, Map<Long, GoneReason>> forgotten = new HashMap<>();
  private final ArrayDeque<PeerEvent> waiting = new ArrayDeque<>();
  private boolean behind = true;

  Told(int bound) {
    this.bound = bound;
  }

  /** Adds what happened; true when it was too much, and everything was forgotten. */
  boolean add(List<PeerEvent> events) {
    if (!behind && waiting.size() + events.size() <= bound) {
      waiting.addAll(events);
      return false;
    }
    boolean overflowed = !behind;
    behind = true;
    remember(waiting);
    remember(events);
    waiting.clear();
    return overflowed;
  }

  /** Why those are gone of whom it was told; of no others, so that this has a bound too. */
  private void remember(Iterable<PeerEvent> events) {
    for (PeerEvent event : events) {
      Peer known = told.get(event.peer().id());
      if (known != null
          && known.incarnation() == event.peer().incarnation()
          && event.reason().isPresent()) {
        forgotten.put(
            known.id(), Map.of(known.incarnation(), event.reason().get()));
      }
    }
  }

  boolean isEmpty() {
    return !behind && waiting.isEmpty();
  }

  /** The next event, which counts as told from now on. */
  @Nullable PeerEvent next(Snapshot now) {
    if (behind) {
      waiting.addAll(difference(now));
      forgotten.clear();
      behind = false;
    }
    PeerEvent event = waiting.poll();
    if (event != null) {
      if (event.kind() == PeerEvent.Kind.GONE) {
        told.remove(event.peer().id());
      } else {
        told.put(event.peer().id(), event.peer());
      }
    }
    return event;
  }

  private Queue<PeerEvent> difference(Snapshot now) {
    Queue<PeerEvent> events = new ArrayDeque<>();
    Map<NodeId, Peer> before = new HashMap<>(told);
    List<Peer> arrived = new ArrayList<>();
    Set<PeerEvent> changed = new HashSet<>();
    List<PeerEvent> inOrder = new ArrayList<>();
    for (Peer peer : now.peers()) {
      Peer known = before.get(peer.id());
      if (known == null || known.incarnation() != peer.incarnation()) {
        arrived.add(peer);
        continue;
      }
      before.remove(peer.id());
      if (known.state() != peer.state()) {
        add(inOrder, changed, stateEvent(peer));
      }
      if (!known.in(peer.state()).equals(peer)) {
        add(inOrder, changed, new PeerEvent(PeerEvent.Kind.UPDATED, peer, Optional.empty()));
      }
    }
    before.values().stream().sorted().forEach(peer -> events.add(gone(peer)));
    events.addAll(inOrder);
    for (Peer peer : arrived) {
      Peer alive = peer.in(PeerState.ALIVE);
      events.add(new PeerEvent(PeerEvent.Kind.ARRIVED, alive, Optional.empty()));
      if (peer.state() == PeerState.SUSPECT) {
        events.add(stateEvent(peer));
      }
    }
    return events;
  }
}
