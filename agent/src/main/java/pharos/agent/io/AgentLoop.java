package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.core.AgentCore;
import pharos.agent.core.Change;
import pharos.agent.core.Count;
import pharos.agent.core.Counter;
import pharos.agent.core.Document;
import pharos.agent.core.Effect;
import pharos.agent.core.Identity;
import pharos.agent.core.Introduction;
import pharos.agent.core.NoteKind;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.agent.core.gateway.Callees;
import pharos.agent.core.gateway.Endpoints;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import pharos.beacon.Addresses;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Link;
import pharos.beacon.NodeId;
import pharos.beacon.Reject;

/**
 * The one thread of an agent. In each turn it reads the clock once, hands in all that arrived, lets
 * due timers run, does the effects in their order, tells its listener, and sleeps in one poller.
 *
 * <p>{@link #open} binds the ports, so that what is wrong with them is thrown there; {@link #start}
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

  /** How the agents of a network meet, for people to read. */
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  private final LoopSettings settings;
  private final World world;
  private final LoopListener listener;
  private final ZContext context;
  private final Questions questions;
  private final Connections connections;
  private final OwnPort ownPort;
  private final Beacons beacons;
  private final Probes probes = new Probes();
  private final WakeUp wakeUp;
  private final ZMQ.Poller poller;
  private final Shares shares = new Shares();
  private final AgentCore core;
  private final Callees callees;
  private final List<Plugged<?, ?, ?>> plugged = new ArrayList<>();
  private final Map<String, Plugged<?, ?, ?>> byKind = new HashMap<>();
  private final List<Counter> counters;
  private final CoreQuestions coreQuestions = new CoreQuestions();
  private final Thread thread;
  private final Ending ending;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final List<Change> changes = new ArrayList<>();

  private Document document;
  private @Nullable Introduction introduction;
  private byte[] introductionBytes = new byte[0];
  private long nowNs;
  private long refreshedNs;
  private long guardedNs;
  private boolean isDirty;
  private boolean isStopped;
  private int failedTurns;
  private final Sometimes failing = new Sometimes();
  private final Map<NoteKind, Sometimes> noted = new EnumMap<>(NoteKind.class);
  private @Nullable Throwable failure;
  private long malformedAnswers;
  private volatile long turnedNs;
  private volatile long[] counted = {};
  private final AtomicLong survived = new AtomicLong();
  private final AtomicLong threadDeaths = new AtomicLong();
  private final Relapses relapses = new Relapses();

  private AgentLoop(
      LoopSettings settings,
      Document document,
      Optional<ZContext> shared,
      LoopListener listener,
      List<Plugin<?, ?, ?>> plugins)
      throws IOException {
    this.settings = settings;
    world = settings.world();
    this.document = document;
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
    } catch (IOException | RuntimeException e) {
      closeAll(opened);
      closeContext();
      throw e;
    }
    poller = context.createPoller(8);
    poller.register(wakeUp.channel(), ZMQ.Poller.POLLIN);
    poller.register(beacons.own().channel(), ZMQ.Poller.POLLIN);
    poller.register(beacons.shared().channel(), ZMQ.Poller.POLLIN);
    poller.register(questions.socket(), ZMQ.Poller.POLLIN);
    poller.register(connections.socket(), ZMQ.Poller.POLLIN);
    poller.register(ownPort.socket(), ZMQ.Poller.POLLIN);
    core = new AgentCore(settings.core(), identity(), document, world.random());
    callees = new Callees(at -> shares.isOwn(at) || shares.provenAt(at) > 0, nowNs);
    plugins.forEach(this::plug);
    counters = counters();
    thread = new Thread(this::run, "pharos-" + settings.name());
    thread.setDaemon(true);
    ending = new Ending(settings.name(), listener, this::closeContext);
    turnedNs = nowNs;
  }

  /**
   * Opens the sockets.
   *
   * @param shared the context to open them in; empty for one of its own
   * @param plugins the machines that talk over its port beside its core; none answers a kind of
   *     another
   * @throws IOException when a port cannot be had, naming it and what to do
   */
  public static AgentLoop open(
      LoopSettings settings,
      Document document,
      Optional<ZContext> shared,
      LoopListener listener,
      List<Plugin<?, ?, ?>> plugins)
      throws IOException {
    return new AgentLoop(settings, document, shared, listener, plugins);
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
    for (String kind : plugin.kinds()) {
      if (byKind.put(kind, made) != null) {
        throw new IllegalArgumentException("two plugins answer '" + kind + "'");
      }
    }
  }

  private static <T extends AutoCloseable> T opened(T resource, List<AutoCloseable> opened) {
    opened.add(0, resource);
    return resource;
  }

  private Identity identity() {
    return new Identity(
        settings.id(),
        settings.isIdFixed(),
        world.clock().millis(),
        settings.name(),
        settings.service(),
        settings.cluster(),
        questions.port(),
        beacons.own().port(),
        settings.gateway().isNode(),
        settings.advertised());
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

  /** Offers other capabilities from now on. */
  public void offer(Document offered) {
    submit(
        () -> {
          document = offered;
          core.offer(offered);
          isDirty = true;
          tellPlugged();
        });
  }

  /** Says goodbye, and ends. */
  public void stop() {
    submit(core::leave);
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

  /** How often what happened, by name, as of a second ago at most. */
  public Map<String, Long> counts() {
    long[] now = counted;
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i < now.length; i++) {
      counts.put(counters.get(i).name(), now[i]);
    }
    return counts;
  }

  // The loop.

  private void run() {
    try {
      submit(
          () -> {
            tellPlugged();
            core.start(beacons.subnets());
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
    core.turn(nowNs, nowMs);
    plugged.forEach(it -> it.turn(nowNs, nowMs));
    wakeUp.clear();
    beacons.receive(core);
    questions.receive(this::onQuestion, nowNs);
    connections.receiveEvents(nowNs);
    connections.receive(nowNs);
    hearOneself();
    probes.look(core, nowNs);
    if (beacons.rescan(core, nowNs)) {
      tellPlugged();
    }
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    core.wakeUp();
    for (List<Effect> effects = core.takeEffects();
        !effects.isEmpty();
        effects = core.takeEffects()) {
      effects.forEach(this::perform);
    }
    plugged.forEach(Plugged::run);
    connections.tidy(nowNs);
    guard();
    tell();
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
    sleepNs = Math.min(sleepNs, probes.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, connections.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, ownPort.nextInNs(beforeNs));
    for (Plugged<?, ?, ?> each : plugged) {
      sleepNs = Math.min(sleepNs, each.nextInNs(beforeNs));
    }
    if (!core.isIdle()) {
      sleepNs = Math.min(sleepNs, Math.max(0, core.nextWakeUpNs() - beforeNs));
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
    shares.proven(core.provenAt());
    questions.sweep(nowNs);
    connections.guard().sweep(nowNs);
  }

  private void tell() {
    long refreshGapNs = Math.max(REFRESH_NS, core.known() * REFRESH_PER_PEER_NS);
    if (!isDirty && nowNs - refreshedNs < refreshGapNs) {
      return;
    }
    refreshedNs = nowNs;
    isDirty = false;
    List<Change> told = List.copyOf(changes);
    changes.clear();
    counted = counters.stream().mapToLong(Counter::value).toArray();
    List<PeerInfo> peers = core.peers();
    plugged.forEach(it -> it.machine.onPeers(peers));
    listener.onTurn(peers, core.unreachable(), told);
  }

  /** All that is counted; read once a turn that tells something. */
  private List<Counter> counters() {
    BeaconCodec codec = beacons.codec();
    Guard bound = questions.guard();
    Guard connecting = connections.guard();
    List<Counter> all = new ArrayList<>();
    all.addAll(Counter.of("", "times", "core", Count.values(), core::count));
    all.addAll(Counter.of("REJECTED_", "datagrams", "beacon", Reject.values(), codec::rejected));
    add(all, "BEACONS", "datagrams", "beacon", codec::accepted);
    add(
        all,
        "DATAGRAMS_TOO_LONG",
        "datagrams",
        "beacon",
        () -> beacons.own().oversize() + beacons.shared().oversize());
    add(
        all,
        "RECEIVE_ERRORS",
        "times",
        "beacon",
        () -> beacons.own().errors() + beacons.shared().errors());
    add(all, "PROBES_NOT_SENT", "datagrams", "beacon", probes::failed);
    add(all, "MALFORMED_QUESTIONS", "messages", "port", questions::malformed);
    add(
        all,
        "MALFORMED_ANSWERS",
        "messages",
        "port",
        () -> malformedAnswers + sum(Plugged::malformed));
    add(all, "QUESTIONS_UNHEARD", "messages", "port", () -> sum(Plugged::unheard));
    add(all, "HANDSHAKES_RETRIED", "connections", "port", connections::retried);
    add(all, "CONNECTIONS_REFUSED", "connections", "port", bound::refusedConnections);
    add(
        all,
        "CONNECTIONS_EVICTED",
        "connections",
        "port",
        () -> bound.evicted() + connecting.evicted());
    add(
        all,
        "FRAMES_REFUSED",
        "frames",
        "port",
        () -> bound.refusedFrames() + connecting.refusedFrames());
    add(
        all,
        "QUOTAS_MET",
        "times",
        "port",
        () -> questions.refused() + bound.quotasMet() + connecting.quotasMet());
    add(all, "ANSWERS_UNASKED", "connections", "port", connections::unasked);
    add(all, "CONNECTIONS_DEFERRED", "connections", "port", callees::deferred);
    add(all, "HANDSHAKES_NUDGED", "times", "port", ownPort::nudges);
    add(all, "OWN_QUESTIONS_MISSED", "messages", "port", ownPort::missed);
    add(all, "JEROMQ_EXCEPTIONS", "times", "port", survived::get);
    add(all, "JEROMQ_DEATHS", "times", "port", threadDeaths::get);
    plugged.forEach(it -> all.addAll(it.machine.counters()));
    return List.copyOf(all);
  }

  private static void add(
      List<Counter> all, String name, String unit, String source, LongSupplier reading) {
    all.add(new Counter(name, unit, source, reading));
  }

  private long sum(ToLongFunction<Plugged<?, ?, ?>> number) {
    return plugged.stream().mapToLong(number).sum();
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
    if (WireCodec.isHello(body)) {
      questions.reply(token, introductionBytes());
      return;
    }
    Plugged<?, ?, ?> whose = byKind.get(WireCodec.kind(body));
    if (whose != null) {
      whose.onQuestion(token, Addresses.text(shares.group(asker)), body);
      return;
    }
    try {
      core.onQuestion(token, asker, WireCodec.readIntroduction(body));
    } catch (WireException e) {
      questions.refuse(token, e);
    }
  }

  /** This address spoke to us over TCP: it is where it says it is. */
  private void onProof(InetAddress address) {
    if (callees.onProof(address, nowNs)) {
      plugged.forEach(Plugged::onProven);
    }
  }

  private byte[] introductionBytes() {
    return bytes(core.introduction());
  }

  private byte[] bytes(Introduction self) {
    if (!self.equals(introduction)) {
      introduction = self;
      introductionBytes = WireCodec.write(self);
    }
    return introductionBytes;
  }

  /** The core's own questions: what is answered is an introduction. */
  private final class CoreQuestions implements Connections.Asking {
    @Override
    public void onAnswer(long question, byte[] answer) {
      try {
        core.onAnswer(question, WireCodec.readIntroduction(answer));
      } catch (WireException e) {
        malformedAnswers++;
        log.debug("an answer that makes no sense: {}", e.getMessage());
        core.onQuestionFailed(question);
      }
    }

    @Override
    public void onFailed(long question) {
      core.onQuestionFailed(question);
    }
  }

  private final class Outcomes implements Connections.Outcome {
    @Override
    public void onWatched(NodeId peer, long incarnation) {
      core.onWatched(peer, incarnation);
    }

    @Override
    public void onWatchBroken(NodeId peer, long incarnation) {
      core.onWatchBroken(peer, incarnation);
    }
  }

  // What the core wants.

  private void perform(Effect effect) {
    if (effect instanceof Effect.Broadcast it) {
      beacons.broadcast(it.beacon(), nowNs);
    } else if (effect instanceof Effect.Send it) {
      beacons.send(it.beacon(), it.to());
    } else if (effect instanceof Effect.Probe it) {
      probes.send(it.peer(), it.incarnation(), beacons.encode(it.beacon()), it.to(), nowNs);
    } else if (effect instanceof Effect.Connect it) {
      probes.connect(it.peer(), it.incarnation(), it.to(), nowNs);
    } else if (effect instanceof Effect.Ask it) {
      story.debug(
          "connecting to {} at {}",
          it.name(),
          Endpoints.of(it.to().getAddress(), it.to().getPort()));
      connections.ask(coreQuestions, it.question(), it.to(), bytes(it.self()), nowNs);
      story.debug("asking {} for capabilities", it.name());
    } else if (effect instanceof Effect.Forget it) {
      connections.forget(coreQuestions, it.question());
    } else if (effect instanceof Effect.Reply it) {
      questions.reply(it.token(), bytes(it.self()));
    } else if (effect instanceof Effect.Watch it) {
      connections.watch(it.peer(), it.incarnation(), it.to(), nowNs);
    } else if (effect instanceof Effect.Unwatch it) {
      connections.unwatch(it.peer(), it.incarnation());
    } else if (effect instanceof Effect.Tell it) {
      changes.add(it.change());
      plugged.forEach(each -> each.machine.onChange(it.change()));
      isDirty = true;
    } else if (effect instanceof Effect.Note it) {
      note(it);
    } else if (effect instanceof Effect.Renamed it) {
      listener.onRenamed(it.id());
      tellPlugged();
    } else if (effect instanceof Effect.Failed it) {
      failure = new IllegalStateException(it.why());
    } else if (effect instanceof Effect.Stopped) {
      isStopped = true;
    } else {
      throw new AssertionError(effect);
    }
  }

  /** This agent, as the others see it; before it runs, and then for its own thread alone. */
  public PeerInfo self() {
    return new PeerInfo(
        core.id(),
        core.incarnation(),
        settings.name(),
        settings.service(),
        addresses(),
        questions.port(),
        settings.gateway().isNode(),
        document,
        State.ALIVE,
        nowNs,
        nowNs);
  }

  /** Where this agent is reached: as it asks to be, or by its interfaces. */
  private List<InetAddress> addresses() {
    if (!settings.advertised().isEmpty()) {
      return settings.advertised();
    }
    List<InetAddress> addresses =
        beacons.interfaces().links().stream().map(Link::address).distinct().toList();
    return addresses.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : addresses;
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

  /** Once a minute for each kind: a stranger may give cause for thousands, each of another peer. */
  private void note(Effect.Note note) {
    isDirty = true;
    long held = noted.computeIfAbsent(note.kind(), kind -> new Sometimes()).pass(nowNs);
    if (held < 0) {
      log.debug("{}", note.text());
      return;
    }
    switch (note.kind()) {
      case STALLED, UNREACHABLE -> log.info("{}{}", note.text(), Sometimes.andMore(held));
      default -> log.warn("{}{}", note.text(), Sometimes.andMore(held));
    }
  }

  // The end.

  private void closeSockets() {
    plugged.forEach(Plugged::close);
    poller.unregister(wakeUp.channel());
    poller.unregister(beacons.own().channel());
    poller.unregister(beacons.shared().channel());
    poller.close();
    closeAll(List.of(probes, beacons, ownPort, connections, questions, wakeUp));
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
