package pharos.records.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Bounded;
import pharos.beacon.NodeId;
import pharos.records.Conflict;
import pharos.records.Content;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;

/** Where wishes are taken, of the application of this node and of agents that hold no records. */
final class Desk {
  /** So many calls may be open at once. */
  static final int MOST_OPEN = 4_096;

  /** So many counters are remembered that this writer gave to versions. */
  private static final int MOST_USED = 8_192;

  private static final long AWAIT_MS = 10_000;

  private final Call.Around around;
  private final Shelf shelf;
  private final Holder holder;
  private final LongSupplier ranMs;
  private final LongSupplier dateMs;
  private final Map<String, Deque<Runnable>> lines = new HashMap<>();
  private final Map<String, Long> used = Bounded.byUse(MOST_USED);
  private long writer;
  private int open;
  private long begun;

  Desk(Call.Around around, Shelf shelf, Holder holder, LongSupplier ranMs, LongSupplier dateMs) {
    this.around = around;
    this.shelf = shelf;
    this.holder = holder;
    this.ranMs = ranMs;
    this.dateMs = dateMs;
    newWriter();
  }

  /** No version that another one, or this one before, gave is given again. */
  private void newWriter() {
    do {
      writer = around.random().nextLong();
    } while (writer == 0);
    used.clear();
  }

  int open() {
    return open;
  }

  long begun() {
    return begun;
  }

  /** Does what is wished, and tells what came of it, once. */
  void take(Wish wish, long patienceMs, Consumer<Outcome> then) {
    if (open >= MOST_OPEN) {
      then.accept(new Outcome.Failed(Reason.TOO_MANY, open + " calls are open already", false));
      return;
    }
    open++;
    begun++;
    Consumer<Outcome> ended =
        outcome -> {
          open--;
          then.accept(outcome);
        };
    if (wish instanceof Wish.Put it) {
      put(it, History.NONE, patienceMs, ended);
    } else if (wish instanceof Wish.Settle it) {
      settle(it, patienceMs, ended);
    } else if (wish instanceof Wish.Get it) {
      new ReadCall(around, it.key(), it.isLocal(), patienceMs, shelf, ranMs, ended).attempt();
    } else if (wish instanceof Wish.Next it) {
      new NextCall(around, it, AWAIT_MS, ranMs, ended).attempt();
    } else if (wish instanceof Wish.Keys it) {
      Ask scan = new Ask.Scan(it.prefix(), it.after(), it.most());
      new SpreadCall(around, scan, patienceMs, poll -> listing(poll, it), ended).attempt();
    } else if (wish instanceof Wish.Conflicts it) {
      Ask ask = new Ask.Losers(it.key());
      new SpreadCall(around, ask, patienceMs, this::conflicts, ended).attempt();
    } else if (wish instanceof Wish.Look) {
      Ask scan = new Ask.Scan("", "", Overview.MOST_RECORDS);
      new SpreadCall(around, scan, patienceMs, this::overview, ended).attempt();
    } else if (wish instanceof Wish.Forget it) {
      forget(it.node(), patienceMs, ended);
    } else {
      throw new AssertionError(wish);
    }
  }

  // Writing: one at a time for each key.

  private void put(Wish.Put wish, History also, long patienceMs, Consumer<Outcome> then) {
    Deque<Runnable> line = lines.computeIfAbsent(wish.key(), any -> new ArrayDeque<>());
    Runnable begin =
        () -> {
          WriteCall.Wiring wiring =
              new WriteCall.Wiring(
                  () -> writer,
                  used.getOrDefault(wish.key(), 0L),
                  also,
                  ranMs.getAsLong(),
                  dateMs.getAsLong(),
                  version -> used(wish.key(), version));
          new WriteCall(around, wish, patienceMs, wiring, then, () -> next(wish.key())).attempt();
        };
    line.add(begin);
    if (line.size() == 1) {
      begin.run();
    }
  }

  private void settle(Wish.Settle wish, long patienceMs, Consumer<Outcome> then) {
    Copy here = shelf.get(wish.key());
    History also = History.NONE;
    Set<Version> missing = new HashSet<>(wish.losers());
    for (Copy loser : here == null ? List.<Copy>of() : here.losers()) {
      if (missing.remove(loser.version())) {
        also = also.and(loser.history().with(loser.version()));
      }
    }
    if (here == null || !missing.isEmpty()) {
      String why = "'" + wish.key() + "' has not won over that";
      then.accept(new Outcome.Failed(Reason.OTHER_VERSION, why, false));
      return;
    }
    Wish.If condition = here.isDeleted() ? Wish.If.ABSENT : Wish.If.IS;
    long expiryMs =
        here.expiresMs() == Copy.NEVER ? 0 : Math.max(1, here.expiresMs() - ranMs.getAsLong());
    Optional<Content> content = Optional.of(wish.content());
    put(
        new Wish.Put(wish.key(), content, condition, wish.winner(), expiryMs),
        also,
        patienceMs,
        then);
  }

