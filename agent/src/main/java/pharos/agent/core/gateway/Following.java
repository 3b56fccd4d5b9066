package pharos.agent.core.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import pharos.beacon.NodeId;

/**
 * Keeps up with everybody of some services on other networks: browses for them again and again, one
 * round after the other. Who is not told of any more is dropped after two rounds; when the rounds
 * themselves fail, after six.
 */
final class Following {
  private static final long PACE_NS = 400_000_000L;
  private static final int MISSED = 2;
  private static final int MISSED_BLIND = 6;

  private final List<String> services;
  private final Browsing browsing;
  private final Predicate<NodeId> isOnLan;
  private final TreeMap<NodeId, Followed> followed = new TreeMap<>();
  private final Map<NodeId, RemotePeer> round = new HashMap<>();
  private long nextNs;
  private int open;
  private boolean isBlind;
  private boolean isChanged;

  /** Who asks for us. */
  interface Browsing {
    void browse(String service, Consumer<Reply.Ended> then);
  }

  /** One that was told of, and in how many rounds since it was not. */
  private static final class Followed {
    RemotePeer peer;
    int missed;

    Followed(RemotePeer peer) {
      this.peer = peer;
    }
  }

  Following(List<String> services, Browsing browsing, Predicate<NodeId> isOnLan, long nowNs) {
    this.services = List.copyOf(services);
    this.browsing = browsing;
    this.isOnLan = isOnLan;
    nextNs = nowNs;
  }

  boolean isIdle() {
    return services.isEmpty() || open > 0;
  }

  long nextNs() {
    return nextNs;
  }

  /** Begins a round when it is time and the last one is over. */
  void wakeUp(long nowNs) {
    if (isIdle() || nextNs - nowNs > 0) {
      return;
    }
    nextNs = nowNs + PACE_NS;
    isBlind = false;
    round.clear();
    open = services.size();
    for (String service : services) {
      browsing.browse(service, this::onEnded);
    }
  }

  private void onEnded(Reply.Ended ended) {
    isBlind |= ended.status() != Reply.Status.FOUND && ended.status() != Reply.Status.NOT_FOUND;
    for (RemotePeer peer : ended.peers()) {
      if (!isOnLan.test(peer.id())) {
        round.put(peer.id(), peer);
      }
    }
    if (--open == 0) {
      endRound();
    }
  }

  private void endRound() {
    for (RemotePeer peer : round.values()) {
      Followed known = followed.computeIfAbsent(peer.id(), id -> new Followed(peer));
      known.peer = peer;
      known.missed = 0;
      isChanged = true;
    }
    int limit = isBlind ? MISSED_BLIND : MISSED;
    for (Followed known : new ArrayList<>(followed.values())) {
      if (!round.containsKey(known.peer.id()) && ++known.missed >= limit) {
        followed.remove(known.peer.id());
        isChanged = true;
      }
    }
  }

  /** It is on our own network now. */
  void onLan(NodeId id) {
    isChanged |= followed.remove(id) != null;
  }

  /** Whether something was told since the last time. */
  boolean takeChanged() {
    boolean changed = isChanged;
    isChanged = false;
    return changed;
  }

  /** Everybody who is followed, by id. */
  List<RemotePeer> peers() {
    List<RemotePeer> peers = new ArrayList<>();
    followed.values().forEach(known -> peers.add(known.peer));
    return peers;
  }
}
