package pharos.kademlia;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes this one knows, in buckets of k. A full bucket splits where a local key lies in it, so
 * the table knows the neighbourhood of each of them well, and the rest of the space coarsely. Where
 * it does not split, newcomers wait in a list of replacements, the longest waiting one giving way.
 * Only who has answered comes in here; nobody leaves but for a better one, after failing for long,
 * or where one address has more than a quarter of the places and another has less.
 */
final class RoutingTable {
  /** So many failures in a row cost a node its place, when another one waits for it. */
  private static final int STRIKES = 2;

  /** So many cost it its place in any case. */
  private static final int MAX_STRIKES = 5;

  /** For so many ids, besides the node's own, it knows their whole neighbourhood. */
  static final int LOCAL_IDS = 16;

  private final Turn turn;
  private final int k;
  private final List<Key> locals = new ArrayList<>();
  private final Bucket root;
  private final Map<ContactId, Entry> entries = new HashMap<>();

  /** How many of them answered from where. */
  private final Map<String, Integer> byAddress = new HashMap<>();

  private int buckets = 1;

  /** A part of the key space: a leaf with nodes, or two halves. */
  final class Bucket {
    /** How many first bits all keys in it share. */
    final int depth;

    /** One of the keys in it. */
    final Key within;

    /** Those heard longest ago first. */
    private final List<Entry> nodes = new ArrayList<>();

    private final List<Entry> replacements = new ArrayList<>();
    private @Nullable Bucket zero;
    private @Nullable Bucket one;

    /** When a lookup last went here. */
    long lookedAtNs;

    Bucket(Key within, int depth, long lookedAtNs) {
      this.within = within;
      this.depth = depth;
      this.lookedAtNs = lookedAtNs;
    }

    private boolean covers(Key key) {
      return within.sharedBits(key) >= depth;
    }

    private @Nullable Bucket half(boolean bit) {
      return bit ? one : zero;
    }

    private boolean maySplit() {
      return depth < Key.BITS && locals.stream().anyMatch(this::covers);
    }

    private void split() {
      boolean bit = within.bit(depth);
      Bucket same = new Bucket(within, depth + 1, lookedAtNs);
      Bucket other = new Bucket(within.withBitFlipped(depth), depth + 1, lookedAtNs);
      zero = bit ? other : same;
      one = bit ? same : other;
      buckets++;
      for (Entry entry : nodes) {
        (entry.contact.key().bit(depth) == bit ? same : other).nodes.add(entry);
      }
      for (Entry entry : replacements) {
        (entry.contact.key().bit(depth) == bit ? same : other).replacements.add(entry);
      }
      nodes.clear();
      replacements.clear();
      same.promote();
      other.promote();
    }

    /** Fills free places with those who wait, the one heard last first. */
    private void promote() {
      while (nodes.size() < k && !replacements.isEmpty()) {
        nodes.add(replacements.remove(replacements.size() - 1));
      }
    }
  }

  RoutingTable(Turn turn) {
    this.turn = turn;
    k = turn.settings.k();
    locals.add(turn.self.key());
    root = new Bucket(turn.self.key(), 0, turn.nowNs);
  }

  /** From now on the neighbourhood of this key is known well too. */
  void addLocal(Key key) {
    if (locals.size() <= LOCAL_IDS && !locals.contains(key)) {
      locals.add(key);
    }
  }

  /** What is known about the neighbourhood of this key stays, but is not added to. */
  void removeLocal(Key key) {
    if (!key.equals(turn.self.key())) {
      locals.remove(key);
    }
  }

  /** How many nodes are known and not in waiting. */
  int size() {
    return count(root);
  }

  private static int count(Bucket bucket) {
    if (bucket.zero == null || bucket.one == null) {
      return bucket.nodes.size();
    }
    return count(bucket.zero) + count(bucket.one);
  }

  /** How many nodes wait for a place. */
  int waiting() {
    return entries.size() - size();
  }

  int buckets() {
    return buckets;
  }

  /** Whether it may know everybody: nothing ever had to be left out. */
  boolean isFullView() {
    return root.zero == null && root.nodes.size() < k;
  }

  @Nullable Entry find(ContactId id) {
    return entries.get(id);
  }

