package pharos.agent.core.gateway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.PeerInfo;
import pharos.beacon.NodeId;
import pharos.kademlia.ContactId;

/** The LAN of this agent, itself included: who is there, by id, name, service and type. */
final class Lan {
  /** So much of documents goes into one page; a message has its bound. */
  private static final int PAGE_BYTES = 48 * 1024;

  private static final int PAGE_PEERS = 128;

  /** What the wire reserves. */
  private static final byte[] NO_ID = new byte[NodeId.LENGTH];

  private final Function<Document, Set<String>> types;
  private final TreeMap<NodeId, PeerInfo> peers = new TreeMap<>();
  private final Map<String, Set<NodeId>> byName = new HashMap<>();
  private final Map<String, Set<NodeId>> byService = new HashMap<>();

  /** Of each its service and what it offers: to read a document takes its time. */
  private final Map<NodeId, Set<String>> services = new HashMap<>();

  /**
   * @param types what a document offers
   */
  Lan(Function<Document, Set<String>> types) {
    this.types = types;
  }

  /** Returns who was there before under this id. */
  @Nullable PeerInfo onChange(Change change) {
    PeerInfo peer = change.peer();
    if (change.kind() == Change.Kind.GONE) {
      PeerInfo known = peers.get(peer.id());
      return known != null && known.incarnation() == peer.incarnation() ? remove(peer.id()) : null;
    }
    return put(peer);
  }

  /** Puts in one, in the place of who had its id. */
  @Nullable PeerInfo put(PeerInfo peer) {
    PeerInfo before = remove(peer.id());
    peers.put(peer.id(), peer);
    byName.computeIfAbsent(peer.name(), name -> new HashSet<>()).add(peer.id());
    Set<String> its = servicesOf(peer);
    services.put(peer.id(), its);
    for (String service : its) {
      byService.computeIfAbsent(service, name -> new HashSet<>()).add(peer.id());
    }
    return before;
  }

  boolean contains(NodeId id) {
    return peers.containsKey(id);
  }

  /** The same run as it is now: only times moved on. */
  void refresh(PeerInfo peer) {
    peers.computeIfPresent(
        peer.id(), (id, known) -> known.incarnation() == peer.incarnation() ? peer : known);
  }

  @Nullable PeerInfo remove(NodeId id) {
    PeerInfo known = peers.remove(id);
    if (known != null) {
      remove(byName, known.name(), id);
      services(id).forEach(service -> remove(byService, service, id));
      services.remove(id);
    }
    return known;
  }

  private static void remove(Map<String, Set<NodeId>> index, String name, NodeId id) {
    Set<NodeId> ids = index.get(name);
    if (ids != null && ids.remove(id) && ids.isEmpty()) {
      index.remove(name);
    }
  }

  /** The service of one that is there, and all that it offers. */
  Set<String> services(NodeId id) {
    return services.getOrDefault(id, Set.of());
  }

  private Set<String> servicesOf(PeerInfo peer) {
    Set<String> services = new HashSet<>(types.apply(peer.document()));
    if (!peer.service().isEmpty()) {
      services.add(peer.service());
    }
    return services;
  }

  Iterable<PeerInfo> peers() {
    return peers.values();
  }

  /** Whom this is about, by id. */
  List<PeerInfo> about(Subject subject) {
    Set<NodeId> ids = new HashSet<>();
    if (subject instanceof Subject.Holder holder) {
      ContactId id = holder.id();
      if (id.length() == NodeId.LENGTH && !Arrays.equals(id.toBytes(), NO_ID)) {
        ids.add(NodeId.of(id.toBytes()));
      }
      id.toText().ifPresent(name -> ids.addAll(byName.getOrDefault(name, Set.of())));
    } else if (subject instanceof Subject.Service service) {
      ids.addAll(byService.getOrDefault(service.name(), Set.of()));
    }
    List<PeerInfo> found = new ArrayList<>();
    ids.stream().sorted().map(peers::get).filter(peer -> peer != null).forEach(found::add);
    return found;
  }

  /** As many of these, which are sorted by id, as go into one message. */
  static Reply.Page page(List<RemotePeer> sorted, @Nullable NodeId after) {
    List<RemotePeer> page = new ArrayList<>();
    int bytes = 0;
    for (RemotePeer peer : sorted) {
      if (after != null && peer.id().compareTo(after) <= 0) {
        continue;
      }
      bytes += peer.document().length();
      if (page.size() >= PAGE_PEERS || (bytes > PAGE_BYTES && !page.isEmpty())) {
        return new Reply.Page(page, true);
      }
      page.add(peer);
    }
    return new Reply.Page(page, false);
  }
}
