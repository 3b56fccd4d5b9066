package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.core.BlackBox;
import pharos.agent.core.Change;
import pharos.agent.core.Counter;
import pharos.agent.core.Damper;
import pharos.agent.core.Document;
import pharos.agent.core.Effect;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.gateway.Callees;
import pharos.agent.core.gateway.Endpoints;
import pharos.agent.wire.WireCodec;
import pharos.beacon.Addresses;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Link;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;
import pharos.beacon.Reject;

/**
 * The one thread of an agent. In each turn it reads the clock once, hands in all that arrived, lets
 * due timers run, does the effects in their order, tells its listener, and sleeps in one poller.
 *
 * <p>To make one binds the ports, so that what is wrong with them is thrown there; {@link #start}
 * begins. After that nothing that arrives, and no error of the network, ends it. All public methods
 * may be called from any thread.
 */
public final class AgentLoop {
  /** How long a turn may sleep at most; what tells a loop that stands still relies on it. */
  private static final long MAX_SLEEP_NS = TimeUnit.SECONDS.toNanos(2);

  /** A loop that began no turn for so long stands still. */
  private static final long STANDS_STILL_NS = TimeUnit.SECONDS.toNanos(5);

  /** So many turns in a row that failed are no bad luck any more. */
  private static final int MAX_FAILED_TURNS = 100;

  private static final long FAILED_TURN_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Snapshots are made anew so often for the times in them; less often where they are large. */
  private static final long REFRESH_NS = TimeUnit.SECONDS.toNanos(1);

  private static final long REFRESH_PER_PEER_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long GUARD_NS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final Logger log = LoggerFactory.getLogger(AgentLoop.class);

  private final LoopSettings settings;
  private final World world;
  private final LoopListener listener;
  private final ZContext context;
  private final Questions questions;
  private final Connections connections;
  private final OwnPort ownPort;
  private final Beacons beacons;
  private final WakeUp wakeUp;
  private final Poller poller;
  private final Shares shares = new Shares();
  private final LanSide lan;
  private final Callees callees;
  private final List<Plugged<?, ?, ?>> plugged = new ArrayList<>();
  private final Map<String, Plugged<?, ?, ?>> byKind = new HashMap<>();
  private final Tally tally = new Tally();
  private final TurnTimes turnTimes = new TurnTimes();
  private final Thread thread;
  private final Ending ending;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final List<Change> changes = new ArrayList<>();
  private final Damper damper = new Damper();

  private long nowNs;
  private long refreshedNs;
  private long guardedNs;
  private boolean isDirty;
  private boolean isStopped;
  private int failedTurns;
  private final Sometimes failing = new Sometimes();
  private @Nullable Throwable failure;
  private volatile long turnedNs;
  private final AtomicLong survived = new AtomicLong();
  private final AtomicLong threadDeaths = new AtomicLong();
  private final Relapses relapses = new Relapses();

