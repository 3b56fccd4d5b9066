package pharos.records.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.kademlia.Quotas;
import pharos.records.Listing;
import pharos.records.Version;

/**
 * What this node has: of each key one copy, and what others may compare with. Two copies of one key
 * become one in the same way everywhere, in whatever order they come: one that stands on the other
 * takes its place; of two that stand on the same one the later wins, and the other is kept beside.
 */
final class Shelf {
  private static final int PART_SHIFT = Long.SIZE - 6;

  private final RecordsSettings settings;
  private final NavigableMap<String, Slot> slots = new TreeMap<>(Listing.ORDER);
  private final Map<List<NodeId>, Group> groups = new HashMap<>();
  private final TreeMap<Due, Slot> due = new TreeMap<>();
  private final Set<String> contested = new TreeSet<>();

  /** Whoever waits for another copy of a key. */
  private final Map<String, List<Runnable>> waiting = new HashMap<>();

  private final Quotas room;
  private View view;
  private long values;
  private long bytes;
  private long conflicts;
  private long expired;

  /** One key. */
  static final class Slot {
    final String key;
    final long place;
    Copy copy;
    Group group;
    @Nullable Due due;
    String source;

    Slot(Copy copy, Group group, String source) {
      this.key = copy.key();
      this.place = View.place(copy.key());
      this.copy = copy;
      this.group = group;
      this.source = source;
    }

    Head head() {
      return copy.head();
    }
  }

  /** All keys that the same nodes should have. */
  static final class Group {
    final List<NodeId> holders;
    final NavigableMap<String, Slot> slots = new TreeMap<>(Listing.ORDER);
    final long[] digests = new long[Reply.Digests.PARTS];

    Group(List<NodeId> holders) {
      this.holders = holders;
    }
  }