  /** Whether this node would get a place at once, if it comes from another address than most. */
  boolean hasRoomFor(Key key) {
    Bucket bucket = bucketOf(key);
    return bucket.nodes.size() < k || bucket.maySplit() || crowding(bucket.nodes, "") != null;
  }

  /** How many nodes are known that answered from this address. */
  int nodesAt(String address) {
    return byAddress.getOrDefault(address, 0);
  }

  /**
   * A node has answered. Returns whether it is new in here.
   *
   * @param at the address that it answered from; empty when nobody told
   */
  boolean onAnswered(Contact contact, String at) {
    if (contact.id().equals(turn.self.id())) {
      return false;
    }
    Entry entry = entries.get(contact.id());
    Bucket bucket = bucketOf(contact.key());
    if (entry != null) {
      entry.contact = turn.choose(entry.contact, contact);
      entry.heardNs = turn.nowNs;
      entry.failures = 0;
      entry.failedNs = Turn.NEVER;
      entry.isDoubtful = false;
      if (!at.isEmpty() && !at.equals(entry.at)) {
        forgetAddress(entry);
        entry.at = at;
        byAddress.merge(at, 1, Integer::sum);
      }
      List<Entry> list = bucket.nodes.contains(entry) ? bucket.nodes : bucket.replacements;
      list.remove(entry);
      list.add(entry);
      return false;
    }
    while (bucket.nodes.size() >= k && bucket.maySplit()) {
      bucket.split();
      bucket = bucketOf(contact.key());
    }
    entry = new Entry(contact, at, turn.nowNs);
    entries.put(contact.id(), entry);
    byAddress.merge(at, 1, Integer::sum);
    if (bucket.nodes.size() < k) {
      bucket.nodes.add(entry);
      turn.count(Count.ADMITTED);
      return true;
    }
    Entry failing = failing(bucket);
    Entry leaving = failing == null ? crowding(bucket.nodes, at) : failing;
    if (leaving != null) {
      // Before those who wait are looked at: the place is for this one.
      bucket.nodes.add(entry);
      remove(bucket, leaving);
      turn.count(Count.ADMITTED);
      return true;
    }
    bucket.replacements.add(entry);
    if (bucket.replacements.size() > k) {
      Entry crowding = crowding(bucket.replacements, "");
      remove(bucket, crowding == null ? bucket.replacements.get(0) : crowding);
    }
    return false;
  }

  /**
   * One of those nodes of one address that take more than a quarter of the places, and more than
   * this address would; the one that was heard last, since the others are there for longer.
   */
  private @Nullable Entry crowding(List<Entry> places, String at) {
    Map<String, Integer> counts = new HashMap<>();
    for (Entry entry : places) {
      counts.merge(entry.at, 1, Integer::sum);
    }
    int most = Math.max(Math.max(1, k / 4), counts.getOrDefault(at, 0) + 1);
    Entry crowding = null;
    for (Entry entry : places) {
      int count = entry.at.isEmpty() ? 0 : counts.getOrDefault(entry.at, 0);
      if (count > most || (crowding != null && entry.at.equals(crowding.at))) {
        most = count;
        crowding = entry;
      }
    }
    return crowding;
  }

  private void forgetAddress(Entry entry) {
    byAddress.computeIfPresent(entry.at, (at, count) -> count == 1 ? null : count - 1);
  }

  private static @Nullable Entry failing(Bucket bucket) {
    for (Entry entry : bucket.nodes) {
      if (entry.failures >= STRIKES) {
        return entry;
      }
    }
    return null;
  }

  /**
   * Whether a request to it failed before the last time that anybody was heard: a refusal comes at
   * once, when no answer of others can have come yet.
   */
  boolean failedBefore(ContactId id, long heardNs) {
    Entry entry = entries.get(id);
    return entry != null
        && entry.failedNs != Turn.NEVER
        && heardNs != Turn.NEVER
        && heardNs - entry.failedNs > 0;
  }

