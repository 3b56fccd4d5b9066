package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * One agent's decisions. Whoever drives it does the same in each turn: tells the time by {@link
 * #turn}, hands in all that arrived by the {@code on…} methods, lets due timers run by {@link
 * #wakeUp}, does the {@link Effect effects} in their order, and sleeps until {@link #nextWakeUpNs}
 * or until something arrives.
 *
 * <p>Not thread-safe: one thread owns it. The same calls with the same times and the same source of
 * chance give the same effects.
 */
public final class AgentCore implements Machine, Serializable {
  /** A turn that comes later than this means that the whole process stood still. */
  private static final long STALL_NS = 250 * Settings.MS;

  private final Turn turn;
  private transient BlackBox box = BlackBox.NONE;
  private final Self self;
  private final Asker asker;
  private final Ring ring;
  private final Roster roster;
  private final Announcer announcer;
  private final Deadlines deadlines;
  private final Links links;
  private final Refusals refusals;
  private final Judge judge;
  private final Meeter meeter;
  private final Tracker tracker;
  private final Claims claims;
  private final Whereabouts whereabouts;
  private final Clones clones;
  private final Dealings dealings;

  /** An agent that has not begun yet; {@link #start} begins. */
  public AgentCore(
      Settings settings, Identity identity, Document document, RandomGenerator random) {
    self = new Self(identity, settings.observer(), document, Turn.nonce(random));
    turn = new Turn(settings, self, random);
    asker = new Asker(turn, new Answers());
    ring = new Ring(turn);
    roster = new Roster(turn, ring, asker);
    announcer = new Announcer(turn, roster);
    Prober prober = new Prober(turn, announcer, roster);
    links = new Links(turn, roster, prober, asker, announcer);
    deadlines = new Deadlines(turn, roster, this::onTimer);
    Goodbyes goodbyes = new Goodbyes(turn, prober);
    refusals = new Refusals(turn, asker, prober);
    judge = new Judge(turn, roster, ring, asker, announcer, prober, goodbyes, refusals, deadlines);
    meeter = new Meeter(turn, roster, asker, announcer, prober, deadlines, judge);
    claims = new Claims(turn, roster, ring, asker, prober, judge, meeter);
    whereabouts = new Whereabouts(turn, roster, announcer, prober, judge, claims);
    tracker =
        new Tracker(
            turn,
            roster,
            asker,
            announcer,
            prober,
            deadlines,
            refusals,
            judge,
            meeter,
            claims,
            whereabouts);
    clones = new Clones(turn, ring, asker, announcer, deadlines);
    dealings = new Dealings(turn, roster, judge);
    turn.ledger.tell(this::onProven);
  }

  /** What was held back from an address, since it might have been forged, goes there now. */
  private void onProven(InetAddress address) {
    announcer.answerOwed(address);
    asker.resume();
  }

  /** Questions come back here, and go on to whom their purpose concerns. */
  private final class Answers implements Asker.Outcome {
    @Override
    public void ended(Question question) {
      meeter.onEnded(question);
    }

    @Override
    public void answered(Question question, Introduction answer) {
      links.hear(question.to.getAddress());
      switch (question.purpose) {
        case MEET -> onMet(question, answer);
        case CHECK -> claims.onAnswered(question, answer);
        case LAST -> judge.onLastAnswered(question, answer);
        case CLONE -> clones.onAsked(question, answer);
        case PORT -> throw new AssertionError("a port says nothing");
        case RETURN -> tracker.onReturnAnswered(question, answer);
      }
    }

    @Override
    public void failed(Question question) {
      switch (question.purpose) {
        case MEET, PORT -> meeter.onUnmet(question);
        case CHECK -> claims.onUnanswered(question);
        case LAST, RETURN -> judge.onLastFailed(question);
        case CLONE -> clones.onUnasked();
      }
    }
  }

  private void onMet(Question question, Introduction answer) {
    if (whereabouts.onNamed(question, answer)) {
      meeter.onElsewhere(question, answer);
    } else {
      meeter.onMet(question, answer);
    }
  }

  /** The time of a peer comes back here too, and goes on to who follows it. */
  private void onTimer(Peer peer) {
    tracker.onTimer(peer);
  }

  // The turn.

