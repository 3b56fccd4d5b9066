package pharos.agent.core.gateway;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/**
 * What a node announces: for its own application until that withdraws it, and on lease for those of
 * its LAN who are no nodes. {@link OwnLeases} is the other side.
 */
final class HeldLeases {
  private static final long MIN_LEASE_MS = 1_000;
  private static final long MAX_LEASE_MS = 10 * OwnLeases.LEASE_MS;

  private final Here here;
  private final OverlayCalls calls;

  /** When each lease runs out. */
  private final Map<ContactId, Long> endsNs = new LinkedHashMap<>();

  /** What this node's own application registered: no lease that ends takes it away. */
  private final Set<ContactId> own = new HashSet<>();

  HeldLeases(Here here, OverlayCalls calls) {
    this.here = here;
    this.calls = calls;
  }

  /** Announces this for our own application. */
  void register(Contact contact, Consumer<Reply.Ended> then) {
    calls.register(
        contact,
        ended -> {
          if (ended.status() != Reply.Status.REFUSED) {
            own.add(contact.id());
          }
          then.accept(ended);
        });
  }

  /** Our own application wants this announced no more. */
  void unregister(ContactId id, Consumer<Reply.Ended> then) {
    own.remove(id);
    calls.unregister(id, then);
  }

  /** Announces this for one of the LAN, as long as it wants, within bounds. */
  void lease(Contact contact, long wantedMs, Consumer<Reply.Ended> then) {
    long leaseMs = Math.max(MIN_LEASE_MS, Math.min(wantedMs, MAX_LEASE_MS));
    calls.register(
        contact,
        ended -> {
          // With nobody else to hold it, it is kept here until there is.
          boolean isKept =
              ended.status() == Reply.Status.REGISTERED
                  || ended.status() == Reply.Status.NO_NETWORK;
          if (isKept) {
            endsNs.put(contact.id(), here.nowNs() + leaseMs * 1_000_000);
          }
          then.accept(isKept ? kept(contact, ended) : ended);
        });
  }

  private static Reply.Ended kept(Contact contact, Reply.Ended ended) {
    return new Reply.Ended(
        Reply.Status.REGISTERED,
        ended.contact().or(() -> Optional.of(contact)),
        0,
        List.of(),
        ended.path());
  }

  /** One of the LAN wants this announced no more. */
  void unlease(ContactId id, Consumer<Reply.Ended> then) {
    boolean isKept = endsNs.remove(id) != null;
    if (own.contains(id)) {
      Reply.Status status = isKept ? Reply.Status.UNREGISTERED : Reply.Status.REFUSED;
      then.accept(Reply.Ended.of(status));
    } else {
      calls.unregister(id, then);
    }
  }

  /** Withdraws what nobody renewed. */
  void expire() {
    for (Map.Entry<ContactId, Long> lease : List.copyOf(endsNs.entrySet())) {
      if (lease.getValue() - here.nowNs() > 0) {
        continue;
      }
      endsNs.remove(lease.getKey());
      if (!own.contains(lease.getKey())) {
        calls.unregister(lease.getKey(), ended -> {});
      }
    }
  }

  /** When the next one runs out; {@code latestNs} when that is later. */
  long nextNs(long latestNs) {
    long nextNs = latestNs;
    for (long endNs : endsNs.values()) {
      nextNs = Math.min(nextNs, endNs);
    }
    return nextNs;
  }
}