  /** When something is to be done with a key. */
  private record Due(long atMs, String key) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int order = Long.compare(atMs, other.atMs);
      return order != 0 ? order : key.compareTo(other.key);
    }
  }

  Shelf(RecordsSettings settings, View view, ToIntFunction<String> agentsAt) {
    this.settings = settings;
    this.view = view;
    room = new Quotas(Math.max(1, settings.roomBytes()), agentsAt);
  }

  // What is here.

  @Nullable Copy get(String key) {
    Slot slot = slots.get(key);
    return slot == null ? null : slot.copy;
  }

  Version version(String key) {
    Copy copy = get(key);
    return copy == null ? Version.NONE : copy.version();
  }

  NavigableMap<String, Slot> all() {
    return slots;
  }

  /** How many values there are. */
  long values() {
    return values;
  }

  /** What they take. */
  long bytes() {
    return bytes;
  }

  int keys() {
    return slots.size();
  }

  /** The keys that have conflicts. */
  Set<String> contested() {
    return contested;
  }

  /** How many values lost so far. */
  long conflicts() {
    return conflicts;
  }

  long expired() {
    return expired;
  }

  // What comes.

  /** What becomes of a copy here. */
  Copy merged(@Nullable Copy here, Copy come, long nowMs) {
    if (here == null) {
      return come;
    }
    int order = come.version().compareTo(here.version());
    if (order == 0) {
      // It expires where it does so first.
      boolean isGone = come.isDeleted() && !here.isDeleted();
      boolean isSooner = !here.isDeleted() && come.expiresMs() < here.expiresMs();
      Copy one = isSooner ? here.expiring(come.expiresMs()) : here;
      return withLosers(isGone ? come : one, here, come);
    }
    Copy winner = order > 0 ? come : here;
    Copy other = order > 0 ? here : come;
    Copy both = withLosers(winner, here, come);
    return winner.history().place(other.version()) == History.Place.IN
        ? both
        : withLoser(both, other.alone().since(nowMs));
  }

  /** What both of them won over, but for what the one that is there stands on. */
  private static Copy withLosers(Copy base, Copy one, Copy other) {
    if (one.losers().isEmpty() && other.losers().isEmpty()) {
      return base;
    }
    Copy both = base.over(List.of());
    for (Copy loser : one.losers()) {
      both = withLoser(both, loser);
    }
    for (Copy loser : other.losers()) {
      both = withLoser(both, loser);
    }
    boolean isSame =
        both.head().equals(base.head()) && base.losers().size() == both.losers().size();
    return isSame ? base : both;
  }

  private static Copy withLoser(Copy base, Copy loser) {
    if (isKnown(base, loser.version())) {
      return base;
    }
    // sometimes: a value loses against another, and is kept
    List<Copy> all = new ArrayList<>(base.losers());
    // What it stands on itself is told by it.
    all.removeIf(it -> loser.history().place(it.version()) == History.Place.IN);
    all.add(loser);
    all.sort((a, b) -> a.version().compareTo(b.version()));
    return base.over(all);
  }

  /** Whether a version is this copy's, or one that it or what it won over stands on. */
  private static boolean isKnown(Copy copy, Version version) {
    return isIn(copy, version) || copy.losers().stream().anyMatch(it -> isIn(it, version));
  }

  private static boolean isIn(Copy copy, Version version) {
    return copy.version().equals(version) || copy.history().place(version) == History.Place.IN;
  }

  /** Whether there is room for this copy, from this source. */
  boolean hasRoom(Copy copy, String source) {
    Slot slot = slots.get(copy.key());
    int had = slot == null ? 0 : slot.copy.room();
    int more = copy.room() - had;
    if (slot == null && slots.size() >= settings.roomRecords()) {
      return false;
    }
    return more <= 0 || room.room(source, more) == Quotas.Room.THERE;
  }

  /** Has this copy from now on; false when it is the one that was here. */
  boolean put(Copy copy, String source, long nowMs) {
    Slot slot = slots.get(copy.key());
    if (slot == null) {
      long place = View.place(copy.key());
      slot = new Slot(copy, group(place), source);
      slots.put(copy.key(), slot);
      enter(slot, nowMs);
      tell(slot.key);
      return true;
    }
    if (slot.copy == copy) {
      return false;
    }
    conflicts += Math.max(0, copy.losers().size() - slot.copy.losers().size());
    leave(slot);
    slot.copy = copy;
    slot.source = source;
    enter(slot, nowMs);
    tell(slot.key);
    return true;
  }

  private void tell(String key) {
    List<Runnable> told = waiting.remove(key);
    if (told != null) {
      told.forEach(Runnable::run);
    }
  }

  /** The same copy, with its value here or elsewhere. */
  void swap(Copy copy) {
    Slot slot = slots.get(copy.key());
    if (slot != null && slot.copy.version().equals(copy.version())) {
      slot.copy = copy;
    }
  }

  void remove(String key) {
    Slot slot = slots.remove(key);
    if (slot != null) {
      leave(slot);
      tell(key);
    }
  }

  /** Tells once when there is another copy of a key; what it returns takes that back. */
  Runnable onChange(String key, Runnable told) {
    waiting.computeIfAbsent(key, any -> new ArrayList<>()).add(told);
    return () -> {
      List<Runnable> all = waiting.get(key);
      if (all != null && all.remove(told) && all.isEmpty()) {
        waiting.remove(key);
      }
    };
  }

  private void enter(Slot slot, long nowMs) {
    Copy copy = slot.copy;
    slot.group.slots.put(slot.key, slot);
    slot.group.digests[part(slot.place)] ^= digest(slot);
    if (!copy.losers().isEmpty()) {
      contested.add(slot.key);
    }
    values += copy.isDeleted() ? 0 : 1;
    bytes += copy.size();
    room.take(slot.source, copy.room());
    long atMs = nextMs(copy);
    if (atMs != Copy.NEVER) {
      slot.due = new Due(Math.max(atMs, nowMs), slot.key);
      due.put(slot.due, slot);
    }
  }

  private void leave(Slot slot) {
    Copy copy = slot.copy;
    slot.group.slots.remove(slot.key);
    slot.group.digests[part(slot.place)] ^= digest(slot);
    contested.remove(slot.key);
    values -= copy.isDeleted() ? 0 : 1;
    bytes -= copy.size();
    room.take(slot.source, -copy.room());
    if (slot.due != null) {
      due.remove(slot.due);
      slot.due = null;
    }
  }

  /** When this copy becomes another one by itself. */
  private long nextMs(Copy copy) {
    long next = copy.isDeleted() ? copy.sinceMs() + settings.tombstoneMs() : copy.expiresMs();
    for (Copy loser : copy.losers()) {
      next = Math.min(next, loser.sinceMs() + settings.loserMs());
    }
    return next;
  }

  /** Whether what a node says that it has is more than what is here. */
  boolean lacks(Head head) {
    Copy copy = get(head.key());
    if (copy == null) {
      return true;
    }
    int order = copy.version().compareTo(head.version());
    if (order == 0) {
      return copy.head().losers() != head.losers();
    }
    // One that is older is no news, unless this one does not stand on it and did not win over it.
    return order < 0 || !isKnown(copy, head.version());
  }

  // What passes.

  boolean isIdle() {
    return due.isEmpty();
  }

  long nextMs() {
    return due.firstKey().atMs();
  }

  /**
   * Lets time pass: values expire, and what was deleted long ago is forgotten.
   *
   * @param changed is told each copy that became another one
   * @param forgotten is told each key that nothing is kept of any more
   */
  void pass(long nowMs, Consumer<Copy> changed, Consumer<String> forgotten) {
    while (!due.isEmpty() && due.firstKey().atMs() <= nowMs) {
      Slot slot = due.firstEntry().getValue();
      Copy copy = slot.copy;
      List<Copy> kept =
          copy.losers().stream().filter(it -> it.sinceMs() + settings.loserMs() > nowMs).toList();
      Copy later = kept.size() == copy.losers().size() ? copy : copy.over(kept);
      if (later.isDeleted()
          && kept.isEmpty()
          && later.sinceMs() + settings.tombstoneMs() <= nowMs) {
        remove(slot.key);
        forgotten.accept(slot.key);
        continue;
      }
      if (!later.isDeleted() && later.expiresMs() <= nowMs) {
        // sometimes: a value expires
        later = later.expired(nowMs);
        expired++;
      }
      if (later == copy) {
        // A tombstone whose losers outlive it.
        due.remove(due.firstKey());
        slot.due = null;
        continue;
      }
      put(later, slot.source, nowMs);
      changed.accept(later);
    }
  }

  // Who else should have it.

  private Group group(long place) {
    return groups.computeIfAbsent(view.holders(place), Group::new);
  }

  /** The nodes are others now, and so is where each key lies. */
  void view(View now) {
    view = now;
    groups.clear();
    for (Slot slot : slots.values()) {
      slot.group = group(slot.place);
      slot.group.slots.put(slot.key, slot);
      slot.group.digests[part(slot.place)] ^= digest(slot);
    }
  }

  static int part(long place) {
    return (int) (place >>> PART_SHIFT);
  }

  private static long digest(Slot slot) {
    Version version = slot.copy.version();
    long mixed = (slot.place ^ slot.copy.head().losers()) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 31) ^ version.counter()) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 29) ^ version.writer()) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 32);
  }

  /** A digest of what both of these nodes should have, for each part of the ring. */
  List<Long> digests(NodeId one, NodeId other) {
    long[] sums = new long[Reply.Digests.PARTS];
    for (Group group : groups.values()) {
      if (group.holders.contains(one) && group.holders.contains(other)) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] ^= group.digests[i];
        }
      }
    }
    List<Long> all = new ArrayList<>(sums.length);
    for (long sum : sums) {
      all.add(sum);
    }
    return all;
  }

  /** What both of these nodes should have, in one part and after a key, in order. */
  Reply.Page heads(NodeId one, NodeId other, int part, String after) {
    NavigableMap<String, Slot> found = new TreeMap<>(Listing.ORDER);
    for (Group group : groups.values()) {
      if (group.holders.contains(one) && group.holders.contains(other)) {
        for (Slot slot : group.slots.tailMap(after, false).values()) {
          if (part(slot.place) == part) {
            found.put(slot.key, slot);
          }
        }
      }
    }
    List<Head> heads = Head.fitting(found.values());
    return new Reply.Page(heads, heads.size() < found.size());
  }

  /** What is here and should not be, by who should have it. */
  Map<List<NodeId>, List<Head>> strays(NodeId self) {
    Map<List<NodeId>, List<Head>> found = new HashMap<>();
    for (Group group : groups.values()) {
      if (!group.holders.contains(self) && !group.slots.isEmpty()) {
        found.put(group.holders, Head.fitting(group.slots.values()));
      }
    }
    return found;
  }
}
