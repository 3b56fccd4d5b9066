package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Question.Purpose;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * What is said in our own name. Another agent with our id that began earlier keeps it, and a later
 * run needs a higher incarnation than an earlier one. Anybody can say either, so nothing is done
 * before the other one answered over TCP, and then seldom.
 */
final class Clones implements Serializable {
  /** By how much our incarnation may be ahead of our clock. */
  private static final long MAX_CLOCK_ERROR_MS = 400L * 24 * 3600 * 1000;

  /** Between two looks at who says that it is us, and between two at one address. */
  private static final long CHECK_GAP_NS = Settings.SECOND;

  private static final long CHECK_GAP_OF_ONE_NS = 10 * Settings.SECOND;

  private static final int MAX_CHECKED = 64;

  /** Nobody makes us another more often than this, nor fills a log. */
  private static final long CHANGE_GAP_NS = 60 * Settings.SECOND;

  /** A chosen id that is taken is an error at the start; who has had it for longer keeps it. */
  private static final long FAILING_NS = 10 * Settings.SECOND;

  /** A clock that went back shows at the start, and after few corrections it is ahead. */
  private static final long CORRECTING_NS = 60 * Settings.SECOND;

  private static final int MAX_CORRECTIONS = 3;

  private final Turn turn;
  private final Ring ring;
  private final Asker asker;
  private final Announcer announcer;
  private final Deadlines deadlines;
  private final long startedMs;
  private final Map<InetAddress, Long> checked = Bounded.byAge(MAX_CHECKED);

  private long startedNs = Peer.NEVER;
  private long nonce;
  private long checkedNs = Peer.NEVER;
  private long renamedNs = Peer.NEVER;
  private long steppedBackNs = Peer.NEVER;
  private long notedNs = Peer.NEVER;
  private long refutedNs = Peer.NEVER;
  private int corrections;
  private @Nullable Question asking;

  Clones(Turn turn, Ring ring, Asker asker, Announcer announcer, Deadlines deadlines) {
    this.turn = turn;
    this.ring = ring;
    this.asker = asker;
    this.announcer = announcer;
    this.deadlines = deadlines;
    startedMs = turn.self.incarnation();
  }

  void start() {
    startedNs = turn.nowNs;
  }

  private boolean isYoungerThan(long ageNs) {
    return startedNs == Peer.NEVER || !turn.isDue(startedNs + ageNs);
  }

  /** A datagram in our name: our own that came back, an old one of ours, or somebody else's. */
  void onOwnId(Presence presence, InetSocketAddress from) {
    if (turn.self.isEcho(presence)) {
      turn.count(Count.HEARD_BACK);
    } else if (presence.echo() != 0 && presence.echo() == nonce) {
      nonce = 0;
      onAnswered(presence.toBeacon(), from);
    } else if (turn.self.hasPortsOf(presence) && turn.self.isOwn(from.getAddress())) {
      // sometimes: an old datagram of our own comes back
      turn.count(Count.STALE);
    } else if (asking == null && takesCheck(from.getAddress())) {
      // sometimes: somebody speaks in our name, and is asked
      nonce = turn.nonce();
      InetAddress address = from.getAddress();
      Beacon question = announcer.questionFor(address, nonce);
      if (question != null) {
        turn.emit(new Effect.Send(question, new InetSocketAddress(address, presence.udpPort())));
      }
    }
  }

  /** One at a time, and none so often that another finds no turn. */
  private boolean takesCheck(InetAddress address) {
    Long lastNs = checked.get(address);
    boolean may =
        turn.mayAgain(checkedNs, CHECK_GAP_NS)
            && (lastNs == null || turn.isDue(lastNs + CHECK_GAP_OF_ONE_NS));
    if (may) {
      checkedNs = turn.nowNs;
      checked.remove(address);
      checked.put(address, turn.nowNs);
    }
    return may;
  }

