package pharos.kademlia;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the application registered here: announced to the k nearest nodes, again after a while, at
 * once to a newcomer among them, and sooner when a quarter of those that hold it are gone.
 */
final class Registrations {
  /** So many are being announced at once; the others wait. */
  private static final int AT_ONCE = 32;

  private static final long SOON_NS = Settings.SECOND;
  private static final long RETRY_NS = 5 * Settings.SECOND;

  private final Turn turn;
  private final RoutingTable table;
  private final Rpcs rpcs;
  private final Lookups lookups;
  private final Handover handover;
  private final Map<Key, Registration> own = new LinkedHashMap<>();
  private final Deque<Registration> waiting = new ArrayDeque<>();

  /** What is to be withdrawn; more than may be registered is left to expire where it is held. */
  private final Deque<Withdrawal> withdrawals = new ArrayDeque<>();

  private int running;
  private boolean isStarting;
  private long clock;

  private enum Progress {
    /** Until the timer fires. */
    RESTING,
    WAITING,
    RUNNING
  }

  private final class Registration extends Timed {
    Contact contact;
    Progress progress = Progress.RESTING;

    /** Whether it changed while it was being announced. */
    boolean isChanged;

    boolean isWithdrawn;
    List<Long> calls = new ArrayList<>();

    /** Where each node that holds it lies. */
    final Map<ContactId, Contact> holders = new HashMap<>();

    /** How many held it after the last round. */
    int heldBy;

    Registration(Contact contact) {
      this.contact = contact;
    }

    @Override
    void fire() {
      enqueue(this);
    }
  }

  Registrations(Turn turn, RoutingTable table, Rpcs rpcs, Lookups lookups, Handover handover) {
    this.turn = turn;
    this.table = table;
    this.rpcs = rpcs;
    this.lookups = lookups;
    this.handover = handover;
  }

  void register(long call, Contact contact) {
    Contact complete = complete(contact);
    Registration registration = own.get(contact.key());
    if (registration == null) {
      if (own.size() >= turn.settings.limits().registrations()) {
        turn.emit(new Effect.Completed(call, new Result.Refused(Result.Reason.FULL)));
        return;
      }
      registration = new Registration(complete);
      own.put(contact.key(), registration);
      table.addLocal(contact.key());
    } else {
      registration.contact = turn.choose(registration.contact, complete);
    }
    registration.calls.add(call);
    enqueue(registration);
  }

  private Contact complete(Contact contact) {
    Version next = new Version(turn.self.version().incarnation(), ++clock);
    return turn.settings.arbiter().withDefaults(contact, next);
  }

  /** A hint of the application about a contact that is registered here. Returns what it is now. */
  @Nullable Contact merge(Contact contact) {
    Registration registration = own.get(contact.key());
    if (registration == null) {
      return null;
    }
    Contact chosen = turn.choose(registration.contact, contact);
    if (!chosen.equals(registration.contact)) {
      registration.contact = chosen;
      enqueue(registration);
    }
    return chosen;
  }

  /** Returns what is withdrawn now; nothing when that was refused. */
  Optional<Contact> unregister(long call, ContactId id, @Nullable Contact as) {
    Registration registration = own.get(id.key());
    if (registration == null) {
      turn.emit(new Effect.Completed(call, new Result.Refused(Result.Reason.NOT_REGISTERED)));
      return Optional.empty();
    }
    if (as != null) {
      Contact complete = complete(as);
      registration.contact = turn.choose(registration.contact, complete);
      if (!registration.contact.equals(complete)) {
        turn.emit(new Effect.Completed(call, new Result.Refused(Result.Reason.OLDER)));
        return Optional.empty();
      }
    }
    own.remove(id.key());
    end(registration);
    if (withdrawals.size() < turn.settings.limits().registrations()) {
      withdrawals.add(new Withdrawal(call, registration));
      runWaiting();
    } else {
      turn.emit(
          new Effect.Completed(call, new Result.Unregistered(registration.contact, List.of())));
    }
    return Optional.of(registration.contact);
  }

  /** Announces it no more, and leaves it where it is held until it expires there. */
  boolean release(ContactId id) {
    Registration registration = own.remove(id.key());
    if (registration == null) {
      return false;
    }
    end(registration);
    return true;
  }

  private void end(Registration registration) {
    table.removeLocal(registration.contact.key());
    registration.isWithdrawn = true;
    turn.timers.cancel(registration);
    waiting.remove(registration);
    completeAll(registration, new Result.Refused(Result.Reason.NOT_REGISTERED));
  }

  private record Withdrawal(long call, Registration registration) {}

  private void withdraw(long call, Registration registration) {
    running++;
    boolean looks =
        !table.isFullView()
            && lookups.look(
                registration.contact.key(),
                Lookup.Aim.NODES,
                List.of(),
                lookup -> withdraw(call, registration, lookup.nearest()));
    if (!looks) {
      withdraw(call, registration, everybody());
    }
  }

  private void withdraw(long call, Registration registration, List<Contact> nearest) {
    Map<ContactId, Contact> targets = new LinkedHashMap<>(registration.holders);
    nearest.forEach(node -> targets.put(node.id(), node));
    new Round(
        turn,
        rpcs,
        List.copyOf(targets.values()),
        new Announcement(registration.contact, 0, true),
        round -> {
          turn.emit(
              new Effect.Completed(
                  call, new Result.Unregistered(registration.contact, round.agreed)));
          running--;
          runWaiting();
        });
  }