  /** The date matters to the box alone. */
  @Override
  public void turn(long nowNs, long nowMs) {
    box.onTurn(this, nowNs, nowMs);
    turn(nowNs);
  }

  /** From now on all that goes in, and what was decided, goes into this box too. */
  public void record(BlackBox into) {
    box = into;
  }

  /** Where it has its chance from by now; only for one that was read. */
  void drawFrom(RandomGenerator random) {
    turn.random = random;
  }

  /**
   * Begins a turn. The time is of any clock that only goes forward. When this turn is late, the
   * process stood still: every deadline moves by as much, and the network is asked before anybody
   * is suspected.
   */
  public void turn(long nowNs) {
    long lateNs = isIdle() ? 0 : nowNs - nextWakeUpNs();
    turn.isStale = lateNs > STALL_NS && !announcer.isLeaving();
    if (turn.isStale) {
      // sometimes: a process stood still
      turn.stoodStillNs += lateNs;
      turn.count(Count.STALLS);
      turn.note(NoteKind.STALLED, "stood still for " + lateNs / Settings.MS + " ms");
    }
    turn.nowNs = nowNs - turn.stoodStillNs;
    turn.awakeNs = turn.isStale ? turn.nowNs : turn.awakeNs;
  }

  @Override
  public void wakeUp() {
    box.add(BlackBox.WAKE_UP);
    if (turn.isStale) {
      turn.isStale = false;
      announcer.solicit();
    }
    arm();
    for (Timed due = turn.timers.poll(turn.nowNs); due != null; ) {
      due.fire();
      arm();
      due = turn.timers.poll(turn.nowNs);
    }
    turn.timers.settle();
  }

  /** In one place for all that happened to peers; who takes its leave looks at nobody any more. */
  private void arm() {
    if (!announcer.isLeaving()) {
      deadlines.arm();
    }
  }

  @Override
  public boolean isIdle() {
    return turn.timers.isEmpty();
  }

  /** In the caller's time. */
  @Override
  public long nextWakeUpNs() {
    return turn.timers.nextNs() + turn.stoodStillNs;
  }

  /** What to do now, in this order; each call takes what came up since the one before. */
  public List<Effect> takeEffects() {
    List<Effect> effects = turn.takeEffects();
    box.onEffects(effects);
    return effects;
  }

  // What the application wants.

  /** Begins to announce and to ask. */
  public void start(List<Subnet> subnets) {
    box.add(BlackBox.START, subnets);
    subnets(subnets);
    clones.start();
    announcer.start();
  }

  /** Offers other capabilities from now on. */
  public void offer(Document document) {
    box.add(BlackBox.OFFER, document);
    self.offer(document);
    announcer.announceSoon();
  }

  /**
   * Whether {@link Effect.Moved}, {@link Effect.Noticed} and {@link Effect.Asked} are told from now
   * on. All others are the same either way.
   */
  public void tellMoves(boolean isWanted) {
    box.add(BlackBox.TELL_MOVES, isWanted);
    turn.tellsMoves = isWanted;
  }

  /** Says goodbye; {@link Effect.Stopped} comes when that is done. Again, it does nothing. */
  public void leave() {
    leave("");
  }

  /**
   * The same.
   *
   * @param detail how the program failed, which peers are told as a crash; empty if it did not
   */
  public void leave(String detail) {
    box.add(BlackBox.LEAVE, detail);
    announcer.leave(detail);
  }

  /** A program that talks to this peer says that it failed, and how. */
  public void onFailure(NodeId id, String cause) {
    box.add(BlackBox.REPORT, id, true, cause);
    Peer peer = announcer.isLeaving() ? null : roster.get(id);
    if (peer != null) {
      dealings.onFailure(peer, cause);
    }
  }

  /** A program that talks to this peer says that it did what was asked of it. */
  public void onSuccess(NodeId id) {
    box.add(BlackBox.REPORT, id, false);
    Peer peer = announcer.isLeaving() ? null : roster.get(id);
    if (peer != null) {
      dealings.onSuccess(peer);
    }
  }

  // What arrives.

