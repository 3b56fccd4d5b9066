package pharos.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.core.gateway.Reply;
import pharos.agent.io.AgentLoop;
import pharos.agent.io.GatewayPlugin;
import pharos.agent.io.LoopListener;
import pharos.agent.io.LoopSettings;
import pharos.agent.wire.Offer;
import pharos.agent.wire.OverlayCodec;
import pharos.agent.wire.WireCodec;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/**
 * A program's place among the others of its network: announces what it offers, and follows who else
 * is there. {@link #builder} makes one; it runs from {@link AgentBuilder#start} to {@link #close}.
 * Its threads are daemons: an agent alone keeps no JVM alive.
 *
 * <p>Every method may be called from any thread. The lists are snapshots: immutable, and no call
 * for one waits. All call backs of one agent run on one thread of their own, {@code
 * pharos-NAME-callbacks}, one at a time. A slow one delays the others, never the agent: what it
 * missed is made up for, as each method says. One that throws is logged and counted, and is called
 * again the next time. After {@link Cancellable#cancel} or {@link #close} returned, none is called;
 * from within a call back both return at once, and that call still ends.
 */
public final class Agent implements AutoCloseable {
  static final String TCP = "tcp";

  /** Every call past the subnet has ended by then, one way or the other. */
  private static final long CALL_SECONDS = 30;

  /** How long a close may take in all. */
  private static final long CLOSE_MS = 950;

  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  private final LoopSettings settings;
  private final AgentLoop loop;
  private final GatewayPlugin gateway;
  private final Peers peers;
  private final Callbacks callbacks;
  private final Map<Long, CompletableFuture<Finding>> pending = new ConcurrentHashMap<>();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private @Nullable Thread atExit;

  /** What the log said that each peer offers; of the loop's thread. */
  private final Map<NodeId, String> told = new HashMap<>();

  // Written by whoever offers, under the lock.
  private final Object lock = new Object();
  private List<Offer> offers;

  private volatile Snapshot snapshot;
  private volatile @Nullable Throwable failure;

  // Of the loop's thread.
  private final Remotes remotes = new Remotes();
  private Snapshot lan;

  /** How an agent shall be. */
  public static AgentBuilder builder() {
    return new AgentBuilder();
  }

  static Agent open(
      LoopSettings settings, List<Offer> offers, Optional<ZContext> context, boolean closesAtExit) {
    Agent agent = new Agent(settings, offers, context);
    agent.start(closesAtExit);
    return agent;
  }

  private Agent(LoopSettings settings, List<Offer> offers, Optional<ZContext> context) {
    this.settings = settings;
    this.offers = List.copyOf(offers);
    peers = new Peers(System.nanoTime(), Instant.now(), this::source);
    News news = new News();
    gateway =
        new GatewayPlugin(settings.name(), settings.gateway(), settings.seeds(), news::onFollowed);
    try {
      loop = AgentLoop.open(settings, WireCodec.write(offers), context, news, List.of(gateway));
    } catch (IOException e) {
      throw new StartException(settings.name() + " cannot start: " + e.getMessage(), e);
    }
    lan = peers.snapshot(loop.self(), List.of(), List.of());
    snapshot = lan;
    callbacks = new Callbacks(settings.name(), snapshot, Callbacks.EVENTS, System::nanoTime);
  }

  private void start(boolean closesAtExit) {
    story.info(
        "{}{} is {} at TCP port {}{}",
        settings.name(),
        settings.service().isEmpty() ? "" : " (" + settings.service() + ")",
        settings.id().toShortString(),
        loop.tcpPort(),
        settings.core().observer() ? ", listening only" : "");
    callbacks.start(loop::fail);
    loop.start();
    if (closesAtExit) {
      Thread hook = new Thread(this::close, "pharos-" + settings.name() + "-exit");
      Runtime.getRuntime().addShutdownHook(hook);
      atExit = hook;
    }
  }

  // Oneself.

