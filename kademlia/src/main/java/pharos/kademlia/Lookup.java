package pharos.kademlia;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One walk towards a key. It takes several tracks, and what an answer names is believed on the
 * track alone that asked, so that one liar spoils one track. No node is asked twice. A track is
 * settled once the k nearest live nodes that it knows of have answered, whoever asked them. Who is
 * slow keeps its request but is passed over as if it were dead, until it answers.
 *
 * <p>When the tracks contradict each other, or name more nodes near the key than there can be in a
 * network of this size, more tracks are begun from other nodes of the table.
 */
final class Lookup {
  /** What it is for. */
  enum Aim {
    /** The first who knows the contact ends it. */
    FIRST,
    /** The contact, as the nearest nodes have it. */
    CERTIFIED,
    /** The nearest nodes themselves. */
    NODES
  }

  /** A lookup that sends so many times k requests is being led astray. */
  private static final int MAX_REQUESTS = 16;

  /** Nodes from which a further track starts. */
  private static final int STARTS = 3;

  /** So many times nearer than our own k nearest is no chance: its spread is below a quarter. */
  private static final double TOO_DENSE = 4;

  /** Of so many it is kept what they told. */
  private static final int MAX_TOLD = 64;

  /** What is kept of a node beside its contact. */
  private static final int HOP_BYTES = 200;

  private enum State {
    NEW,
    OPEN,
    STALLED,
    ANSWERED,
    FAILED
  }

  /** A node that was named, or known from the beginning. */
  private static final class Hop {
    Contact contact;
    State state = State.NEW;

    /** In how many steps it was reached. */
    final int depth;

    Hop(Contact contact, int depth) {
      this.contact = contact;
      this.depth = depth;
    }
  }

  private final class Track {
    /** The nearest first. */
    final List<Hop> hops = new ArrayList<>();

    private final Set<Hop> members = new HashSet<>();
    int open;

    void add(Hop hop) {
      if (!members.add(hop)) {
        return;
      }
      int low = 0;
      int high = hops.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        int order = target.compareDistance(hops.get(middle).contact.key(), hop.contact.key());
        if (order <= 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      hops.add(low, hop);
    }

    /** Whom to ask next: the nearest that was not asked, unless k nearer ones live. */
    @Nullable Hop next() {
      int live = 0;
      for (Hop hop : hops) {
        if (hop.state == State.NEW) {
          return hop;
        }
        if (isLive(hop) && ++live == k) {
          return null;
        }
      }
      return null;
    }

    /** Drops the farthest that was not asked, and need not be; null when there is none. */
    @Nullable Hop dropFarthest() {
      for (int i = hops.size() - 1; i >= k; i--) {
        Hop hop = hops.get(i);
        if (hop.state == State.NEW) {
          hops.remove(i);
          members.remove(hop);
          return hop;
        }
      }
      return null;
    }

    boolean isSettled() {
      int live = 0;
      for (Hop hop : hops) {
        if (hop.state == State.NEW || hop.state == State.OPEN) {
          return false;
        }
        if (isLive(hop) && ++live == k) {
          return true;
        }
      }
      return true;
    }

    private boolean isLive(Hop hop) {
      return hop.state == State.ANSWERED || hop.state == State.OPEN;
    }

    /** The nearest that answered, up to k of them. */
    List<Contact> answered() {
      Set<Contact> answered = new LinkedHashSet<>();
      for (Hop hop : hops) {
        if (hop.state == State.ANSWERED && answered.add(hop.contact) && answered.size() == k) {
          break;
        }
      }
      return List.copyOf(answered);
    }
  }

  /** A liar may name a true node with a false address, so one node may be two hops. */
  private record Place(ContactId id, List<String> endpoints) {}

  final Key target;
  final Aim aim;

  private final Turn turn;
  private final RoutingTable table;
  private final Rpcs rpcs;
  private final LongPredicate isTooMuch;
  private final int k;
  private final long startedNs;
  private final Timed timeout = Timed.of(this::timeOut);
  private final Map<Place, Hop> hops = new HashMap<>();
  private final List<Track> tracks = new ArrayList<>();
  private final List<Consumer<Lookup>> waiters = new ArrayList<>();
  private int openInTime;
  private int openStalled;
  private int answers;
  private int requests;
  private boolean isSuspicious;

  /** What those cost that were named; a liar may name large ones without end. */
  private long bytes;

  /** What gathers, as each told it. */
  private final List<Contact> told = new ArrayList<>();

  private @Nullable Contact value;
  private long valueAgeNs;
  private @Nullable Contact valueBy;
  private int valueHops;
  private boolean hasEnded;
  private boolean isTimedOut;

