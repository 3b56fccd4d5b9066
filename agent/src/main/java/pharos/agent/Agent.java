package pharos.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import pharos.agent.core.Change;
import pharos.agent.core.Counter;
import pharos.agent.core.Document;
import pharos.agent.core.Effect;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.Call;
import pharos.agent.core.gateway.Event;
import pharos.agent.core.gateway.Gateway;
import pharos.agent.io.AgentLoop;
import pharos.agent.io.GatewayPlugin;
import pharos.agent.io.LookPlugin;
import pharos.agent.io.LoopListener;
import pharos.agent.io.LoopSettings;
import pharos.agent.io.Plugin;
import pharos.agent.io.World;
import pharos.agent.wire.Offer;
import pharos.agent.wire.OverlayCodec;
import pharos.agent.wire.WireCodec;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/**
 * A program's place among the others of its network: announces what it offers, and follows who else
 * is there. {@link #builder} makes one; it runs from {@link AgentBuilder#start} to {@link #close}.
 * Its threads are daemons: an agent alone keeps no JVM alive.
 *
 * <p>Every method may be called from any thread. What it knows of others is a {@link PeerView},
 * which says how lists are made and call backs come. They run on one thread of their own, {@code
 * pharos-NAME-callbacks}, or where the builder was told.
 */
public final class Agent implements PeerView, AutoCloseable {
  static final String TCP = "tcp";

  /** How long a close may take in all. */
  private static final long CLOSE_MS = 950;

  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  private final LoopSettings settings;
  private final World world;
  private final AgentLoop loop;
  private final GatewayPlugin gateway;
  private final Peers peers;
  private final CallLine line;
  private final PeerBoard board;
  private final Observers observers;
  private final Story story;
  private final Calls calls;
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private @Nullable Thread atExit;

  // Written by whoever offers, under the lock.
  private final Object lock = new Object();
  private List<Offer> offers;

  private volatile @Nullable Throwable failure;

  // Of the loop's thread.
  private final Remotes remotes = new Remotes();
  private Snapshot lan;

  /** How an agent shall be. */
  public static AgentBuilder builder() {
    return new AgentBuilder();
  }

  /** Opens the ports; {@link #start} begins. */
  Agent(
      LoopSettings settings,
      List<Offer> offers,
      List<Plugin<?, ?, ?>> plugins,
      Optional<ZContext> context,
      Optional<Executor> callbacks,
      Story story) {
    this.settings = settings;
    this.story = story;
    this.offers = List.copyOf(offers);
    world = settings.world();
    peers = new Peers(world.nowNs(), world.now(), this::source);
    News news = new News();
    gateway =
        new GatewayPlugin(settings.name(), settings.gateway(), settings.seeds(), news::onEvent);
    List<Plugin<?, ?, ?>> all = new ArrayList<>(plugins);
    all.forEach(plugin -> plugin.overlay(gateway::nodes));
    all.add(0, gateway);
    all.add(new LookPlugin(settings.filter()));
    try {
      loop = new AgentLoop(settings, WireCodec.write(offers), context, news, all);
    } catch (IOException e) {
      throw new StartException(settings.name() + " cannot start: " + e.getMessage(), e);
    }
    lan = peers.snapshot(loop.self(), List.of(), List.of());
    line =
        callbacks
            .map(executor -> CallLine.on(executor, world.nanoTime()))
            .orElseGet(() -> CallLine.onThread(settings.name(), world.nanoTime()));
    board = new PeerBoard(line, lan, settings.core().observer(), PeerBoard.EVENTS);
    observers = new Observers(line, loop::tellMoves);
    calls =
        new Calls(
            line, board, world, () -> isClosing.get() ? Optional.of(closed()) : Optional.empty());
  }

  void start(boolean closesAtExit) {
    story.begin(settings, loop.tcpPort(), loop.links(), world.nowNs());
    line.start(loop::fail);
    loop.start();
    if (closesAtExit) {
      Thread hook = new Thread(this::close, "pharos-" + settings.name() + "-exit");
      Runtime.getRuntime().addShutdownHook(hook);
      atExit = hook;
    }
  }

  // Oneself.

  @Override
  public Peer self() {
    return board.self();
  }

  /** Where this agent is asked over TCP. */
  public int port() {
    return loop.tcpPort();
  }

  /** Offers something more from now on, by ZeroMQ; the same type and port again replaces it. */
  public void offer(String type, int port) {
    offer(type, port, Map.of());
  }

  /** The same, with more to tell of it. */
  public void offer(String type, int port, Map<String, String> attributes) {
    offer(type, port, TCP, attributes);
  }

