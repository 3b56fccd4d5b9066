package pharos.simulator.kademlia;

import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;
import pharos.kademlia.Count;
import pharos.kademlia.Effect;
import pharos.kademlia.FindOptions;
import pharos.kademlia.Held;
import pharos.kademlia.Key;
import pharos.kademlia.Overlay;
import pharos.kademlia.Request;
import pharos.kademlia.Response;
import pharos.kademlia.Result;
import pharos.kademlia.Settings;
import pharos.kademlia.Verdict;

/**
 * A network that stands still: everybody has the table of one who met all, then some died or turned
 * hostile, and nothing was repaired. One lookup runs at a time; a round trip takes one {@link
 * #UNIT_NS}, and who is dead never answers. Asker and answering nodes are real overlay nodes.
 *
 * <p>A hostile node, once asked, names only nodes of its own that lie nearer to the target than any
 * true one, and these do the same.
 */
final class StillNetwork {
  static final long UNIT_NS = 100_000_000;

  private static final long FOR_EVER_NS = 1_000_000 * UNIT_NS;

  /** So many answering nodes are kept for the next lookup. */
  private static final int KEPT = 3_000;

  /** So many times more nodes than the true ones are invented, to choose the nearest from. */
  private static final int FORGED_PER_NODE = 20;

  private final Population population;
  private final BitSet dead = new BitSet();
  private final BitSet hostile = new BitSet();
  private @Nullable Population forged;
  private final SplittableRandom random;
  private final Settings settings;
  private final Map<Integer, Overlay> awake = new LinkedHashMap<>(16, 0.75f, true);
  private final CRC32 trace = new CRC32();
  private long nowNs;
  private long tokens;
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private long open;

  /** The contact that is being looked for, and who holds it. */
  private @Nullable Contact registered;

  private Set<ContactId> holders = Set.of();

  StillNetwork(Population population, long seed, UnaryOperator<Settings> change) {
    this.population = population;
    random = new SplittableRandom(seed);
    settings =
        change.apply(
            Settings.defaults()
                .withTimes(
                    new Settings.Times(
                        UNIT_NS,
                        1.5,
                        30 * UNIT_NS,
                        FOR_EVER_NS,
                        FOR_EVER_NS,
                        FOR_EVER_NS,
                        FOR_EVER_NS))
                .withCacheSize(0));
  }

  StillNetwork kill(double share) {
    choose(share, dead);
    return this;
  }

  StillNetwork turnHostile(double share) {
    choose(share, hostile);
    forged = new Population(population.size() * FORGED_PER_NODE, random.nextInt(1_000_000) + 1L);
    return this;
  }

  private void choose(double share, BitSet into) {
    int count = (int) Math.round(share * population.size());
    while (into.cardinality() < count) {
      into.set(random.nextInt(population.size()));
    }
  }

  /** Somebody who lives and is honest. */
  int anyone() {
    while (true) {
      int index = random.nextInt(population.size());
      if (!dead.get(index) && !hostile.get(index)) {
        return index;
      }
    }
  }

  Population population() {
    return population;
  }

  /** Looks one node up from another, by the first who names it. */
  Result find(int asker, int target) {
    Contact node = population.node(target);
    return look(asker, overlay -> overlay.find(1, node.id(), anyAge()));
  }

  private static FindOptions anyAge() {
    return FindOptions.FIRST.acceptAgeNs(FOR_EVER_NS * 4);
  }

  /** Looks a contact up that the k nearest nodes hold; those of them that are honest, that is. */
  Result findRegistered(int asker, int number) {
    Contact contact = Contact.of(ContactId.ofText("contact-" + number));
    Set<ContactId> nearest = new HashSet<>();
    population.nearest(contact.key(), dead, -1).forEach(node -> nearest.add(node.id()));
    registered = contact;
    holders = nearest;
    Result result = look(asker, overlay -> overlay.find(1, contact.id(), anyAge()));
    registered = null;
    holders = Set.of();
    return result;
  }

  /** Looks for the nodes nearest to this key. */
  Result nearest(int asker, Key key) {
    return look(asker, overlay -> overlay.nearest(1, key));
  }

  /** What share of the true nearest live nodes is among these. */
  double share(Key key, int asker, List<Contact> nodes) {
    List<Contact> truth = population.nearest(key, dead, asker);
    return truth.stream().filter(nodes::contains).count() / (double) truth.size();
  }

  long count(Count what) {
    return counts.getOrDefault(what, 0L);
  }

  /** Requests that were still open when their lookup was over. */
  long open() {
    return open;
  }

