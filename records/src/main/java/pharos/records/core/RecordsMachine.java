package pharos.records.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Action;
import pharos.agent.core.Change;
import pharos.agent.core.Counter;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Talker;
import pharos.beacon.NodeId;
import pharos.kademlia.Quotas;
import pharos.records.Version;

/**
 * What decides about records: of a node that holds some, or of an agent that holds none and lets
 * others do what its application wishes. It talks with its like over the agent's port, has the disk
 * do its work elsewhere, and is driven by the loop.
 */
public final class RecordsMachine implements Talker<Ask, Reply, Event> {
  private static final long MS = 1_000_000;

  /** Nobody who is there is missed by then: those on the LAN answer at once. */
  private static final long BEGIN_MS = 1_200;

  /** Whoever was named as a node may take so long. */
  private static final long BEGIN_LATEST_MS = 6_000;

  /** Whoever was heard may take so long, where nobody answered yet. */
  private static final long ANSWERED_LATEST_MS = 30_000;

  private static final long AGAIN_MS = 100;
  private static final long OVERLAY_MS = 2_000;
  private static final long REMEMBER_MS = 5_000;
  private static final long CONTESTED_MS = 1_000;
  private static final int MOST_CONTESTED = 64;

  /** So many questions a second from one address where nobody is proven, and from each agent. */
  private static final int RATE_OF_STRANGER = 200;

  private static final int RATE_OF_AGENT = 20_000;
  private static final long LOST_BYTES = 64 * 1024;

  private final RecordsSettings settings;
  private final ToIntFunction<String> agentsAt;
  private final Alarms alarms = new Alarms();
  private final Mailbox mail;
  private final Members members;
  private final Shelf shelf;
  private final Journal journal;
  private final Supplier<List<String>> overlay;
  private final long startedNs;
  private final Map<String, Integer> rates = new HashMap<>();

  // What depends on this node's id is made anew with it.
  private NodeId id;
  private Holder holder;
  private Keeper keeper;
  private Desk desk;
  private Guest guest;
  private final RandomGenerator random;

  private PeerInfo self;
  private List<String> endpoints = List.of();
  private long ranBeforeMs;
  private long nowNs;
  private long nowMs;
  private long rateNs;
  private boolean isLeaving;
  private boolean isBegun;
  private long refused;

  /**
   * A machine.
   *
   * @param store where copies are kept, of which {@link #restore} tells; null for in memory
   * @param overlay where the other nodes of the overlay are reached, as far as known
   */
  public RecordsMachine(
      RecordsSettings settings,
      PeerInfo self,
      @Nullable Store store,
      Heads heads,
      Supplier<List<String>> overlay,
      RandomGenerator random,
      long nowNs,
      ToIntFunction<String> agentsAt) {
    this.settings = settings;
    this.self = self;
    this.overlay = overlay;
    this.random = random;
    this.nowNs = nowNs;
    this.agentsAt = agentsAt;
    startedNs = nowNs;
    rateNs = nowNs;
    id = self.id();
    mail = new Mailbox(alarms, nowNs);
    members = new Members(settings, mail, this::state, this::onView);
    shelf = new Shelf(settings, members.view(), agentsAt);
    journal =
        new Journal(store, heads, mail, shelf, this::ranMs, settings.cacheBytes(), this::onDamaged);
    holder = newHolder();
    keeper = newKeeper();
    desk = newDesk();
    guest = new Guest(members, mail);
    members.start();
    mail.in(AGAIN_MS, this::askOverlay);
    if (settings.holds()) {
      mail.in(BEGIN_MS, this::begin);
    }
  }

  private Holder newHolder() {
    return new Holder(id, shelf, journal, members, mail, this::ranMs);
  }

  private Keeper newKeeper() {
    return new Keeper(id, shelf, holder, journal, members, mail, this::askNode);
  }

  private Desk newDesk() {
    Call.Around around = new Call.Around(settings, members, mail, this::askNode, id, random);
    return new Desk(around, shelf, holder, this::ranMs, () -> nowMs);
  }

  // From before.