  /**
   * @param isTooMuch whether it may not keep so many octets of what it was told
   */
  Lookup(Turn turn, RoutingTable table, Rpcs rpcs, Key target, Aim aim, LongPredicate isTooMuch) {
    this.isTooMuch = isTooMuch;
    this.turn = turn;
    this.table = table;
    this.rpcs = rpcs;
    this.target = target;
    this.aim = aim;
    k = turn.settings.k();
    startedNs = turn.nowNs;
  }

  void await(Consumer<Lookup> waiter) {
    waiters.add(waiter);
  }

  /**
   * Begins.
   *
   * @param hints nodes to ask before all others, which need not be near
   * @param count how many tracks to take
   */
  void start(List<Contact> hints, int count) {
    turn.count(Count.LOOKUPS);
    turn.timers.set(timeout, turn.nowNs + turn.settings.times().lookupNs());
    table.onLookup(target);
    List<Entry> known = table.nearestLive(target, k);
    if (known.isEmpty()) {
      // sometimes, if table.size() > 0: all known nodes are in doubt, and are asked all the same
      known = table.nearest(target, k);
    }
    for (int i = 0; i < Math.max(1, Math.min(count, known.size())); i++) {
      tracks.add(new Track());
    }
    for (int i = 0; i < known.size(); i++) {
      tracks.get(i % tracks.size()).add(hop(known.get(i).contact, 1));
    }
    hint(hints);
    proceed();
  }

  /** Asks these at once, wherever they lie. */
  void hint(List<Contact> hints) {
    for (Contact hint : hints) {
      Hop hop = hop(hint, 1);
      tracks.get(0).add(hop);
      if (hop.state == State.NEW && !hasEnded) {
        ask(tracks.get(0), hop);
      }
    }
  }

  private Hop hop(Contact contact, int depth) {
    return hops.computeIfAbsent(
        new Place(contact.id(), contact.endpoints()),
        place -> {
          bytes += sizeOf(contact);
          return new Hop(contact, depth);
        });
  }

  private static int sizeOf(Contact contact) {
    return HOP_BYTES + contact.sizeBytes();
  }

  /** What it keeps of what it was told costs so much. */
  long bytes() {
    return bytes;
  }

  /** Drops the farthest that were named; when that does not help, it is being led astray. */
  private void keepBounds() {
    while (!hasEnded && isTooMuch.test(bytes)) {
      Hop dropped = null;
      for (Track track : tracks) {
        Hop farthest = track.dropFarthest();
        dropped = farthest == null ? dropped : farthest;
        if (farthest != null && tracks.stream().noneMatch(it -> it.members.contains(farthest))) {
          hops.remove(new Place(farthest.contact.id(), farthest.contact.endpoints()));
          bytes -= sizeOf(farthest.contact);
        }
      }
      if (dropped == null) {
        timeOut();
      }
    }
  }

  private void proceed() {
    while (!hasEnded) {
      if (tracks.stream().allMatch(Track::isSettled)) {
        if (answers < k && openStalled > answers) {
          // Nobody is left to ask, and most are silent: it is the network that is slow.
          return;
        }
        if (!goAnotherWay()) {
          end();
          return;
        }
      }
      if (!askNext()) {
        return;
      }
    }
  }

  /** Asks the next one, by the track that has the fewest requests open, when there is a slot. */
  private boolean askNext() {
    if (openInTime >= Math.max(turn.settings.alpha(), tracks.size())) {
      return false;
    }
    Track asking = null;
    Hop next = null;
    for (Track track : tracks) {
      if (asking == null || track.open < asking.open) {
        Hop hop = track.next();
        if (hop != null) {
          asking = track;
          next = hop;
        }
      }
    }
    if (asking == null || next == null) {
      return false;
    }
    if (requests >= MAX_REQUESTS * k) {
      timeOut();
      return false;
    }
    ask(asking, next);
    return true;
  }

  private void ask(Track track, Hop hop) {
    requests++;
    openInTime++;
    track.open++;
    hop.state = State.OPEN;
    Request request = new Request.FindNode(turn.sender(), target, Optional.empty());
    rpcs.ask(
        hop.contact,
        request,
        new Rpcs.Handler() {
          @Override
          public void answered(Response response) {
            close(track, hop, State.ANSWERED);
            answers++;
            if (!hasEnded) {
              learn(track, hop, response);
              proceed();
            }
          }

          @Override
          public void failed() {
            // sometimes: a node does not answer a lookup
            close(track, hop, State.FAILED);
            proceed();
          }

          @Override
          public void stalled() {
            // sometimes: a node is slow, and gives its place in a lookup to another
            openInTime--;
            openStalled++;
            track.open--;
            hop.state = State.STALLED;
            proceed();
          }
        });
  }

  private void close(Track track, Hop hop, State state) {
    if (hop.state == State.STALLED) {
      openStalled--;
    } else {
      openInTime--;
      track.open--;
    }
    hop.state = state;
  }

