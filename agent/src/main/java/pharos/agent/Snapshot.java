package pharos.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * Everybody at one moment. Immutable, for any thread; what not everybody asks for is made when it
 * is first asked for, perhaps by two threads at once, to the same end.
 */
final class Snapshot {
  private final Peer self;
  private final List<Peer> peers;
  private final List<Peer> heardOnly;
  private final List<Peer> lan;
  private volatile @Nullable List<Peer> members;
  private volatile @Nullable Map<String, List<Peer>> byType;

  private Snapshot(Peer self, List<Peer> peers, List<Peer> heardOnly, List<Peer> lan) {
    this.self = self;
    this.peers = peers;
    this.heardOnly = heardOnly;
    this.lan = lan;
  }

  /** Takes over the arrays, which are sorted by id. */
  static Snapshot ofSorted(Peer self, Peer[] peers, Peer[] heardOnly) {
    return ofSorted(self, peers, heardOnly, peers);
  }

  /** The same, with others of this network who are members, though they are not shown. */
  static Snapshot ofSorted(Peer self, Peer[] peers, Peer[] heardOnly, Peer[] lan) {
    return new Snapshot(self, listOf(peers), listOf(heardOnly), listOf(lan));
  }

  private static List<Peer> listOf(Peer[] peers) {
    return peers.length == 0 ? List.of() : Collections.unmodifiableList(Arrays.asList(peers));
  }

  /**
   * The same, and these of other networks among the peers; who is on both counts as of this one.
   */
  Snapshot with(Collection<Peer> remote) {
    if (remote.isEmpty()) {
      return this;
    }
    TreeMap<NodeId, Peer> all = new TreeMap<>();
    remote.forEach(peer -> all.put(peer.id(), peer));
    peers.forEach(peer -> all.put(peer.id(), peer));
    return new Snapshot(self, List.copyOf(all.values()), heardOnly, lan);
  }

  /** Oneself alone. */
  Snapshot withoutPeers() {
    return new Snapshot(self, List.of(), List.of(), List.of());
  }

  Peer self() {
    return self;
  }

  /** Whether {@link #members} may have others than in this one, though nothing was told. */
  boolean hasOtherMembers(Snapshot other) {
    boolean areAllShown = lan.size() == peers.size() && other.lan.size() == other.peers.size();
    return !self.equals(other.self) || (!areAllShown && !lan.equals(other.lan));
  }

  /** All others, by id. */
  List<Peer> peers() {
    return peers;
  }

  /** Those who are heard, but cannot be asked, by id. */
  List<Peer> heardOnly() {
    return heardOnly;
  }

  /** All others of this network and oneself, by id. */
  List<Peer> members() {
    List<Peer> made = members;
    if (made == null) {
      List<Peer> all = new ArrayList<>(lan.size() + 1);
      int at = -Collections.binarySearch(lan, self) - 1;
      // One's own id among the others is a clone that is about to be renamed; oneself comes first.
      int before = at < 0 ? -at - 1 : at;
      all.addAll(lan.subList(0, before));
      all.add(self);
      all.addAll(lan.subList(before, lan.size()));
      made = Collections.unmodifiableList(all);
      members = made;
    }
    return made;
  }

  /** Those who offer this type and may be reached from here, by id. */
  List<Peer> offering(String type) {
    Map<String, List<Peer>> index = byType;
    if (index == null) {
      index = index();
      byType = index;
    }
    return index.getOrDefault(type, List.of());
  }

  private Map<String, List<Peer>> index() {
    Map<String, List<Peer>> index = new HashMap<>();
    for (Peer peer : peers) {
      List<Capability> capabilities = peer.capabilities();
      if (peer.state() == PeerState.UNREACHABLE_FROM_HERE) {
        continue;
      }
      if (capabilities.size() == 1) {
        add(index, capabilities.get(0).type(), peer);
      } else {
        Set<String> types = new LinkedHashSet<>();
        capabilities.forEach(capability -> types.add(capability.type()));
        types.forEach(type -> add(index, type, peer));
      }
    }
    index.replaceAll((type, list) -> Collections.unmodifiableList(list));
    return index;
  }

  private static void add(Map<String, List<Peer>> index, String type, Peer peer) {
    index.computeIfAbsent(type, it -> new ArrayList<>()).add(peer);
  }
}
