package pharos.kademlia;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One node of the overlay. Whoever drives it does the same in each turn: tells the time by {@link
 * #turn}, hands in all that arrived by the {@code on…} methods, lets due timers run by {@link
 * #wakeUp}, does the {@link Effect effects} in their order, and sleeps until {@link #nextWakeUpNs}
 * or until something arrives.
 *
 * <p>Calls of the application carry a number, which comes back with the result in {@link
 * Effect.Completed}; some are complete at once, with the next effects. Not thread-safe: one thread
 * owns it. The same calls with the same times and the same source of chance give the same effects.
 */
public final class Overlay {
  /** So many calls wait for the network at the start; the others are refused. */
  private static final int MAX_PENDING = 1_024;

  /** No source that the network knows has this name. */
  private static final String OWN_SOURCE = "";

  /** So often it is looked at what a newcomer is to hold, and so many times at once. */
  private static final long HAND_OVER_NS = Settings.SECOND / 2;

  private static final int HAND_OVER_BURST = 40;

  /** How soon a full view is compared with those of the others, while they grow and at last. */
  private static final long LOOK_AGAIN_NS = Settings.SECOND;

  private static final long LOOK_AGAIN_MAX_NS = Settings.MINUTE;

  private final ToIntFunction<String> agents;
  private final Turn turn;
  private final RoutingTable table;
  private final Rpcs rpcs;
  private final Lookups lookups;
  private final HeldStore held;
  private final ContactCache cache;
  private final RateLimits rates;
  private final Registrations registrations;
  private final Handover handover;
  private final Upkeep upkeep;
  private final Seeds seeds;
  private final List<Runnable> pending = new ArrayList<>();

  private final Timed lookAgain = Timed.of(this::lookAgain);
  private long lookAgainNs = LOOK_AGAIN_NS;

  /** When all of it may be done again at once. */
  private long handedOverNs;

  private int knownThen;

  /** Lookups of this node's own neighbourhood that run, so that it comes to know it. */
  private int joins;

  /** Whether one of them is over: what is known before is no full view, but a beginning. */
  private boolean hasJoined;

  /**
   * A node that knows nobody yet.
   *
   * @param self this node as it introduces itself; its version's incarnation is that of whatever is
   *     registered here without a version
   * @param nowNs the time, of any clock that only goes forward
   */
  public Overlay(Settings settings, Contact self, RandomGenerator random, long nowNs) {
    this(settings, self, random, nowNs, source -> 1);
  }

  /**
   * A node that gives each source its part of what it has room for.
   *
   * @param agents how many agents are proven to be at a source, {@link Quotas#OWN} for this host's
   *     own addresses; nodes of the overlay that answered from there are added
   */
  public Overlay(
      Settings settings,
      Contact self,
      RandomGenerator random,
      long nowNs,
      ToIntFunction<String> agents) {
    this.agents = agents;
    turn = new Turn(settings, self, random);
    turn.nowNs = nowNs;
    handedOverNs = nowNs;
    table = new RoutingTable(turn);
    rpcs = new Rpcs(turn, new Sight());
    lookups = new Lookups(turn, table, rpcs);
    held = new HeldStore(turn, this::agentsAt);
    cache = new ContactCache(settings, turn::choose);
    rates = new RateLimits(turn, this::agentsAt);
    handover = new Handover(turn, rpcs);
    registrations = new Registrations(turn, table, rpcs, lookups, handover);
    upkeep = new Upkeep(turn, table, rpcs, lookups, held, this::agentsAt);
    seeds = new Seeds(turn, rpcs, new Joining());
    upkeep.start();
    turn.timers.set(lookAgain, nowNs + turn.jittered(lookAgainNs));
  }

  /**
   * Few nodes know everybody, if they know it of each other: one that came by a node which itself
   * joined a moment later would not hear of that one's network otherwise, and lose it with it.
   */
  private void lookAgain() {
    int known = table.size();
    lookAgainNs = known == knownThen ? Math.min(2 * lookAgainNs, LOOK_AGAIN_MAX_NS) : LOOK_AGAIN_NS;
    knownThen = known;
    if (known > 0 && table.isFullView()) {
      lookAround(List.of());
    }
    turn.timers.set(lookAgain, turn.nowNs + turn.jittered(lookAgainNs));
  }

  private final class Sight implements Rpcs.Sight {
    @Override
    public void answered(Contact node, String at) {
      onLiving(node, at);
    }

    @Override
    public void failed(ContactId node, boolean isItsFault) {
      if (table.onFailed(node, isItsFault || table.failedBefore(node, rpcs.heardNs(node)))) {
        registrations.onLostNode(node);
      }
    }
  }

  private final class Joining implements Seeds.Joining {
    @Override
    public void onSeed(Contact seed) {
      if (!lookAround(List.of(seed))) {
        upkeep.ping(seed);
      }
    }

    @Override
    public void onSeedsAsked() {
      runPending();
    }
  }

  /** Looks who is near this node; the first time, at the rest of the network too. */
  private boolean lookAround(List<Contact> hints) {
    joins++;
    boolean looks =
        lookups.look(turn.self.key(), Lookup.Aim.NODES, hints, lookup -> onLookedAround());
    joins -= looks ? 0 : 1;
    return looks;
  }

  private void lookSoon() {
    if (table.isFullView() && lookAgainNs > LOOK_AGAIN_NS) {
      lookAgainNs = LOOK_AGAIN_NS;
      turn.timers.set(lookAgain, turn.nowNs + turn.jittered(lookAgainNs));
    }
  }

  private void onLookedAround() {
    joins--;
    if (!hasJoined && table.size() > 0) {
      hasJoined = true;
      upkeep.refreshAll();
      registrations.onNetwork();
    }
    runPending();
  }

  private void runPending() {
    if (!pending.isEmpty() && !isJoining()) {
      // sometimes: calls waited until the node had joined
      List<Runnable> calls = List.copyOf(pending);
      pending.clear();
      calls.forEach(Runnable::run);
    }
  }

  /** Whether little is known, and more will be in a moment. */
  private boolean isJoining() {
    return !hasJoined && (seeds.isPending() || joins > 0);
  }

  // The turn.

  /** Begins a turn: the time, of the clock that the constructor was given. */
  public void turn(long nowNs) {
    turn.nowNs = nowNs;
  }

  /** Runs what is due; the last thing in a turn, after all that arrived was handed in. */
  public void wakeUp() {
    for (Timed due = turn.timers.poll(turn.nowNs); due != null; ) {
      due.fire();
      due = turn.timers.poll(turn.nowNs);
    }
  }

  /** When to wake up at the latest. There is always something to wake up for. */
  public long nextWakeUpNs() {
    return turn.timers.nextNs();
  }

  /** What to do now, in this order; each call takes what came up since the one before. */
  public List<Effect> takeEffects() {
    return turn.takeEffects();
  }

  // What the application wants.

  /**
   * Announces a contact to the nodes nearest to it, and keeps it announced. Without a version it is
   * given one, which is later than all before. Where it is registered already the arbiter decides
   * what is announced.
   */
  public void register(long call, Contact contact) {
    whenJoined(call, () -> registrations.register(call, contact));
  }

  /** Withdraws what is registered here, as it is. */
  public void unregister(long call, ContactId id) {
    whenJoined(call, () -> unregister(call, id, null));
  }

  /**
   * Withdraws what is registered here, unless the arbiter prefers that to this contact. Without a
   * version this one is later than all before.
   */
  public void unregister(long call, Contact contact) {
    whenJoined(call, () -> unregister(call, contact.id(), contact));
  }

  /** What another node had announced of it before is held here too, maybe: that ends as well. */
  private void unregister(long call, ContactId id, @Nullable Contact as) {
    registrations
        .unregister(call, id, as)
        .ifPresent(withdrawn -> held.announce(new Announcement(withdrawn, 0, true), OWN_SOURCE));
  }

  /**
   * Announces it no more, and leaves it where it is held until it expires there: for what others
   * announce too. Returns whether it was registered here.
   */
  public boolean release(ContactId id) {
    return registrations.release(id);
  }

  /** Looks a contact up: here, then in the network. */
  public void find(long call, ContactId id, FindOptions options) {
    whenJoined(call, () -> new Finding(call, id, options).begin());
  }

  /** Looks for the live nodes nearest to this key. */
  public void nearest(long call, Key key) {
    whenJoined(
        call,
        () -> {
          if (table.size() == 0) {
            complete(call, new Result.NoNetwork());
          } else if (!lookups.look(
              key, Lookup.Aim.NODES, List.of(), lookup -> complete(call, nearest(lookup)))) {
            complete(call, new Result.Refused(Result.Reason.BUSY));
          }
        });
  }

  private static Result nearest(Lookup lookup) {
    if (!lookup.isAnswered()) {
      return new Result.NoNetwork();
    }
    return lookup.isTimedOut()
        ? new Result.TimedOut(lookup.nearest(), lookup.route())
        : new Result.Nearest(lookup.nearest(), lookup.route());
  }

  /**
   * A hint: the application knows this contact from elsewhere, and answers for it. It is found
   * until it is too old for the cache, or reported. Returns what the arbiter makes of it and what
   * is known here; where it is registered here, that is announced from now on.
   */
  public Contact add(Contact contact) {
    Contact registered = registrations.merge(contact);
    return registered == null
        ? cache.put(contact, turn.nowNs, Optional.empty(), turn.nowNs)
        : registered;
  }

  /**
   * A report: this contact could not be reached. What is known here of a later version stays. A
   * node is asked whether it is there. Returns whether anything came of it.
   */
  public boolean reportUnreachable(Contact contact) {
    boolean isCached = cache.reportUnreachable(contact, turn.nowNs);
    Entry node = table.find(contact.id());
    boolean isNode = node != null && node.contact.version().compareTo(contact.version()) <= 0;
    if (node != null && isNode) {
      upkeep.ping(node.contact);
    }
    return isCached || isNode;
  }

  /** Introduces itself so from now on: other endpoints or data, and a later version. */
  public void introduce(Contact self) {
    if (!self.id().equals(turn.self.id())) {
      throw new IllegalArgumentException(
          "this node is " + turn.self.id() + ", and cannot become " + self.id());
    }
    turn.self = self;
  }

  /** Joins by these addresses, and asks them again for ever; these and no others. */
  public void seeds(List<String> endpoints) {
    seeds.set(endpoints);
  }

  // What arrives.

  /** A node that somebody else has met and verified came to be, such as one by its beacon. */
  public void memberJoined(Contact node) {
    memberJoined(node, "");
  }

  /**
   * The same.
   *
   * @param at the address that it was met at; empty when nobody told
   */
  public void memberJoined(Contact node, String at) {
    if (node.id().equals(turn.self.id())) {
      return;
    }
    boolean isFirst = table.size() == 0;
    onLiving(node, at);
    if (isFirst) {
      lookAround(List.of());
    }
  }

  /** A node is gone, for certain: so says whoever watches it. */
  public void memberGone(ContactId node) {
    cache.remove(node);
    if (table.remove(node)) {
      registrations.onLostNode(node);
    }
  }

  /**
   * A request arrived. One reply or {@link Effect.Ignore} with this token follows at once.
   *
   * @param source who is accountable for it, such as the address it came from
   */
  public void onRequest(long token, String source, Request request) {
    rpcs.onHeard(request.from().map(Contact::id));
    if (!takes(source)) {
      turn.emit(new Effect.Ignore(token));
      return;
    }
    turn.count(Count.SERVED);
    turn.emit(
        new Effect.Reply(
            token,
            request instanceof Request.FindNode find
                ? answer(source, find)
                : new Response(turn.self, Optional.empty(), List.of(), Verdict.NONE)));
    request.from().ifPresent(node -> upkeep.onCandidate(node, source));
  }

  /**
   * Whether this source may ask something else now: who asks too often is not served, whatever it
   * asks. Each call counts as a request.
   */
  public boolean takes(String source) {
    boolean isAllowed = rates.takes(source);
    if (!isAllowed) {
      turn.count(Count.TOO_MANY);
    }
    return isAllowed;
  }

  /**
   * How many agents are proven to be at a source, nodes of the overlay among them; {@link
   * Quotas#OWN} for this host's own addresses.
   */
  public int agentsAt(String source) {
    int proven = source.isEmpty() ? Quotas.OWN : agents.applyAsInt(source);
    return proven == Quotas.OWN ? proven : proven + table.nodesAt(source);
  }

  private Response answer(String source, Request.FindNode find) {
    Verdict verdict =
        find.announcement()
            .map(announcement -> held.announce(announcement, source))
            .orElse(Verdict.NONE);
    List<Contact> nearest = new ArrayList<>();
    for (Entry entry : table.nearestLive(find.target(), turn.settings.k() + 1)) {
      boolean isAsker =
          find.from().filter(asker -> asker.id().equals(entry.contact.id())).isPresent();
      if (!isAsker && nearest.size() < turn.settings.k()) {
        nearest.add(entry.contact);
      }
    }
    return new Response(turn.self, known(find.target()), nearest, verdict);
  }

  /** What is registered here or held for others. */
  private Optional<Held> known(Key key) {
    Contact own = registrations.find(key);
    Optional<Held> holding = held.find(key);
    if (own == null) {
      return holding;
    }
    // sometimes, if holding.isPresent(): what a node registers it also holds for others
    return Optional.of(new Held(holding.map(other -> both(own, other.contact())).orElse(own), 0));
  }

  /** What is registered here comes first where not all of it has room. */
  private Contact both(Contact own, Contact other) {
    Arbiter arbiter = turn.settings.arbiter();
    return arbiter.gathers(own.id())
        ? arbiter.gather(List.of(own, other))
        : turn.choose(own, other);
  }

  /** A request was answered. */
  public void onResponse(long rpc, Response response) {
    onResponse(rpc, "", response);
  }

  /**
   * The same.
   *
   * @param at the address that it was answered from; empty when nobody told
   */
  public void onResponse(long rpc, String at, Response response) {
    rpcs.onResponse(rpc, at, response);
  }

  /** A request failed: refused, no route, no sense in the answer. */
  public void onFailure(long rpc) {
    rpcs.onFailure(rpc);
  }

  private void onLiving(Contact node, String at) {
    boolean isFirst = table.size() == 0;
    if (!table.onAnswered(node, at)) {
      return;
    }
    registrations.onNewNode(node);
    handOver(node);
    lookSoon();
    if (isFirst && hasJoined) {
      registrations.onNetwork();
    }
  }

  /**
   * A newcomer is one of the nearest to something held here: the nearest one of those who hold it
   * passes it on. Where everybody knows everybody, the owners do that themselves.
   */
  private void handOver(Contact newcomer) {
    if (table.isFullView() || held.size() == 0 || !isNeighbour(newcomer)) {
      return;
    }
    // Looking through all takes its time: who comes and goes near us again and again does not
    // have us do nothing else. The owners come back to it by and by.
    if (handedOverNs - turn.nowNs > HAND_OVER_BURST * HAND_OVER_NS) {
      return;
    }
    handedOverNs = Math.max(handedOverNs, turn.nowNs) + HAND_OVER_NS;
    for (Key key : held.keys()) {
      List<Entry> nearest = table.nearestLive(key, turn.settings.k());
      boolean isAmong = nearest.stream().anyMatch(entry -> entry.contact.equals(newcomer));
      if (isAmong && isNearest(key, nearest, newcomer)) {
        held.find(key)
            .ifPresent(
                holding ->
                    handover.enqueue(
                        newcomer,
                        new Announcement(holding.contact(), holding.ageMs(), false),
                        verdict -> {}));
      }
    }
  }

  private boolean isNeighbour(Contact newcomer) {
    return table.nearest(turn.self.key(), turn.settings.k()).stream()
        .anyMatch(entry -> entry.contact.equals(newcomer));
  }

  private boolean isNearest(Key key, List<Entry> nearest, Contact except) {
    return nearest.stream()
        .filter(entry -> !entry.contact.equals(except))
        .allMatch(entry -> key.compareDistance(turn.self.key(), entry.contact.key()) < 0);
  }

  private void whenJoined(long call, Runnable step) {
    if (!isJoining()) {
      step.run();
    } else if (pending.size() < MAX_PENDING) {
      pending.add(step);
    } else {
      complete(call, new Result.Refused(Result.Reason.BUSY));
    }
  }

  private void complete(long call, Result result) {
    turn.emit(new Effect.Completed(call, result));
  }

  /** One call of {@link #find}. */
  private final class Finding {
    private final long call;
    private final ContactId id;
    private final FindOptions options;
    private final List<Contact> hints = new ArrayList<>();

    Finding(long call, ContactId id, FindOptions options) {
      this.call = call;
      this.id = id;
      this.options = options;
    }

    void begin() {
      if (!options.noCache() && !options.isCertified() && isFoundHere()) {
        return;
      }
      if (table.size() == 0) {
        complete(call, new Result.NoNetwork());
        return;
      }
      Lookup.Aim aim = options.isCertified() ? Lookup.Aim.CERTIFIED : Lookup.Aim.FIRST;
      if (!lookups.look(id.key(), aim, hints, this::end)) {
        complete(call, new Result.Refused(Result.Reason.BUSY));
      }
    }

    private boolean isFoundHere() {
      Optional<Held> known = known(id.key());
      if (known.isPresent()) {
        boolean isOwn = registrations.find(id.key()) != null;
        found(
            known.get().contact(),
            known.get().ageMs() * Settings.MS,
            isOwn ? Route.Source.OWN : Route.Source.HELD,
            Optional.empty());
        return true;
      }
      Entry node = table.find(id);
      if (node != null) {
        return isYoungEnough(
            node.contact, node.heardNs, Route.Source.TABLE, Optional.of(node.contact));
      }
      ContactCache.Cached cached = cache.get(id, turn.nowNs);
      return cached != null
          && isYoungEnough(cached.contact(), cached.seenNs(), Route.Source.CACHE, cached.from());
    }

    /** Otherwise whoever told it is asked first whether it still is so, but for ourselves. */
    private boolean isYoungEnough(
        Contact contact, long seenNs, Route.Source source, Optional<Contact> by) {
      long ageNs = turn.sinceNs(seenNs);
      if (ageNs <= options.acceptAgeNs() || by.isEmpty()) {
        found(contact, ageNs, source, by);
        return true;
      }
      by.ifPresent(hints::add);
      return false;
    }

    private void found(Contact contact, long ageNs, Route.Source source, Optional<Contact> by) {
      Route route = new Route(source, by.map(Contact::id), 0, 0, 0, false);
      complete(call, new Result.Found(contact, ageNs, route, List.of(contact)));
    }

    private void end(Lookup lookup) {
      Optional<Held> known =
          options.isCertified() && !options.noCache() ? known(id.key()) : Optional.empty();
      Contact value = lookup.value();
      long ageNs = lookup.valueAgeNs();
      if (known.isPresent()) {
        long knownAgeNs = known.get().ageMs() * Settings.MS;
        ageNs = value == null ? knownAgeNs : Math.min(ageNs, knownAgeNs);
        value = value == null ? known.get().contact() : turn.choose(value, known.get().contact());
      }
      List<Contact> told = new ArrayList<>(lookup.told());
      known.ifPresent(held -> told.add(held.contact()));
      complete(call, result(lookup, value, ageNs, told));
    }

    private Result result(Lookup lookup, @Nullable Contact value, long ageNs, List<Contact> told) {
      if (value != null) {
        Optional<Contact> from = lookup.valueFrom();
        Contact chosen =
            from.isEmpty() ? value : cache.put(value, turn.nowNs - ageNs, from, turn.nowNs);
        return new Result.Found(
            chosen, ageNs, lookup.route(), told.isEmpty() ? List.of(chosen) : told);
      }
      if (!lookup.isAnswered()) {
        return new Result.NoNetwork();
      }
      if (lookup.isTimedOut()) {
        return new Result.TimedOut(lookup.nearest(), lookup.route());
      }
      cache.remove(id);
      return new Result.NotFound(lookup.nearest(), lookup.route());
    }
  }

  // What can be looked at.

  /** This node as it introduces itself. */
  public Contact self() {
    return turn.self;
  }

  /** The nodes in the table. */
  public List<Contact> nodes() {
    List<Contact> nodes = new ArrayList<>();
    table.forEach(entry -> nodes.add(entry.contact));
    return nodes;
  }

  /** What is held here for others. */
  public List<Held> held() {
    return held.all();
  }

  /** How full everything is. */
  public Sizes sizes() {
    return new Sizes(
        table.size(),
        table.waiting(),
        table.buckets(),
        held.size(),
        held.bytes(),
        cache.size(),
        rpcs.open(),
        lookups.running());
  }

  /** How often that happened. */
  public long count(Count what) {
    return turn.counted(what);
  }
}
