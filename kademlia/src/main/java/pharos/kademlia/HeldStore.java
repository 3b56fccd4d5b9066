package pharos.kademlia;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is held for others: registered contacts, and the memory of withdrawn ones, so that an
 * earlier announcement that is still under way does not bring them back. Bounded in the octets that
 * it costs, in sum and for each source. A source that has its part is refused; when all is full,
 * the source that has the most loses what it announced longest ago to one that has less.
 *
 * <p>Of what gathers, as the arbiter says, each source has a part of its own, which others can
 * neither withdraw nor push out.
 */
final class HeldStore {
  private final Turn turn;
  private final Quotas quotas;

  /** Of so many sources a part is kept of what gathers. */
  private static final int MAX_PARTS = 256;

  /** Those announced longest ago first. */
  private final Map<Place, Holding> holdings = new LinkedHashMap<>();

  /** The same, by who is accountable. */
  private final Map<String, Map<Place, Holding>> bySource = new HashMap<>();

  /** What gathers, by its parts. */
  private final Map<Key, Map<Place, Holding>> parts = new HashMap<>();

  /** Where something is held: under its key, and where it gathers, under its source. */
  private record Place(Key key, String source) {
    boolean isPart() {
      return !source.isEmpty();
    }
  }

  private static final class Holding {
    final Place place;
    Contact contact;

    /** Who is accountable, and when it said so last. */
    String source;

    long sourceNs;

    /** Another one who announced the same since; empty for nobody. */
    String other = "";

    boolean isWithdrawn;
    long announcedNs;
    int bytes;

    Holding(Place place, Contact contact, String source) {
      this.place = place;
      this.contact = contact;
      this.source = source;
      bytes = contact.sizeBytes();
    }
  }

  HeldStore(Turn turn, ToIntFunction<String> agents) {
    this.turn = turn;
    quotas = new Quotas(turn.settings.limits().heldBytes(), agents);
  }

  /** What to do with an announcement; says what was done. */
  Verdict announce(Announcement announcement, String source) {
    expire();
    Contact contact = announcement.contact();
    if (announcement.ageMs() >= turn.settings.times().expiryNs() / Settings.MS) {
      return refused(Verdict.EXPIRED);
    }
    long announcedNs = turn.nowNs - announcement.ageMs() * Settings.MS;
    boolean gathers = turn.settings.arbiter().gathers(contact.id());
    Place place = new Place(contact.key(), gathers ? source : "");
    Holding holding = holdings.get(place);
    if (gathers && announcement.isWithdrawal()) {
      return Verdict.OLDER;
    }
    if (holding == null) {
      return announcement.isWithdrawal()
          ? Verdict.WITHDRAWN
          : hold(new Holding(place, contact, source), announcedNs);
    }
    Contact chosen = turn.choose(holding.contact, contact);
    boolean isChosen = chosen.equals(contact);
    if (announcement.isWithdrawal()) {
      if (!isChosen && !holding.isWithdrawn) {
        return replace(holding, chosen, source, holding.announcedNs, Verdict.OLDER);
      }
      // sometimes: what is held is withdrawn
      Verdict verdict = replace(holding, chosen, source, announcedNs, Verdict.WITHDRAWN);
      holding.isWithdrawn |= verdict == Verdict.WITHDRAWN;
      return verdict;
    }
    if (holding.isWithdrawn) {
      if (chosen.equals(holding.contact)) {
        return Verdict.OLDER;
      }
      // sometimes: what was withdrawn is announced anew
      Verdict verdict = replace(holding, chosen, source, announcedNs, Verdict.STORED);
      holding.isWithdrawn = verdict != Verdict.STORED;
      return verdict;
    }
    if (!isChosen && !turn.settings.arbiter().covers(chosen, contact)) {
      return replace(holding, chosen, holding.source, holding.announcedNs, Verdict.OLDER);
    }
    return replace(
        holding, chosen, source, Math.max(announcedNs, holding.announcedNs), Verdict.STORED);
  }

  private Verdict hold(Holding holding, long announcedNs) {
    Verdict verdict = roomFor(holding.source, holding.bytes, null);
    if (verdict == Verdict.STORED && holding.place.isPart()) {
      verdict = roomForPart(holding);
    }
    if (verdict != Verdict.STORED) {
      return refused(verdict);
    }
    holding.announcedNs = announcedNs;
    holding.sourceNs = turn.nowNs;
    put(holding);
    return Verdict.STORED;
  }

  /** Of too many parts one that is larger gives way. */
  private Verdict roomForPart(Holding holding) {
    Map<Place, Holding> its = parts.getOrDefault(holding.place.key(), Map.of());
    if (its.size() < MAX_PARTS) {
      return Verdict.STORED;
    }
    Holding largest = holding;
    for (Holding part : its.values()) {
      largest = part.bytes > largest.bytes ? part : largest;
    }
    if (largest == holding) {
      return Verdict.FULL;
    }
    giveWay(largest);
    return Verdict.STORED;
  }

