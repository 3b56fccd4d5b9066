package pharos.simulator;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.AgentCore;
import pharos.agent.core.Change;
import pharos.agent.core.Damper;
import pharos.agent.core.Document;
import pharos.agent.core.Effect;
import pharos.agent.core.Hearing;
import pharos.agent.core.Identity;
import pharos.agent.core.Introduction;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.Settings;
import pharos.agent.wire.WireCodec;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/**
 * One run of a program with an agent in it: what the shell is on a real machine. Each thing that
 * arrives is a turn of its own; while the program is paused it piles up, as in a socket buffer.
 */
final class Program implements Server {
  /** What a socket buffer of the size we ask for holds. */
  private static final int MAX_INBOX = 16_384;

  final Host host;
  final Identity identity;
  final AgentCore core;
  final long startedNs;

  /** Whether it is behind a firewall since it began, so that nobody ever reached its ports. */
  boolean isAlwaysWalledOff;

  /** Whether its agent saw its link up when it looked last. */
  boolean isLinkSeen;

  /** Everybody that the application was told of and not told to be gone. */
  final Map<NodeId, Change> listed = new HashMap<>();

  private final Lan lan;
  private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<Watch> watchers = new ArrayList<>();
  private final Map<Long, Boolean> openQuestions = new HashMap<>();
  private final Damper damper = new Damper();
  private long wakeUpNs = Long.MAX_VALUE;
  private boolean isRunning;
  private boolean isPaused;
  private long pausedNs;
  private boolean isSuspended;
  private boolean isLeaving;
  long endedNs = Long.MAX_VALUE;
  private @Nullable NodeId tracedId;
  private long tracedIncarnation;

  /** What it drives beside its core. */
  private final @Nullable Plugged<?, ?, ?> plugged;

  /** Connections of others over which such a machine is asked. */
  private final List<Line> lines = new ArrayList<>();

  /** What its core was last told to offer. */
  Document offered;

  /** A connection that is kept open to see it end. */
  static final class Watch {
    final Program watcher;
    final NodeId subject;
    final long incarnation;
    boolean isOpen = true;

    Watch(Program watcher, NodeId subject, long incarnation) {
      this.watcher = watcher;
      this.subject = subject;
      this.incarnation = incarnation;
    }
  }

  Program(
      Lan lan,
      Host host,
      Settings settings,
      Identity identity,
      Document document,
      @Nullable Plug<?, ?, ?> plug) {
    this.lan = lan;
    this.host = host;
    this.identity = identity;
    this.startedNs = lan.nowNs();
    this.isAlwaysWalledOff = host.isWalledOff;
    this.offered = document;
    this.core = new AgentCore(settings, identity, document, lan.split());
    this.plugged = plug == null ? null : new Plugged<>(lan, this, plug);
  }

  /** What its machine beside the core was made of; null when there is none. */
  @Nullable Plug<?, ?, ?> plug() {
    return plugged == null ? null : plugged.plug;
  }

  /** That machine as it is driven. */
  @Nullable Plugged<?, ?, ?> plugged() {
    return plugged;
  }

  /** The peer's view of one program: its name in the trace. */
  public String name() {
    return identity.name();
  }

  /** Whom the application is shown now. */
  public Map<NodeId, Change> listed() {
    return listed;
  }

  /** Those whom its application sees. */
  List<PeerInfo> shown() {
    return damper.shown(core.peers());
  }

  /** The decisions of this program, to look at. */
  public AgentCore core() {
    return core;
  }

  /** Whether it has begun and not ended; a paused one runs too. */
  @Override
  public boolean isRunning() {
    return isRunning;
  }

  boolean isPaused() {
    return isPaused;
  }

  /** For how long it has been standing still by now. */
  long pausedForNs() {
    return isPaused ? lan.nowNs() - pausedNs : 0;
  }

  /** Whether something can happen to it that a seed draws: it runs, and is not on its way out. */
  boolean canBeHit() {
    return isRunning() && !isPaused() && !isLeaving();
  }

  /** Whether it said goodbye, be it still saying so. */
  boolean isLeaving() {
    return isLeaving;
  }

  /** How many connections it keeps open to see them end. */
  int watching() {
    return watches.size();
  }

  /** Whether anybody is connected to it who sees it end, and can tell the others. */
  boolean isWatched() {
    return watchers.stream()
        .anyMatch(it -> it.isOpen && !it.watcher.isPaused && lan.isReachable(it.watcher));
  }

  /** That one as its core sees it, if it does. */
  Optional<PeerInfo> seen(Program subject) {
    NodeId id = subject.core.id();
    return core.peers().stream().filter(peer -> peer.id().equals(id)).findFirst();
  }

  /** Whether it lists that one, and does not judge it, since it hears nobody, or nobody it. */
  boolean holds(Program subject) {
    return seen(subject).map(PeerInfo::hearing).orElse(Hearing.WELL).isHeld();
  }

  /** What is wrong with that one's hearing or voice, as its core has it. */
  Hearing.Fault fault(Program subject) {
    return seen(subject).map(PeerInfo::hearing).orElse(Hearing.WELL).word().fault();
  }