  /** It is there, by UDP. The earlier one only says so; the later one asks further. */
  private void onAnswered(Beacon other, InetSocketAddress from) {
    boolean isEarlier = turn.self.incarnation() < other.incarnation();
    boolean isFirstOfTwins =
        turn.self.incarnation() == other.incarnation() && turn.self.hasLowerPortThan(other);
    if (isEarlier || isFirstOfTwins) {
      // sometimes: another with our id began later than we
      note();
      announcer.announceSoon();
    } else if (other.tcpPort() != 0) {
      // sometimes: another with our id seems to have begun earlier
      Peer clone = new Peer(deadlines, other, from);
      clone.meeting.hasEchoed = true;
      asking =
          asker.ask(
              clone, Purpose.CLONE, new InetSocketAddress(from.getAddress(), other.tcpPort()));
    }
  }

  /**
   * It answered over TCP too. An answer with our own incarnation may be our own, passed on: then we
   * only become the later of the two, which the next look shows.
   */
  void onAsked(Question question, Introduction answer) {
    asking = null;
    boolean isAsItSaid =
        answer.id().equals(question.peer.id) && answer.incarnation() == question.peer.incarnation;
    boolean isStillOurs =
        answer.id().equals(turn.self.id()) && answer.incarnation() <= turn.self.incarnation();
    if (!isAsItSaid || !isStillOurs) {
      // sometimes: what another with our id answers is not what it said
      turn.count(Count.WRONG_ANSWERS);
      return;
    }
    note();
    if (turn.self.isIdFixed() && !isYoungerThan(FAILING_NS)) {
      announcer.announceSoon();
    } else if (answer.incarnation() == turn.self.incarnation()) {
      if (turn.mayAgain(steppedBackNs, CHANGE_GAP_NS)) {
        // sometimes: another with our id has our very incarnation
        steppedBackNs = turn.nowNs;
        checked.clear();
        turn.self.reincarnate(answer.incarnation() + 1);
        announcer.announceSoon();
      }
    } else if (turn.self.isIdFixed()) {
      // sometimes: an id that was chosen is taken
      turn.emit(
          new Effect.Failed("another agent has the id " + turn.self.id() + " and was there first"));
      announcer.leave("");
    } else {
      rename();
    }
  }

  void onUnasked() {
    asking = null;
  }

  private void note() {
    if (turn.mayAgain(notedNs, CHANGE_GAP_NS)) {
      notedNs = turn.nowNs;
      turn.note(NoteKind.CLONE, "another agent has our id " + turn.self.id());
    }
  }

  private void rename() {
    if (!turn.mayAgain(renamedNs, CHANGE_GAP_NS)) {
      return;
    }
    // sometimes: another with our id was there first, and we take another
    renamedNs = turn.nowNs;
    NodeId id = NodeId.random(turn.random);
    turn.self.rename(id);
    turn.emit(new Effect.Renamed(id));
    ring.move();
    ring.settle();
    announcer.solicit();
  }

  /**
   * Somebody lost its connection to us, or knows a later run of us than this. Whoever it is, we say
   * that we live; only whom we know can correct us.
   */
  void onDoubt(Doubt doubt, boolean isKnown, boolean hasEchoed) {
    if (doubt.incarnation() <= turn.self.incarnation()) {
      if (isKnown || turn.mayAgain(refutedNs, turn.settings.intervalNs())) {
        refutedNs = turn.nowNs;
        announcer.announceSoon();
      }
    } else if (isKnown && hasEchoed) {
      overtake(doubt.incarnation());
    }
  }

  /**
   * Our clock went back since an earlier run: a higher incarnation makes us the later one again.
   */
  private void overtake(long incarnation) {
    boolean isCredible = incarnation - startedMs < MAX_CLOCK_ERROR_MS;
    if (isCredible && isYoungerThan(CORRECTING_NS) && corrections < MAX_CORRECTIONS) {
      // sometimes: our clock went back, and we take a later incarnation
      corrections++;
      turn.self.reincarnate(incarnation + 1);
      turn.note(NoteKind.CLOCK_WENT_BACK, "an earlier run of this agent began at " + incarnation);
      announcer.announceSoon();
    }
  }
}