  /** The same for the same requests to the same nodes in the same order. */
  long trace() {
    return trace.getValue();
  }

  int tableSize(int index) {
    return population.table(index).size();
  }

  private interface Call {
    void on(Overlay overlay);
  }

  private record Arrival(long atNs, long rpc, Response response) {}

  private Result look(int index, Call call) {
    nowNs += 10 * UNIT_NS;
    // One that has only its table: what it did before, as one who answers, would be counted too.
    Overlay asker = start(index);
    count(asker, -1);
    PriorityQueue<Arrival> arrivals = new PriorityQueue<>(Comparator.comparingLong(Arrival::atNs));
    asker.turn(nowNs);
    call.on(asker);
    Result result = null;
    while (result == null) {
      result = perform(asker, arrivals);
      if (result != null) {
        break;
      }
      Arrival next = arrivals.peek();
      if (next != null && next.atNs() <= asker.nextWakeUpNs()) {
        arrivals.remove();
        nowNs = next.atNs();
        asker.turn(nowNs);
        asker.onResponse(next.rpc(), next.response());
      } else {
        nowNs = asker.nextWakeUpNs();
        asker.turn(nowNs);
      }
      asker.wakeUp();
    }
    count(asker, 1);
    open += asker.sizes().open();
    return result;
  }

  private void count(Overlay overlay, int sign) {
    for (Count count : Count.values()) {
      counts.merge(count, sign * overlay.count(count), Long::sum);
    }
  }

  private @Nullable Result perform(Overlay asker, PriorityQueue<Arrival> arrivals) {
    Result result = null;
    for (Effect effect : asker.takeEffects()) {
      if (effect instanceof Effect.Ask ask) {
        ContactId to = ask.node().orElseThrow();
        trace.update(to.toBytes());
        Response response = answer(to, ask.request());
        if (response != null) {
          arrivals.add(new Arrival(nowNs + UNIT_NS, ask.rpc(), response));
        }
      } else if (effect instanceof Effect.Completed completed) {
        result = completed.result();
      }
    }
    return result;
  }

  private @Nullable Response answer(ContactId to, Request request) {
    int index = population.indexOf(to.key());
    Key target = request instanceof Request.FindNode find ? find.target() : to.key();
    if (index < 0 || hostile.get(index)) {
      return forgery(Contact.of(to, "sim://hostile"), target);
    }
    if (dead.get(index)) {
      return null;
    }
    Overlay overlay = overlay(index);
    overlay.turn(nowNs);
    overlay.onRequest(++tokens, "asker-" + tokens % 1_000, request);
    for (Effect effect : overlay.takeEffects()) {
      if (effect instanceof Effect.Reply reply) {
        Response response = reply.response();
        return registered != null && holders.contains(to)
            ? new Response(
                response.from(),
                Optional.of(new Held(registered, 0)),
                response.nearest(),
                response.verdict())
            : response;
      }
    }
    throw new IllegalStateException(to + " did not answer");
  }

  private Response forgery(Contact from, Key target) {
    Population pool = forged;
    List<Contact> nearest = pool == null ? List.of() : pool.nearest(target, new BitSet(), -1);
    return new Response(from, Optional.empty(), nearest, Verdict.NONE);
  }

  private Overlay overlay(int index) {
    Overlay overlay = awake.computeIfAbsent(index, this::start);
    if (awake.size() > KEPT) {
      awake.remove(awake.keySet().iterator().next());
    }
    return overlay;
  }

  /** A node that has met all of its table. */
  private Overlay start(int index) {
    long startNs = nowNs - 2 * UNIT_NS;
    Overlay overlay =
        new Overlay(
            settings, population.node(index), new SplittableRandom(random.nextLong()), startNs);
    for (Contact node : population.table(index)) {
      overlay.memberJoined(node);
      settle(overlay, startNs + UNIT_NS);
    }
    overlay.turn(nowNs);
    return overlay;
  }

  /** It looks around when it meets the first, who knows nobody else yet. */
  private void settle(Overlay overlay, long answeredNs) {
    List<Effect> effects = overlay.takeEffects();
    while (!effects.isEmpty()) {
      for (Effect effect : effects) {
        if (effect instanceof Effect.Ask ask) {
          Contact asked = population.node(population.indexOf(ask.node().orElseThrow().key()));
          overlay.turn(answeredNs);
          overlay.onResponse(
              ask.rpc(), new Response(asked, Optional.empty(), List.of(), Verdict.NONE));
        }
      }
      effects = overlay.takeEffects();
    }
  }
}
