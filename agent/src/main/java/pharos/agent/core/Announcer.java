package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * When this agent speaks: announcements at a pace that leaves room for all the others, solicits at
 * the start, answers without a storm, and the farewell.
 */
final class Announcer implements Serializable {
  /** The farewell, and the time its copies take. */
  private static final int FAREWELLS = 4;

  private static final long FAREWELL_GAP_NS = 100 * Settings.MS / (FAREWELLS - 1);

  /** The gaps between the solicits of a start: three within 250 ms. */
  private static final long[] SOLICITS_NS = {80 * Settings.MS, 160 * Settings.MS};

  private static final long MIN_ANNOUNCE_GAP_NS = 100 * Settings.MS;

  /**
   * Nobody answers the same incarnation more than twice within this time: who solicits everybody
   * may have to probe one at once, which it has heard but must not believe yet.
   */
  private static final long ANSWER_GAP_NS = 100 * Settings.MS;

  /** The same question comes by each link that two hosts share; so often it is answered. */
  private static final int MAX_COPIES = 8;

  /** Nobody waits longer for an answer: it has asked again, or is there no more. */
  private static final long MAX_WAIT_NS = 15 * Settings.SECOND;

  /** More askers than these are told by one broadcast, and get their own answer at leisure. */
  private static final int FEW_ASKERS = 8;

  /** Answers in a crowd: at most one in this time. */
  private static final long CROWD_ANSWER_GAP_NS = 5 * Settings.MS;

  private static final long FEW_ANSWER_GAP_NS = Settings.MS;

  private static final int MAX_ASKERS = 20_000;

  private static final int MAX_OWED = 1_024;

  /** Who waited longer for a proof has asked again. */
  private static final long MAX_OWED_NS = Settings.SECOND;

  /** Answers in a crowd begin within this time, however large it is or is made to look. */
  private static final long MAX_SPREAD_NS = Settings.SECOND;

  /** What extensions take in an answer. */
  private static final int HEAD_LENGTH = 2;

  private static final int GOODBYE_LENGTH = HEAD_LENGTH + Long.BYTES;

  private static final int NONCE_LENGTH = HEAD_LENGTH + Long.BYTES;

  final Unicasts unicasts;
  private final Turn turn;
  private final Roster roster;

  // Who waits for an answer, each once, with the nonce it sent last: those we show, who want to
  // know
  // whether we live, and the others, who are only getting to know us.
  private final Map<NodeId, Asking> friends = new LinkedHashMap<>();
  private final Map<NodeId, Asking> strangers = new LinkedHashMap<>();

  /** Whose address has to prove itself before it may have another answer. */
  private final Map<NodeId, Asking> owed = Bounded.byAge(MAX_OWED);

  private long nonce;
  private long burstEndsNs = Peer.NEVER;
  private int burst;
  private final Timed announcing = Timed.of(this::announce);
  private final Timed soliciting = Timed.of(this::solicitAgain);
  private final Timed answering = Timed.of(this::answerNext);
  private final Timed leaving = Timed.of(this::sayGoodbye);
  private List<Subnet> subnets = List.of();
  private long announcedNs = Peer.NEVER;
  private int solicits;
  private int farewells;

  /** How this program failed, if it did: so the farewell says. */
  private String detail = "";

  /** Somebody who waits for an answer. */
  private record Asking(
      NodeId id,
      long incarnation,
      long nonce,
      @Nullable InetAddress vouch,
      InetSocketAddress to,
      int length,
      long sinceNs)
      implements Serializable {}

  Announcer(Turn turn, Roster roster) {
    this.turn = turn;
    this.roster = roster;
    unicasts = new Unicasts(turn, roster, this);
  }

  /** Solicits three times, then announces at the interval. */
  void start() {
    scheduleNext();
    solicit();
  }

  /** Asks who is there: at the start, when an interface came up, after a stall. */
  void solicit() {
    if (isLeaving()) {
      return;
    }
    nonce = turn.nonce();
    solicits = 0;
    broadcastSolicit();
  }