  /** The same, spoken to in another way, such as {@code http}: endpoints begin with it. */
  public void offer(String type, int port, String protocol, Map<String, String> attributes) {
    if (settings.core().observer()) {
      throw new IllegalStateException("an observer offers nothing: nobody sees it");
    }
    Offer offer = new Offer(type, port, protocol, attributes);
    synchronized (lock) {
      List<Offer> changed = new ArrayList<>(offers);
      changed.removeIf(it -> it.type().equals(type) && it.port() == port);
      changed.add(offer);
      offerAll(changed);
    }
  }

  /**
   * Offers nothing of this type any more.
   *
   * @return whether it did
   */
  public boolean withdraw(String type) {
    synchronized (lock) {
      List<Offer> changed = new ArrayList<>(offers);
      boolean did = changed.removeIf(it -> it.type().equals(type));
      if (did) {
        offerAll(changed);
      }
      return did;
    }
  }

  private void offerAll(List<Offer> changed) {
    if (isClosing.get()) {
      throw closed();
    }
    Document written = WireCodec.write(changed);
    offers = List.copyOf(changed);
    loop.offer(written);
  }

  // The others.

  /**
   * Says that a peer, which the application really talks to, failed: it did not answer, or not as
   * it should. This agent looks at it at once. From the third time in a row on the others look too,
   * and it has a {@link Peer#failure} for a minute. Nobody is gone by that.
   *
   * @param cause what happened, in at most 63 bytes of text, such as {@code timeout}
   */
  public void reportFailure(NodeId peer, String cause) {
    Checks.text("cause", cause);
    loop.report(peer, Optional.of(cause.isEmpty() ? "failed" : cause));
  }

  /** Says that a peer did what the application asked of it: a sign of life, and no failure now. */
  public void reportSuccess(NodeId peer) {
    loop.report(Objects.requireNonNull(peer, "peer"), Optional.empty());
  }

  @Override
  public List<Peer> peers() {
    return board.peers();
  }

  @Override
  public List<Peer> heardOnly() {
    return board.heardOnly();
  }

  @Override
  public List<Peer> members() {
    return board.members();
  }

  @Override
  public List<Peer> peersOffering(String type) {
    return board.peersOffering(type);
  }

  @Override
  public boolean isIsolated() {
    return board.isIsolated();
  }

  @Override
  public List<Peer> awaitPeers(String type, int count, Duration limit) {
    return board.awaitPeers(type, count, limit);
  }

  @Override
  public Cancellable onPeers(Consumer<List<Peer>> callback, Duration settle) {
    return board.onPeers(callback, settle);
  }

  @Override
  public Cancellable onMembers(Consumer<List<Peer>> callback, Duration settle) {
    return board.onMembers(callback, settle);
  }

  @Override
  public Cancellable onEvents(Consumer<List<PeerEvent>> callback, Duration settle) {
    return board.onEvents(callback, settle);
  }

  @Override
  public Cancellable onEvent(Consumer<PeerEvent> callback) {
    return board.onEvent(callback);
  }

  @Override
  public Cancellable onNews(Consumer<List<Peer>> all, Consumer<PeerEvent> event) {
    return board.onNews(all, event);
  }

  @Override
  public Cancellable onIsolated(Consumer<Boolean> callback) {
    return board.onIsolated(callback);
  }

  @Override
  public Cancellable onEnd(Consumer<Optional<Throwable>> callback) {
    return board.onEnd(callback);
  }

  @Override
  public Flow.Publisher<List<Peer>> publisher() {
    return board.publisher();
  }

  // Past the subnet.

  /**
   * Looks for this text: as a contact that somebody registered, and as the name of peers, here and
   * on every network that has a gateway. Text is text, also when it could be read as base64.
   */
  public CompletableFuture<Finding> find(String text) {
    return find(ContactId.ofText(text));
  }

  /** The same for any id; one of 20 bytes may be that of a peer. */
  public CompletableFuture<Finding> find(ContactId id) {
    return want((it, call) -> it.find(call, id));
  }

  /** Everybody of this service, or who offers this type, here and everywhere; by id. */
  public CompletableFuture<Finding> browse(String service) {
    return want((it, call) -> it.browse(call, service));
  }

  /**
   * Announces a contact to the overlay, and keeps it announced until {@link #unregister} or the end
   * of this agent; complete when others hold it. What the overlay's arbiter makes of it is the
   * contact of the result.
   *
   * @throws IllegalArgumentException when an endpoint is no text that can be told on the wire
   */
  public CompletableFuture<Finding> register(Contact contact) {
    OverlayCodec.check(contact);
    return want((it, call) -> it.register(call, contact));
  }

  /** Announces it no more, and withdraws it where it is held. */
  public CompletableFuture<Finding> unregister(ContactId id) {
    return want((it, call) -> it.unregister(call, id));
  }