  /**
   * A node did not answer.
   *
   * @param isItsFault whether others did meanwhile: when nobody is heard, it is us
   * @return whether it lost its place
   */
  boolean onFailed(ContactId id, boolean isItsFault) {
    Entry entry = entries.get(id);
    if (entry == null) {
      return false;
    }
    entry.isDoubtful = true;
    if (!isItsFault) {
      // sometimes: a node is silent, and so is everybody else
      entry.failedNs = entry.failedNs == Turn.NEVER ? turn.nowNs : entry.failedNs;
      return false;
    }
    entry.failedNs = Turn.NEVER;
    entry.failures++;
    Bucket bucket = bucketOf(entry.contact.key());
    if (entry.failures >= MAX_STRIKES
        || (entry.failures >= STRIKES && !bucket.replacements.isEmpty())
        || bucket.replacements.contains(entry)) {
      // sometimes: a node is silent too often, and loses its place
      remove(bucket, entry);
      return true;
    }
    return false;
  }

  /** A node is gone, for certain. Returns whether it was known. */
  boolean remove(ContactId id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      return false;
    }
    remove(bucketOf(entry.contact.key()), entry);
    return true;
  }

  private void remove(Bucket bucket, Entry entry) {
    entries.remove(entry.contact.id());
    forgetAddress(entry);
    if (bucket.nodes.remove(entry)) {
      turn.count(Count.EVICTED);
      bucket.promote();
    } else {
      bucket.replacements.remove(entry);
    }
  }

  private Bucket bucketOf(Key key) {
    Bucket bucket = root;
    while (true) {
      Bucket half = bucket.half(bucket.depth < Key.BITS && key.bit(bucket.depth));
      if (half == null) {
        return bucket;
      }
      bucket = half;
    }
  }

  /** The nodes nearest to this key, the nearest first. */
  List<Entry> nearest(Key target, int count) {
    return nearest(target, count, entry -> true);
  }

  /** The nearest that may be told to others: their last request did not fail. */
  List<Entry> nearestLive(Key target, int count) {
    return nearest(target, count, entry -> !entry.isDoubtful);
  }

  private List<Entry> nearest(Key target, int count, Predicate<Entry> which) {
    List<Entry> nearest = new ArrayList<>(count);
    collect(root, target, count, which, nearest);
    return nearest;
  }

  /** The half that the key lies in is nearer as a whole than the other one. */
  private static void collect(
      Bucket bucket, Key target, int count, Predicate<Entry> which, List<Entry> into) {
    if (bucket.zero != null && bucket.one != null) {
      boolean bit = target.bit(bucket.depth);
      collect(bit ? bucket.one : bucket.zero, target, count, which, into);
      if (into.size() < count) {
        collect(bit ? bucket.zero : bucket.one, target, count, which, into);
      }
      return;
    }
    int from = into.size();
    for (Entry entry : bucket.nodes) {
      if (which.test(entry)) {
        into.add(entry);
      }
    }
    into.subList(from, into.size()).sort(nearerTo(target));
    while (into.size() > count) {
      into.remove(into.size() - 1);
    }
  }

  static Comparator<Entry> nearerTo(Key target) {
    return (one, other) -> target.compareDistance(one.contact.key(), other.contact.key());
  }

  /** A lookup goes to this key: its bucket needs no refresh for a while. */
  void onLookup(Key target) {
    bucketOf(target).lookedAtNs = turn.nowNs;
  }

  void forEachBucket(Consumer<Bucket> step) {
    forEachBucket(root, step);
  }

  private static void forEachBucket(Bucket bucket, Consumer<Bucket> step) {
    if (bucket.zero != null && bucket.one != null) {
      forEachBucket(bucket.zero, step);
      forEachBucket(bucket.one, step);
    } else {
      step.accept(bucket);
    }
  }

  /** Those with a place, in the order of their keys. */
  void forEach(Consumer<Entry> step) {
    forEachBucket(bucket -> bucket.nodes.forEach(step));
  }

  /**
   * How many nodes there seem to be, by how near the nearest ones are to this one; exact enough to
   * tell a crowd of forged ones.
   */
  double estimatedNodes() {
    List<Entry> near = nearest(turn.self.key(), k);
    if (near.size() < k) {
      return near.size() + 1.0;
    }
    return k / turn.self.key().share(near.get(near.size() - 1).contact.key());
  }
}