  /** What was kept of this node itself, before what was kept of its keys. */
  public void restore(Memory memory) {
    Map<NodeId, String> missing = new HashMap<>();
    memory.missing().forEach(it -> missing.put(it.id(), it.name()));
    members.restore(memory.peak(), missing, memory.clockMs());
    ranBeforeMs = memory.ranMs();
  }

  /** A copy that was kept. */
  public void restore(Copy copy) {
    shelf.put(copy, OWN, ranMs());
  }

  /** Where the room that it takes is counted. */
  private static final String OWN = "127.0.0.1";

  private void remember() {
    mail.in(REMEMBER_MS, this::remember);
    List<Memory.Gone> gone = new ArrayList<>();
    members.missing().forEach((node, name) -> gone.add(new Memory.Gone(node, name)));
    journal.remember(new Memory(ranMs(), members.clockMs(), members.peak(), gone));
  }

  /** How long this node has run, in all its runs. */
  private long ranMs() {
    return ranBeforeMs + (mail.nowNs() - startedNs) / MS;
  }

  private NodeState state() {
    return new NodeState(
        id,
        self.incarnation(),
        self.name(),
        endpoints,
        isBegun && keeper.isSettled(),
        isLeaving,
        journal.isDurable(),
        journal.isForced(),
        shelf.values(),
        shelf.bytes());
  }

  /** Nodes of the overlay may hold records. */
  private void askOverlay() {
    members.addresses(overlay.get());
    mail.in(isBegun ? OVERLAY_MS : AGAIN_MS, this::askOverlay);
  }

  /** Who is there was heard by now, unless it is still being asked. */
  private void begin() {
    if (isBegun) {
      return;
    }
    boolean isAlone = members.view().size() < 2;
    boolean isEarly = members.isAsking() || (settings.expectsOthers() && isAlone);
    // Who hears others is not the first of all, as slow as they answer: it would vouch for nothing.
    long latestMs = isAlone && members.isAsking() ? ANSWERED_LATEST_MS : BEGIN_LATEST_MS;
    if (isEarly && nowNs - startedNs < latestMs * MS) {
      // sometimes: a node waits for others before it begins
      mail.in(AGAIN_MS, this::begin);
      return;
    }
    if (members.awayMs().orElse(0L) > settings.tombstoneMs() / 2 && shelf.keys() > 0) {
      setAside(members.awayMs().orElse(0L));
    }
    isBegun = true;
    keeper.begin();
    remember();
  }

  /** What was deleted meanwhile is not known any more: what is here would bring it back. */
  private void setAside(long awayMs) {
    int keys = shelf.keys();
    for (String key : List.copyOf(shelf.all().keySet())) {
      shelf.remove(key);
    }
    mail.tell(new Event.TooOld(awayMs, keys));
  }

  private void onView() {
    if (settings.holds()) {
      keeper.onView();
    }
  }

  private void onDamaged(String key) {
    mail.tell(new Event.Noted("the disk has lost the value of '" + key + "'", true));
    keeper.onDamaged(key);
  }

  // The application.

  /** The application wishes something; {@link Event.Ended} tells what came of it. */
  public void wish(long number, Wish wish) {
    Consumer<Outcome> then = outcome -> mail.tell(new Event.Ended(number, outcome));
    if (settings.holds()) {
      desk.take(wish, Call.PATIENCE_MS, then);
    } else {
      guest.take(wish, Call.PATIENCE_MS, then);
    }
  }

  /** Tells each conflict of a key that this node is the nearest to, from now on. */
  public void tellContested() {
    int told = 0;
    for (String key : shelf.contested()) {
      List<NodeId> holders = members.view().holders(View.place(key));
      boolean isNearest = !holders.isEmpty() && holders.get(0).equals(id);
      Copy copy = shelf.get(key);
      if (told < MOST_CONTESTED && isNearest && copy != null) {
        List<Version> losers = copy.losers().stream().map(Copy::version).toList();
        mail.tell(new Event.Contested(key, copy.version(), losers));
        told++;
      }
    }
    mail.in(CONTESTED_MS, this::tellContested);
  }