  /** The interfaces changed; where one came up, the network is asked who is there. */
  public void onInterfaces(List<Subnet> subnets, boolean isAnyNew) {
    box.add(BlackBox.INTERFACES, subnets, isAnyNew);
    subnets(subnets);
    if (isAnyNew && !announcer.isLeaving()) {
      announcer.solicit();
    }
  }

  private void subnets(List<Subnet> subnets) {
    announcer.subnets(subnets);
    self.subnets(subnets);
    if (!announcer.isLeaving()) {
      links.subnets(subnets);
    }
  }

  /** A datagram arrived; it is not kept beyond this call. */
  public void onDatagram(Presence presence, InetSocketAddress from) {
    box.add(BlackBox.DATAGRAM, from, presence);
    if (announcer.isLeaving()) {
      return;
    }
    if (!self.isSameCluster(presence)) {
      // sometimes: a datagram is of another cluster
      turn.count(Count.STRANGERS);
      links.hear(from.getAddress());
      return;
    }
    if (presence.isFrom(self.id())) {
      turn.ledger.hear(from.getAddress(), presence.length());
      clones.onOwnId(presence, from);
      return;
    }
    Peer peer = roster.sender(presence);
    if (peer == null) {
      links.hear(from.getAddress());
    } else {
      links.hear(peer, from.getAddress());
    }
    if (isStranger(peer, presence)) {
      turn.ledger.hear(from.getAddress(), presence.length());
    }
    if (peer == null) {
      peer = meeter.onFirstSight(presence.toBeacon(), from);
    } else if (presence.incarnation() == peer.incarnation) {
      tracker.onDatagram(peer, presence, from);
      meeter.onDatagram(peer, presence);
    } else {
      claims.onOtherIncarnation(peer, presence, from);
    }
    if (presence.isSolicit() && !presence.isLeaving()) {
      announcer.onSolicit(presence, from, peer);
    }
    if (presence.hasDoubt() || presence.hasSubjects() || presence.hasAccounts()) {
      onWordOfOthers(peer, presence, from);
    }
  }

  /** Somebody says or asks something of others, which counts only of a peer that is shown. */
  private void onWordOfOthers(@Nullable Peer peer, Presence presence, InetSocketAddress from) {
    boolean isHeardThere =
        peer != null
            && peer.state.isShown()
            && (peer.isKnownAddress(from.getAddress()) || presence.isAuthentic());
    if (peer != null && isHeardThere && presence.incarnation() == peer.incarnation) {
      judge.witnesses.onDatagram(presence, peer, from);
    }
    if (presence.hasDoubt()) {
      Doubt doubt = presence.doubt().orElseThrow();
      if (doubt.id().equals(self.id())) {
        clones.onDoubt(doubt, isHeardThere, peer != null && peer.meeting.hasEchoed);
      } else if (peer != null && isHeardThere) {
        judge.onDoubt(peer, doubt); // of whichever run of its sender: a look costs little
      }
    }
  }

  /** Whether we may have to say something to one who did not prove where it is. */
  static boolean isStranger(@Nullable Peer peer, Presence presence) {
    return peer == null
        || !peer.state.isShown()
        || presence.isSolicit()
        || presence.incarnation() != peer.incarnation;
  }

  /**
   * A peer asked us, and introduced itself. Its TCP connection came from that address, which only
   * who receives there can open.
   */
  public void onQuestion(long token, InetAddress from, Introduction asking) {
    box.add(BlackBox.QUESTION, token, from, asking);
    turn.emit(new Effect.Reply(token, self.introduction()));
    turn.ledger.prove(from);
    hear(from);
    if (!asking.id().equals(self.id()) && !announcer.isLeaving()) {
      meeter.onQuestion(asking, from);
    }
  }

  /** A question was answered. */
  public void onAnswer(long question, Introduction answer) {
    box.add(BlackBox.ANSWER, question, answer);
    if (!announcer.isLeaving()) {
      asker.onAnswer(question, answer);
    }
  }

  /** A question failed: nobody there, no route, no sense in the answer. */
  public void onQuestionFailed(long question) {
    box.add(BlackBox.QUESTION_FAILED, question);
    if (!announcer.isLeaving()) {
      asker.onFailure(question);
    }
  }

