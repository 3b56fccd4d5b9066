package pharos.daemon.story;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pharos.agent.Observation;
import pharos.beacon.NodeId;

/**
 * The stories of all nodes that an agent noticed, those that are gone included. At the bound of
 * octets, those give way first who were never listed, the longest untouched first, then those who
 * are gone, then the others. Observations come on the call-back thread; the rest is for any.
 */
public final class Stories {
  /** Who crashed at night is asked about in the morning. */
  public static final Duration KEPT = Duration.ofHours(24);

  /** Anybody can be heard of. */
  static final Duration KEPT_STRANGER = Duration.ofMinutes(10);

  /** An id begins with so many letters at least. */
  private static final int LEAST_PREFIX = 3;

  private static final int MOST_STALLS = 32;

  /**
   * What an entry takes, roughly, and a story besides; four entries and a story took 861 octets.
   */
  static final int ENTRY_BYTES = 250;

  static final int STORY_BYTES = 300;

  private final InstantSource clock;
  private final long mostBytes;
  // In the order in which they were touched.
  private final Map<NodeId, PeerStory> strangers = new LinkedHashMap<>();
  private final Map<NodeId, PeerStory> gone = new LinkedHashMap<>();
  private final Map<NodeId, PeerStory> shown = new LinkedHashMap<>();
  private final Deque<Entry> stalls = new ArrayDeque<>();
  private long bytes;
  private long dropped;

  /** None yet, and never more than so many octets. */
  public Stories(InstantSource clock, long mostBytes) {
    this.clock = clock;
    this.mostBytes = mostBytes;
  }

  /** Something was observed. */
  public synchronized void onObservation(Observation next) {
    if (next instanceof Observation.Noted it) {
      if (it.kind().equals("STALLED")) {
        stalls.add(Entry.of(it));
        if (stalls.size() > MOST_STALLS) {
          stalls.poll();
        }
      }
    } else if (next instanceof Observation.Moved it) {
      // That one is forgotten who is gone is no news to who asks later.
      if (!(it.from().equals("GONE") && it.to().equals("UNKNOWN"))) {
        add(it.peer(), it);
      }
    } else if (next instanceof Observation.Noticed it) {
      add(it.peer(), it);
    } else if (next instanceof Observation.Asked it && isNews(it)) {
      add(it.peer(), it);
    }
  }

  /** What nobody waited for says nothing; and of who has our own id there is no story. */
  private static boolean isNews(Observation.Asked asked) {
    return !asked.outcome().equals("UNWANTED") && !asked.purpose().equals("CLONE");
  }

  private void add(NodeId id, Observation next) {
    PeerStory story = take(id);
    if (story == null) {
      story = new PeerStory(id, next);
    }
    story.add(next);
    classOf(story).put(id, story);
    bytes += bytes(story);
    forgetOld();
    while (bytes > mostBytes && dropsOneBut(story)) {
      dropped++;
    }
  }

  private @Nullable PeerStory take(NodeId id) {
    for (Map<NodeId, PeerStory> each : List.of(shown, gone, strangers)) {
      PeerStory story = each.remove(id);
      if (story != null) {
        bytes -= bytes(story);
        return story;
      }
    }
    return null;
  }

  private Map<NodeId, PeerStory> classOf(PeerStory story) {
    return story.isShown() ? shown : story.wasShown() ? gone : strangers;
  }

  private static long bytes(PeerStory story) {
    return STORY_BYTES + (long) ENTRY_BYTES * story.size();
  }

  private boolean dropsOneBut(PeerStory kept) {
    for (Map<NodeId, PeerStory> each : List.of(strangers, gone, shown)) {
      Iterator<PeerStory> eldest = each.values().iterator();
      PeerStory story = eldest.hasNext() ? eldest.next() : kept;
      if (story != kept) {
        eldest.remove();
        bytes -= bytes(story);
        return true;
      }
    }
    return false;
  }

  private void forgetOld() {
    forget(strangers, KEPT_STRANGER);
    forget(gone, KEPT);
  }

  private void forget(Map<NodeId, PeerStory> stories, Duration kept) {
    Instant least = clock.instant().minus(kept);
    Iterator<PeerStory> eldest = stories.values().iterator();
    while (eldest.hasNext()) {
      PeerStory story = eldest.next();
      if (!story.touched().isBefore(least)) {
        return;
      }
      eldest.remove();
      bytes -= bytes(story);
    }
  }

  // What is asked.

  /**
   * Those who are meant by that: by their id, else by name, else by short name, else by the
   * beginning of their id. The one heard of last comes first, and who was ever listed before who
   * was not.
   */
  public synchronized List<Told> find(String named) {
    forgetOld();
    List<PeerStory> found = named.isEmpty() ? List.of() : found(named);
    return found.stream()
        .sorted(
            Comparator.comparing(PeerStory::wasShown)
                .thenComparing(PeerStory::isShown)
                .thenComparing(PeerStory::touched)
                .reversed())
        .map(PeerStory::told)
        .toList();
  }

  private List<PeerStory> found(String named) {
    List<PeerStory> all = all();
    List<Predicate<PeerStory>> ways = new ArrayList<>();
    id(named).ifPresent(id -> ways.add(it -> it.id.equals(id)));
    ways.add(it -> it.name().equals(named));
    ways.add(it -> it.id.toShortString().equals(named));
    if (named.length() >= LEAST_PREFIX) {
      ways.add(it -> it.id.toString().startsWith(named) || it.id.toBase64().startsWith(named));
    }
    for (Predicate<PeerStory> way : ways) {
      List<PeerStory> found = all.stream().filter(way).toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static Optional<NodeId> id(String named) {
    try {
      return Optional.of(NodeId.ofBase64(named));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private List<PeerStory> all() {
    List<PeerStory> all = new ArrayList<>(shown.values());
    all.addAll(gone.values());
    all.addAll(strangers.values());
    return all;
  }

  /** What this one is called, if it is known. */
  public synchronized Optional<String> name(NodeId id) {
    for (Map<NodeId, PeerStory> each : List.of(shown, gone, strangers)) {
      PeerStory story = each.get(id);
      if (story != null && !story.name().isEmpty()) {
        return Optional.of(story.name());
      }
    }
    return Optional.empty();
  }

  /** The latest times at which this agent stood still. */
  public synchronized List<Entry> stalls() {
    return List.copyOf(stalls);
  }

  /** The names of those who are gone, who was last first; no more than so many. */
  public synchronized List<String> goneNames(int most) {
    forgetOld();
    List<PeerStory> all = new ArrayList<>(gone.values());
    all.sort(Comparator.comparing(PeerStory::touched).reversed());
    return all.stream().map(PeerStory::name).distinct().limit(most).toList();
  }

  /** How many there are. */
  public synchronized int size() {
    return shown.size() + gone.size() + strangers.size();
  }

  /** How many octets they take, roughly. */
  public synchronized long bytes() {
    return bytes;
  }

  /** How many octets they may take. */
  public long mostBytes() {
    return mostBytes;
  }

  /** How many gave way at that bound. */
  public synchronized long dropped() {
    return dropped;
  }
}