  private void next(String key) {
    Deque<Runnable> line = lines.get(key);
    if (line == null) {
      return;
    }
    line.poll();
    if (line.isEmpty()) {
      lines.remove(key);
    } else {
      // Not from within the one that ends.
      around.mail().in(0, line.peek());
    }
  }

  private void used(String key, Version version) {
    used.put(key, version.counter());
    if (used.size() >= MOST_USED) {
      newWriter();
    }
  }

  // What all have together.

  private boolean isComplete(Poll poll) {
    boolean haveAllSettled =
        poll.replies().values().stream()
            .allMatch(it -> it instanceof Reply.Scanned scanned && scanned.isSettled());
    int copies = Math.min(around.settings().copies(), around.members().peak());
    int enough = around.settings().majority(copies);
    return haveAllSettled && poll.replies().size() == poll.asked() && poll.asked() >= enough;
  }

  /** The latest of each key that any node has, and who has it so. */
  private static Map<String, Having> latest(Poll poll) {
    Map<String, Having> all = new TreeMap<>(Listing.ORDER);
    poll.replies()
        .forEach(
            (node, reply) -> {
              if (reply instanceof Reply.Scanned scanned) {
                scanned.items().forEach(item -> join(all, node, item));
              }
            });
    return all;
  }

  private static void join(Map<String, Having> all, NodeId node, Listing.Item item) {
    Having had = all.get(item.key());
    int order = had == null ? 1 : item.version().compareTo(had.item().version());
    if (had == null || order > 0) {
      had = new Having(item, new ArrayList<>());
      all.put(item.key(), had);
    } else if (order == 0 && item.bytes() < 0 && had.item().bytes() >= 0) {
      // It has expired there already.
      had = new Having(item, had.nodes());
      all.put(item.key(), had);
    }
    if (order >= 0) {
      had.nodes().add(node);
    }
  }

  private record Having(Listing.Item item, List<NodeId> nodes) {}

  /** Beyond the last key of a node that has more, that node's keys are not known; null for none. */
  private static @Nullable String end(Poll poll) {
    String end = null;
    for (Reply reply : poll.replies().values()) {
      if (reply instanceof Reply.Scanned it && it.hasMore() && !it.items().isEmpty()) {
        String last = it.items().get(it.items().size() - 1).key();
        end = end == null || Listing.ORDER.compare(last, end) < 0 ? last : end;
      }
    }
    return end;
  }

  private Outcome listing(Poll poll, Wish.Keys wish) {
    String end = end(poll);
    List<Listing.Item> items = new ArrayList<>();
    String next = end;
    for (Having having : latest(poll).values()) {
      String key = having.item().key();
      if (end != null && Listing.ORDER.compare(key, end) > 0) {
        break;
      }
      if (having.item().bytes() >= 0) {
        if (items.size() == wish.most()) {
          next = items.get(items.size() - 1).key();
          break;
        }
        items.add(having.item());
      }
    }
    return new Outcome.Listed(new Listing(items, isComplete(poll), Optional.ofNullable(next)));
  }

  private Outcome conflicts(Poll poll) {
    Map<String, Conflict> all = new TreeMap<>();
    for (Reply reply : poll.replies().values()) {
      if (reply instanceof Reply.Lost lost) {
        for (Copy copy : lost.copies()) {
          Version winner =
              copy.history().rows().isEmpty()
                  ? Version.NONE
                  : new Version(
                      copy.history().rows().get(0).to(), copy.history().rows().get(0).writer());
          all.putIfAbsent(copy.key() + "\n" + copy.version(), conflict(copy, winner));
        }
      }
    }
    return new Outcome.Told(List.copyOf(all.values()));
  }

  private Conflict conflict(Copy copy, Version winner) {
    long ageMs = Math.max(0, ranMs.getAsLong() - copy.sinceMs());
    return new Conflict(
        copy.key(),
        copy.version(),
        ReadCall.content(copy),
        Instant.ofEpochMilli(copy.writtenMs()),
        Duration.ofMillis(ageMs),
        winner);
  }