  /**
   * The same, unless the arbiter prefers what is registered to this contact: then it stays, and the
   * result is REFUSED. Without a version this one is later than all before.
   */
  public CompletableFuture<Finding> unregister(Contact contact) {
    OverlayCodec.check(contact);
    return want((it, call) -> it.unregister(call, contact));
  }

  /**
   * Tells of a contact that the application knows from elsewhere: this agent finds it, without
   * asking others, for ten minutes or until {@link #reportUnreachable}. The result is FOUND, with
   * what the arbiter makes of it and what was known; where this agent registered it, that is
   * announced from now on.
   *
   * @throws IllegalArgumentException when an endpoint is no text that can be told on the wire
   */
  public CompletableFuture<Finding> addContact(Contact contact) {
    OverlayCodec.check(contact);
    return want((it, call) -> it.addContact(call, contact));
  }

  /**
   * Tells that a contact, as it was found, could not be reached: this agent remembers it no more,
   * unless it knows a later version, and asks a node of the overlay whether it is there. The result
   * is NOT_FOUND when it knew nothing of it. What is registered is not withdrawn by it.
   */
  public CompletableFuture<Finding> reportUnreachable(Contact contact) {
    return want((it, call) -> it.reportUnreachable(call, contact));
  }

  /**
   * The other nodes of the overlay in this agent's table, within a second; none when it is no node,
   * or has ended.
   */
  public CompletableFuture<List<Contact>> overlay() {
    CompletableFuture<List<Contact>> answer = new CompletableFuture<>();
    gateway.want(
        it -> {
          List<Contact> nodes = it.nodes();
          answer.completeAsync(() -> nodes); // whoever goes on from here does not hold up the loop
        });
    return answer.completeOnTimeout(List.of(), 1, TimeUnit.SECONDS);
  }

  private CompletableFuture<Finding> want(BiConsumer<Gateway, Call> wish) {
    return calls.begin(call -> gateway.want(it -> wish.accept(it, call)));
  }

  /** How this agent is now; after its end too. */
  public Health health() {
    Throwable why = failure;
    if (why != null) {
      return Health.failed(why);
    }
    if (isClosing.get()) {
      return Health.CLOSED;
    }
    return loop.deafness().map(Health::deaf).orElse(Health.WELL);
  }

  /** So long a host that is gone may go unnoticed: what the first lines of the log promise. */
  public Duration lostWithin() {
    return Story.lostWithin(settings);
  }

  /**
   * What happened how often, and how full is what has a bound, for metrics and the curious: the
   * same things in the same order.
   */
  public List<Counted> counters() {
    List<Counted> counters = new ArrayList<>();
    loop.counts()
        .forEach(
            it -> {
              Counter counter = it.counter();
              counters.add(
                  new Counted(
                      counter.name(),
                      counter.unit(),
                      counter.source(),
                      it.value(),
                      counter.most()));
            });
    CallLine.Counts called = line.counts();
    PeerBoard.Counts told = board.counts();
    Map<String, Long> callbacks = new LinkedHashMap<>();
    callbacks.put("CALLBACKS_THREW", called.threw());
    callbacks.put("CALLBACKS_SLOW", called.slow());
    callbacks.put("CALLBACKS_COALESCED", told.coalesced());
    callbacks.put("CALLBACKS_OVERFLOWED", told.overflowed());
    callbacks.put("OBSERVATIONS_LOST", observers.lost());
    callbacks.forEach((name, value) -> counters.add(new Counted(name, "times", "calls", value)));
    counters.add(new Counted("CALLS", "calls", "calls", calls.begun()));
    counters.add(Counted.bounded("CALLS_OPEN", "calls", "calls", calls.open(), Calls.MOST));
    return counters;
  }

  /**
   * Tells what this agent notices and goes by, from now on, on the call-back thread: each move of a
   * peer with its evidence, how each question ended, and each notice. It costs nothing while nobody
   * asks for it; who is too slow misses the eldest, which is counted.
   */
  public Cancellable onObservation(Consumer<Observation> callback) {
    return observers.add(callback);
  }

  /**
   * The black box of this agent: what it went by lately, for a file that {@code pharos simulate
   * --replay} reads, which decides anew and must come to the same. It has at most a mebibyte. It
   * has names, addresses, offers and nonces, of this agent and its peers; no secrets, no keys, no
   * data of the application. Of an agent that ended it is what it had then.
   */
  public CompletableFuture<byte[]> blackBox() {
    Peer self = self();
    return loop.blackBox(
        "of "
            + self.name()
            + ", id "
            + self.id()
            + ", begun "
            + Instant.ofEpochMilli(self.incarnation())
            + "\nIt has what this agent heard, asked and decided: names, addresses, offers and"
            + " nonces, its own and those of its peers.\nIt has no secrets, no keys and no data of"
            + " applications. 'pharos simulate --replay FILE' decides anew.");
  }

