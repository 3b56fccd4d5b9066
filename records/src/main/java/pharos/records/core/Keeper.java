package pharos.records.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.records.Version;

/**
 * Sees to it that this node has what it should, and that others have what it should not. When the
 * nodes are others than before it compares with all with whom it may have keys in common, and
 * fetches what it lacks; it does so again every few seconds, with one after the other. Only when it
 * has done so with all of them it knows that what it does not have is not there.
 */
final class Keeper {
  private static final long PATIENCE_MS = 1_500;
  private static final long AGAIN_MS = 300;
  private static final long PERIOD_MS = 3_000;
  private static final int AT_ONCE = 8;

  private final NodeId self;
  private final Shelf shelf;
  private final Holder holder;
  private final Journal journal;
  private final Members members;
  private final Mailbox mail;
  private final Nodes nodes;
  private final Deque<Fetch> wanted = new ArrayDeque<>();

  /** What is being fetched, and others who have it too. */
  private final Map<String, List<Fetch>> fetching = new HashMap<>();

  private final Map<NodeId, Comparison> comparing = new HashMap<>();

  /** With whom it is still to be compared, with the nodes as they are now. */
  private Set<NodeId> todo = new HashSet<>();

  private View target;
  private boolean isReady;
  private boolean isOffering;
  private boolean isLeaving;
  private @Nullable Runnable handedOver;
  private long fetched;
  private long offered;

  private record Fetch(Head head, NodeId from, Comparison whose) {}

  /** What both have, being compared with one node. */
  private static final class Comparison {
    final NodeId with;
    final View view;
    int open;
    boolean hasFailed;

    Comparison(NodeId with, View view) {
      this.with = with;
      this.view = view;
    }
  }

  Keeper(
      NodeId self,
      Shelf shelf,
      Holder holder,
      Journal journal,
      Members members,
      Mailbox mail,
      Nodes nodes) {
    this.self = self;
    this.shelf = shelf;
    this.holder = holder;
    this.journal = journal;
    this.members = members;
    this.mail = mail;
    this.nodes = nodes;
    target = members.view();
  }

  /** It has heard of all who are there, so that it may begin. */
  void begin() {
    isReady = true;
    mail.in(PERIOD_MS, this::compareAll);
    onView();
  }

  /** Whether all that it should have is here. */
  boolean isSettled() {
    return isReady && todo.isEmpty() && holder.synced().equals(members.view());
  }

  /** How many copies it fetched so far. */
  long fetched() {
    return fetched;
  }

  /** How many copies it gave to others so far. */
  long offered() {
    return offered;
  }

  int waiting() {
    return wanted.size() + fetching.size();
  }

  // Others are there.

  void onView() {
    View now = members.view();
    shelf.view(now);
    // Whoever was given something may be gone.
    safe.clear();
    if (!isReady) {
      return;
    }
    Set<NodeId> neighbours = now.neighbours(self);
    boolean areSame =
        todo.isEmpty()
            && holder.synced().size() > 0
            && neighbours.equals(holder.synced().neighbours(self));
    target = now;
    if (areSame) {
      done();
    } else {
      todo = new HashSet<>(neighbours);
      comparing.clear();
      if (todo.isEmpty()) {
        done();
      } else {
        List.copyOf(todo).forEach(this::compare);
      }
    }
    offerStrays();
  }

  private void done() {
    holder.synced(target);
  }

  private void compareAll() {
    mail.in(PERIOD_MS, this::compareAll);
    for (NodeId node : members.view().neighbours(self)) {
      compare(node);
    }
    offerStrays();
  }

  // Comparing with one.

  private void compare(NodeId node) {
    Comparison before = comparing.get(node);
    if (before != null && before.view.equals(members.view())) {
      return;
    }
    Comparison comparison = new Comparison(node, members.view());
    comparing.put(node, comparison);
    nodes.ask(
        node,
        new Ask.Compare(self),
        PATIENCE_MS,
        reply -> {
          if (comparing.get(node) != comparison) {
            return;
          }
          if (reply.orElse(null) instanceof Reply.Digests digests) {
            onDigests(comparison, digests.parts());
          } else {
            // sometimes: a node does not answer what it has
            comparison.hasFailed = true;
            end(comparison);
          }
        });
  }

  private void onDigests(Comparison comparison, List<Long> theirs) {
    List<Long> ours = shelf.digests(self, comparison.with);
    comparison.open++;
    for (int part = 0; part < ours.size() && part < theirs.size(); part++) {
      if (!ours.get(part).equals(theirs.get(part))) {
        // sometimes: two nodes do not have the same
        comparison.open++;
        heads(comparison, part, "");
      }
    }
    less(comparison);
  }

