package pharos.simulator.kademlia;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Key;

/**
 * Nodes in the order of their keys, so that all who share a prefix stand side by side, and the
 * table that each would have if it had met everybody: drawn when it is needed, always the same.
 */
final class Population {
  static final int K = 20;

  private final long seed;
  private final Contact[] nodes;

  Population(int size, long seed) {
    this.seed = seed;
    nodes = new Contact[size];
    for (int i = 0; i < size; i++) {
      nodes[i] = Contact.of(ContactId.ofText("node-" + seed + "-" + i), "sim://" + i);
    }
    Arrays.sort(nodes, Comparator.comparing(Contact::key));
  }

  int size() {
    return nodes.length;
  }

  Contact node(int index) {
    return nodes[index];
  }

  /** Where the node with this key stands, or -1. */
  int indexOf(Key key) {
    int index = lowerBound(key);
    return index < nodes.length && nodes[index].key().equals(key) ? index : -1;
  }

  private int lowerBound(Key key) {
    int low = 0;
    int high = nodes.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (nodes[middle].key().compareTo(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Those from {@code from} on, up to before {@code to}. */
  private record Range(int from, int to) {
    int size() {
      return to - from;
    }
  }

  /** Of a range that shares {@code depth} bits, the half with this bit next. */
  private Range half(Range range, int depth, boolean bit) {
    int low = range.from;
    int high = range.to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (nodes[middle].key().bit(depth)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return bit ? new Range(low, range.to) : new Range(range.from, low);
  }

  /** Up to k of each bucket, and the whole of the nearest. */
  List<Contact> table(int index) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + index);
    List<Contact> table = new ArrayList<>();
    Range near = new Range(0, nodes.length);
    Key key = nodes[index].key();
    for (int depth = 0; near.size() > K + 1; depth++) {
      draw(half(near, depth, !key.bit(depth)), random, table);
      near = half(near, depth, key.bit(depth));
    }
    for (int i = near.from; i < near.to; i++) {
      if (i != index) {
        table.add(nodes[i]);
      }
    }
    return table;
  }

  /** So many different ones that each choice of k is as likely. */
  private void draw(Range range, SplittableRandom random, List<Contact> into) {
    int count = Math.min(K, range.size());
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int last = range.size() - count + i;
      int choice = random.nextInt(last + 1);
      for (int j = 0; j < i; j++) {
        if (drawn[j] == choice) {
          choice = last;
          break;
        }
      }
      drawn[i] = choice;
      into.add(nodes[range.from + choice]);
    }
  }

  /** The k nearest to this key of those who live, without this one. */
  List<Contact> nearest(Key target, BitSet dead, int except) {
    Range range = new Range(0, nodes.length);
    for (int depth = 0; depth < Key.BITS; depth++) {
      Range nearer = half(range, depth, target.bit(depth));
      if (living(nearer, dead) <= K) {
        break;
      }
      range = nearer;
    }
    List<Contact> nearest = new ArrayList<>();
    for (int i = range.from; i < range.to; i++) {
      if (!dead.get(i) && i != except) {
        nearest.add(nodes[i]);
      }
    }
    nearest.sort((one, other) -> target.compareDistance(one.key(), other.key()));
    return nearest.subList(0, Math.min(K, nearest.size()));
  }

  private static int living(Range range, BitSet dead) {
    return range.size() - dead.get(range.from, range.to).cardinality();
  }
}