  /**
   * Opens the sockets.
   *
   * @param shared the context to open them in; empty for one of its own
   * @param plugins the machines that talk over its port beside its core; none answers a kind of
   *     another
   * @throws IOException when a port cannot be had, naming it and what to do
   */
  public AgentLoop(
      LoopSettings settings,
      Document document,
      Optional<ZContext> shared,
      LoopListener listener,
      List<Plugin<?, ?, ?>> plugins)
      throws IOException {
    this.settings = settings;
    world = settings.world();
    this.listener = listener;
    Means means = Means.ofThisProcess();
    context =
        shared.isPresent() ? shared.get().shadow() : Contexts.open(this::onThreadDeath, survived);
    context.setLinger(0);
    nowNs = world.nowNs();
    refreshedNs = nowNs;
    guardedNs = nowNs - GUARD_NS;
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      wakeUp = opened(new WakeUp(), opened);
      Quota octets = shares.quota(means.octets());
      questions = opened(new Questions(context, settings, shares, means, octets), opened);
      connections =
          opened(
              new Connections(context, wakeUp, new Outcomes(), shares, octets, world.nanoTime()),
              opened);
      ownPort =
          opened(
              new OwnPort(context, wakeUp, questions.port(), shares, shared.isPresent(), nowNs),
              opened);
      beacons = opened(new Beacons(settings, questions.port(), nowNs), opened);
      poller = opened(poller(), opened);
    } catch (IOException | RuntimeException e) {
      closeAll(opened);
      closeContext();
      throw e;
    }
    lan = new LanSide(settings, document, new News(), beacons, questions, connections, nowNs);
    callees = new Callees(at -> shares.isOwn(at) || shares.provenAt(at) > 0, nowNs);
    plugins.forEach(this::plug);
    count();
    thread = new Thread(this::run, "pharos-" + settings.name());
    thread.setDaemon(true);
    ending = new Ending(settings.name(), listener, this::closeContext);
    turnedNs = nowNs;
  }

  private Poller poller() throws IOException {
    Poller made = new Poller(world.nanoTime());
    made.add(wakeUp.channel());
    made.add(beacons.own().channel());
    made.add(beacons.shared().channel());
    made.add(questions.socket());
    made.add(connections.socket());
    made.add(ownPort.socket());
    return made;
  }

  private <Q, A, E> void plug(Plugin<Q, A, E> plugin) {
    Plugged<Q, A, E> made =
        new Plugged<>(
            plugin,
            new Plugin.Surroundings(self(), world.random(), nowNs, shares::agentsAt, this::submit),
            settings.name(),
            questions,
            new Dialogue.Ways(connections, beacons::isOnLink, callees, this::onProof),
            world.nanoTime());
    plugged.add(made);
    for (String kind : made.messages.kinds()) {
      if (byKind.put(kind, made) != null) {
        throw new IllegalArgumentException("two plugins answer '" + kind + "'");
      }
    }
  }

  private static <T extends AutoCloseable> T opened(T resource, List<AutoCloseable> opened) {
    opened.add(0, resource);
    return resource;
  }

  // For any thread.

  /** Begins. */
  public void start() {
    thread.start();
    plugged.forEach(it -> it.plugin.start());
  }

  /** Where questions are answered. */
  public int tcpPort() {
    return questions.port();
  }

  /** Where probes are answered. */
  public int udpPort() {
    return beacons.own().port();
  }

  /** What it broadcasts by now. */
  public List<Link> links() {
    return beacons.interfaces().links();
  }

  /** What the application says of a peer: how it failed, or nothing if it did not. */
  public void report(NodeId peer, Optional<String> failure) {
    submit(() -> lan.report(peer, failure));
  }

  /** Offers other capabilities from now on. */
  public void offer(Document offered) {
    submit(
        () -> {
          lan.offer(offered);
          isDirty = true;
          tellPlugged();
        });
  }

  /**
   * Says goodbye, and ends.
   *
   * @param detail how the program failed; empty if it did not
   */
  public void stop(String detail) {
    submit(() -> lan.core.leave(detail));
  }

  /** Ends as by a failure of its own. Never throws. */
  public void fail(Throwable why) {
    try {
      submit(() -> end(why));
    } catch (Throwable e) { // no memory even for that; the loop will find out by itself
      log.debug("cannot fail", e);
    }
  }

  private void submit(Runnable command) {
    commands.add(command);
    wakeUp.signal();
  }

  /** Waits until it has ended. */
  public boolean awaitEnd(long millis) throws InterruptedException {
    return ended.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Why nobody can ask this agent now, if so. */
  public Optional<String> deafness() {
    long standsNs = world.nowNs() - turnedNs;
    if (standsNs >= STANDS_STILL_NS && ended.getCount() > 0) {
      return Optional.of(
          "its loop stands still for " + TimeUnit.NANOSECONDS.toSeconds(standsNs) + " s");
    }
    return ownPort.deafness();
  }

  /** What happened how often, as of a second ago at most. */
  public List<Tally.Count> counts() {
    return tally.told();
  }

  /** This agent, as the others see it; before it runs, and then for its own thread alone. */
  public PeerInfo self() {
    return lan.self();
  }

  /** Whether each move of a peer is told with its evidence from now on: nobody may care. */
  public void tellMoves(boolean isWanted) {
    submit(() -> lan.core.tellMoves(isWanted));
  }

  /**
   * What went into the core lately, for a file.
   *
   * @param about what people shall read at its beginning
   */
  public CompletableFuture<byte[]> blackBox(String about) {
    CompletableFuture<byte[]> box = new CompletableFuture<>();
    BoxRequest request = new BoxRequest(() -> box.complete(lan.box.toBytes(about)));
    submit(request);
    if (ended.getCount() == 0) {
      request.run(); // nobody writes to it any more
    }
    return box;
  }

  /** A command that is of use after the end too. */
  private record BoxRequest(Runnable answer) implements Runnable {
    @Override
    public void run() {
      answer.run();
    }
  }

  // The loop.

  private void run() {
    try {
      submit(
          () -> {
            tellPlugged();
            lan.core.start(beacons.subnets());
          });
      while (!isStopped) {
        supervised();
      }
    } catch (Throwable e) { // whatever it is, whoever waits for us must hear of it
      failure = e;
    }
    try {
      ending.run(Optional.ofNullable(failure), this::closeSockets);
    } finally {
      ended.countDown();
      commands.stream().filter(BoxRequest.class::isInstance).forEach(Runnable::run);
    }
  }

  /** A mistake of ours costs one turn, not the agent; only when none succeeds any more it ends. */
  private void supervised() {
    try {
      turn();
      failedTurns = 0;
    } catch (RuntimeException | IOException e) {
      if (context.isClosed()
          || (e instanceof ZMQException zmq && zmq.getErrorCode() == ZMQ.Error.ETERM.getCode())) {
        throw new IllegalStateException("the ZContext was closed before the agent", e);
      }
      failedTurns++;
      if (failedTurns >= MAX_FAILED_TURNS) {
        throw new IllegalStateException(failedTurns + " turns in a row failed", e);
      }
      long held = failing.pass(world.nowNs());
      if (held >= 0) {
        log.warn("a turn failed{}: {}", Sometimes.andMore(held), e.toString(), e);
      }
      // What fails at once, and again, must not take a processor meanwhile.
      LockSupport.parkNanos(FAILED_TURN_NS);
    }
  }

  private void turn() throws IOException {
    poller.poll(sleepMs());
    nowNs = world.nowNs();
    turnedNs = nowNs;
    long nowMs = world.clock().millis();
    lan.turn(nowNs, nowMs);
    plugged.forEach(it -> it.turn(nowNs, nowMs));
    wakeUp.clear();
    beacons.overhear(isOverhearing() ? this::onOverheard : null);
    lan.receive();
    questions.receive(this::onQuestion, nowNs);
    connections.receiveEvents(nowNs);
    connections.receive(nowNs);
    hearOneself();
    if (beacons.rescan(lan.core, nowNs)) {
      tellPlugged();
    }
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    lan.run();
    plugged.forEach(Plugged::run);
    connections.tidy(nowNs);
    guard();
    tell();
    turnTimes.add(world.nowNs() - nowNs);
  }

  private void hearOneself() {
    ownPort.receive(questions.takeOneself(), nowNs);
    ownPort.wakeUp(nowNs);
    if (connections.takeNudge(nowNs)) {
      ownPort.nudge();
    }
    if (ownPort.isHopeless(nowNs)) {
      end(new IllegalStateException(settings.name() + " cannot be asked any more: " + why()));
    }
  }

  private String why() {
    return ownPort.deafness().orElse("nobody answers");
  }

  /** Ends with this turn, and tells why. */
  private void end(Throwable why) {
    failure = why;
    isStopped = true;
  }

  private long sleepMs() {
    if (!commands.isEmpty()) {
      return 0;
    }
    long beforeNs = world.nowNs();
    long sleepNs = Math.min(MAX_SLEEP_NS, beacons.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, lan.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, connections.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, damper.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, ownPort.nextInNs(beforeNs));
    for (Plugged<?, ?, ?> each : plugged) {
      sleepNs = Math.min(sleepNs, each.nextInNs(beforeNs));
    }
    return TimeUnit.NANOSECONDS.toMillis(sleepNs + TimeUnit.MILLISECONDS.toNanos(1) - 1);
  }

  /** Keeps shut who takes more than his share; what a share is changes with who is known. */
  private void guard() {
    if (nowNs - guardedNs < GUARD_NS) {
      return;
    }
    guardedNs = nowNs;
    shares.own(
        beacons.interfaces().links().stream().map(Link::address).collect(Collectors.toSet()));
    shares.proven(lan.core.provenAt());
    questions.sweep(nowNs);
    connections.guard().sweep(nowNs);
  }

  private void tell() {
    isDirty |= changes.addAll(damper.wakeUp(nowNs));
    long refreshGapNs = Math.max(REFRESH_NS, lan.core.known() * REFRESH_PER_PEER_NS);
    if (!isDirty && nowNs - refreshedNs < refreshGapNs) {
      return;
    }
    refreshedNs = nowNs;
    isDirty = false;
    List<Change> told = List.copyOf(changes);
    changes.clear();
    tally.read();
    List<PeerInfo> peers = lan.core.peers();
    plugged.forEach(it -> it.machine.onPeers(peers));
    listener.onTurn(damper.shown(peers), damper.withheld(peers), lan.core.unreachable(), told);
  }

  /** On the thread that would have died. */
  private void onThreadDeath(String name, Throwable cause) {
    threadDeaths.incrementAndGet();
    if (relapses.isTooMany(world.nowNs())) {
      submit(
          () ->
              end(
                  new IllegalStateException(
                      "a thread of JeroMQ, now " + name + ", fails again and again", cause)));
    }
  }

  // What arrives.

  private void onQuestion(long token, InetAddress asker, byte[] body) {
    onProof(asker);
    Plugged<?, ?, ?> whose = byKind.get(WireCodec.kind(body));
    if (whose == null) {
      lan.onQuestion(token, asker, body);
    } else if (questions.mayWait(token)) {
      whose.onQuestion(token, asker, Addresses.text(shares.group(asker)), body);
    }
  }

  private boolean isOverhearing() {
    for (Plugged<?, ?, ?> each : plugged) {
      if (each.machine.isOverhearing()) {
        return true;
      }
    }
    return false;
  }

  private void onOverheard(InetAddress from, boolean isShared, Presence presence) {
    plugged.forEach(it -> it.machine.onOverheard(from, isShared, presence));
  }

  /** This address spoke to us over TCP: it is where it says it is. */
  private void onProof(InetAddress address) {
    if (callees.onProof(address, nowNs)) {
      plugged.forEach(Plugged::onProven);
    }
  }

  private final class Outcomes implements Connections.Outcome {
    @Override
    public void onWatched(NodeId peer, long incarnation) {
      lan.core.onWatched(peer, incarnation);
    }

    @Override
    public void onWatchBroken(NodeId peer, long incarnation) {
      lan.core.onWatchBroken(peer, incarnation);
    }
  }

  /** What the machine of the LAN tells; its effects are done while it is not being called. */
  private final class News implements LanSide.Owner {
    @Override
    public void onChange(Change change) {
      changes.addAll(damper.onChange(change, nowNs));
      plugged.forEach(each -> each.machine.onChange(change));
      isDirty = true;
    }

    @Override
    public void onNoticed(Effect effect) {
      isDirty |= effect instanceof Effect.Note;
      listener.onNoticed(effect);
    }

    @Override
    public void onRenamed(NodeId id) {
      listener.onRenamed(id);
      tellPlugged();
    }

    @Override
    public void onFailed(String why) {
      failure = new IllegalStateException(why);
    }

    @Override
    public void onStopped() {
      isStopped = true;
    }
  }

  private void tellPlugged() {
    PeerInfo self = self();
    List<String> endpoints =
        self.addresses().stream()
            .filter(address -> !address.isLinkLocalAddress())
            .map(address -> Endpoints.of(address, self.tcpPort()))
            .toList();
    plugged.forEach(it -> it.machine.onSelf(self, endpoints));
  }

  /** All that is counted; told once a turn that tells something. */
  private void count() {
    BeaconCodec codec = beacons.codec();
    Guard bound = questions.guard();
    Guard connecting = connections.guard();
    tally.add(lan.core.counters());
    tally.add(turnTimes.counters());
    tally.add(
        List.of(Counter.bounded("BOX_BYTES", "bytes", "core", lan.box::size, BlackBox.MAX_BYTES)));
    tally.add(Counter.of("REJECTED_", "datagrams", "beacon", Reject.values(), codec::rejected));
    String beacon = "beacon";
    tally.add("BEACONS", "datagrams", beacon, codec::accepted);
    tally.add("DATAGRAMS_TOO_LONG", "datagrams", beacon, beacons::oversize);
    tally.add("RECEIVE_ERRORS", "times", beacon, beacons::errors);
    tally.add("PROBES_NOT_SENT", "datagrams", beacon, lan::probesNotSent);
    tally.add("RETURNS_DELAYED", "times", "core", damper::delayed);
    String port = "port";
    tally.add("MALFORMED_QUESTIONS", "messages", port, questions::malformed);
    tally.add(
        "MALFORMED_ANSWERS", "messages", port, () -> lan.malformed() + sum(Plugged::malformed));
    tally.add("QUESTIONS_UNHEARD", "messages", port, () -> sum(Plugged::unheard));
    tally.add("HANDSHAKES_RETRIED", "connections", port, connections::retried);
    tally.add("CONNECTIONS_REFUSED", "connections", port, bound::refusedConnections);
    tally.add(
        "CONNECTIONS_EVICTED", "connections", port, () -> bound.evicted() + connecting.evicted());
    tally.add(
        "FRAMES_REFUSED", "frames", port, () -> bound.refusedFrames() + connecting.refusedFrames());
    tally.add(
        "QUOTAS_MET",
        "times",
        port,
        () -> questions.refused() + bound.quotasMet() + connecting.quotasMet());
    tally.add("ANSWERS_UNASKED", "connections", port, connections::unasked);
    tally.add("CONNECTIONS_DEFERRED", "connections", port, callees::deferred);
    tally.add("HANDSHAKES_NUDGED", "times", port, ownPort::nudges);
    tally.add("OWN_QUESTIONS_MISSED", "messages", port, ownPort::missed);
    tally.add("JEROMQ_EXCEPTIONS", "times", port, survived::get);
    tally.add("JEROMQ_DEATHS", "times", port, threadDeaths::get);
    tally.add(questions.counters());
    bounded("MESSAGES_WAITING", "messages", Plugged::waiting, Plugged.MAX_WAITING);
    bounded("WORK_WAITING", "works", Plugged::undone, Plugged.MAX_WORK);
    plugged.forEach(it -> tally.add(it.machine.counters()));
  }

  /** Of all that is plugged in together. */
  private void bounded(String name, String unit, ToLongFunction<Plugged<?, ?, ?>> now, int each) {
    long most = (long) each * plugged.size();
    tally.add(List.of(Counter.bounded(name, unit, "port", () -> sum(now), most)));
  }

  private long sum(ToLongFunction<Plugged<?, ?, ?>> number) {
    return plugged.stream().mapToLong(number).sum();
  }

  // The end.

  private void closeSockets() {
    plugged.forEach(Plugged::close);
    lan.close();
    closeAll(List.of(poller, beacons, ownPort, connections, questions, wakeUp));
  }

  private static void closeAll(List<AutoCloseable> resources) {
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        log.debug("{} cannot be closed", resource, e);
      }
    }
  }

  /** With the interrupt flag set, JeroMQ would not close. */
  private void closeContext() {
    boolean wasInterrupted = Thread.interrupted();
    context.close();
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
