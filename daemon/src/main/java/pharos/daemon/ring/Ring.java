package pharos.daemon.ring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import pharos.agent.Peer;
import pharos.agent.PeerSource;
import pharos.agent.PeerView;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.records.Listing;
import pharos.records.Overview;

/**
 * The ring of keys at one moment, as one agent knows it. Immutable, for any thread.
 *
 * @param seenBy the name of that agent
 * @param records what is told of the records as a whole; empty where nobody tells of them
 * @param note why something is missing; empty when nothing is
 * @param nodes by their place
 * @param keys by their name
 * @param moreNodes how many more there are than are told
 */
public record Ring(
    String seenBy,
    Optional<Holding> records,
    String note,
    List<Node> nodes,
    List<Key> keys,
    int moreNodes) {
  /** So many nodes are told. */
  public static final int MOST_NODES = 1_000;

  /** Said where nobody tells of records. */
  public static final String NO_RECORDS = "nobody here holds records";

  /** So many of those who follow on the ring does each agent of a network watch. */
  private static final int WATCHES = 2;

  private static final int PLACE_BITS = 53;

  /** Keeps copies. */
  public Ring {
    nodes = List.copyOf(nodes);
    keys = List.copyOf(keys);
  }

  /**
   * The records as a whole.
   *
   * @param isComplete whether all nodes answered
   */
  public record Holding(
      String engine, int copies, int majorityOf, boolean isWhole, boolean isComplete) {}

  /**
   * Somebody on the ring.
   *
   * @param id as base64, as in peers
   * @param seen where it stands as a peer; empty for one that is known by the overlay or the
   *     records alone
   * @param holds its state as a holder of records; empty for none
   * @param isInTable whether it is in the overlay's table of the agent that tells this
   * @param watches whom it watches, as the rule has it: the ids of those that follow it
   */
  public record Node(
      String id,
      String shortId,
      String name,
      String address,
      double place,
      boolean isHere,
      String seen,
      String holds,
      boolean isDurable,
      boolean isForced,
      long records,
      long bytes,
      boolean isInTable,
      List<String> watches) {
    /** Keeps a copy. */
    public Node {
      watches = List.copyOf(watches);
    }

    private Node watching(List<String> watched) {
      return new Node(
          id, shortId, name, address, place, isHere, seen, holds, isDurable, isForced, records,
          bytes, isInTable, watched);
    }

    private Node inTable() {
      return new Node(
          id, shortId, name, address, place, isHere, seen, holds, isDurable, isForced, records,
          bytes, true, watches);
    }

    /** The same as it tells of its records itself. */
    private Node holdingAs(Node holder) {
      return new Node(
          id,
          shortId,
          name.isEmpty() ? holder.name : name,
          address.isEmpty() ? holder.address : address,
          holder.place,
          isHere,
          seen,
          holder.holds,
          holder.isDurable,
          holder.isForced,
          holder.records,
          holder.bytes,
          isInTable,
          watches);
    }

    /** What people call it. */
    public String label() {
      return !name.isEmpty() ? name : !shortId.isEmpty() ? shortId : id;
    }

    /** Whether it has records, or will. */
    public boolean isHolder() {
      return !holds.isEmpty();
    }

    /** Whether it is not as it should be. */
    public boolean isDoubtful() {
      return holds.equals(Overview.State.MISSING.name())
          || (!seen.isEmpty() && !seen.equals("ALIVE"));
    }
  }

  /**
   * A record.
   *
   * @param holders who has it, as places in the list of nodes
   * @param meant who should, likewise
   */
  public record Key(
      String key,
      String version,
      double place,
      int bytes,
      List<Integer> holders,
      List<Integer> meant) {
    /** Keeps copies. */
    public Key {
      holders = List.copyOf(holders);
      meant = List.copyOf(meant);
    }

    /** Whether all have it that should. */
    public boolean isWhole() {
      return holders.containsAll(meant);
    }
  }

  /**
   * The ring of what is known.
   *
   * @param table the nodes in the overlay's table
   * @param note why there is no overview; not looked at when there is one
   */
  public static Ring of(
      PeerView view, List<Contact> table, Optional<Overview> overview, String note) {
    Map<String, Node> all = new LinkedHashMap<>();
    Stream.of(List.of(view.self()), view.peers(), view.heardOnly())
        .flatMap(List::stream)
        .map(it -> node(it, it.id().equals(view.self().id())))
        .forEach(it -> all.putIfAbsent(it.id(), it));
    watches(view)
        .forEach((id, watched) -> all.computeIfPresent(id, (same, it) -> it.watching(watched)));
    for (Contact contact : table) {
      String id = contact.id().toBase64();
      all.merge(id, node(contact), (known, it) -> known.inTable());
    }
    overview.ifPresent(
        it ->
            it.nodes().stream()
                .map(Ring::node)
                .forEach(each -> all.merge(each.id(), each, Node::holdingAs)));
    List<Node> sorted = new ArrayList<>(all.values());
    sorted.sort(Comparator.comparingDouble(Node::place).thenComparing(Node::id));
    List<Node> told = sorted.subList(0, Math.min(sorted.size(), MOST_NODES));
    return new Ring(
        view.self().name(),
        overview.map(
            it ->
                new Holding(
                    it.engine(), it.copies(), it.majorityOf(), it.isWhole(), it.isComplete())),
        overview.isPresent() ? "" : note,
        told,
        overview.map(it -> keys(it, told)).orElse(List.of()),
        sorted.size() - told.size());
  }

  private static Node node(Peer peer, boolean isHere) {
    String address = Addresses.zonedText(peer.addresses().get(0));
    return bare(
        peer.id().toBase64(),
        peer.name(),
        (address.contains(":") ? "[" + address + "]" : address) + ":" + peer.port(),
        isHere,
        peer.state().name());
  }

  private static Node node(Contact contact) {
    String address = contact.endpoints().isEmpty() ? "" : contact.endpoints().get(0);
    Node node = bare(contact.id().toBase64(), "", withoutProtocol(address), false, "");
    return node.inTable();
  }

  private static Node bare(String id, String name, String address, boolean isHere, String seen) {
    String ours = ours(id);
    String shortId = nodeId(id).map(NodeId::toShortString).orElse("");
    double place = nodeId(id).map(Ring::place).orElse(0.0);
    return new Node(
        ours, shortId, name, address, place, isHere, seen, "", false, false, 0, 0, false,
        List.of());
  }

  private static Node node(Overview.Node it) {
    // Who was asked for the records may be another than who tells this.
    Node bare = bare(it.id(), it.name(), withoutProtocol(it.address()), false, "");
    return new Node(
        bare.id,
        bare.shortId,
        it.name(),
        bare.address,
        it.place(),
        false,
        "",
        it.state().name(),
        it.isDurable(),
        it.isForced(),
        it.records(),
        it.bytes(),
        false,
        List.of());
  }

  private static String withoutProtocol(String address) {
    return address.replaceFirst("^\\w+://", "");
  }

  /** One id is one text, however it was written. */
  private static String ours(String id) {
    return nodeId(id).map(NodeId::toBase64).orElse(id);
  }

  private static Optional<NodeId> nodeId(String base64) {
    try {
      return Optional.of(NodeId.ofBase64(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // such as a member of etcd
    }
  }

  /** The first bits of the id, as a part of the whole. */
  static double place(NodeId id) {
    long first = 0;
    byte[] bytes = id.toBytes();
    for (int i = 0; i < Long.BYTES; i++) {
      first = (first << 8) | Byte.toUnsignedLong(bytes[i]);
    }
    return (first >>> (Long.SIZE - PLACE_BITS)) * 0x1p-53;
  }

  /** Of this network, each watches the next on the ring; an observer does, and is not watched. */
  private static Map<String, List<String>> watches(PeerView view) {
    List<NodeId> ring =
        view.members().stream()
            .filter(it -> it.source() != PeerSource.GATEWAY)
            .map(Peer::id)
            .sorted()
            .toList();
    List<NodeId> watchers = new ArrayList<>(ring);
    if (!ring.contains(view.self().id())) {
      watchers.add(view.self().id());
    }
    Map<String, List<String>> watches = new LinkedHashMap<>();
    for (NodeId watcher : watchers) {
      int at = Collections.binarySearch(ring, watcher);
      int after = at >= 0 ? at + 1 : -at - 1;
      List<String> watched = new ArrayList<>();
      for (int i = 0; i < ring.size() && watched.size() < WATCHES; i++) {
        NodeId next = ring.get((after + i) % ring.size());
        if (!next.equals(watcher)) {
          watched.add(next.toBase64());
        }
      }
      watches.put(watcher.toBase64(), watched);
    }
    return watches;
  }

  private static List<Key> keys(Overview overview, List<Node> nodes) {
    Map<String, Integer> at = new LinkedHashMap<>();
    nodes.forEach(it -> at.put(it.id(), at.size()));
    return overview.records().stream()
        .limit(Overview.MOST_RECORDS)
        .sorted(Comparator.comparing(Overview.Placed::key, Listing.ORDER))
        .map(
            it ->
                new Key(
                    it.key(),
                    it.version().toString(),
                    it.place(),
                    it.bytes(),
                    it.holders().stream()
                        .map(Ring::ours)
                        .filter(at::containsKey)
                        .map(at::get)
                        .toList(),
                    it.meant().stream()
                        .map(Ring::ours)
                        .filter(at::containsKey)
                        .map(at::get)
                        .toList()))
        .toList();
  }
}