  private void learn(Track track, Hop by, Response response) {
    bytes += sizeOf(response.from()) - sizeOf(by.contact);
    by.contact = response.from();
    if (response.from().key().equals(target)) {
      take(response.from(), 0, by);
    }
    response.held().filter(held -> isTarget(held.contact())).ifPresent(held -> take(held, by));
    int rest = k;
    for (Contact named : response.nearest()) {
      if (rest-- == 0) {
        break;
      }
      if (named.id().equals(turn.self.id())) {
        continue;
      }
      if (aim == Aim.FIRST && named.key().equals(target)) {
        // Every node of a table has answered within this time, or is asked now.
        take(named, turn.settings.times().checkNs(), by);
      }
      track.add(hop(named, by.depth + 1));
    }
    keepBounds();
    if (aim == Aim.FIRST && value != null) {
      // sometimes: the first value ends a lookup
      end();
    }
  }

  private boolean isTarget(Contact contact) {
    return contact.key().equals(target);
  }

  private void take(Held held, Hop by) {
    if (told.size() < MAX_TOLD && turn.settings.arbiter().gathers(held.contact().id())) {
      told.add(held.contact());
      bytes += held.contact().sizeBytes();
    }
    take(held.contact(), held.ageMs() * Settings.MS, by);
  }

  private void take(Contact contact, long ageNs, Hop by) {
    Contact before = value;
    // sometimes, if before != null && !before.equals(contact): nodes tell two values of one key
    Contact chosen = before == null ? contact : turn.choose(before, contact);
    if (before == null || !chosen.equals(before) || ageNs < valueAgeNs) {
      valueAgeNs = before == null || chosen.equals(contact) ? ageNs : Math.min(valueAgeNs, ageNs);
      valueBy = by.contact;
      valueHops = by.depth;
    }
    value = chosen;
  }

  /** Whether the tracks give reason for another one, and there is somebody to begin it with. */
  private boolean goAnotherWay() {
    if (value != null || !contradicts()) {
      return false;
    }
    if (!isSuspicious) {
      // sometimes: tracks contradict each other
      isSuspicious = true;
      turn.count(Count.SUSPICIOUS_LOOKUPS);
    }
    if (tracks.size() >= turn.settings.maxPaths()) {
      return false;
    }
    Track track = new Track();
    for (Entry entry : table.nearestLive(target, table.size())) {
      Hop hop = hop(entry.contact, 1);
      if (hop.state == State.NEW) {
        track.add(hop);
        if (track.hops.size() == STARTS) {
          break;
        }
      }
    }
    return !track.hops.isEmpty() && tracks.add(track);
  }

  private boolean contradicts() {
    double nearShare = k / table.estimatedNodes();
    TreeSet<Key> union = new TreeSet<>();
    for (Track track : tracks) {
      List<Contact> nearest = track.answered();
      nearest.forEach(node -> union.add(node.key()));
      if (nearest.size() == k && target.share(nearest.get(k - 1).key()) < nearShare / TOO_DENSE) {
        return true;
      }
    }
    return union.size() > k + k / 2;
  }

  private void timeOut() {
    isTimedOut = true;
    end();
  }

  private void end() {
    if (hasEnded) {
      return;
    }
    hasEnded = true;
    turn.timers.cancel(timeout);
    waiters.forEach(waiter -> waiter.accept(this));
  }

  // What came of it.

  boolean isTimedOut() {
    return isTimedOut;
  }

  /** Whether anybody answered at all. */
  boolean isAnswered() {
    return answers > 0;
  }

  @Nullable Contact value() {
    return value;
  }

  /** What gathers, as each of those told it who answered; nothing when it does not. */
  List<Contact> told() {
    return told;
  }

  long valueAgeNs() {
    return valueAgeNs;
  }

  /** The node that told the value; before it was told, nobody. */
  Optional<Contact> valueFrom() {
    return Optional.ofNullable(valueBy);
  }

  /**
   * The nearest that answered, the nearest first: k of them, or more where the tracks contradict
   * each other, since then nobody knows which k are the true ones.
   */
  List<Contact> nearest() {
    TreeSet<Contact> union =
        new TreeSet<>((one, other) -> target.compareDistance(one.key(), other.key()));
    for (Track track : tracks) {
      union.addAll(track.answered());
    }
    return contradicts() ? List.copyOf(union) : union.stream().limit(k).toList();
  }

  Route route() {
    int hopsMade = value == null ? deepest() : valueHops;
    return new Route(
        Route.Source.NETWORK,
        Optional.ofNullable(valueBy).map(Contact::id),
        hopsMade,
        requests,
        turn.nowNs - startedNs,
        !isTimedOut && tracks.stream().allMatch(Track::isSettled));
  }

  private int deepest() {
    return hops.values().stream()
        .filter(hop -> hop.state == State.ANSWERED)
        .mapToInt(hop -> hop.depth)
        .max()
        .orElse(0);
  }
}
