package pharos.agent.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import pharos.beacon.NodeId;

/**
 * The ring of node ids: each agent watches its successors by an open connection, whose end tells of
 * a crash within milliseconds. Nothing depends on it; an overdue beacon finds a crash too.
 */
final class Ring {
  private final Turn turn;
  private final TreeMap<NodeId, Peer> shown = new TreeMap<>();
  private final List<Peer> watched = new ArrayList<>();

  Ring(Turn turn) {
    this.turn = turn;
  }

  /** A peer is shown from now on; call {@link #settle} once the application knows. */
  void add(Peer peer) {
    shown.put(peer.id, peer);
  }

  /** A peer is shown no more. */
  void remove(Peer peer) {
    shown.remove(peer.id);
    if (watched.remove(peer)) {
      unwatch(peer);
    }
  }

  /** Watches the successors there are now, and nobody else. */
  void settle() {
    List<Peer> successors = successors();
    for (int i = watched.size() - 1; i >= 0; i--) {
      Peer peer = watched.get(i);
      if (!successors.contains(peer)) {
        watched.remove(i);
        unwatch(peer);
      }
    }
    for (Peer peer : successors) {
      if (!watched.contains(peer)) {
        watched.add(peer);
        watch(peer);
      }
    }
  }

  boolean isWatched(Peer peer) {
    return watched.contains(peer);
  }

  /** Watches one again whose connection broke though it lives. */
  void restore(Peer peer) {
    if (isWatched(peer)) {
      peer.isWatchBroken = false;
      watch(peer);
    }
  }

  /** All that are shown, in the order of the ring from the lowest id on. */
  Iterable<Peer> shown() {
    return shown.values();
  }

  int size() {
    return shown.size();
  }

  private void watch(Peer peer) {
    turn.emit(new Effect.Watch(peer.id, peer.incarnation, peer.tcpEndpoint(0)));
  }

  /** What was planned for the connection is over with it: the peer may come back. */
  private void unwatch(Peer peer) {
    peer.isWatchBroken = false;
    peer.rewatchNs = Peer.NEVER;
    turn.emit(new Effect.Unwatch(peer.id, peer.incarnation));
  }

  private List<Peer> successors() {
    int wanted = Math.min(turn.settings.watches(), shown.size());
    List<Peer> successors = new ArrayList<>(wanted);
    NodeId at = turn.self.id();
    while (successors.size() < wanted) {
      Map.Entry<NodeId, Peer> next = shown.higherEntry(at);
      if (next == null) {
        next = shown.firstEntry();
      }
      successors.add(next.getValue());
      at = next.getKey();
    }
    return successors;
  }
}
