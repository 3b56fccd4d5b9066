package pharos.agent.core.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import pharos.agent.core.Counter;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Quotas;
import pharos.kademlia.Settings;

/**
 * What a node announces: for its own application until that withdraws it, and on lease for those of
 * its LAN who are no nodes. {@link OwnLeases} is the other side.
 *
 * <p>Leases are bounded by what they cost in memory, in sum and for each address. When all is full,
 * the address that has most loses the lease it renewed longest ago to one that has less.
 */
final class HeldLeases {
  private static final long MIN_LEASE_MS = 1_000;
  private static final long MAX_LEASE_MS = 10 * OwnLeases.LEASE_MS;

  /** What a registration costs beside its contact: who holds it, timers and maps. */
  private static final int LEASE_BYTES = 1_000;

  private final Here here;
  private final OverlayCalls calls;
  private final Quotas quotas;
  private final long most;

  /** By what is on lease and for whom, renewed longest ago first. */
  private final Map<Holder, Lease> leases = new LinkedHashMap<>();

  /** For how many each is on lease. */
  private final Map<ContactId, Integer> holders = new HashMap<>();

  /** What this node's own application registered: no lease that ends takes it away. */
  private final Set<ContactId> own = new HashSet<>();

  private long refused;

  /** What several of the LAN registered is announced until the last of their leases ends. */
  private record Holder(ContactId id, String source) {}

  private record Lease(int bytes, long endsNs) {}

  /**
   * @param agents how many agents are proven at an address
   */
  HeldLeases(Here here, OverlayCalls calls, Settings settings, ToIntFunction<String> agents) {
    this.here = here;
    this.calls = calls;
    long all = settings.limits().registrations() / 4L * LEASE_BYTES;
    most = Math.min(settings.limits().bytes() / 4, all);
    quotas = new Quotas(most, agents);
  }

  /** How many leases there are. */
  int size() {
    return leases.size();
  }

  /** How much memory they have, of how much they may have. */
  Counter counter() {
    return Counter.bounded("GATEWAY_LEASES_BYTES", "octets", "gateway", quotas::taken, most);
  }

  /** How many leases were refused or ended since there was no room for them. */
  long refused() {
    return refused;
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

  /** Our own application wants this announced no more; it may still be on lease. */
  void unregister(ContactId id, Consumer<Reply.Ended> then) {
    if (own.remove(id) && holders.containsKey(id)) {
      then.accept(Reply.Ended.of(Reply.Status.UNREGISTERED));
    } else {
      calls.unregister(id, then);
    }
  }

  /** The same, where the arbiter does not prefer what is announced; of a lease it is not asked. */
  void unregister(Contact contact, Consumer<Reply.Ended> then) {
    if (holders.containsKey(contact.id())) {
      unregister(contact.id(), then);
      return;
    }
    calls.unregister(
        contact,
        ended -> {
          if (ended.status() == Reply.Status.UNREGISTERED) {
            own.remove(contact.id());
          }
          then.accept(ended);
        });
  }

  /** Announces this for one of the LAN, for as long as that wants, within bounds. */
  void lease(String source, Contact contact, long wantedMs, Consumer<Reply.Ended> then) {
    long leaseMs = Math.max(MIN_LEASE_MS, Math.min(wantedMs, MAX_LEASE_MS));
    Holder holder = new Holder(contact.id(), source);
    Lease lease = new Lease(contact.sizeBytes() + LEASE_BYTES, here.nowNs() + leaseMs * 1_000_000);
    Lease before = leases.get(holder);
    if (!makesRoom(holder, lease.bytes() - (before == null ? 0 : before.bytes()))) {
      refused++;
      then.accept(Reply.Ended.of(Reply.Status.REFUSED));
      return;
    }
    forget(holder);
    leases.put(holder, lease);
    holders.merge(contact.id(), 1, Integer::sum);
    quotas.take(source, lease.bytes());
    calls.register(
        contact,
        ended -> {
          // With nobody else to hold it, it is kept here until there is.
          boolean isKept =
              ended.status() == Reply.Status.REGISTERED
                  || ended.status() == Reply.Status.NO_NETWORK;
          if (!isKept && before == null && lease.equals(leases.get(holder))) {
            forget(holder);
          }
          then.accept(isKept ? kept(contact, ended) : ended);
        });
  }

  /** Whether there is room for so much more, if need be by ending what another one has. */
  private boolean makesRoom(Holder holder, int more) {
    if (more <= 0) {
      return true;
    }
    while (true) {
      Quotas.Room room = quotas.room(holder.source(), more);
      if (room != Quotas.Room.FULL) {
        return room == Quotas.Room.THERE;
      }
      String giver = quotas.giver(holder.source(), more);
      Optional<Holder> given =
          leases.keySet().stream().filter(it -> it.source().equals(giver)).findFirst();
      if (given.isEmpty()) {
        return false;
      }
      refused++;
      end(given.get(), ended -> {});
    }
  }

  private static Reply.Ended kept(Contact contact, Reply.Ended ended) {
    return new Reply.Ended(
        Reply.Status.REGISTERED,
        ended.contact().or(() -> Optional.of(contact)),
        0,
        List.of(),
        ended.path());
  }

  /** One of the LAN wants this announced no more; nobody ends the lease of another. */
  void unlease(String source, ContactId id, Consumer<Reply.Ended> then) {
    Holder holder = new Holder(id, source);
    if (leases.containsKey(holder)) {
      end(holder, then);
    } else {
      then.accept(Reply.Ended.of(Reply.Status.REFUSED));
    }
  }

  private void end(Holder holder, Consumer<Reply.Ended> then) {
    forget(holder);
    if (holders.containsKey(holder.id()) || own.contains(holder.id())) {
      then.accept(Reply.Ended.of(Reply.Status.UNREGISTERED));
    } else {
      calls.unregister(holder.id(), then);
    }
  }

  private void forget(Holder holder) {
    Lease lease = leases.remove(holder);
    if (lease != null) {
      quotas.take(holder.source(), -lease.bytes());
      holders.computeIfPresent(holder.id(), (id, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Withdraws what nobody renewed. */
  void expire() {
    for (Map.Entry<Holder, Lease> lease :
        here.due(leases.entrySet(), lease -> lease.getValue().endsNs())) {
      // sometimes: a lease runs out
      end(lease.getKey(), ended -> {});
    }
  }

  /** When the next one runs out; {@code latestNs} when that is later. */
  long nextNs(long latestNs) {
    return Here.earliestNs(latestNs, leases.values(), Lease::endsNs);
  }
}
