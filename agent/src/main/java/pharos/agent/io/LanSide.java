package pharos.agent.io;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.core.AgentCore;
import pharos.agent.core.BlackBox;
import pharos.agent.core.Change;
import pharos.agent.core.Document;
import pharos.agent.core.Effect;
import pharos.agent.core.Hearing;
import pharos.agent.core.Identity;
import pharos.agent.core.Introduction;
import pharos.agent.core.NoteKind;
import pharos.agent.core.PeerInfo;
import pharos.agent.core.State;
import pharos.agent.core.gateway.Endpoints;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import pharos.beacon.Link;
import pharos.beacon.NodeId;

/**
 * The machine of the LAN in its loop: what arrives for it is handed in, and what it wants is done
 * at once, in its order. It comes before all that is {@link Plugged} in. For the loop's thread.
 */
final class LanSide implements Connections.Asking {
  private static final Logger log = LoggerFactory.getLogger(LanSide.class);

  /** How the agents of a network meet, for people to read. */
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  /** What its loop hears of it. */
  interface Owner {
    /** A peer changed. */
    void onChange(Change change);

    /** Something happened that is no news of a peer. */
    void onNoticed(Effect effect);

    /** This agent has another id. */
    void onRenamed(NodeId id);

    /** It cannot go on, and takes its leave. */
    void onFailed(String why);

    /** It has taken its leave. */
    void onStopped();
  }

  final AgentCore core;
  final BlackBox box;

  private final LoopSettings settings;
  private final Owner owner;
  private final Beacons beacons;
  private final Questions questions;
  private final Connections connections;
  private final Probes probes = new Probes();
  private final Map<NoteKind, Sometimes> noted = new EnumMap<>(NoteKind.class);

  /** The open questions by which somebody is met; the core bounds them. */
  private final Set<Long> meeting = new HashSet<>();

  private Document document;
  private @Nullable Introduction introduction;
  private byte[] introductionBytes = new byte[0];
  private long malformed;
  private long nowNs;

  LanSide(
      LoopSettings settings,
      Document document,
      Owner owner,
      Beacons beacons,
      Questions questions,
      Connections connections,
      long nowNs) {
    this.settings = settings;
    this.document = document;
    this.owner = owner;
    this.beacons = beacons;
    this.questions = questions;
    this.connections = connections;
    this.nowNs = nowNs;
    box = new BlackBox(settings.world().random());
    core = new AgentCore(settings.core(), identity(), document, box.random());
    core.record(box);
  }

  private Identity identity() {
    return new Identity(
        settings.id(),
        settings.isIdFixed(),
        settings.world().clock().millis(),
        settings.name(),
        settings.service(),
        settings.cluster(),
        questions.port(),
        beacons.own().port(),
        settings.gateway().isNode(),
        settings.advertised());
  }

  /** This agent, as the others see it. */
  PeerInfo self() {
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
        Hearing.WELL,
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

  void offer(Document offered) {
    document = offered;
    core.offer(offered);
  }

  /** What the application says of a peer: how it failed, or nothing if it did not. */
  void report(NodeId peer, Optional<String> failure) {
    failure.ifPresentOrElse(cause -> core.onFailure(peer, cause), () -> core.onSuccess(peer));
  }

  // The turn.

  void turn(long now, long nowMs) {
    nowNs = now;
    core.turn(now, nowMs);
  }

  /** Hears what came by UDP; what comes over TCP is the loop's to hand out. */
  void receive() {
    beacons.receive(core);
    probes.look(core, nowNs);
  }

  /** Lets due timers run, and does what is wanted. */
  void run() {
    core.wakeUp();
    for (List<Effect> effects = core.takeEffects();
        !effects.isEmpty();
        effects = core.takeEffects()) {
      effects.forEach(this::perform);
    }
  }

  /** How long until it has something to do. */
  long nextInNs(long now) {
    long coreNs = core.isIdle() ? Long.MAX_VALUE : Math.max(0, core.nextWakeUpNs() - now);
    return Math.min(coreNs, probes.nextInNs(now));
  }

  // What arrives over TCP.

  void onQuestion(long token, InetAddress asker, byte[] body) {
    if (WireCodec.isHello(body)) {
      questions.reply(token, bytes(core.introduction()));
      return;
    }
    try {
      core.onQuestion(token, asker, WireCodec.readIntroduction(body));
    } catch (WireException e) {
      questions.refuse(token, e);
    }
  }

  @Override
  public void onAnswer(long question, byte[] answer) {
    try {
      Introduction read = WireCodec.readIntroduction(answer);
      if (meeting.remove(question)) {
        story.info("{} answered", read.name());
      }
      core.onAnswer(question, read);
    } catch (WireException e) {
      malformed++;
      log.debug("an answer that makes no sense: {}", e.getMessage());
      core.onQuestionFailed(question);
    }
  }

  @Override
  public void onFailed(long question) {
    meeting.remove(question);
    core.onQuestionFailed(question);
  }

  /** How many answers made no sense. */
  long malformed() {
    return malformed;
  }

  /** How many probes could not be sent. */
  long probesNotSent() {
    return probes.failed();
  }

  // What it wants.

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
      ask(it);
    } else if (effect instanceof Effect.Forget it) {
      meeting.remove(it.question());
      connections.forget(this, it.question());
    } else if (effect instanceof Effect.Reply it) {
      questions.reply(it.token(), bytes(it.self()));
    } else if (effect instanceof Effect.Watch it) {
      connections.watch(it.peer(), it.incarnation(), it.to(), nowNs);
    } else if (effect instanceof Effect.Unwatch it) {
      connections.unwatch(it.peer(), it.incarnation());
    } else if (effect instanceof Effect.Tell it) {
      owner.onChange(it.change());
    } else if (effect instanceof Effect.Moved
        || effect instanceof Effect.Noticed
        || effect instanceof Effect.Asked
        || effect instanceof Effect.Isolated) {
      owner.onNoticed(effect);
    } else if (effect instanceof Effect.Note it) {
      log(it);
      owner.onNoticed(effect);
    } else if (effect instanceof Effect.Renamed it) {
      owner.onRenamed(it.id());
    } else if (effect instanceof Effect.Failed it) {
      owner.onFailed(it.why());
    } else if (effect instanceof Effect.Stopped) {
      owner.onStopped();
    } else {
      throw new AssertionError(effect);
    }
  }

  private void ask(Effect.Ask it) {
    String at = Endpoints.of(it.to().getAddress(), it.to().getPort());
    if (it.meets()) {
      meeting.add(it.question());
      story.info("connecting to {} at {}", it.name(), at);
      story.info("asking {} for capabilities", it.name());
    } else {
      story.debug("asking {} at {} whether it is there", it.name(), at);
    }
    connections.ask(this, it.question(), it.to(), bytes(it.self()), nowNs);
  }

  private byte[] bytes(Introduction self) {
    if (!self.equals(introduction)) {
      introduction = self;
      introductionBytes = WireCodec.write(self);
    }
    return introductionBytes;
  }

  /** Once a minute for each kind: a stranger may give cause for thousands, each of another peer. */
  private void log(Effect.Note note) {
    if (note.kind() == NoteKind.ISOLATED) {
      story.info("{} {}", settings.name(), note.text()); // whose list is old has to know
      return;
    }
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

  /** The other sockets are the loop's to close. */
  void close() {
    probes.close();
  }
}