  /**
   * Again, in case that the first was lost; in a crowd many heard it, and are answering already.
   */
  private void solicitAgain() {
    solicits++;
    if (roster.shown() <= Settings.CROWD) {
      broadcastSolicit();
    }
  }

  private void broadcastSolicit() {
    announcedNs = turn.nowNs;
    turn.emit(new Effect.Broadcast(question(nonce)));
    if (solicits < SOLICITS_NS.length) {
      long gapNs = SOLICITS_NS[solicits];
      turn.timers.set(soliciting, turn.nowNs + gapNs - turn.upTo(gapNs / 4));
    }
  }

  void subnets(List<Subnet> subnets) {
    this.subnets = subnets;
  }

  /** Something about us changed, or somebody doubts us: announces now, though never in a flood. */
  void announceSoon() {
    if (isLeaving()) {
      return;
    }
    long earliestNs = announcedNs == Peer.NEVER ? turn.nowNs : announcedNs + MIN_ANNOUNCE_GAP_NS;
    if (turn.isDue(earliestNs)) {
      announce();
    } else if (earliestNs - turn.timers.atNs(announcing) < 0) {
      // sometimes: an announcement that is wanted soon waits for a moment
      turn.timers.set(announcing, earliestNs);
    }
  }

  /** Tells everybody whom we lost the connection to. */
  void broadcast(Beacon beacon) {
    if (!turn.settings.observer() && !isLeaving()) {
      turn.emit(new Effect.Broadcast(beacon));
      unicasts.send(beacon);
    }
  }

  /** A datagram of ours, to be completed: its time to the next announcement is what remains. */
  Beacon.Builder beacon() {
    long atNs = turn.timers.isSet(announcing) ? turn.timers.atNs(announcing) : turn.nowNs;
    long restNs = Math.max(0, atNs - turn.nowNs);
    return turn.self.beacon((int) ((restNs + Settings.MS - 1) / Settings.MS));
  }

  /** Asks for an answer, and has the room for a whole one: none is longer than its question. */
  Beacon question(long nonce) {
    return question(nonce, Beacon.MAX_LENGTH);
  }

  /** The same with at most so many bytes, if that is enough for any question. */
  private Beacon question(long nonce, int most) {
    return beacon()
        .solicit(nonce)
        .namesWithin(most)
        .padTo(Math.min(most, Beacon.MAX_LENGTH))
        .build();
  }

  /** The question for this address, as long as it may be; {@code null} if none may be sent. */
  @Nullable Beacon questionFor(InetAddress to, long nonce) {
    if (turn.ledger.isProven(to)) {
      return question(nonce);
    }
    Beacon question = question(nonce, turn.ledger.room(to));
    return turn.ledger.triesToSend(to, question.length()) ? question : null;
  }

  /** The same, and whether it sends from that address. */
  Beacon question(long nonce, InetAddress vouch) {
    return beacon().solicit(nonce).vouch(vouch).padTo(Beacon.MAX_LENGTH).build();
  }

  private void announce() {
    announcedNs = turn.nowNs;
    scheduleNext();
    Beacon.Builder beacon = turn.hearsay.tell(beacon(), roster);
    if (!turn.settings.observer()) {
      turn.emit(new Effect.Broadcast(beacon.build()));
    }
  }

  /** All announcements of a segment share a budget, so the interval grows with the crowd. */
  long intervalNs() {
    long crowdNs = (roster.shown() + 1) * Settings.SECOND / turn.settings.budgetPerSecond();
    long intervalNs = Math.max(turn.settings.intervalNs(), crowdNs);
    return Math.min(intervalNs, (Beacon.MAX_INTERVAL_MS - 1) * Settings.MS * 10 / 11);
  }

  private void scheduleNext() {
    long intervalNs = intervalNs();
    long jitterNs = intervalNs / 10;
    turn.timers.set(announcing, turn.nowNs + intervalNs - jitterNs + turn.upTo(2 * jitterNs));
  }