  // The end.

  /**
   * Says goodbye, and ends within a second whatever the network does, without a thread or socket
   * left. A second time, and while another thread closes it, it waits for the same end; in a call
   * back it waits for everything but that.
   */
  @Override
  public void close() {
    close("");
  }

  /**
   * The same for a program that failed: peers are told that it crashed, at once, and how.
   *
   * @param detail how it failed, such as {@code exit 3}: at most 64 bytes of UTF-8 that can be
   *     printed; empty if it did not fail
   */
  public void close(String detail) {
    Beacon.of(self().id()).detail(detail); // what may not be said is the caller's mistake
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
    if (isClosing.compareAndSet(false, true)) {
      loop.stop(detail);
      removeHook();
    }
    boolean wasInterrupted = false;
    long leftNs = deadlineNs - System.nanoTime();
    while (leftNs > 0) {
      try {
        if (loop.awaitEnd(TimeUnit.NANOSECONDS.toMillis(leftNs) + 1)) {
          break;
        }
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
      leftNs = deadlineNs - System.nanoTime();
    }
    if (leftNs <= 0) {
      log.warn("{} has not ended within {} ms and ends by itself", settings.name(), CLOSE_MS);
    }
    calls.end();
    board.end(Optional.empty());
    line.awaitEnd(Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime())));
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeHook() {
    Thread hook = atExit;
    if (hook != null && Thread.currentThread() != hook) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        log.debug("the JVM ends already");
      }
    }
  }

  private AgentClosedException closed() {
    return PeerBoard.closed(Optional.ofNullable(failure));
  }

  @Override
  public String toString() {
    return self().toString();
  }

  // What the loop tells.

  private PeerSource source(PeerInfo info) {
    for (InetSocketAddress fixed : settings.fixed()) {
      if (fixed.getPort() == info.tcpPort() && info.addresses().contains(fixed.getAddress())) {
        return PeerSource.FIXED;
      }
    }
    return PeerSource.BEACON;
  }

  private final class News implements LoopListener {
    @Override
    public void onTurn(
        List<PeerInfo> present,
        List<PeerInfo> withheld,
        List<PeerInfo> heardOnly,
        List<Change> changes) {
      peers.anchor(world.nowNs(), world.now());
      lan = peers.snapshot(loop.self(), present, withheld, heardOnly);
      publish(changes.stream().map(peers::event).toList());
      story.onTurn(present.isEmpty() && heardOnly.isEmpty(), loop.links(), world.nowNs());
    }

    void onEvent(Event event) {
      if (event instanceof Event.Ended it) {
        calls.onEnded(it.call(), it.ended());
      } else if (event instanceof Event.Followed it) {
        publish(remotes.update(it.peers(), world.now()));
      }
    }

    private void publish(List<PeerEvent> events) {
      board.publish(lan.with(remotes.peers()), events);
      events.forEach(story::tell);
    }

    @Override
    public void onNoticed(Effect effect) {
      if (effect instanceof Effect.Moved it) {
        observers.tell(
            new Observation.Moved(
                world.now(),
                it.peer(),
                it.incarnation(),
                it.name(),
                it.from().name(),
                it.to().name(),
                it.evidence().name(),
                it.at(),
                since(it.causeNs()),
                since(it.heardNs()),
                it.detail()));
      } else if (effect instanceof Effect.Asked it) {
        observers.tell(
            new Observation.Asked(
                world.now(),
                it.peer(),
                it.incarnation(),
                it.purpose(),
                it.outcome().name(),
                it.at(),
                Duration.ofNanos(it.tookNs())));
      } else if (effect instanceof Effect.Noticed it) {
        observers.tell(
            new Observation.Noticed(
                world.now(),
                it.peer(),
                it.incarnation(),
                it.name(),
                it.sign().name(),
                it.at(),
                it.by(),
                it.times(),
                since(it.causeNs())));
      } else if (effect instanceof Effect.Isolated it) {
        board.isolate(it.isIsolated());
      } else if (effect instanceof Effect.Note it) {
        observers.tell(new Observation.Noted(world.now(), it.kind().name(), it.text()));
      }
    }

    /** Up to when it is told, what the loop did meanwhile included. */
    private Duration since(long atNs) {
      return Duration.ofNanos(Math.max(0, world.nowNs() - atNs));
    }

    @Override
    public void onRenamed(NodeId renamed) {
      log.warn("{} has the id {} from now on", settings.name(), renamed);
    }

    /** Those who wait hear of it before the sockets are closed, which may take its time. */
    @Override
    public void onEnded(Optional<Throwable> why) {
      failure = why.orElse(null);
      isClosing.set(true);
      calls.end();
      if (why.isPresent()) {
        board.end(why);
      }
    }
  }
}