  /** Oneself, as the others see it. */
  public Peer self() {
    return snapshot.self();
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

  /** All others, by id; never oneself. */
  public List<Peer> peers() {
    return snapshot.peers();
  }

  /** Those who are heard but cannot be asked, by id: behind a firewall, perhaps. */
  public List<Peer> unreachable() {
    return snapshot.unreachable();
  }

  /**
   * All others and oneself, by id: the same list on every member, to hash over. An observer is no
   * member, and has the others alone.
   */
  public List<Peer> members() {
    return settings.core().observer() ? snapshot.peers() : snapshot.members();
  }

  /** Those who offer something of this type, by id. */
  public List<Peer> peersOffering(String type) {
    return snapshot.offering(type);
  }

  /**
   * Waits until at least this many peers offer the type and are alive; for scripts and tests.
   *
   * @return those who do, by id
   * @throws AwaitTimeoutException with who is there instead, and who is suspect
   * @throws AgentClosedException when the agent is closed, before or meanwhile
   * @throws IllegalStateException in a call back, which would wait for itself
   * @throws PharosException when the thread is interrupted, which it is then still
   */
  public List<Peer> awaitPeers(String type, int count, Duration limit) {
    return callbacks.awaitPeers(type, count, limit);
  }

  /**
   * Calls with all others, by id: once now, and after each change. While a call runs, changes add
   * up to one; the last list is never left out, and no list comes after a newer one.
   */
  public Cancellable onPeers(Consumer<List<Peer>> callback) {
    return callbacks.onPeers(callback);
  }

  /** The same with {@link #members}. */
  public Cancellable onMembers(Consumer<List<Peer>> callback) {
    return settings.core().observer() ? callbacks.onPeers(callback) : callbacks.onMembers(callback);
  }

  /**
   * Calls with each event, in order, and with an ARRIVED for everybody who is there first. Each
   * ARRIVED is followed by exactly one GONE of the same incarnation. When too many wait, they are
   * replaced by the difference between what was told and what is.
   */
  public Cancellable onEvent(Consumer<PeerEvent> callback) {
    return callbacks.onEvent(callback);
  }

  /**
   * What {@link #onPeers} tells, for as long as there is demand: a subscriber that asks late gets
   * the latest list and not those before. Completes when the agent is closed.
   */
  public Flow.Publisher<List<Peer>> publisher() {
    return callbacks.publisher();
  }

  /**
   * Keeps one of your sockets connected to everybody who offers something of this type; who is
   * there already is connected at the first {@link Wiring#apply}.
   */
  public Wiring wire(ZMQ.Socket socket, String type) {
    return new Wiring(callbacks, socket, type);
  }

  /**
   * A PULL socket in your own context, yours to poll and close, that gets every change. Each
   * message has three frames: what it is, the id of the peer in base64 (empty for a list), and
   * JSON. First comes {@code PEERS} with everybody who is there ({@link
   * Peer#toJson(java.util.Collection)}); then {@code ARRIVED}, {@code UPDATED}, {@code SUSPECT},
   * {@code RECOVERED} and {@code GONE} ({@link PeerEvent#toJson}); and when you are too far behind,
   * one {@code RESYNC} with everybody, which makes void what was told before. Ends with the socket,
   * its context or the agent.
   *
   * @throws IllegalArgumentException when the context is a shadow of another
   */
  public ZMQ.Socket feed(ZContext yours) {
    return callbacks.feed(yours);
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
    return call(then -> gateway.find(id, then));
  }

  /** Everybody of this service, or who offers this type, here and everywhere; by id. */
  public CompletableFuture<Finding> browse(String service) {
    return call(then -> gateway.browse(service, then));
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
    return call(then -> gateway.register(contact, then));
  }

  /** Announces it no more, and withdraws it where it is held. */
  public CompletableFuture<Finding> unregister(ContactId id) {
    return call(then -> gateway.unregister(id, then));
  }

  /**
   * Futures complete on the call-back thread, each is its caller's own, and none waits for ever.
   */
  private CompletableFuture<Finding> call(Consumer<Consumer<Reply.Ended>> begin) {
    CompletableFuture<Finding> future = new CompletableFuture<>();
    if (isClosing.get()) {
      future.completeExceptionally(closed());
      return future;
    }
    long call = calls.incrementAndGet();
    pending.put(call, future);
    begin.accept(ended -> callbacks.execute(() -> complete(call, ended)));
    Executor later =
        CompletableFuture.delayedExecutor(CALL_SECONDS, TimeUnit.SECONDS, callbacks::execute);
    later.execute(() -> complete(call, Reply.Ended.of(Reply.Status.TIMED_OUT)));
    if (isClosing.get()) {
      future.completeExceptionally(closed());
    }
    return future;
  }

  private void complete(long call, Reply.Ended ended) {
    CompletableFuture<Finding> future = pending.remove(call);
    if (future != null) {
      future.complete(finding(ended));
    }
  }

  private Finding finding(Reply.Ended ended) {
    Instant now = Instant.now();
    List<Peer> here = snapshot.members();
    Finding.Status status =
        switch (ended.status()) {
          case FOUND -> Finding.Status.FOUND;
          case NOT_FOUND -> Finding.Status.NOT_FOUND;
          case REGISTERED -> Finding.Status.REGISTERED;
          case UNREGISTERED -> Finding.Status.UNREGISTERED;
          case NO_GATEWAY -> Finding.Status.NO_GATEWAY;
          case NO_NETWORK -> Finding.Status.NO_NETWORK;
          case TIMED_OUT -> Finding.Status.TIMED_OUT;
          case REFUSED -> Finding.Status.REFUSED;
        };
    return new Finding(
        status,
        ended.contact(),
        Duration.ofMillis(ended.ageMs()),
        ended.peers().stream().map(peer -> nearest(here, remote(peer, now))).toList(),
        ended.path());
  }

  /** When it arrived over there nobody told; it began when its incarnation says. */
  private static Peer remote(RemotePeer peer, Instant now) {
    return Peers.remote(peer, Instant.ofEpochMilli(peer.incarnation()), now);
  }

  /** Whom we hear ourselves, oneself included, we know best, whoever else told of it. */
  private static Peer nearest(List<Peer> here, Peer told) {
    int at = Collections.binarySearch(here, told);
    return at >= 0 && here.get(at).incarnation() == told.incarnation() ? here.get(at) : told;
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

  /** How often what happened, by name, as of a second ago at most; for metrics and the curious. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>(loop.counts());
    Callbacks.Counts called = callbacks.counts();
    counts.put("CALLBACKS_THREW", called.threw());
    counts.put("CALLBACKS_SLOW", called.slow());
    counts.put("CALLBACKS_COALESCED", called.coalesced());
    counts.put("CALLBACKS_OVERFLOWED", called.overflowed());
    return Map.copyOf(counts);
  }

  // The end.

  /**
   * Says goodbye, and ends within a second whatever the network does, without a thread or socket
   * left. A second time, and while another thread closes it, it waits for the same end; in a call
   * back it waits for everything but that.
   */
  @Override
  public void close() {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
    if (isClosing.compareAndSet(false, true)) {
      loop.stop();
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
    endPending();
    callbacks.close(
        Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime())), Optional.empty());
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void endPending() {
    for (CompletableFuture<Finding> future : List.copyOf(pending.values())) {
      callbacks.execute(() -> future.completeExceptionally(closed()));
    }
    pending.clear();
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
    return Callbacks.closedException(Optional.ofNullable(failure));
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
    public void onTurn(List<PeerInfo> present, List<PeerInfo> unreachable, List<Change> changes) {
      peers.anchor(System.nanoTime(), Instant.now());
      lan = peers.snapshot(loop.self(), present, unreachable);
      publish(changes.stream().map(peers::event).toList());
    }

    void onFollowed(List<RemotePeer> followed) {
      publish(remotes.update(followed, Instant.now()));
    }

    private void publish(List<PeerEvent> events) {
      snapshot = lan.with(remotes.peers());
      callbacks.publish(snapshot, events);
      events.forEach(Agent.this::tell);
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
      endPending();
      if (why.isPresent()) {
        // A list that nobody keeps up any more must not look as if it were true.
        snapshot = snapshot.withoutPeers();
        callbacks.end(why);
      }
    }
  }

  /** One line for each arrival and departure, for people. */
  private void tell(PeerEvent event) {
    Peer peer = event.peer();
    switch (event.kind()) {
      case ARRIVED, UPDATED -> {
        String offered = offered(peer);
        if (!offered.equals(told.put(peer.id(), offered))) {
          story.info("{} offers {}", peer.name(), offered);
        }
      }
      case SUSPECT -> story.info("{} does not answer", peer.name());
      case RECOVERED -> story.info("{} answers again", peer.name());
      case GONE -> {
        told.remove(peer.id());
        story.info("{} {}", peer.name(), departed(event));
      }
    }
  }

  private static String offered(Peer peer) {
    return peer.capabilities().isEmpty()
        ? "nothing"
        : String.join(", ", peer.capabilities().stream().map(Capability::toString).toList());
  }

  private static String departed(PeerEvent event) {
    return switch (event.reason().orElse(GoneReason.SILENT)) {
      case LEFT -> "left";
      case CRASHED -> "crashed";
      case SILENT -> "fell silent";
      case REPLACED -> "was replaced";
      case OUT_OF_SIGHT -> "is out of sight";
    };
  }
}