  /** Hands over what it has; {@link Event.HandedOver} tells when that is done. */
  public void leave() {
    if (isLeaving) {
      return;
    }
    isLeaving = true;
    Runnable done =
        () -> {
          holder.end();
          members.tellAll(true);
          mail.tell(new Event.HandedOver(keeper.left()));
        };
    if (settings.holds()) {
      if (!isBegun) {
        // It may have been given something already.
        isBegun = true;
        keeper.begin();
      }
      members.tellAll(false);
      keeper.leave(done);
    } else {
      done.run();
    }
  }

  /** Whether it is as it should be: for tests and simulations. */
  public boolean isSettled() {
    return state().isSettled();
  }

  /** How many nodes it knows, itself included. */
  public int nodes() {
    return members.view().size();
  }

  /** What it has of a key; null for nothing. For tests and simulations. */
  public @Nullable Copy copy(String key) {
    return shelf.get(key);
  }

  /** How many keys it has, those of deleted values included. */
  public int keys() {
    return shelf.keys();
  }

  // Asking nodes, oneself included.

  private void askNode(NodeId node, Ask ask, long patienceMs, Consumer<Optional<Reply>> then) {
    if (node.equals(id)) {
      answer(ask, OWN, reply -> then.accept(Optional.of(reply)));
      return;
    }
    List<String> where = members.endpoints(node);
    if (where.isEmpty()) {
      mail.in(0, () -> then.accept(Optional.empty()));
      return;
    }
    mail.ask(
        where, outgoing(ask), patienceMs, reply -> then.accept(reply.map(it -> moved(it, false))));
  }

  // On the way all times are told from now.

  private Ask outgoing(Ask ask) {
    return ask instanceof Ask.Keep it ? new Ask.Keep(it.copy().moved(ranMs(), 0), it.isNew()) : ask;
  }

  private Copy moved(Copy copy, boolean isOut) {
    return isOut ? copy.moved(ranMs(), 0) : copy.moved(0, ranMs());
  }

  private Reply moved(Reply reply, boolean isOut) {
    if (reply instanceof Reply.Held it && it.copy().isPresent()) {
      return new Reply.Held(it.copy().map(copy -> moved(copy, isOut)), it.isSure(), it.peak());
    }
    if (reply instanceof Reply.Reserved it && it.stored().isPresent()) {
      return new Reply.Reserved(
          it.isDone(),
          it.promised(),
          it.stored().map(copy -> moved(copy, isOut)),
          it.isSure(),
          it.peak());
    }
    if (reply instanceof Reply.Lost it) {
      return new Reply.Lost(it.copies().stream().map(copy -> moved(copy, isOut)).toList());
    }
    return reply;
  }

  // Being asked.

  @Override
  public void onQuestion(long token, String source, Ask ask) {
    if (!takes(source)) {
      refused++;
      mail.ignore(token);
      return;
    }
    if (!settings.holds()) {
      mail.answer(token, new Reply.Done());
      return;
    }
    Ask here = ask instanceof Ask.Keep it ? new Ask.Keep(moved(it.copy(), false), it.isNew()) : ask;
    answer(here, source, reply -> mail.answer(token, moved(reply, true)));
  }

  /** Whether this address may ask one more in this second. */
  private boolean takes(String source) {
    if (nowNs - rateNs >= 1_000 * MS) {
      rateNs = nowNs;
      rates.clear();
    }
    int agents = agentsAt.applyAsInt(source);
    int share = agents == Quotas.OWN ? 16 : Math.min(agents, 16);
    int most = share == 0 ? RATE_OF_STRANGER : RATE_OF_AGENT * share;
    String counted = share == 0 ? "" : source;
    return rates.merge(counted, 1, Integer::sum) <= most;
  }

