package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.core.AgentCore;
import pharos.agent.core.Change;
import pharos.agent.core.Count;
import pharos.agent.core.Document;
import pharos.agent.core.Effect;
import pharos.agent.core.Identity;
import pharos.agent.core.Introduction;
import pharos.agent.core.NoteKind;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.agent.core.gateway.Action;
import pharos.agent.core.gateway.Callees;
import pharos.agent.core.gateway.Endpoints;
import pharos.agent.core.gateway.Gateway;
import pharos.agent.core.gateway.Reply;
import pharos.agent.wire.Offer;
import pharos.agent.wire.OverlayCodec;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import pharos.beacon.Addresses;
import pharos.beacon.Link;
import pharos.beacon.NodeId;
import pharos.beacon.Reject;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

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

  private static final Count[] COUNTS = Count.values();
  private static final Reject[] REJECTS = Reject.values();

  /** The names of what is counted. */
  private static final List<String> COUNTED =
      Stream.of(
              Arrays.stream(COUNTS).map(Count::name),
              Arrays.stream(REJECTS).map(reject -> "REJECTED_" + reject.name()),
              Stream.of(
                  "BEACONS",
                  "DATAGRAMS_TOO_LONG",
                  "RECEIVE_ERRORS",
                  "MALFORMED_QUESTIONS",
                  "MALFORMED_ANSWERS",
                  "HANDSHAKES_RETRIED",
                  "PROBES_NOT_SENT",
                  "CONNECTIONS_REFUSED",
                  "CONNECTIONS_EVICTED",
                  "FRAMES_REFUSED",
                  "QUOTAS_MET",
                  "ANSWERS_UNASKED",
                  "HANDSHAKES_NUDGED",
                  "OWN_QUESTIONS_MISSED",
                  "JEROMQ_EXCEPTIONS",
                  "JEROMQ_DEATHS",
                  "CONNECTIONS_DEFERRED",
                  "GATEWAY_CALLS_REFUSED",
                  "GATEWAY_LEASES_REFUSED",
                  "GATEWAY_ANSWERS_CUT",
                  "OVERLAY_TOO_MANY",
                  "OVERLAY_ANNOUNCEMENTS_REFUSED",
                  "OVERLAY_GAVE_WAY"))
          .flatMap(names -> names)
          .toList();

  private static final Logger log = LoggerFactory.getLogger(AgentLoop.class);

  /** How the agents of a network meet, for people to read. */
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  private final LoopSettings settings;
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
  private final Gateway gateway;
  private final Dialogue dialogue;
  private final SeedNames seedNames;
  private final Map<Long, Consumer<Reply.Ended>> calls = new HashMap<>();
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
  private long callNumbers;
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
      LoopSettings settings, Document document, Optional<ZContext> shared, LoopListener listener)
      throws IOException {
    this.settings = settings;
    this.document = document;
    this.listener = listener;
    Means means = Means.ofThisProcess();
    context =
        shared.isPresent() ? shared.get().shadow() : Contexts.open(this::onThreadDeath, survived);
    context.setLinger(0);
    nowNs = System.nanoTime();
    refreshedNs = nowNs;
    guardedNs = nowNs - GUARD_NS;
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      wakeUp = opened(new WakeUp(), opened);
      Quota octets = shares.quota(means.octets());
      questions = opened(new Questions(context, settings, shares, means, octets), opened);
      connections =
          opened(new Connections(context, wakeUp, new Outcomes(), shares, octets), opened);
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
    core = new AgentCore(settings.core(), identity(), document, new SecureRandom());
    dialogue =
        new Dialogue(
            connections,
            beacons::isOnLink,
            new Callees(at -> shares.isOwn(at) || shares.provenAt(at) > 0, nowNs));
    gateway =
        new Gateway(
            settings.gateway(),
            self(),
            AgentLoop::types,
            new SecureRandom(),
            nowNs,
            shares::agentsAt);
    seedNames =
        new SeedNames(
            settings.name(), settings.seeds(), found -> submit(() -> gateway.seeds(found)));
    thread = new Thread(this::run, "pharos-" + settings.name());
    thread.setDaemon(true);
    ending = new Ending(settings.name(), listener, this::closeContext);
    turnedNs = nowNs;
  }

  /**
   * Opens the sockets.
   *
   * @param shared the context to open them in; empty for one of its own
   * @throws IOException when a port cannot be had, naming it and what to do
   */
  public static AgentLoop open(
      LoopSettings settings, Document document, Optional<ZContext> shared, LoopListener listener)
      throws IOException {
    return new AgentLoop(settings, document, shared, listener);
  }

  private static <T extends AutoCloseable> T opened(T resource, List<AutoCloseable> opened) {
    opened.add(0, resource);
    return resource;
  }

  private Identity identity() {
    return new Identity(
        settings.id(),
        settings.isIdFixed(),
        System.currentTimeMillis(),
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
    seedNames.start();
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
          tellGateway();
        });
  }

  /** Looks for this contact, or the peers of this id or name, here and everywhere. */
  public void find(ContactId id, Consumer<Reply.Ended> then) {
    call(then, call -> gateway.find(call, id));
  }

  /** Everybody of this service, or who offers this type, here and everywhere. */
  public void browse(String service, Consumer<Reply.Ended> then) {
    call(then, call -> gateway.browse(call, service));
  }

  /** Announces this contact, and keeps it announced. */
  public void register(Contact contact, Consumer<Reply.Ended> then) {
    call(then, call -> gateway.register(call, contact));
  }

  /** Announces it no more. */
  public void unregister(ContactId id, Consumer<Reply.Ended> then) {
    call(then, call -> gateway.unregister(call, id));
  }

  /** Its end is told on the thread of this loop. */
  private void call(Consumer<Reply.Ended> then, LongConsumer begin) {
    submit(
        () -> {
          long call = ++callNumbers;
          calls.put(call, then);
          begin.accept(call);
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
    long standsNs = System.nanoTime() - turnedNs;
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
      counts.put(COUNTED.get(i), now[i]);
    }
    return counts;
  }

  // The loop.

  private void run() {
    try {
      submit(
          () -> {
            tellGateway();
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
      long held = failing.pass(System.nanoTime());
      if (held >= 0) {
        log.warn("a turn failed{}: {}", Sometimes.andMore(held), e.toString(), e);
      }
      // What fails at once, and again, must not take a processor meanwhile.
      LockSupport.parkNanos(FAILED_TURN_NS);
    }
  }

  private void turn() throws IOException {
    poller.poll(sleepMs());
    nowNs = System.nanoTime();
    turnedNs = nowNs;
    core.turn(nowNs);
    gateway.turn(nowNs, System.currentTimeMillis());
    wakeUp.clear();
    beacons.receive(core);
    questions.receive(this::onQuestion, nowNs);
    connections.receiveEvents(nowNs);
    connections.receive(nowNs);
    hearOneself();
    probes.look(core, nowNs);
    if (beacons.rescan(core, nowNs)) {
      tellGateway();
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
    dialogue.wakeUp(gateway, nowNs);
    gateway.wakeUp();
    for (List<Action> actions = gateway.takeActions();
        !actions.isEmpty();
        actions = gateway.takeActions()) {
      actions.forEach(this::perform);
    }
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
    long beforeNs = System.nanoTime();
    long sleepNs = Math.min(MAX_SLEEP_NS, beacons.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, probes.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, connections.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, ownPort.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, dialogue.nextInNs(beforeNs));
    sleepNs = Math.min(sleepNs, Math.max(0, gateway.nextWakeUpNs() - beforeNs));
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
    counted = count();
    List<PeerInfo> peers = core.peers();
    gateway.refresh(peers);
    listener.onTurn(peers, core.unreachable(), told);
  }

  /** In the order of {@link #COUNTED}. */
  private long[] count() {
    long[] counted = new long[COUNTED.size()];
    int i = 0;
    for (Count count : COUNTS) {
      counted[i++] = core.count(count);
    }
    for (Reject reject : REJECTS) {
      counted[i++] = beacons.codec().rejected(reject);
    }
    counted[i++] = beacons.codec().accepted();
    counted[i++] = beacons.own().oversize() + beacons.shared().oversize();
    counted[i++] = beacons.own().errors() + beacons.shared().errors();
    counted[i++] = questions.malformed();
    counted[i++] = malformedAnswers + dialogue.malformed();
    counted[i++] = connections.retried();
    counted[i++] = probes.failed();
    Guard bound = questions.guard();
    Guard connecting = connections.guard();
    counted[i++] = bound.refusedConnections();
    counted[i++] = bound.evicted() + connecting.evicted();
    counted[i++] = bound.refusedFrames() + connecting.refusedFrames();
    counted[i++] = questions.refused() + bound.quotasMet() + connecting.quotasMet();
    counted[i++] = connections.unasked();
    counted[i++] = ownPort.nudges();
    counted[i++] = ownPort.missed();
    counted[i++] = survived.get();
    counted[i++] = threadDeaths.get();
    counted[i++] = dialogue.deferred();
    counted[i++] = gateway.refusedCalls();
    counted[i++] = gateway.refusedLeases();
    counted[i++] = gateway.cutAnswers();
    counted[i++] = gateway.count(pharos.kademlia.Count.TOO_MANY);
    counted[i++] = gateway.count(pharos.kademlia.Count.REFUSED_ANNOUNCEMENTS);
    counted[i] = gateway.count(pharos.kademlia.Count.GAVE_WAY);
    return counted;
  }

  /** On the thread that would have died. */
  private void onThreadDeath(String name, Throwable cause) {
    threadDeaths.incrementAndGet();
    if (relapses.isTooMany(System.nanoTime())) {
      submit(
          () ->
              end(
                  new IllegalStateException(
                      "a thread of JeroMQ, now " + name + ", fails again and again", cause)));
    }
  }

  // What arrives.

  private void onQuestion(long token, InetAddress asker, byte[] body) {
    dialogue.onProof(asker, nowNs);
    if (WireCodec.isHello(body)) {
      questions.reply(token, introductionBytes());
      return;
    }
    try {
      if (OverlayCodec.isOverlay(body)) {
        gateway.onQuestion(
            token, Addresses.text(shares.group(asker)), OverlayCodec.readQuestion(body));
      } else {
        core.onQuestion(token, asker, WireCodec.readIntroduction(body));
      }
    } catch (WireException e) {
      questions.onMalformed();
      if (e.toldByOther().isPresent()) {
        // Two that answer each other's errors would never stop.
        questions.ignore(token);
        return;
      }
      log.debug("a question that makes no sense: {}", e.getMessage());
      questions.reply(token, WireCodec.writeError(String.valueOf(e.getMessage())));
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

  private final class Outcomes implements Connections.Outcome {
    @Override
    public void onAnswer(long question, byte[] answer) {
      if (Dialogue.isOurs(question)) {
        dialogue.onAnswer(question, answer, gateway, nowNs);
        return;
      }
      try {
        core.onAnswer(question, WireCodec.readIntroduction(answer));
      } catch (WireException e) {
        malformedAnswers++;
        log.debug("an answer that makes no sense: {}", e.getMessage());
        core.onQuestionFailed(question);
      }
    }

    @Override
    public void onQuestionFailed(long question) {
      if (Dialogue.isOurs(question)) {
        dialogue.onFailed(question, gateway, nowNs);
      } else {
        core.onQuestionFailed(question);
      }
    }

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
      connections.ask(it.question(), it.to(), bytes(it.self()), nowNs);
      story.debug("asking {} for capabilities", it.name());
    } else if (effect instanceof Effect.Forget it) {
      connections.forget(it.question());
    } else if (effect instanceof Effect.Reply it) {
      questions.reply(it.token(), bytes(it.self()));
    } else if (effect instanceof Effect.Watch it) {
      connections.watch(it.peer(), it.incarnation(), it.to(), nowNs);
    } else if (effect instanceof Effect.Unwatch it) {
      connections.unwatch(it.peer(), it.incarnation());
    } else if (effect instanceof Effect.Tell it) {
      changes.add(it.change());
      gateway.onChange(it.change());
      isDirty = true;
    } else if (effect instanceof Effect.Note it) {
      note(it);
    } else if (effect instanceof Effect.Renamed it) {
      listener.onRenamed(it.id());
      tellGateway();
    } else if (effect instanceof Effect.Failed it) {
      failure = new IllegalStateException(it.why());
    } else if (effect instanceof Effect.Stopped) {
      isStopped = true;
    } else {
      throw new AssertionError(effect);
    }
  }

  private void perform(Action action) {
    if (action instanceof Action.Ask it) {
      dialogue.ask(it, gateway, nowNs);
    } else if (action instanceof Action.Forget it) {
      dialogue.forget(it.number());
    } else if (action instanceof Action.Answer it) {
      questions.reply(it.token(), OverlayCodec.write(it.reply()));
    } else if (action instanceof Action.Ignore it) {
      questions.ignore(it.token());
    } else if (action instanceof Action.Followed it) {
      listener.onFollowed(it.peers());
    } else if (action instanceof Action.End it) {
      Consumer<Reply.Ended> then = calls.remove(it.call());
      if (then != null) {
        then.accept(it.ended());
      }
    } else {
      throw new AssertionError(action);
    }
  }

  /** This agent as its peers see it. */
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

  private void tellGateway() {
    PeerInfo self = self();
    gateway.self(
        self,
        self.addresses().stream()
            .filter(address -> !address.isLinkLocalAddress())
            .map(address -> Endpoints.of(address, self.tcpPort()))
            .toList());
  }

  private static Set<String> types(Document document) {
    return WireCodec.readOffers(document).stream().map(Offer::type).collect(Collectors.toSet());
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
    seedNames.close();
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