  /** How many times as long as others it may be silent for this one. */
  float patience(Program subject) {
    return seen(subject).map(PeerInfo::hearing).orElse(Hearing.WELL).stretch();
  }

  boolean isOf(Change change) {
    return change.peer().id().equals(core.id())
        && change.peer().incarnation() == core.incarnation();
  }

  void start() {
    isRunning = true;
    isLinkSeen = host.isPluggedIn;
    lan.trace(this, "starts");
    turn(
        () -> {
          core.start(host.subnets());
          tellPlugged();
        });
  }

  void leave() {
    if (isRunning) {
      isLeaving = true;
      lan.trace(this, "leaves");
      deliver(core::leave);
    }
  }

  void offer(Document document) {
    lan.trace(this, "offers something else");
    offered = document;
    deliver(
        () -> {
          core.offer(document);
          tellPlugged();
        });
  }

  private void tellPlugged() {
    if (plugged != null) {
      plugged.tellSelf();
    }
  }

  void pause() {
    stand("pauses");
  }

  private void stand(String how) {
    lan.trace(this, how);
    isPaused = true;
    pausedNs = lan.nowNs();
  }

  /** The whole machine sleeps: it stands still, and no datagram is kept for it meanwhile. */
  void suspend() {
    isSuspended = true;
    stand("sleeps");
  }

  /** Goes on: one turn takes all that piled up, then the timers run. */
  void resume() {
    if (!isRunning || !isPaused) {
      return;
    }
    isPaused = false;
    isSuspended = false;
    lan.trace(this, "goes on");
    lan.resumed(this);
    turn(
        () -> {
          while (!inbox.isEmpty()) {
            inbox.remove().run();
          }
        });
  }

  /** The program is no more; its kernel ends its connections, when there is still a network. */
  void end(boolean kernelTells) {
    if (!isRunning) {
      return;
    }
    isRunning = false;
    endedNs = lan.nowNs();
    inbox.clear();
    watches.forEach(watch -> watch.isOpen = false);
    if (kernelTells) {
      lines.forEach(Line::onServerEnded);
      for (Watch watch : watchers) {
        if (watch.isOpen) {
          lan.tcp().send(host, watch.watcher.host, () -> watch.watcher.onWatchEnd(watch));
        }
      }
    }
    lan.ended(this);
  }

  void onWatchEnd(Watch watch) {
    if (watch.isOpen) {
      watch.isOpen = false;
      watches.remove(watch);
      deliver(() -> core.onWatchBroken(watch.subject, watch.incarnation));
    }
  }

  /** A datagram arrives; a machine that sleeps keeps none, while TCP would send again. */
  void receive(Beacon beacon, InetSocketAddress from) {
    if (!isSuspended) {
      deliver(() -> core.onDatagram(beacon, from));
    }
  }

  /** Something arrives from outside. */
  void deliver(Runnable event) {
    if (!isRunning) {
      return;
    }
    if (!isPaused) {
      turn(event);
    } else if (inbox.size() < MAX_INBOX) {
      inbox.add(event);
    }
  }

  private void turn(Runnable events) {
    core.turn(lan.nowNs());
    if (plugged != null) {
      plugged.turn();
    }
    events.run();
    core.wakeUp();
    traceRun();
    for (Effect effect : core.takeEffects()) {
      perform(effect);
    }
    for (Change change : damper.wakeUp(lan.nowNs())) {
      lan.trace().shown(lan.nowNs(), this, change);
      lan.shown(this, change);
    }
    if (plugged != null && isRunning) {
      plugged.run();
    }
    sleep();
  }

  /** Who it is for others from here on: it may take another id, or a higher incarnation. */
  private void traceRun() {
    NodeId id = core.id();
    boolean isSame = tracedId != null && id.equals(tracedId);
    if (!isSame || core.incarnation() != tracedIncarnation) {
      tracedIncarnation = core.incarnation();
      tracedId = id;
      lan.trace(this, "is " + Trace.run(id, tracedIncarnation));
    }
  }

  /** Its application is told so as well, unless the peer comes and goes again and again. */
  private void show(Change change) {
    List<Change> shown = damper.onChange(change, lan.nowNs());
    boolean isSame = shown.stream().anyMatch(it -> it.kind() == change.kind());
    if (!isSame) {
      lan.trace().keptBack(lan.nowNs(), this, change);
    }
    for (Change it : shown) {
      if (it.kind() != change.kind()) {
        lan.trace().shown(lan.nowNs(), this, it);
      }
      lan.shown(this, it);
    }
  }

  /** Until something is due, or arrives. */
  private void sleep() {
    long nextNs = core.isIdle() ? Long.MAX_VALUE : core.nextWakeUpNs();
    nextNs = plugged == null ? nextNs : Math.min(nextNs, plugged.nextNs());
    long dampedNs = damper.nextInNs(lan.nowNs());
    nextNs = dampedNs == Long.MAX_VALUE ? nextNs : Math.min(nextNs, lan.nowNs() + dampedNs);
    if (isRunning && nextNs < wakeUpNs) {
      wakeUpNs = nextNs;
      long atNs = wakeUpNs;
      lan.at(atNs, () -> onWakeUp(atNs));
    }
  }

