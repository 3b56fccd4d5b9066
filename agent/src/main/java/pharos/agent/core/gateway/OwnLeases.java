package pharos.agent.core.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.kademlia.Arbiter;
import pharos.kademlia.Arbiters;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Version;

/**
 * What the application of a guest registered: gateways of the LAN announce it on lease, and this
 * renews it in time, with another gateway when one is gone. {@link HeldLeases} is the other side.
 */
final class OwnLeases {
  /** What a gateway announces for one of its LAN it drops after this time without a word. */
  static final long LEASE_MS = 60_000;

  private static final long RENEWAL_NS = LEASE_MS * 1_000_000 / 3;

  /** A renewal takes no longer. */
  private static final long PATIENCE_NS = 12_000_000_000L;

  /** A lease is renewed so soon after that failed. */
  private static final long RENEW_AGAIN_NS = 2_000_000_000L;

  private final Here here;
  private final LanGateways gateways;
  private final Arbiter arbiter;
  private final Map<ContactId, Lease> leases = new LinkedHashMap<>();
  private long clock;

  /** What gateways announce for us. */
  private static final class Lease {
    Contact contact;
    long renewalNs;

    /** The gateways that have it, the latest one last. */
    final Set<NodeId> keepers = new LinkedHashSet<>();

    Lease(Contact contact, long renewalNs) {
      this.contact = contact;
      this.renewalNs = renewalNs;
    }

    @Nullable NodeId latestKeeper() {
      NodeId latest = null;
      for (NodeId keeper : keepers) {
        latest = keeper;
      }
      return latest;
    }
  }

  OwnLeases(Here here, LanGateways gateways, Arbiter arbiter) {
    this.here = here;
    this.gateways = gateways;
    this.arbiter = arbiter;
  }

  /**
   * Each renewal is a later version: what a former gateway withdraws when its lease runs out is out
   * of date then.
   */
  private Contact versioned(Contact contact) {
    return arbiter.withDefaults(contact, new Version(here.self().incarnation(), ++clock));
  }

  /** Has this announced from now on. */
  void lease(Contact contact, long deadlineNs, Consumer<Reply.Ended> then) {
    Lease known = leases.get(contact.id());
    Lease lease = known == null ? new Lease(contact, here.nowNs() + RENEWAL_NS) : known;
    Contact before = lease.contact;
    lease.contact = contact;
    leases.put(contact.id(), lease);
    announce(
        lease,
        deadlineNs,
        ended -> {
          if (ended.status() != Reply.Status.REGISTERED) {
            if (known == null) {
              leases.remove(contact.id(), lease);
            } else if (lease.contact.equals(contact)) {
              lease.contact = before;
            }
          }
          then.accept(ended);
        });
  }

  private void announce(Lease lease, long deadlineNs, Consumer<Reply.Ended> then) {
    lease.renewalNs = here.nowNs() + RENEWAL_NS;
    ContactId id = lease.contact.id();
    gateways.send(
        new Question.Register(versioned(lease.contact), LEASE_MS),
        lease.latestKeeper(),
        deadlineNs,
        (by, reply) -> {
          Reply.Ended ended = LanGateways.ended(reply);
          if (by != null && ended.status() == Reply.Status.REGISTERED) {
            lease.keepers.remove(by);
            lease.keepers.add(by);
            if (leases.get(id) != lease) {
              // It was unregistered meanwhile.
              withdraw(id, by, here.nowNs() + PATIENCE_NS, answer -> {});
            }
          }
          then.accept(ended);
        });
  }

  /** Every gateway that has the lease is told; otherwise it would go on announcing for a while. */
  void unlease(ContactId id, long deadlineNs, Consumer<Reply.Ended> then) {
    Lease lease = leases.remove(id);
    if (lease == null) {
      withdraw(id, null, deadlineNs, then);
    } else if (lease.keepers.isEmpty()) {
      overrule(lease, deadlineNs, then);
    } else {
      withdrawFromAll(id, List.copyOf(lease.keepers), deadlineNs, then);
    }
  }

