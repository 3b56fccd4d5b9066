package pharos.agent.core;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * The ring of node ids: each agent watches its successors by an open connection, whose end tells of
 * a crash within milliseconds. Nothing depends on it; an overdue beacon finds a crash too.
 */
final class Ring implements Serializable {
  /** For so long one is not tried again whose watch never came about. */
  private static final long PASSED_OVER_NS = 60 * Settings.SECOND;

  private final Turn turn;
  private final List<Peer> watched = new ArrayList<>();

  // In no order, and each knows its place: few who come or go are successors, and when one is, all
  // are looked at.
  private final List<Peer> shown = new ArrayList<>();
  private boolean isSettled = true;

  Ring(Turn turn) {
    this.turn = turn;
  }

  /** A peer is shown from now on; call {@link #settle} once the application knows. */
  void add(Peer peer) {
    peer.watch.place = shown.size();
    shown.add(peer);
    boolean isSuccessor =
        watched.size() < Settings.WATCHES || isBefore(peer, watched.get(watched.size() - 1));
    isSettled &= !isSuccessor;
  }

  /** A peer is shown no more. */
  void remove(Peer peer) {
    Peer last = shown.remove(shown.size() - 1);
    if (last != peer) {
      shown.set(peer.watch.place, last);
      last.watch.place = peer.watch.place;
    }
    if (watched.remove(peer)) {
      unwatch(peer);
      isSettled = false;
    }
  }

  /**
   * The watch of this one never came about: others are watched in its place, while there are any.
   * Somebody who takes connections and says nothing would else see to it that nobody is watched.
   */
  void passOver(Peer peer) {
    peer.watch.passedOverNs = turn.nowNs;
    isSettled = false;
    settle();
  }

  private boolean isPassedOver(Peer peer) {
    return !turn.mayAgain(peer.watch.passedOverNs, PASSED_OVER_NS);
  }

  /** We have another id, and so other successors; call {@link #settle}. */
  void move() {
    isSettled = false;
  }

  /** Watches the successors there are now, and nobody else. */
  void settle() {
    if (isSettled) {
      return;
    }
    isSettled = true;
    List<Peer> successors = successors();
    for (int i = watched.size() - 1; i >= 0; i--) {
      if (!successors.contains(watched.get(i))) {
        unwatch(watched.remove(i));
      }
    }
    for (Peer peer : successors) {
      if (!watched.contains(peer)) {
        watch(peer);
      }
    }
    watched.clear();
    watched.addAll(successors);
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

  /** It is reached elsewhere from now on. */
  void relocate(Peer peer) {
    if (isWatched(peer)) {
      unwatch(peer);
      watch(peer);
    }
  }

  /** Anybody else that is shown, by chance. */
  @Nullable Peer anyBut(Peer peer, RandomGenerator random) {
    if (shown.size() < 2) {
      return null;
    }
    int at = random.nextInt(shown.size());
    return shown.get(at) == peer ? shown.get((at + 1) % shown.size()) : shown.get(at);
  }

  /** All that are shown, in no order. */
  List<Peer> shown() {
    return shown;
  }

  int size() {
    return shown.size();
  }

  private void watch(Peer peer) {
    peer.watch.isOpen = false;
    turn.emit(new Effect.Watch(peer.id, peer.incarnation, peer.tcpEndpoint(0)));
    long aroundNs = Judge.WATCH_INTERVALS * peer.intervalNs;
    peer.plan(Plan.WATCH, turn.nowNs + aroundNs / 2 + turn.upTo(aroundNs / 2));
  }

  /** What was planned for the connection is over with it: the peer may come back. */
  private void unwatch(Peer peer) {
    peer.isWatchBroken = false;
    peer.drop(Plan.REWATCH);
    if (!peer.isUnanswering) {
      peer.drop(Plan.WATCH);
    }
    turn.emit(new Effect.Unwatch(peer.id, peer.incarnation));
  }

  /** The first of those who follow us, the next one first. */
  private List<Peer> successors() {
    int wanted = Settings.WATCHES;
    List<Peer> successors = new ArrayList<>(wanted + 1);
    for (Peer peer : shown) {
      int at = successors.size();
      while (at > 0 && isBefore(peer, successors.get(at - 1))) {
        at--;
      }
      if (at < wanted) {
        successors.add(at, peer);
        successors.subList(Math.min(wanted, successors.size()), successors.size()).clear();
      }
    }
    return successors;
  }

  private boolean isBefore(Peer one, Peer other) {
    boolean isOnePassedOver = isPassedOver(one);
    return isOnePassedOver == isPassedOver(other) ? isBefore(one.id, other.id) : !isOnePassedOver;
  }

  /** Whether one comes before the other on the way around the ring that begins after us. */
  private boolean isBefore(NodeId one, NodeId other) {
    NodeId self = turn.self.id();
    boolean isOneAhead = one.compareTo(self) > 0;
    boolean isOtherAhead = other.compareTo(self) > 0;
    return isOneAhead == isOtherAhead ? one.compareTo(other) < 0 : isOneAhead;
  }
}
