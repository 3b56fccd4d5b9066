package pharos.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everybody at one moment. Immutable, for any thread; what not everybody asks for is made when it
 * is first asked for, perhaps by two threads at once, to the same end.
 */
final class Snapshot {
  private final Peer self;
  private final List<Peer> peers;
  private final List<Peer> unreachable;
  private volatile @Nullable List<Peer> members;
  private volatile @Nullable Map<String, List<Peer>> byType;

  private Snapshot(Peer self, List<Peer> peers, List<Peer> unreachable) {
    this.self = self;
    this.peers = peers;
    this.unreachable = unreachable;
  }

  /** Takes over the arrays, which are sorted by id. */
  static Snapshot ofSorted(Peer self, Peer[] peers, Peer[] unreachable) {
    return new Snapshot(self, listOf(peers), listOf(unreachable));
  }

  private static List<Peer> listOf(Peer[] peers) {
    return peers.length == 0 ? List.of() : Collections.unmodifiableList(Arrays.asList(peers));
  }

  Peer self() {
    return self;
  }

  /** All others, by id. */
  List<Peer> peers() {
    return peers;
  }

  /** Those who are heard, but cannot be asked, by id. */
  List<Peer> unreachable() {
    return unreachable;
  }

  /** All others and oneself, by id. */
  List<Peer> members() {
    List<Peer> made = members;
    if (made == null) {
      List<Peer> all = new ArrayList<>(peers.size() + 1);
      int at = -Collections.binarySearch(peers, self) - 1;
      // One's own id among the others is a clone that is about to be renamed; oneself comes first.
      int before = at < 0 ? -at - 1 : at;
      all.addAll(peers.subList(0, before));
      all.add(self);
      all.addAll(peers.subList(before, peers.size()));
      made = Collections.unmodifiableList(all);
      members = made;
    }
    return made;
  }

  /** Those who offer this type, by id. */
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