  /** Somebody asks whether we are there. */
  void onSolicit(Presence asker, InetSocketAddress from, @Nullable Peer peer) {
    if (isLeaving() || turn.settings.observer()) {
      return;
    }
    if (!isOnLink(from.getAddress()) || waiting() >= MAX_ASKERS || triesTooOften(asker, peer)) {
      // sometimes: somebody asks in vain whether we are there
      turn.count(Count.UNANSWERED_SOLICITS);
      return;
    }
    Asking asking =
        new Asking(
            asker.id(),
            asker.incarnation(),
            asker.nonce(),
            asker.vouch().filter(turn.self::sendsFrom).orElse(null),
            new InetSocketAddress(from.getAddress(), asker.udpPort()),
            asker.length(),
            turn.nowNs);
    if (!turn.timers.isSet(answering) && roster.shown() <= Settings.CROWD && takesPlaceOfFew()) {
      answer(asking);
      return;
    }
    boolean isFriend = peer != null && peer.state.isShown();
    (isFriend ? friends : strangers).put(asking.id(), asking);
    if (!turn.timers.isSet(answering)) {
      boolean isCrowd = roster.shown() > Settings.CROWD;
      long spreadNs = isCrowd ? roster.shown() * Settings.MS / 2 : 2 * FEW_ANSWER_GAP_NS;
      turn.timers.set(answering, turn.nowNs + turn.upTo(Math.min(spreadNs, MAX_SPREAD_NS)));
    }
    if (waiting() > FEW_ASKERS || roster.shown() <= Settings.CROWD) {
      // sometimes, if roster.shown() > Settings.CROWD: one broadcast tells many who ask
      announceToAskers();
    }
  }

  /** Up to so many within 50 ms are answered at once, each by itself. */
  private boolean takesPlaceOfFew() {
    if (burstEndsNs == Peer.NEVER || turn.isDue(burstEndsNs)) {
      burstEndsNs = turn.nowNs + 50 * Settings.MS;
      burst = 0;
    }
    return ++burst <= FEW_ASKERS;
  }

  boolean isOnLink(InetAddress address) {
    for (Subnet subnet : subnets) {
      if (subnet.contains(address)) {
        return true;
      }
    }
    return subnets.isEmpty();
  }

  private boolean triesTooOften(Presence asker, @Nullable Peer peer) {
    if (peer == null || peer.incarnation != asker.incarnation()) {
      return false;
    }
    if (turn.mayAgain(peer.bounds.answeredNs, ANSWER_GAP_NS)) {
      peer.bounds.answeredNs = turn.nowNs;
      peer.bounds.answeredNonce = asker.nonce();
      peer.bounds.isAnsweredTwice = false;
      peer.bounds.answeredCopies = 0;
      return false;
    }
    if (asker.nonce() == peer.bounds.answeredNonce) {
      return ++peer.bounds.answeredCopies > MAX_COPIES;
    }
    boolean isTooOften = peer.bounds.isAnsweredTwice;
    peer.bounds.isAnsweredTwice = true;
    return isTooOften;
  }

  /** One announcement tells all who wait that we live, slower where there are more. */
  private void announceToAskers() {
    long crowdNs = roster.shown() * Settings.SECOND / turn.settings.budgetPerSecond();
    long gapNs = Math.max(MIN_ANNOUNCE_GAP_NS, crowdNs);
    if (turn.isDue(announcedNs + gapNs)) {
      announce();
    }
  }

  private int waiting() {
    return friends.size() + strangers.size();
  }

  private void answerNext() {
    Asking next = nextAsking();
    while (next != null && turn.isDue(next.sinceNs() + MAX_WAIT_NS)) {
      next = nextAsking();
    }
    if (next != null) {
      answer(next);
      // sometimes, if roster.shown() > Settings.CROWD: answers take turns in a crowd
      boolean isCrowd = roster.shown() > Settings.CROWD;
      turn.timers.set(answering, turn.nowNs + (isCrowd ? CROWD_ANSWER_GAP_NS : FEW_ANSWER_GAP_NS));
    }
  }

