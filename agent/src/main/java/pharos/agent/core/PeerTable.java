package pharos.agent.core;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/** All peers by id, found without building an id: chains in an array of a power of two. */
final class PeerTable {
  private @Nullable Peer[] chains = new @Nullable Peer[64];
  private int size;

  int size() {
    return size;
  }

  /** The sender of a datagram. */
  @Nullable Peer sender(Presence presence) {
    Peer peer = chains[index(presence.idHash(), chains.length)];
    while (peer != null && !presence.isFrom(peer.id)) {
      peer = peer.nextInChain;
    }
    return peer;
  }

  @Nullable Peer get(NodeId id) {
    Peer peer = chains[index(id.hashCode(), chains.length)];
    while (peer != null && !peer.id.equals(id)) {
      peer = peer.nextInChain;
    }
    return peer;
  }

  void add(Peer peer) {
    if (size == chains.length) {
      grow();
    }
    chain(peer);
    size++;
  }

  void remove(Peer gone) {
    int index = index(gone.id.hashCode(), chains.length);
    Peer peer = chains[index];
    if (peer == gone) {
      chains[index] = gone.nextInChain;
      size--;
      return;
    }
    while (peer != null) {
      if (peer.nextInChain == gone) {
        peer.nextInChain = gone.nextInChain;
        size--;
        return;
      }
      peer = peer.nextInChain;
    }
  }

  /** Visits all peers; the visitor may not add or remove any. */
  void forEach(Consumer<Peer> visitor) {
    for (Peer first : chains) {
      for (Peer peer = first; peer != null; peer = peer.nextInChain) {
        visitor.accept(peer);
      }
    }
  }

  private void grow() {
    @Nullable Peer[] old = chains;
    chains = new @Nullable Peer[old.length * 2];
    for (Peer first : old) {
      Peer peer = first;
      while (peer != null) {
        Peer next = peer.nextInChain;
        chain(peer);
        peer = next;
      }
    }
  }

  private void chain(Peer peer) {
    int index = index(peer.id.hashCode(), chains.length);
    peer.nextInChain = chains[index];
    chains[index] = peer;
  }

  private static int index(int hash, int length) {
    return (hash ^ (hash >>> 16)) & (length - 1);
  }
}
