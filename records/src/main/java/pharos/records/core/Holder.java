package pharos.records.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Bounded;
import pharos.beacon.NodeId;
import pharos.records.Listing;
import pharos.records.Version;

/** The copies that this node holds, and what it answers of them. */
final class Holder {
  /** So many promises are remembered. */
  private static final int MOST_PROMISES = 16_384;

  /** So many may wait for another version, in all. */
  static final int MOST_WAITING = 1_024;

  private final Shelf shelf;
  private final Journal journal;
  private final Members members;
  private final Mailbox mail;
  private final LongSupplier ranMs;
  private final NodeId self;
  private final Map<String, Version> promises = Bounded.byUse(MOST_PROMISES);
  private View synced;
  private boolean isOver;
  private int waiting;

  Holder(
      NodeId self,
      Shelf shelf,
      Journal journal,
      Members members,
      Mailbox mail,
      LongSupplier ranMs) {
    this.self = self;
    this.shelf = shelf;
    this.journal = journal;
    this.members = members;
    this.mail = mail;
    this.ranMs = ranMs;
    synced = View.of(List.of(), members.view().copies());
  }

  /** The copies that it should have had with these nodes are here. */
  void synced(View view) {
    synced = view;
  }

  /** All was handed over: whatever comes after that counts for nothing. */
  void end() {
    isOver = true;
  }

  View synced() {
    return synced;
  }

  /** Whether what it does not have is not there: it should hold the key, and has for a while. */
  private boolean isSure(String key) {
    if (isOver) {
      return false;
    }
    long place = View.place(key);
    View view = members.view();
    List<NodeId> holders = view.holders(place);
    if (!holders.contains(self)) {
      return false;
    }
    return synced.equals(view)
        || (synced.holders(place).contains(self)
            && holders.stream().allMatch(it -> synced.has(it) || isNew(it)));
  }

  /** Whether it has nothing yet that others do not have: it is still being given what it should. */
  private boolean isNew(NodeId node) {
    return members.state(node).map(it -> !it.isSettled()).orElse(true);
  }

  /** How many wait for another version. */
  int waiting() {
    return waiting;
  }

  void reserve(Ask.Reserve ask, Consumer<Reply> then) {
    Copy stored = shelf.get(ask.key());
    Version has = stored == null ? Version.NONE : stored.version();
    Version promised = promises.getOrDefault(ask.key(), Version.NONE);
    long writer = ask.atLeast().writer();
    long above = promised.writer() == writer ? promised.counter() : promised.counter() + 1;
    long counter =
        Math.max(
            ask.atLeast().counter(), Math.max(has.counter() + 1, promised.isNone() ? 1 : above));
    Version now = new Version(counter, writer);
    promises.put(ask.key(), now);
    then.accept(
        new Reply.Reserved(
            true,
            now,
            Optional.ofNullable(stored).map(Copy::withoutValue).map(Copy::alone),
            isSure(ask.key()),
            members.peak()));
  }

  /** Keeps a copy, which has the times of this node. */
  void keep(Copy come, boolean isNew, String source, Consumer<Reply> then) {
    String key = come.key();
    Copy here = shelf.get(key);
    Version later = isNew ? inTheWay(come, here) : Version.NONE;
    if (!later.isNone()) {
      // sometimes: a later version is in the way of a write
      then.accept(kept(Reply.Fate.LATER, later, key));
      return;
    }
    Copy merged = shelf.merged(here, come, ranMs.getAsLong());
    if (merged != here) {
      if (!shelf.hasRoom(merged, source)) {
        then.accept(kept(Reply.Fate.FULL, Version.NONE, key));
        return;
      }
      shelf.put(merged, source, ranMs.getAsLong());
      journal.changed(key);
    }
    journal.whenKept(
        key,
        isKept ->
            then.accept(kept(isKept ? Reply.Fate.KEPT : Reply.Fate.FAILED, Version.NONE, key)));
  }

  /** What is promised or here, and later than this; or none. */
  private Version inTheWay(Copy come, @Nullable Copy here) {
    Version promised = promises.getOrDefault(come.key(), Version.NONE);
    Version has = here == null ? Version.NONE : here.version();
    if (promised.compareTo(come.version()) > 0) {
      return promised;
    }
    return has.compareTo(come.version()) > 0 ? has : Version.NONE;
  }

