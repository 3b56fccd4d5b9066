package pharos.kademlia;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the table true: asks those who were not heard for long or failed last, has a look at parts
 * of the key space where no lookup went, and asks newcomers to answer before they come in.
 */
final class Upkeep {
  /** So many rounds in the time within which everybody is to be heard. */
  private static final int ROUNDS = 20;

  private static final int PINGS_A_ROUND = 64;
  private static final int REFRESHES_A_ROUND = 2;
  private static final int MAX_PINGS = 256;

  private final Turn turn;
  private final RoutingTable table;
  private final Rpcs rpcs;
  private final Lookups lookups;
  private final HeldStore held;
  private final Timed timer = Timed.of(this::onRound);
  private final Set<ContactId> asked = new HashSet<>();

  Upkeep(Turn turn, RoutingTable table, Rpcs rpcs, Lookups lookups, HeldStore held) {
    this.turn = turn;
    this.table = table;
    this.rpcs = rpcs;
    this.lookups = lookups;
    this.held = held;
  }

  void start() {
    turn.timers.set(timer, turn.nowNs + turn.jittered(turn.settings.checkNs() / ROUNDS));
  }

  private void onRound() {
    start();
    held.expire();
    List<Entry> due = new ArrayList<>();
    List<Entry> others = new ArrayList<>();
    table.forEach(
        entry -> {
          boolean isDue =
              entry.isDoubtful || turn.sinceNs(entry.heardNs) >= turn.settings.checkNs();
          (isDue ? due : others).add(entry);
        });
    if (!due.isEmpty() && !others.isEmpty()) {
      // A witness: silence counts against a node only when somebody else is heard meanwhile.
      ping(others.get(turn.random.nextInt(others.size())).contact);
    }
    due.sort(Comparator.comparingLong(entry -> entry.heardNs - turn.nowNs));
    due.stream().limit(PINGS_A_ROUND).forEach(entry -> ping(entry.contact));
    List<RoutingTable.Bucket> stale = new ArrayList<>();
    table.forEachBucket(
        bucket -> {
          if (turn.sinceNs(bucket.lookedAtNs) >= turn.settings.refreshNs()) {
            stale.add(bucket);
          }
        });
    stale.stream().limit(REFRESHES_A_ROUND).forEach(this::refresh);
  }

  /** Looks at every part of the key space, after this node came into a network. */
  void refreshAll() {
    List<RoutingTable.Bucket> buckets = new ArrayList<>();
    table.forEachBucket(buckets::add);
    buckets.forEach(this::refresh);
  }

  private void refresh(RoutingTable.Bucket bucket) {
    Key key = bucket.within.withRandomTail(bucket.depth, turn.random);
    lookups.look(key, Lookup.Aim.NODES, List.of(), lookup -> {});
  }

  /** Somebody claims to be a node: it comes in when it answers, if there is a place for it. */
  void onCandidate(Contact node) {
    if (node.id().equals(turn.self.id()) || node.endpoints().isEmpty()) {
      return;
    }
    Entry known = table.find(node.id());
    boolean isNews =
        known == null
            ? table.hasRoomFor(node.key())
            : known.isDoubtful || node.version().compareTo(known.contact.version()) > 0;
    if (isNews) {
      ping(node);
    }
  }

  /** Asks whether it is there; how it went is seen by all, and nobody waits for it. */
  void ping(Contact node) {
    if (asked.size() >= MAX_PINGS || !asked.add(node.id())) {
      return;
    }
    Request request = new Request.Ping(Optional.of(turn.self));
    rpcs.ask(
        node,
        request,
        new Rpcs.Handler() {
          @Override
          public void answered(Response response) {
            asked.remove(node.id());
          }

          @Override
          public void failed() {
            asked.remove(node.id());
          }
        });
  }
}