  /** The same, unless the arbiter prefers what is announced to this. */
  void unlease(Contact as, long deadlineNs, Consumer<Reply.Ended> then) {
    Lease lease = leases.get(as.id());
    if (lease != null) {
      Contact announced = versioned(lease.contact);
      Contact complete = versioned(as);
      if (!choose(announced, complete).equals(complete)) {
        then.accept(Reply.Ended.of(Reply.Status.REFUSED));
        return;
      }
    }
    unlease(as.id(), deadlineNs, then);
  }

  /** What the application knows of what it registered: the arbiter decides what is announced. */
  Optional<Contact> merge(Contact contact) {
    Lease lease = leases.get(contact.id());
    if (lease == null) {
      return Optional.empty();
    }
    Contact announced = versioned(lease.contact);
    Contact chosen = choose(announced, contact);
    if (!chosen.equals(announced)) {
      lease.contact = chosen;
      lease.renewalNs = here.nowNs();
    }
    return Optional.of(chosen);
  }

  private Contact choose(Contact announced, Contact other) {
    return Arbiters.choose(arbiter, announced, other, () -> {});
  }

  private void withdraw(
      ContactId id, @Nullable NodeId keeper, long deadlineNs, Consumer<Reply.Ended> then) {
    gateways.send(
        new Question.Unregister(id),
        keeper,
        deadlineNs,
        (by, reply) -> then.accept(LanGateways.ended(reply)));
  }

  /** Who had it is gone and cannot withdraw it: a later version can. */
  private void overrule(Lease lease, long deadlineNs, Consumer<Reply.Ended> then) {
    gateways.send(
        new Question.Register(versioned(lease.contact), LEASE_MS),
        null,
        deadlineNs,
        (by, reply) -> {
          if (by == null) {
            then.accept(LanGateways.ended(reply));
          } else {
            withdraw(lease.contact.id(), by, deadlineNs, then);
          }
        });
  }

  private void withdrawFromAll(
      ContactId id, List<NodeId> keepers, long deadlineNs, Consumer<Reply.Ended> then) {
    List<Reply.Ended> answers = new ArrayList<>();
    for (NodeId keeper : keepers) {
      withdraw(
          id,
          keeper,
          deadlineNs,
          answer -> {
            answers.add(answer);
            if (answers.size() == keepers.size()) {
              then.accept(
                  answers.stream()
                      .filter(ended -> ended.status() == Reply.Status.UNREGISTERED)
                      .findFirst()
                      .orElse(answers.get(0)));
            }
          });
    }
  }

  /** How many there are. */
  int size() {
    return leases.size();
  }

  /** What it kept announced goes over to another at once. */
  void onGatewayGone(NodeId gateway) {
    for (Lease lease : leases.values()) {
      boolean isLatest = Objects.equals(lease.latestKeeper(), gateway);
      lease.keepers.remove(gateway);
      if (isLatest) {
        // sometimes: a gateway is gone, and its leases go to another
        lease.renewalNs = here.nowNs();
      }
    }
  }

  /** What is due is renewed, with whatever gateway there is now. */
  void renew() {
    for (Lease lease : List.copyOf(leases.values())) {
      if (lease.renewalNs - here.nowNs() <= 0) {
        renew(lease);
      }
    }
  }

  private void renew(Lease lease) {
    announce(
        lease,
        here.nowNs() + PATIENCE_NS,
        ended -> {
          if (ended.status() != Reply.Status.REGISTERED) {
            // sometimes: a lease is not renewed, which is tried again soon
            lease.renewalNs = Math.min(lease.renewalNs, here.nowNs() + RENEW_AGAIN_NS);
          }
        });
  }

  /** When the next one is due; {@code latestNs} when that is later. */
  long nextNs(long latestNs) {
    return Here.earliestNs(latestNs, leases.values(), lease -> lease.renewalNs);
  }
}