  /** A probe of this peer was refused by this endpoint. */
  public void onProbeRefused(NodeId peer, long incarnation, InetSocketAddress by) {
    box.add(BlackBox.PROBE_REFUSED, peer, incarnation, by);
    hear(by.getAddress());
    about(peer, incarnation, it -> refusals.onProbeRefused(it, by));
  }

  /** A plain connection to this peer was refused by this endpoint. */
  public void onConnectRefused(NodeId peer, long incarnation, InetSocketAddress by) {
    box.add(BlackBox.CONNECT_REFUSED, peer, incarnation, by);
    hear(by.getAddress());
    about(
        peer,
        incarnation,
        it -> {
          refusals.onConnectRefused(it, by);
          meeter.onPort(it, by, false);
          claims.onConnectRefused(it, by);
        });
  }

  /** A plain connection to this peer was taken by this endpoint. */
  public void onConnected(NodeId peer, long incarnation, InetSocketAddress by) {
    box.add(BlackBox.CONNECTED, peer, incarnation, by);
    hear(by.getAddress());
    about(peer, incarnation, it -> tracker.onConnected(it, by));
  }

  /** The connection of a watch is there, and both sides have shaken hands. */
  public void onWatched(NodeId peer, long incarnation) {
    box.add(BlackBox.WATCHED, peer, incarnation);
    about(peer, incarnation, judge::onWatched);
  }

  /** The connection of a watch ended, or never came about. */
  public void onWatchBroken(NodeId peer, long incarnation) {
    box.add(BlackBox.WATCH_BROKEN, peer, incarnation);
    about(peer, incarnation, judge::onWatchBroken);
  }

  /** Something but a datagram came from there. */
  private void hear(InetAddress from) {
    if (!announcer.isLeaving()) {
      links.hear(from);
    }
  }

  /** What happened to a run that is not known any more says nothing. */
  private void about(NodeId id, long incarnation, Consumer<Peer> event) {
    Peer peer = announcer.isLeaving() ? null : roster.get(id, incarnation);
    if (peer != null) {
      event.accept(peer);
    }
  }

  // What can be looked at.

  /** Who this agent is now. */
  public NodeId id() {
    return self.id();
  }

  /** What this agent answers when it is asked who it is. */
  public Introduction introduction() {
    return self.introduction();
  }

  /** Which run of it this is. */
  public long incarnation() {
    return self.incarnation();
  }

  /** All peers that the application was told of. */
  public List<PeerInfo> peers() {
    List<PeerInfo> peers = new ArrayList<>();
    ring.shown().forEach(peer -> peers.add(roster.info(peer)));
    return peers;
  }

  /**
   * How many of them proved to be at which address: they said there who they are, over TCP or by an
   * echo, and took a connection there or at another of their addresses.
   */
  public Map<InetAddress, Integer> provenAt() {
    Map<InetAddress, Integer> agents = new HashMap<>();
    ring.shown().forEach(peer -> peer.places.addProven(agents));
    return agents;
  }

  /**
   * Whether nobody is heard on a link where others were: what is known of those is held, and may be
   * wrong.
   */
  public boolean isIsolated() {
    return links.isIsolated();
  }

  /** Peers that beacon but could not be asked. */
  public List<PeerInfo> unreachable() {
    List<PeerInfo> peers = new ArrayList<>();
    for (Peer peer : roster.unmet()) {
      if (peer.meeting.isUnreachable) {
        peers.add(roster.info(peer));
      }
    }
    return peers;
  }

  /** Whether the application is shown this run of whoever sent that. */
  public boolean shows(Presence presence) {
    Peer peer = roster.sender(presence);
    return peer != null && peer.state.isShown() && peer.incarnation == presence.incarnation();
  }

  /** How many peers are kept, those gone or not yet met included. */
  public int known() {
    return roster.size();
  }

  /** How often that happened. */
  public long count(Count what) {
    return turn.counted(what);
  }

  /** All that it counts. */
  public List<Counter> counters() {
    List<Counter> counters =
        new ArrayList<>(Counter.of("", "times", "core", Count.values(), this::count));
    counters.add(
        Counter.bounded("PEERS_KEPT", "peers", "core", this::known, turn.settings.maxPeers()));
    counters.add(
        Counter.bounded("QUESTIONS_OPEN", "questions", "core", asker::open, Settings.QUESTIONS));
    return counters;
  }
}
