package pharos.records.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import pharos.beacon.NodeId;

/**
 * Which nodes there are, as one of them sees it, and so where each key lies: at the nodes that are
 * nearest to it, by the distance of Kademlia, those on different hosts first. Immutable.
 */
public final class View {
  private final List<Node> nodes;
  private final Set<NodeId> ids;
  private final int copies;

  /** One node: where it is on the ring, and on which host. */
  record Node(NodeId id, long place, String host) {}

  private View(List<Node> nodes, int copies) {
    this.nodes = nodes;
    this.copies = copies;
    ids = new HashSet<>();
    nodes.forEach(node -> ids.add(node.id()));
  }

  /** These nodes, and so many copies. */
  static View of(Collection<NodeState> states, int copies) {
    TreeMap<NodeId, Node> sorted = new TreeMap<>();
    for (NodeState it : states) {
      sorted.put(it.id(), new Node(it.id(), place(it.id()), it.host()));
    }
    return new View(List.copyOf(sorted.values()), copies);
  }

  /** The place of a key on the ring: the first eight bytes of its SHA-1. */
  public static long place(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has it", e);
    }
  }

  /** The place of a node on the ring: the first eight bytes of its id. */
  public static long place(NodeId id) {
    return ByteBuffer.wrap(id.toBytes()).getLong();
  }

  /** The same as a part of the ring, from 0 to below 1. */
  public static double part(long place) {
    return (place >>> 11) * 0x1p-53;
  }

  int size() {
    return nodes.size();
  }

  int copies() {
    return copies;
  }

  boolean has(NodeId id) {
    return ids.contains(id);
  }

  Set<NodeId> ids() {
    return ids;
  }

  /** Who should have a key, the nearest first. */
  List<NodeId> holders(long place) {
    List<Node> near = nearest(place, 2 * copies);
    Set<String> hosts = new HashSet<>();
    Set<NodeId> chosen = new LinkedHashSet<>();
    for (Node node : near) {
      if (chosen.size() < copies && hosts.add(node.host())) {
        chosen.add(node.id());
      }
    }
    for (Node node : near) {
      if (chosen.size() < copies) {
        chosen.add(node.id());
      }
    }
    return List.copyOf(chosen);
  }

  /** So many nodes, the nearest first. */
  private List<Node> nearest(long place, int most) {
    List<Node> near = new ArrayList<>(most + 1);
    for (Node node : nodes) {
      int at = near.size();
      while (at > 0 && isNearer(node, near.get(at - 1), place)) {
        at--;
      }
      if (at < most) {
        near.add(at, node);
        if (near.size() > most) {
          near.remove(most);
        }
      }
    }
    return near;
  }

  private static boolean isNearer(Node one, Node other, long place) {
    int order = Long.compareUnsigned(one.place() ^ place, other.place() ^ place);
    return order < 0 || (order == 0 && one.id().compareTo(other.id()) < 0);
  }

  /**
   * Everybody with whom this node may have a key in common, now or after the next change. A branch
   * of the tree of places, seen from the node, is left out when it has enough nodes of its own for
   * all its keys, and another one nearer to the node has enough for all of the node's.
   */
  Set<NodeId> neighbours(NodeId self) {
    int enough = 2 * copies + 1;
    long place = place(self);
    List<Set<NodeId>> branches = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      branches.add(new HashSet<>());
    }
    for (Node node : nodes) {
      if (!node.id().equals(self)) {
        int bit = Math.min(Long.SIZE - 1, Long.numberOfLeadingZeros(node.place() ^ place));
        branches.get(bit).add(node.id());
      }
    }
    Set<NodeId> all = new HashSet<>();
    for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
      Set<NodeId> branch = branches.get(bit);
      if (all.size() < enough || branch.size() < enough) {
        all.addAll(branch);
      }
    }
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof View it && nodes.equals(it.nodes) && copies == it.copies;
  }

  @Override
  public int hashCode() {
    return nodes.hashCode();
  }
}
