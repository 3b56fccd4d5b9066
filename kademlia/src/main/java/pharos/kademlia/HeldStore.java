package pharos.kademlia;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is held for others: registered contacts, and the memory of withdrawn ones, so that an
 * earlier announcement that is still under way does not bring them back. Bounded in number, in
 * bytes, and for each source; at a bound the newcomer is refused, and what is held stays.
 */
final class HeldStore {
  private final Turn turn;
  private final Map<Key, Holding> holdings = new LinkedHashMap<>();
  private final Map<String, Integer> perSource = new HashMap<>();
  private long bytes;

  private static final class Holding {
    Contact contact;
    String source;
    boolean isWithdrawn;
    long announcedNs;
    int bytes;

    Holding(Contact contact, String source) {
      this.contact = contact;
      this.source = source;
      bytes = contact.sizeBytes();
    }
  }

  HeldStore(Turn turn) {
    this.turn = turn;
  }

  /** What to do with an announcement; says what was done. */
  Verdict announce(Announcement announcement, String source) {
    expire();
    Contact contact = announcement.contact();
    if (announcement.ageMs() >= turn.settings.expiryNs() / Settings.MS) {
      return refused(Verdict.EXPIRED);
    }
    long announcedNs = turn.nowNs - announcement.ageMs() * Settings.MS;
    Holding holding = holdings.get(contact.key());
    if (holding == null) {
      return announcement.isWithdrawal()
          ? Verdict.WITHDRAWN
          : hold(new Holding(contact, source), announcedNs);
    }
    Contact chosen = turn.choose(holding.contact, contact);
    boolean isChosen = chosen.equals(contact);
    if (announcement.isWithdrawal()) {
      if (!isChosen && !holding.isWithdrawn) {
        return replace(holding, chosen, source, holding.announcedNs, Verdict.OLDER);
      }
      holding.isWithdrawn = true;
      return replace(holding, chosen, source, announcedNs, Verdict.WITHDRAWN);
    }
    if (holding.isWithdrawn) {
      if (chosen.equals(holding.contact)) {
        return Verdict.OLDER;
      }
      holding.isWithdrawn = false;
      return replace(holding, chosen, source, announcedNs, Verdict.STORED);
    }
    if (!isChosen && !turn.settings.arbiter().covers(chosen, contact)) {
      return replace(holding, chosen, holding.source, holding.announcedNs, Verdict.OLDER);
    }
    return replace(
        holding, chosen, source, Math.max(announcedNs, holding.announcedNs), Verdict.STORED);
  }

  private Verdict hold(Holding holding, long announcedNs) {
    if (holdings.size() >= turn.settings.held()
        || bytes + holding.bytes > turn.settings.heldBytes()) {
      return refused(Verdict.FULL);
    }
    if (perSource.getOrDefault(holding.source, 0) >= turn.settings.heldPerSource()) {
      return refused(Verdict.QUOTA);
    }
    holding.announcedNs = announcedNs;
    holdings.put(holding.contact.key(), holding);
    bytes += holding.bytes;
    perSource.merge(holding.source, 1, Integer::sum);
    return Verdict.STORED;
  }

  private Verdict replace(
      Holding holding, Contact chosen, String source, long announcedNs, Verdict verdict) {
    int more = chosen.sizeBytes() - holding.bytes;
    if (more > 0 && bytes + more > turn.settings.heldBytes()) {
      return refused(Verdict.FULL);
    }
    if (!source.equals(holding.source)
        && perSource.getOrDefault(source, 0) < turn.settings.heldPerSource()) {
      release(holding.source);
      perSource.merge(source, 1, Integer::sum);
      holding.source = source;
    }
    bytes += more;
    holding.bytes += more;
    holding.contact = chosen;
    holding.announcedNs = announcedNs;
    // Put in again, so that those announced longest ago stay at the head.
    holdings.remove(chosen.key());
    holdings.put(chosen.key(), holding);
    return verdict;
  }

  private Verdict refused(Verdict verdict) {
    turn.count(Count.REFUSED_ANNOUNCEMENTS);
    return verdict;
  }

  private void release(String source) {
    perSource.computeIfPresent(source, (name, count) -> count == 1 ? null : count - 1);
  }

  /** Forgets what was not announced for too long. */
  void expire() {
    Iterator<Holding> each = holdings.values().iterator();
    while (each.hasNext()) {
      Holding holding = each.next();
      if (!isExpired(holding)) {
        // Handed over ones may be older than their place says; they are never given out.
        return;
      }
      each.remove();
      bytes -= holding.bytes;
      release(holding.source);
      turn.count(Count.EXPIRED);
    }
  }

  private boolean isExpired(Holding holding) {
    return turn.nowNs - holding.announcedNs >= turn.settings.expiryNs();
  }

  Optional<Held> find(Key key) {
    return live(holdings.get(key));
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
    return holdings.values().stream().flatMap(holding -> live(holding).stream()).toList();
  }

  int size() {
    return holdings.size();
  }

  long bytes() {
    return bytes;
  }
}
