package pharos.kademlia;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Contacts that were found or told, the one used longest ago giving way, each for a limited time.
 * One thread owns it.
 */
public final class ContactCache {
  private static final long AGE_NS = 10 * Settings.MINUTE;

  private final Settings settings;
  private final BinaryOperator<Contact> arbiter;
  private final Map<ContactId, Cached> results = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * A contact that is kept.
   *
   * @param seenNs when it last gave a sign of life, as far as known
   * @param from the node that told it; empty for a hint of the application
   */
  public record Cached(Contact contact, long seenNs, Optional<Contact> from) {
    private int sizeBytes() {
      return contact.sizeBytes() + from.map(Contact::sizeBytes).orElse(0);
    }
  }

  /**
   * An empty one, as large as is set.
   *
   * @param arbiter decides between two contacts of one id; it does not throw
   */
  public ContactCache(Settings settings, BinaryOperator<Contact> arbiter) {
    this.settings = settings;
    this.arbiter = arbiter;
  }

  /** Keeps what the arbiter makes of it and what is there, and returns that. */
  public Contact put(Contact contact, long seenNs, Optional<Contact> from, long nowNs) {
    Cached cached = get(contact.id(), nowNs);
    Contact chosen = cached == null ? contact : arbiter.apply(cached.contact(), contact);
    if (settings.cacheSize() > 0) {
      boolean isSame = cached != null && chosen.equals(cached.contact()) && !chosen.equals(contact);
      Cached kept = cached != null && isSame ? cached : new Cached(chosen, seenNs, from);
      remove(contact.id());
      results.put(contact.id(), kept);
      bytes += kept.sizeBytes();
      while (results.size() > settings.cacheSize() || bytes > settings.limits().cacheBytes()) {
        remove(results.keySet().iterator().next());
      }
    }
    return chosen;
  }

  /** What is there and not too old. */
  public @Nullable Cached get(ContactId id, long nowNs) {
    Cached cached = results.get(id);
    if (cached != null && nowNs - cached.seenNs() >= AGE_NS) {
      // sometimes: what is remembered of a contact is too old
      remove(id);
      return null;
    }
    return cached;
  }

  /** Forgets what could not be reached, unless it is known later; returns whether it was known. */
  public boolean reportUnreachable(Contact contact, long nowNs) {
    Cached cached = get(contact.id(), nowNs);
    boolean isKnown =
        cached != null && cached.contact().version().compareTo(contact.version()) <= 0;
    if (isKnown) {
      remove(contact.id());
    }
    return isKnown;
  }

  void remove(ContactId id) {
    Cached removed = results.remove(id);
    bytes -= removed == null ? 0 : removed.sizeBytes();
  }

  int size() {
    return results.size();
  }
}