  private void onWakeUp(long atNs) {
    if (atNs == wakeUpNs) {
      wakeUpNs = Long.MAX_VALUE;
      if (isRunning && !isPaused) {
        turn(() -> {});
      }
    }
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Broadcast it) {
      lan.broadcast(this, it.beacon());
    } else if (effect instanceof Effect.Send it) {
      lan.send(this, it.beacon(), it.to(), () -> {});
    } else if (effect instanceof Effect.Probe it) {
      Runnable refused = () -> core.onProbeRefused(it.peer(), it.incarnation(), it.to());
      lan.send(this, it.beacon(), it.to(), () -> deliver(refused));
    } else if (effect instanceof Effect.Connect it) {
      connect(it);
    } else if (effect instanceof Effect.Ask it) {
      ask(it);
    } else if (effect instanceof Effect.Forget it) {
      openQuestions.remove(it.question());
    } else if (effect instanceof Effect.Reply) {
      throw new AssertionError("a reply outside of a question");
    } else if (effect instanceof Effect.Watch it) {
      watch(it);
    } else if (effect instanceof Effect.Unwatch it) {
      unwatch(it);
    } else if (effect instanceof Effect.Tell it) {
      lan.told(this, it.change());
      show(it.change());
      if (plugged != null) {
        plugged.onChange(it.change());
      }
    } else if (effect instanceof Effect.Note it) {
      lan.trace(this, it.kind() + ": " + it.text());
    } else if (effect instanceof Effect.Isolated it) {
      lan.isolated(this, it.isIsolated());
    } else if (effect instanceof Effect.Renamed it) {
      lan.trace(this, "is now " + it.id().toShortString());
      lan.renamed(this);
      tellPlugged();
    } else if (effect instanceof Effect.Failed it) {
      lan.trace(this, "fails: " + it.why());
      isLeaving = true;
    } else if (effect instanceof Effect.Stopped) {
      lan.trace(this, "ends");
      end(true);
    } else {
      throw new AssertionError(effect);
    }
  }

  private void connect(Effect.Connect it) {
    lan.traffic().connects++;
    lan.tcp()
        .connect(
            host,
            it.to(),
            accepting -> deliver(() -> core.onConnected(it.peer(), it.incarnation(), it.to())),
            () -> deliver(() -> core.onConnectRefused(it.peer(), it.incarnation(), it.to())));
  }

  private void ask(Effect.Ask it) {
    lan.traffic().questions++;
    openQuestions.put(it.question(), true);
    lan.tcp()
        .ask(
            host,
            it.to(),
            it.self(),
            answer -> ended(it, () -> core.onAnswer(it.question(), answer)),
            () -> ended(it, () -> core.onQuestionFailed(it.question())));
  }

  private void ended(Effect.Ask it, Runnable event) {
    deliver(
        () -> {
          if (openQuestions.remove(it.question()) != null) {
            event.run();
          }
        });
  }

  @Override
  public Host host() {
    return host;
  }

  @Override
  public void asked(Introduction asking, Host asker, Consumer<Introduction> back) {
    deliver(() -> answer(asker, asking, back));
  }

  @Override
  public void questioned(Object question, Host asker, Consumer<Object> back) {
    deliver(
        () -> {
          if (plugged == null) {
            back.accept(WireCodec.writeError("nobody here answers that"));
          } else {
            plugged.onQuestion(asker, question, back);
          }
        });
  }

  @Override
  public void connected(Line line) {
    lines.removeIf(Line::isEnded);
    lines.add(line);
  }

  private void answer(Host asker, Introduction asking, Consumer<Introduction> back) {
    if (plugged != null) {
      plugged.onProof(asker.address());
    }
    core.onQuestion(0, asker.address(), asking);
    for (Effect effect : core.takeEffects()) {
      if (effect instanceof Effect.Reply reply) {
        back.accept(reply.self());
      } else {
        perform(effect);
      }
    }
  }

  private void watch(Effect.Watch it) {
    Watch watch = new Watch(this, it.peer(), it.incarnation());
    watches.add(watch);
    lan.tcp()
        .connect(
            host,
            it.to(),
            watched -> {
              if (watch.isOpen) {
                watched.watched(watch);
                deliver(() -> core.onWatched(watch.subject, watch.incarnation));
              }
            },
            () -> {
              if (watch.isOpen) {
                deliver(() -> core.onConnectRefused(it.peer(), it.incarnation(), it.to()));
                onWatchEnd(watch);
              }
            });
  }

  @Override
  public void watched(Watch watch) {
    watchers.removeIf(other -> !other.isOpen);
    watchers.add(watch);
  }

  private void unwatch(Effect.Unwatch it) {
    watches.removeIf(
        watch -> {
          boolean ends = watch.subject.equals(it.peer()) && watch.incarnation == it.incarnation();
          watch.isOpen &= !ends;
          return ends;
        });
  }

  InetSocketAddress udpEndpoint() {
    return new InetSocketAddress(host.address(), identity.udpPort());
  }
}
