package pharos.kademlia;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

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

  /** So many of them are for those who claim to be nodes, in the parts of their sources. */
  private static final int MAX_CANDIDATES = 128;

  private final Turn turn;
  private final RoutingTable table;
  private final Rpcs rpcs;
  private final Lookups lookups;
  private final HeldStore held;
  private final Timed timer = Timed.of(this::onRound);
  private final Set<ContactId> asked = new HashSet<>();
  private final Quotas candidates;

  Upkeep(
      Turn turn,
      RoutingTable table,
      Rpcs rpcs,
      Lookups lookups,
      HeldStore held,
      ToIntFunction<String> agents) {
    candidates = new Quotas(MAX_CANDIDATES, agents);
    this.turn = turn;
    this.table = table;
    this.rpcs = rpcs;
    this.lookups = lookups;
    this.held = held;
  }

  void start() {
    turn.timers.set(timer, turn.nowNs + turn.jittered(turn.settings.times().checkNs() / ROUNDS));
  }

  private void onRound() {
    start();
    held.expire();
    List<Entry> due = new ArrayList<>();
    List<Entry> others = new ArrayList<>();
    table.forEach(
        entry -> {
          boolean isDue =
              entry.isDoubtful || turn.sinceNs(entry.heardNs) >= turn.settings.times().checkNs();
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
          if (turn.sinceNs(bucket.lookedAtNs) >= turn.settings.times().refreshNs()) {
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

  /**
   * Somebody claims to be a node: it comes in when it answers, if there is a place for it.
   *
   * @param source who claims it; one alone does not keep others from being asked
   */
  void onCandidate(Contact node, String source) {
    if (isNews(node) && candidates.room(source, 1) == Quotas.Room.THERE) {
      ping(node, source);
    }
  }

  private boolean isNews(Contact node) {
    if (node.id().equals(turn.self.id()) || node.endpoints().isEmpty()) {
      return false;
    }
    Entry known = table.find(node.id());
    return known == null
        ? table.hasRoomFor(node.key())
        : known.isDoubtful || node.version().compareTo(known.contact.version()) > 0;
  }

  /** Asks whether it is there; how it went is seen by all, and nobody waits for it. */
  void ping(Contact node) {
    ping(node, "");
  }

  private void ping(Contact node, String source) {
    if (asked.size() >= MAX_PINGS || !asked.add(node.id())) {
      return;
    }
    if (!source.isEmpty()) {
      candidates.take(source, 1);
    }
    Request request = new Request.Ping(Optional.of(turn.self));
    Runnable end =
        () -> {
          asked.remove(node.id());
          if (!source.isEmpty()) {
            candidates.take(source, -1);
          }
        };
    rpcs.ask(node, request, Rpcs.Handler.of(response -> end.run(), end));
  }
}