  private Reply.Kept kept(Reply.Fate fate, Version later, String key) {
    return new Reply.Kept(fate, later, isSure(key), members.peak());
  }

  void read(String key, Version have, Consumer<Reply> then) {
    journal.whenKept(key, isKept -> readNow(key, have, isKept, then));
  }

  private void readNow(String key, Version have, boolean isKept, Consumer<Reply> then) {
    boolean isSure = isSure(key) && isKept;
    Copy copy = shelf.get(key);
    if (copy == null) {
      then.accept(new Reply.Held(Optional.empty(), isSure, members.peak()));
    } else if (copy.version().equals(have)) {
      Copy head = copy.withoutValue();
      then.accept(new Reply.Held(Optional.of(head), isSure, members.peak()));
    } else {
      journal.withValue(
          copy,
          whole -> {
            Copy told = whole.orElse(copy.withoutValue());
            then.accept(new Reply.Held(Optional.of(told), isSure, members.peak()));
          });
    }
  }

  /** Answers at the next change, or when the time is up. */
  void await(Ask.Await ask, Consumer<Reply> then) {
    Copy copy = shelf.get(ask.key());
    boolean isSame =
        copy == null
            ? ask.have().isNone()
            : copy.version().equals(ask.have())
                && copy.isDeleted() == ask.isDeleted()
                && copy.losers().size() == ask.losers();
    if (!isSame || ask.waitMs() <= 0 || waiting >= MOST_WAITING) {
      read(ask.key(), Version.NONE, then);
      return;
    }
    waiting++;
    // sometimes: somebody waits for the next version
    new Waiter(ask.key(), then).begin(ask.waitMs());
  }

  /** Somebody who waits for another version. */
  private final class Waiter {
    private final String key;
    private final Consumer<Reply> then;
    private Runnable stop = () -> {};
    private Alarms.@Nullable Alarm limit;

    Waiter(String key, Consumer<Reply> then) {
      this.key = key;
      this.then = then;
    }

    void begin(long waitMs) {
      limit = mail.in(waitMs, this::end);
      stop = shelf.onChange(key, this::end);
    }

    private void end() {
      if (limit != null) {
        mail.cancel(limit);
        limit = null;
        waiting--;
        stop.run();
        read(key, Version.NONE, then);
      }
    }
  }

  // Lists.

  Reply scan(Ask.Scan ask) {
    List<Listing.Item> items = new ArrayList<>();
    int bytes = 0;
    String from =
        Listing.ORDER.compare(ask.after(), ask.prefix()) >= 0 ? ask.after() : ask.prefix();
    boolean isAfter = from.equals(ask.after()) && !from.isEmpty();
    for (Shelf.Slot slot : shelf.all().tailMap(from, !isAfter).values()) {
      if (!slot.key.startsWith(ask.prefix())) {
        break;
      }
      bytes += slot.head().bytes() + slot.copy.type().length();
      if (items.size() >= ask.most() || (bytes > Head.MOST_BYTES && !items.isEmpty())) {
        // sometimes: a list does not fit into one page
        return new Reply.Scanned(items, true, isSettled());
      }
      items.add(item(slot.copy));
    }
    return new Reply.Scanned(items, false, isSettled());
  }

  /** One whose value was deleted has a size below zero. */
  private static Listing.Item item(Copy copy) {
    return new Listing.Item(
        copy.key(),
        copy.version(),
        copy.isDeleted() ? -1 : copy.size(),
        copy.type(),
        Instant.ofEpochMilli(copy.writtenMs()),
        copy.losers().size());
  }

  private boolean isSettled() {
    return members.state(self).map(NodeState::isSettled).orElse(false);
  }

  /** What lost, each with the winner's version as all that its history has. */
  Reply losers(String key, long mostBytes) {
    List<Copy> found = new ArrayList<>();
    long bytes = 0;
    for (Shelf.Slot slot : key.isEmpty() ? shelf.all().values() : some(key)) {
      for (Copy loser : slot.copy.losers()) {
        bytes += loser.size() + key.length();
        if (bytes > mostBytes) {
          return new Reply.Lost(found);
        }
        found.add(loser.standingOn(slot.copy.version()));
      }
    }
    return new Reply.Lost(found);
  }

  private List<Shelf.Slot> some(String key) {
    Shelf.Slot slot = shelf.all().get(key);
    return slot == null ? List.of() : List.of(slot);
  }
}
