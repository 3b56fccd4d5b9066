package pharos.agent.core;

import java.io.Serializable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Loss;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;
import pharos.beacon.Subject;

/**
 * All peers by id, found without building an id. Open addressing in two arrays: the hashes tell who
 * it is not, so that a look-up touches no peer but the one it is after.
 */
final class PeerTable implements Serializable {
  private static final int LEAST = 64;

  private @Nullable Peer[] peers = new @Nullable Peer[LEAST];
  private int[] hashes = new int[LEAST];
  private int size;

  int size() {
    return size;
  }

  /** The sender of a datagram. */
  @Nullable Peer sender(Presence presence) {
    int hash = presence.idHash();
    int at = home(hash);
    Peer peer = peers[at];
    while (peer != null && !(hashes[at] == hash && presence.isFrom(peer.id))) {
      at = after(at);
      peer = peers[at];
    }
    return peer;
  }

  @Nullable Peer get(NodeId id) {
    int hash = id.hashCode();
    int at = home(hash);
    Peer peer = peers[at];
    while (peer != null && !(hashes[at] == hash && peer.id.equals(id))) {
      at = after(at);
      peer = peers[at];
    }
    return peer;
  }

  void add(Peer peer) {
    if (2 * (size + 1) > peers.length) {
      resize(peers.length * 2);
    }
    put(peer, peer.id.hashCode());
    size++;
  }

  void remove(Peer gone) {
    int at = home(gone.id.hashCode());
    while (peers[at] != gone) {
      if (peers[at] == null) {
        return;
      }
      at = after(at);
    }
    size--;
    close(at);
    if (peers.length > LEAST && 8 * size < peers.length) {
      resize(peers.length / 2); // after a flood
    }
  }

  /** Closes a gap: who stands behind it only since others were in the way moves up. */
  private void close(int first) {
    int gap = first;
    for (int at = after(gap); peers[at] != null; at = after(at)) {
      int wayHere = at - home(hashes[at]) & peers.length - 1;
      int wayFromGap = at - gap & peers.length - 1;
      if (wayHere >= wayFromGap) {
        peers[gap] = peers[at];
        hashes[gap] = hashes[at];
        gap = at;
      }
    }
    peers[gap] = null;
  }

  /** The run that is meant, which takes a look at all of them. */
  @Nullable Peer find(Subject subject) {
    for (Peer peer : peers) {
      if (peer != null
          && peer.id.first() == subject.id()
          && (peer.incarnation & 0xFFFF) == subject.incarnation()) {
        return peer;
      }
    }
    return null;
  }

  /** One whose id begins so, which takes a look at all of them. */
  @Nullable Peer find(int first) {
    for (Peer peer : peers) {
      if (peer != null && Loss.idOf(peer.id) == first) {
        return peer;
      }
    }
    return null;
  }

  /** Visits all peers; the visitor may not add or remove any. */
  void forEach(Consumer<Peer> visitor) {
    for (Peer peer : peers) {
      if (peer != null) {
        visitor.accept(peer);
      }
    }
  }

  private void resize(int length) {
    @Nullable Peer[] oldPeers = peers;
    int[] oldHashes = hashes;
    peers = new @Nullable Peer[length];
    hashes = new int[length];
    for (int i = 0; i < oldPeers.length; i++) {
      Peer peer = oldPeers[i];
      if (peer != null) {
        put(peer, oldHashes[i]);
      }
    }
  }

  private void put(Peer peer, int hash) {
    int at = home(hash);
    while (peers[at] != null) {
      at = after(at);
    }
    peers[at] = peer;
    hashes[at] = hash;
  }

  /** Where one with this hash stands unless others are in the way. */
  private int home(int hash) {
    int mixed = hash * 0x9E37_79B9;
    return (mixed ^ mixed >>> 16) & peers.length - 1;
  }

  private int after(int at) {
    return at + 1 & peers.length - 1;
  }
}