  private List<Contact> everybody() {
    return table.nearestLive(turn.self.key(), turn.settings.k()).stream()
        .map(entry -> entry.contact)
        .toList();
  }

  private void enqueue(Registration registration) {
    turn.timers.cancel(registration);
    switch (registration.progress) {
      case RESTING -> {
        registration.progress = Progress.WAITING;
        waiting.add(registration);
        runWaiting();
      }
      case WAITING -> {}
      case RUNNING -> registration.isChanged = true;
    }
  }

  /** With nobody to tell, one that begins is over at once: the loop goes on, and none within it. */
  private void runWaiting() {
    if (isStarting) {
      return;
    }
    isStarting = true;
    try {
      while (running < AT_ONCE && !(withdrawals.isEmpty() && waiting.isEmpty())) {
        Withdrawal withdrawal = withdrawals.poll();
        if (withdrawal == null) {
          run(waiting.remove());
        } else {
          withdraw(withdrawal.call(), withdrawal.registration());
        }
      }
    } finally {
      isStarting = false;
    }
  }

  private void run(Registration registration) {
    registration.progress = Progress.RUNNING;
    running++;
    if (table.isFullView()) {
      announce(registration, everybody());
      return;
    }
    boolean looks =
        lookups.look(
            registration.contact.key(),
            Lookup.Aim.NODES,
            List.of(),
            lookup -> announce(registration, lookup.nearest()));
    if (!looks) {
      rest(registration, RETRY_NS);
    }
  }

  private void announce(Registration registration, List<Contact> targets) {
    if (registration.isWithdrawn) {
      rest(registration, RETRY_NS);
      return;
    }
    if (targets.isEmpty()) {
      // sometimes: there is nobody to hold what is registered
      completeAll(registration, new Result.NoNetwork());
      rest(registration, RETRY_NS);
      return;
    }
    registration.isChanged = false;
    Contact announced = registration.contact;
    new Round(
        turn,
        rpcs,
        targets,
        new Announcement(announced, 0, false),
        round -> onAnnounced(registration, announced, round));
  }

  private void onAnnounced(Registration registration, Contact announced, Round round) {
    registration.holders.clear();
    round.agreed.forEach(node -> registration.holders.put(node.id(), node));
    registration.heldBy = registration.holders.size();
    if (!registration.isChanged) {
      completeAll(registration, new Result.Registered(announced, round.agreed, round.refusals));
    }
    boolean isLost = round.agreed.isEmpty() && round.refusals.isEmpty();
    rest(registration, isLost ? RETRY_NS : turn.settings.times().republishNs());
  }

  private void rest(Registration registration, long timeNs) {
    running--;
    registration.progress = Progress.RESTING;
    if (!registration.isWithdrawn) {
      turn.timers.set(registration, turn.nowNs + turn.jittered(timeNs));
      if (registration.isChanged) {
        registration.isChanged = false;
        enqueue(registration);
      }
    }
    runWaiting();
  }

  private void completeAll(Registration registration, Result result) {
    List<Long> calls = registration.calls;
    registration.calls = new ArrayList<>();
    calls.forEach(call -> turn.emit(new Effect.Completed(call, result)));
  }

  /** A node came into the table. */
  void onNewNode(Contact node) {
    for (Registration registration : own.values()) {
      if (registration.progress == Progress.RESTING
          && !registration.holders.containsKey(node.id())
          && isNearEnough(registration, node)) {
        // sometimes: a new node is given what it is near to
        handover.enqueue(
            node,
            new Announcement(registration.contact, 0, false),
            verdict -> {
              if (verdict == Verdict.STORED) {
                registration.holders.put(node.id(), node);
              }
            });
      }
    }
  }

  private boolean isNearEnough(Registration registration, Contact node) {
    if (registration.holders.size() < turn.settings.k()) {
      return true;
    }
    Key key = registration.contact.key();
    int nearer = 0;
    for (Contact holder : registration.holders.values()) {
      nearer += key.compareDistance(holder.key(), node.key()) < 0 ? 1 : 0;
    }
    return nearer < turn.settings.k();
  }

  /** A node left the table. */
  void onLostNode(ContactId node) {
    for (Registration registration : own.values()) {
      if (registration.holders.remove(node) != null
          && registration.progress == Progress.RESTING
          && registration.holders.size() * 4 < registration.heldBy * 3) {
        // sometimes: a quarter of those who hold something is gone
        registration.heldBy = registration.holders.size();
        turn.timers.set(registration, turn.nowNs + turn.upTo(SOON_NS));
      }
    }
  }

  /** There is somebody to ask at last. */
  void onNetwork() {
    for (Registration registration : List.copyOf(own.values())) {
      if (registration.holders.isEmpty() && registration.progress == Progress.RESTING) {
        // sometimes: there is somebody at last to hold what is registered
        turn.timers.set(registration, turn.nowNs + turn.upTo(SOON_NS / 5));
      }
    }
  }

  @Nullable Contact find(Key key) {
    Registration registration = own.get(key);
    return registration == null ? null : registration.contact;
  }
}