  /** STORED when there is room now; what is {@code kept} does not give way for it. */
  private Verdict roomFor(String source, long more, @Nullable Holding kept) {
    while (true) {
      Quotas.Room room = quotas.room(source, more);
      if (room == Quotas.Room.THERE) {
        return Verdict.STORED;
      }
      if (room == Quotas.Room.QUOTA) {
        return Verdict.QUOTA;
      }
      String giver = quotas.giver(source, more);
      Map<Place, Holding> its = giver == null ? null : bySource.get(giver);
      if (its == null) {
        return Verdict.FULL;
      }
      Holding given = its.values().iterator().next();
      if (given == kept) {
        return Verdict.FULL;
      }
      giveWay(given);
    }
  }

  /** Whoever else announced the same keeps it, when there is room for that one. */
  private void giveWay(Holding holding) {
    remove(holding);
    String heir = holding.other;
    if (!heir.isEmpty() && quotas.room(heir, holding.bytes) == Quotas.Room.THERE) {
      holding.source = heir;
      holding.other = "";
      put(holding);
    } else {
      turn.count(Count.GAVE_WAY);
    }
  }

  /**
   * What changes stays with the source that announced it first, as long as that goes on to: who
   * announces what others did, and then takes all it may, must not cost these their place.
   */
  private Verdict replace(
      Holding holding, Contact chosen, String source, long announcedNs, Verdict verdict) {
    int bytes = chosen.sizeBytes();
    boolean isSame = source.equals(holding.source);
    boolean isHeir =
        !isSame
            && turn.nowNs - holding.sourceNs >= 2 * turn.settings.times().republishNs()
            && quotas.room(source, bytes) == Quotas.Room.THERE;
    if (!isHeir && bytes > holding.bytes) {
      Verdict room = roomFor(holding.source, bytes - holding.bytes, holding);
      if (room != Verdict.STORED) {
        return refused(room);
      }
    }
    remove(holding);
    holding.other = isSame ? holding.other : isHeir ? "" : source;
    holding.source = isHeir ? source : holding.source;
    holding.sourceNs = isSame || isHeir ? turn.nowNs : holding.sourceNs;
    holding.bytes = bytes;
    holding.contact = chosen;
    holding.announcedNs = announcedNs;
    put(holding);
    return verdict;
  }

  private Verdict refused(Verdict verdict) {
    turn.count(Count.REFUSED_ANNOUNCEMENTS);
    return verdict;
  }

  /** Behind all others, so that those announced longest ago stay at the head. */
  private void put(Holding holding) {
    Place place = holding.place;
    holdings.put(place, holding);
    bySource.computeIfAbsent(holding.source, name -> new LinkedHashMap<>()).put(place, holding);
    if (place.isPart()) {
      parts.computeIfAbsent(place.key(), key -> new LinkedHashMap<>()).put(place, holding);
    }
    quotas.take(holding.source, holding.bytes);
  }

  private void remove(Holding holding) {
    Place place = holding.place;
    holdings.remove(place);
    quotas.take(holding.source, -holding.bytes);
    remove(bySource, holding.source, place);
    if (place.isPart()) {
      remove(parts, place.key(), place);
    }
  }

  private static <K> void remove(Map<K, Map<Place, Holding>> index, K key, Place place) {
    index.computeIfPresent(
        key,
        (same, its) -> {
          its.remove(place);
          return its.isEmpty() ? null : its;
        });
  }

  /** Forgets what was not announced for too long. */
  void expire() {
    while (true) {
      Iterator<Holding> each = holdings.values().iterator();
      if (!each.hasNext()) {
        return;
      }
      Holding holding = each.next();
      if (!isExpired(holding)) {
        // Handed over ones may be older than their place says; they are never given out.
        return;
      }
      remove(holding);
      turn.count(Count.EXPIRED);
    }
  }

  private boolean isExpired(Holding holding) {
    return turn.nowNs - holding.announcedNs >= turn.settings.times().expiryNs();
  }

  Optional<Held> find(Key key) {
    Map<Place, Holding> its = parts.get(key);
    if (its == null) {
      return live(holdings.get(new Place(key, "")));
    }
    List<Held> live = its.values().stream().flatMap(part -> live(part).stream()).toList();
    if (live.isEmpty()) {
      return Optional.empty();
    }
    long ageMs = live.stream().mapToLong(Held::ageMs).min().orElse(0);
    List<Contact> contacts = live.stream().map(Held::contact).toList();
    return Optional.of(new Held(turn.settings.arbiter().gather(contacts), ageMs));
  }

  private Optional<Held> live(@Nullable Holding holding) {
    if (holding == null || holding.isWithdrawn || isExpired(holding)) {
      return Optional.empty();
    }
    long ageMs = Math.max(0, turn.nowNs - holding.announcedNs) / Settings.MS;
    return Optional.of(new Held(holding.contact, ageMs));
  }

  /** All that is held and neither withdrawn nor expired. */
  List<Held> all() {
    return keys().stream().flatMap(key -> find(key).stream()).toList();
  }

  /** Under which keys there is something, live or not. */
  Set<Key> keys() {
    Set<Key> keys = new LinkedHashSet<>();
    holdings.keySet().forEach(place -> keys.add(place.key()));
    return keys;
  }

  int size() {
    return holdings.size();
  }

  long bytes() {
    return quotas.taken();
  }
}