  private @Nullable Asking nextAsking() {
    Iterator<Asking> first = (friends.isEmpty() ? strangers : friends).values().iterator();
    if (!first.hasNext()) {
      return null;
    }
    Asking next = first.next();
    first.remove();
    return next;
  }

  /**
   * Echoes the nonce, and tells the hash of our goodbye; to one that has still to prove itself with
   * a nonce of our own. It is never longer than the question: what does not fit is left out.
   */
  private void answer(Asking asking) {
    Peer peer = roster.get(asking.id());
    InetAddress to = asking.to().getAddress();
    boolean isProven = turn.ledger.isProven(to) || (peer != null && peer.places.isProvenAt(to));
    int most = isProven ? asking.length() : Math.min(asking.length(), turn.ledger.room(to));
    Beacon.Builder answer = beacon().echo(asking.nonce()).namesWithin(most);
    int room = most - answer.build().toBuilder().name("").service("").build().length();
    InetAddress vouch = asking.vouch();
    if (vouch != null && room >= HEAD_LENGTH + vouch.getAddress().length) {
      answer.vouch(vouch);
      room -= HEAD_LENGTH + vouch.getAddress().length;
    }
    if (room >= NONCE_LENGTH && peer != null && mustProve(peer, asking)) {
      answer.solicit(turn.nonceFor(peer, to));
      room -= NONCE_LENGTH;
    }
    if (room >= GOODBYE_LENGTH) {
      answer.goodbye(turn.self.goodbye());
    }
    Beacon beacon = answer.build();
    if (isProven || turn.ledger.triesToSend(to, beacon.length())) {
      turn.emit(new Effect.Send(beacon, asking.to()));
    } else {
      // sometimes: an answer waits until its address proves itself
      owed.put(asking.id(), asking);
    }
  }

  /** This address proved itself: it gets the answers that it had to wait for. */
  void answerOwed(InetAddress address) {
    List<Asking> due = new ArrayList<>();
    owed.values().removeIf(it -> it.to().getAddress().equals(address) && due.add(it));
    for (Asking asking : due) {
      if (!isLeaving() && !turn.isDue(asking.sinceNs() + MAX_OWED_NS)) {
        // sometimes: an address proves itself, and gets the answer it waited for
        answer(asking);
      }
    }
  }

  private static boolean mustProve(Peer peer, Asking asking) {
    return peer.state == State.ASKING
        && peer.incarnation == asking.incarnation()
        && !peer.meeting.hasEchoed
        && peer.meeting.mustProve
        && peer.isKnownSource(asking.to());
  }

  boolean isLeaving() {
    return farewells > 0;
  }

  /**
   * Says goodbye four times within 100 ms, then stops. Few peers are told one by one too: where
   * much is lost, one of thirty would miss all four broadcasts.
   */
  void leave(String detail) {
    if (!isLeaving()) {
      this.detail = detail;
      turn.timers.clear();
      friends.clear();
      strangers.clear();
      sayGoodbye();
    }
  }

  private void sayGoodbye() {
    farewells++;
    if (!turn.settings.observer()) {
      Beacon goodbye = turn.self.farewell(detail);
      turn.emit(new Effect.Broadcast(goodbye));
      if (roster.shown() <= Settings.FEW) {
        roster.forEachShown(peer -> turn.emit(new Effect.Send(goodbye, peer.udpEndpoint(0))));
      } else {
        // sometimes: one of a crowd says goodbye by broadcast
        unicasts.send(goodbye);
      }
    }
    if (farewells < FAREWELLS) {
      turn.timers.set(leaving, turn.nowNs + FAREWELL_GAP_NS);
    } else {
      turn.emit(new Effect.Stopped());
    }
  }
}