  private void heads(Comparison comparison, int part, String after) {
    nodes.ask(
        comparison.with,
        new Ask.Heads(self, part, after),
        PATIENCE_MS,
        reply -> {
          if (reply.orElse(null) instanceof Reply.Page page) {
            for (Head head : page.heads()) {
              if (shelf.lacks(head)) {
                comparison.open++;
                fetch(new Fetch(head, comparison.with, comparison));
              }
            }
            if (page.hasMore() && !page.heads().isEmpty()) {
              heads(comparison, part, page.heads().get(page.heads().size() - 1).key());
              return;
            }
          } else {
            comparison.hasFailed = true;
          }
          less(comparison);
        });
  }

  private void less(Comparison comparison) {
    comparison.open--;
    if (comparison.open == 0) {
      end(comparison);
    }
  }

  private void end(Comparison comparison) {
    if (comparing.get(comparison.with) != comparison) {
      return;
    }
    comparing.remove(comparison.with);
    if (!comparison.hasFailed) {
      if (comparison.view.equals(target) && todo.remove(comparison.with) && todo.isEmpty()) {
        done();
      }
    } else if (todo.contains(comparison.with)) {
      mail.in(
          AGAIN_MS,
          () -> {
            if (todo.contains(comparison.with)) {
              compare(comparison.with);
            }
          });
    }
  }

  // Fetching.

  private void fetch(Fetch fetch) {
    wanted.add(fetch);
    fetchNext();
  }

  private void fetchNext() {
    while (fetching.size() < AT_ONCE && !wanted.isEmpty()) {
      Fetch next = wanted.poll();
      String key = next.head().key();
      List<Fetch> same = fetching.get(key);
      if (same != null) {
        // sometimes: a copy is fetched from another node already
        same.add(next);
      } else if (!shelf.lacks(next.head())) {
        // sometimes: a copy came while it was to be fetched
        less(next.whose());
      } else {
        fetching.put(key, new ArrayList<>());
        nodes.ask(
            next.from(),
            new Ask.Read(key, Version.NONE),
            PATIENCE_MS,
            reply -> onFetched(next, reply.orElse(null)));
      }
    }
  }

  private void onFetched(Fetch fetch, @Nullable Reply reply) {
    Copy copy = reply instanceof Reply.Held held ? held.copy().orElse(null) : null;
    if (copy == null || (!copy.isDeleted() && copy.value() == null)) {
      fetch.whose().hasFailed |= !(reply instanceof Reply.Held);
      over(fetch);
      return;
    }
    fetched++;
    holder.keep(
        copy,
        false,
        members.source(fetch.from()),
        kept -> {
          if (!(kept instanceof Reply.Kept it) || it.fate() != Reply.Fate.KEPT) {
            fetch.whose().hasFailed = true;
          }
          over(fetch);
        });
  }

  private void over(Fetch fetch) {
    List<Fetch> same = fetching.remove(fetch.head().key());
    if (same != null) {
      wanted.addAll(same);
    }
    less(fetch.whose());
    fetchNext();
  }

  /** A value that the disk has lost: whoever has it too is asked for it. */
  void onDamaged(String key) {
    for (NodeId node : members.view().holders(View.place(key))) {
      if (!node.equals(self)) {
        nodes.ask(
            node,
            new Ask.Read(key, Version.NONE),
            PATIENCE_MS,
            reply -> {
              Copy here = shelf.get(key);
              if (reply.orElse(null) instanceof Reply.Held held
                  && held.copy().isPresent()
                  && here != null
                  && here.value() == null) {
                byte[] value = held.copy().get().value();
                if (value != null && held.copy().get().version().equals(here.version())) {
                  journal.restore(here.withValue(value));
                }
              }
            });
      }
    }
  }

  // Giving away.

  /** Gives all that is here to those who will hold it without this node, and tells when done. */
  void leave(Runnable then) {
    isLeaving = true;
    handedOver = then;
    offerStrays();
  }

  /** How many keys are left that others should have instead. */
  int left() {
    return isLeaving
        ? (int) shelf.all().values().stream().filter(slot -> !isSafe(slot)).count()
        : 0;
  }

  private boolean isSafe(Shelf.Slot slot) {
    return slot.head().equals(safe.get(slot.key));
  }

  /** What others have as well, while this node leaves. */
  private final Map<String, Head> safe = new HashMap<>();

  private void offerStrays() {
    if (isOffering || !isReady) {
      return;
    }
    Map<List<NodeId>, List<Head>> all = isLeaving ? leavings() : shelf.strays(self);
    if (all.isEmpty()) {
      if (handedOver != null) {
        Runnable then = handedOver;
        handedOver = null;
        then.run();
      }
      return;
    }
    isOffering = true;
    Giving giving = new Giving(all.size());
    all.forEach((holders, heads) -> giving.give(holders, heads));
  }