  private Outcome overview(Poll poll) {
    View view = around.members().view();
    List<Overview.Placed> placed = new ArrayList<>();
    boolean isWhole = true;
    String end = end(poll);
    for (Having having : latest(poll).values()) {
      if (end != null && Listing.ORDER.compare(having.item().key(), end) > 0) {
        break;
      }
      long place = View.place(having.item().key());
      List<NodeId> meant = view.holders(place);
      isWhole &= having.nodes().containsAll(meant);
      if (having.item().bytes() >= 0 && placed.size() < Overview.MOST_RECORDS) {
        placed.add(
            new Overview.Placed(
                having.item().key(),
                having.item().version(),
                View.part(place),
                having.item().bytes(),
                texts(having.nodes()),
                texts(meant)));
      }
    }
    List<Overview.Node> nodes = new ArrayList<>();
    for (NodeState state : around.members().states()) {
      isWhole &= state.isSettled();
      nodes.add(node(state));
    }
    around.members().missing().forEach((id, name) -> nodes.add(missing(id, name)));
    int copies = around.settings().copies();
    int of = Math.min(copies, around.members().peak());
    boolean hasEnough = view.size() >= around.settings().majority(of);
    return new Outcome.Seen(
        new Overview(
            "embedded",
            copies,
            of,
            isWhole && isComplete(poll) && hasEnough,
            poll.replies().size() == poll.asked(),
            nodes,
            placed));
  }

  private static List<String> texts(List<NodeId> ids) {
    return ids.stream().map(NodeId::toString).toList();
  }

  private Overview.Node node(NodeState state) {
    Overview.State is =
        state.isLeaving()
            ? Overview.State.LEAVING
            : state.isSettled() ? Overview.State.HOLDING : Overview.State.JOINING;
    return new Overview.Node(
        state.id().toString(),
        state.name(),
        state.endpoints().isEmpty() ? "" : state.endpoints().get(0),
        View.part(View.place(state.id())),
        is,
        state.id().equals(around.self()),
        state.isDurable(),
        state.isForced(),
        state.records(),
        state.bytes());
  }

  private static Overview.Node missing(NodeId id, String name) {
    double place = View.part(View.place(id));
    return new Overview.Node(
        id.toString(), name, "", place, Overview.State.MISSING, false, false, false, 0, 0);
  }

  /** As much of it as fits into one message, for an agent that wished it from elsewhere. */
  static Outcome fitting(Outcome outcome) {
    if (outcome instanceof Outcome.Listed it) {
      List<Listing.Item> items = new ArrayList<>();
      int bytes = 0;
      for (Listing.Item item : it.listing().items()) {
        bytes += new Head(item.key(), item.version(), 0).bytes() + item.type().length();
        if (bytes > Head.MOST_BYTES) {
          String last = items.get(items.size() - 1).key();
          return new Outcome.Listed(
              new Listing(items, it.listing().isComplete(), Optional.of(last)));
        }
        items.add(item);
      }
    } else if (outcome instanceof Outcome.Told it) {
      return new Outcome.Told(fewer(it.conflicts()));
    } else if (outcome instanceof Outcome.Seen it) {
      Overview all = it.overview();
      List<Overview.Placed> some = new ArrayList<>();
      int bytes = 300 * all.nodes().size();
      for (Overview.Placed placed : all.records()) {
        bytes += 200 + 2 * placed.key().length() + 32 * 2 * all.copies();
        if (bytes <= Head.MOST_BYTES) {
          some.add(placed);
        }
      }
      return new Outcome.Seen(
          new Overview(
              all.engine(),
              all.copies(),
              all.majorityOf(),
              all.isWhole(),
              all.isComplete() && some.size() == all.records().size(),
              all.nodes(),
              some));
    }
    return outcome;
  }

  private static List<Conflict> fewer(List<Conflict> all) {
    List<Conflict> some = new ArrayList<>();
    int bytes = 0;
    for (Conflict it : all) {
      bytes += 200 + 2 * it.key().length() + it.content().map(Content::size).orElse(0) * 3 / 2;
      if (bytes <= Head.MOST_BYTES || some.isEmpty()) {
        some.add(it);
      }
    }
    return some;
  }

  // Forgetting.

  private void forget(String node, long patienceMs, Consumer<Outcome> then) {
    Map<NodeId, String> found = new LinkedHashMap<>();
    around
        .members()
        .missing()
        .forEach(
            (id, name) -> {
              if (id.toString().equals(node) || name.equals(node)) {
                found.put(id, name);
              }
            });
    if (found.size() != 1) {
      String why =
          found.isEmpty()
              ? "no node of this id or name is missing"
              : found.size() + " missing nodes have this name: give the id";
      then.accept(new Outcome.Failed(Reason.NOT_THERE, why, false));
      return;
    }
    NodeId id = found.keySet().iterator().next();
    new SpreadCall(around, new Ask.Forget(id), patienceMs, poll -> new Outcome.Forgotten(), then)
        .attempt();
  }

  /** How many wait for another version here. */
  int waiting() {
    return holder.waiting();
  }
}