  private void answer(Ask ask, String source, Consumer<Reply> then) {
    if (ask instanceof Ask.Hello it) {
      then.accept(members.onHello(it));
    } else if (ask instanceof Ask.Compare it) {
      then.accept(keeper.compared(it.me()));
    } else if (ask instanceof Ask.Heads it) {
      then.accept(keeper.heads(it));
    } else if (ask instanceof Ask.Offer it) {
      then.accept(keeper.lacking(it));
    } else if (ask instanceof Ask.Reserve it) {
      holder.reserve(it, then);
    } else if (ask instanceof Ask.Keep it) {
      holder.keep(it.copy(), it.isNew(), source, then);
    } else if (ask instanceof Ask.Read it) {
      holder.read(it.key(), it.have(), then);
    } else if (ask instanceof Ask.Await it) {
      holder.await(it, then);
    } else if (ask instanceof Ask.Scan it) {
      then.accept(holder.scan(it));
    } else if (ask instanceof Ask.Losers it) {
      then.accept(holder.losers(it.key(), LOST_BYTES));
    } else if (ask instanceof Ask.Forget it) {
      members.forget(it.node());
      then.accept(new Reply.Done());
    } else if (ask instanceof Ask.For it) {
      desk.take(
          it.wish(),
          Math.min(it.waitMs(), Call.PATIENCE_MS),
          outcome -> {
            then.accept(new Reply.Came(Desk.fitting(outcome)));
          });
    } else {
      throw new AssertionError(ask);
    }
  }

  // The seam.

  @Override
  public void turn(long now, long ms) {
    nowNs = now;
    nowMs = ms;
    mail.turn(now);
  }

  @Override
  public void wakeUp() {
    alarms.ring(nowNs);
    if (settings.holds() && !shelf.isIdle() && shelf.nextMs() <= ranMs()) {
      shelf.pass(ranMs(), copy -> journal.changed(copy.key()), journal::changed);
    }
  }

  @Override
  public long nextWakeUpNs() {
    long nextNs = alarms.isEmpty() ? Long.MAX_VALUE : alarms.nextNs();
    if (settings.holds() && !shelf.isIdle()) {
      nextNs = Math.min(nextNs, startedNs + (shelf.nextMs() - ranBeforeMs) * MS);
    }
    return nextNs;
  }

  @Override
  public boolean isIdle() {
    return alarms.isEmpty() && (!settings.holds() || shelf.isIdle());
  }

  @Override
  public List<Action<Ask, Reply, Event>> takeActions() {
    return mail.takeActions();
  }

  @Override
  public void onReply(long number, String at, Reply reply) {
    mail.onReply(number, Optional.of(reply));
  }

  @Override
  public void onFailed(long number) {
    mail.onReply(number, Optional.empty());
  }

  @Override
  public void onWorked(long number, @Nullable Object outcome) {
    mail.onWorked(number, outcome);
  }

  @Override
  public void onSelf(PeerInfo now, List<String> where) {
    self = now;
    endpoints = where;
    if (!now.id().equals(id)) {
      // Another one has that id: what is held is held by a new node.
      id = now.id();
      holder = newHolder();
      keeper = newKeeper();
      desk = newDesk();
      if (isBegun) {
        keeper.begin();
      }
    }
    members.look();
  }

  @Override
  public void onChange(Change change) {
    members.onChange(change);
  }

  @Override
  public void onPeers(List<PeerInfo> peers) {
    members.onPeers(peers);
  }

  @Override
  public List<Counter> counters() {
    String source = "records";
    return List.of(
        new Counter("RECORDS_FETCHED", "copies", source, () -> keeper.fetched()),
        new Counter("RECORDS_GIVEN", "copies", source, () -> keeper.offered()),
        new Counter("RECORDS_CONFLICTS", "values", source, shelf::conflicts),
        new Counter("RECORDS_EXPIRED", "values", source, shelf::expired),
        new Counter("RECORDS_REFUSED", "questions", source, () -> refused),
        new Counter("RECORDS_DISK_FAILURES", "times", source, journal::failures),
        new Counter("RECORDS_CALLS", "calls", source, () -> desk.begun()),
        Counter.bounded(
            "RECORDS_OPEN",
            "calls",
            source,
            () -> settings.holds() ? desk.open() : guest.open(),
            Desk.MOST_OPEN),
        Counter.bounded(
            "RECORDS_WAITING", "questions", source, () -> desk.waiting(), Holder.MOST_WAITING),
        Counter.bounded(
            "RECORDS_KEYS", "keys", source, shelf::keys, Math.max(1, settings.roomRecords())),
        Counter.bounded(
            "RECORDS_BYTES", "octets", source, shelf::bytes, Math.max(1, settings.roomBytes())));
  }
}
