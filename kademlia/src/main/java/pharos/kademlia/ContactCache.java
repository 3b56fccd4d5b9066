package pharos.kademlia;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Results of lookups, the one used longest ago giving way, each for a limited time. */
final class ContactCache {
  private final Turn turn;
  private final Map<ContactId, Cached> results = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * A contact that was found.
   *
   * @param seenNs when it last gave a sign of life, as far as known
   * @param from the node that told it; empty for a hint of the application
   */
  record Cached(Contact contact, long seenNs, Optional<Contact> from) {
    private int sizeBytes() {
      return contact.sizeBytes() + from.map(Contact::sizeBytes).orElse(0);
    }
  }

  ContactCache(Turn turn) {
    this.turn = turn;
  }

  /** Keeps what the arbiter makes of it and what is there, and returns that. */
  Contact put(Contact contact, long seenNs, Optional<Contact> from) {
    Cached cached = get(contact.id());
    Contact chosen = cached == null ? contact : turn.choose(cached.contact(), contact);
    if (turn.settings.cacheSize() > 0) {
      boolean isSame = cached != null && chosen.equals(cached.contact()) && !chosen.equals(contact);
      Cached kept = cached != null && isSame ? cached : new Cached(chosen, seenNs, from);
      remove(contact.id());
      results.put(contact.id(), kept);
      bytes += kept.sizeBytes();
      while (results.size() > turn.settings.cacheSize() || bytes > turn.settings.cacheBytes()) {
        remove(results.keySet().iterator().next());
      }
    }
    return chosen;
  }

  /** What is there and not too old. */
  @Nullable Cached get(ContactId id) {
    Cached cached = results.get(id);
    if (cached != null && turn.nowNs - cached.seenNs() >= turn.settings.cacheAgeNs()) {
      remove(id);
      return null;
    }
    return cached;
  }

  void remove(ContactId id) {
    Cached removed = results.remove(id);
    bytes -= removed == null ? 0 : removed.sizeBytes();
  }

  int size() {
    return results.size();
  }
}