  /** By who will have it when this node is gone. */
  private Map<List<NodeId>, List<Head>> leavings() {
    View without =
        View.of(
            members.states().stream()
                .filter(it -> !it.id().equals(self) && !it.isLeaving())
                .toList(),
            members.view().copies());
    Map<List<NodeId>, List<Shelf.Slot>> slots = new HashMap<>();
    if (without.size() > 0) {
      shelf.all().values().stream()
          .filter(slot -> !isSafe(slot))
          .limit(Ask.Offer.MOST)
          .forEach(
              slot ->
                  slots
                      .computeIfAbsent(without.holders(slot.place), any -> new ArrayList<>())
                      .add(slot));
    }
    Map<List<NodeId>, List<Head>> all = new HashMap<>();
    slots.forEach((holders, some) -> all.put(holders, Head.fitting(some)));
    return all;
  }

  /** One round of giving. */
  private final class Giving {
    private int groups;
    private boolean hasFailed;

    Giving(int groups) {
      this.groups = groups;
    }

    void give(List<NodeId> holders, List<Head> heads) {
      // Who leaves does not wait for those who may be dead.
      int enough =
          isLeaving ? Math.min(holders.size(), members.view().copies() / 2 + 1) : holders.size();
      Gift gift = new Gift(heads, enough);
      gift.open = holders.size();
      for (NodeId node : holders) {
        nodes.ask(
            node,
            new Ask.Offer(heads),
            PATIENCE_MS,
            reply -> {
              if (reply.orElse(null) instanceof Reply.Lacking lacking) {
                for (int i = 0; i < heads.size(); i++) {
                  if (lacking.places().contains(i)) {
                    // sometimes: a node that should hold a key lacks it
                    hand(gift, node, heads.get(i).key());
                  } else {
                    gift.has(heads.get(i).key());
                  }
                }
              }
              less(gift);
            });
      }
    }

    private void hand(Gift gift, NodeId node, String key) {
      Copy copy = shelf.get(key);
      if (copy == null) {
        return;
      }
      gift.open++;
      journal.withValue(
          copy,
          whole -> {
            if (whole.isEmpty()) {
              less(gift);
              return;
            }
            offered++;
            nodes.ask(
                node,
                new Ask.Keep(whole.get(), false),
                PATIENCE_MS,
                reply -> {
                  if (reply.orElse(null) instanceof Reply.Kept kept
                      && kept.fate() == Reply.Fate.KEPT) {
                    gift.has(key);
                  }
                  less(gift);
                });
          });
    }

    private void less(Gift gift) {
      gift.open--;
      if (gift.open > 0) {
        return;
      }
      for (Head head : gift.heads) {
        boolean isGiven = gift.having.getOrDefault(head.key(), 0) >= gift.enough;
        hasFailed |= !isGiven;
        if (isGiven) {
          given(head);
        }
      }
      groups--;
      if (groups == 0) {
        isOffering = false;
        if (hasFailed) {
          // sometimes: a copy could not be given away, which is tried again
          mail.in(AGAIN_MS, Keeper.this::offerStrays);
        } else {
          offerStrays();
        }
      }
    }

    private void given(Head head) {
      Copy here = shelf.get(head.key());
      if (here == null || !here.head().equals(head)) {
        // Another one came meanwhile, or it won over one more.
        return;
      }
      if (isLeaving) {
        // sometimes: a node that leaves has handed a key over
        safe.put(head.key(), head);
      } else if (!members.view().holders(View.place(head.key())).contains(self)) {
        // sometimes: a node gives away what others should hold
        shelf.remove(head.key());
        journal.changed(head.key());
      }
    }
  }

  /** What is offered to some nodes, and who has it by now. */
  private static final class Gift {
    final List<Head> heads;
    final int enough;

    /** How many of them have a key by now. */
    final Map<String, Integer> having = new HashMap<>();

    int open;

    Gift(List<Head> heads, int enough) {
      this.heads = heads;
      this.enough = enough;
    }

    void has(String key) {
      having.merge(key, 1, Integer::sum);
    }
  }

  // What others ask.

  Reply compared(NodeId other) {
    return new Reply.Digests(shelf.digests(self, other));
  }

  Reply heads(Ask.Heads ask) {
    return shelf.heads(self, ask.me(), ask.part(), ask.after());
  }

  Reply lacking(Ask.Offer ask) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < ask.heads().size(); i++) {
      if (shelf.lacks(ask.heads().get(i))) {
        places.add(i);
      }
    }
    return new Reply.Lacking(places);
  }
}
