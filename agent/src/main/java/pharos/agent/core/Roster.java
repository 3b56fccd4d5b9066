package pharos.agent.core;

import java.io.Serializable;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;
import pharos.beacon.Subject;

/**
 * Who is known, and in what state. All moves between states happen here, by {@link Transitions},
 * and what the application is told follows from the move alone: so each ARRIVED has its one GONE.
 */
final class Roster implements Serializable {
  /** For how many intervals it is remembered who is gone. */
  static final int QUARANTINE = 10;

  private final Turn turn;
  private final Ring ring;
  private final Asker asker;
  private final PeerTable table = new PeerTable();
  private final Set<Peer> asking = new LinkedHashSet<>();
  private final Set<Peer> gone = new LinkedHashSet<>();
  private final Map<InetSocketAddress, Peer> endpoints = new HashMap<>();
  private boolean isFullNoted;

  Roster(Turn turn, Ring ring, Asker asker) {
    this.turn = turn;
    this.ring = ring;
    this.asker = asker;
  }

  @Nullable Peer sender(Presence presence) {
    return table.sender(presence);
  }

  @Nullable Peer get(NodeId id) {
    return table.get(id);
  }

  /** That run of a peer, if it is the one that is known. */
  @Nullable Peer get(NodeId id, long incarnation) {
    Peer peer = table.get(id);
    return peer != null && peer.incarnation == incarnation ? peer : null;
  }

  /** That run of a peer, by what is said of it to who is asked. */
  @Nullable Peer find(Subject subject) {
    return table.find(subject);
  }

  /** Somebody whose id begins with these four bytes. */
  @Nullable Peer find(int first) {
    return table.find(first);
  }

  /** How many peers the application is shown. They alone make a crowd: anybody can be heard of. */
  int shown() {
    return ring.size();
  }

  int size() {
    return table.size();
  }

  void forEach(Consumer<Peer> visitor) {
    table.forEach(visitor);
  }

  void forEachShown(Consumer<Peer> visitor) {
    ring.shown().forEach(visitor);
  }

  /** Those heard of and not shown yet, those that cannot be asked among them. */
  Iterable<Peer> unmet() {
    return asking;
  }

  /** Makes room for a newcomer; false when all the places are taken by the living. */
  boolean makesRoom() {
    if (table.size() < turn.settings.maxPeers()) {
      isFullNoted = false;
      return true;
    }
    if (evict(gone.iterator()) || evict(asking.iterator())) {
      return true;
    }
    turn.count(Count.REFUSED_NEWCOMERS);
    if (!isFullNoted) {
      isFullNoted = true;
      turn.note(NoteKind.FULL, "the table of " + table.size() + " peers is full");
    }
    return false;
  }

  private boolean evict(Iterator<Peer> candidates) {
    while (candidates.hasNext()) {
      Peer peer = candidates.next();
      if (peer.state == State.GONE || !(peer.meeting.hasAnswered || peer.meeting.hasEchoed)) {
        turn.count(Count.REFUSED_NEWCOMERS);
        move(peer, Evidence.FORGOTTEN);
        return true;
      }
    }
    return false;
  }

  void add(Peer peer) {
    table.add(peer);
    move(peer, Evidence.HEARD);
  }

  /** Whether the evidence moved the peer. */
  boolean move(Peer peer, Evidence evidence) {
    State from = peer.state;
    State to = Transitions.next(from, evidence);
    if (from == State.GONE && evidence == Evidence.LEAVING) {
      // sometimes: a goodbye comes from one that is gone already
      peer.reason = Reason.LEFT;
    }
    if (from == to) {
      return false;
    }
    if (turn.tellsMoves) {
      turn.emit(moved(peer, to, evidence));
    }
    if (to == State.GONE) {
      peer.reason = reason(evidence);
    }
    if (from.isShown() && !to.isShown()) {
      depart(peer, reason(evidence));
    }
    peer.state = to;
    peer.touch();
    if (from == State.ASKING) {
      asking.remove(peer);
    } else if (from == State.GONE) {
      gone.remove(peer);
    }
    enter(peer, from, to);
    return true;
  }

  private Effect moved(Peer peer, State to, Evidence evidence) {
    Refusal.Port refused = evidence == Evidence.REFUSED ? peer.refusal.port : null;
    InetSocketAddress at =
        refused == null
            ? peer.source
            : refused == Refusal.Port.TCP ? peer.tcpEndpoint(0) : peer.udpEndpoint(0);
    return new Effect.Moved(
        peer.id,
        peer.incarnation,
        peer.name,
        peer.state,
        to,
        evidence,
        at,
        causeNs(peer, evidence) + turn.stoodStillNs,
        (evidence == Evidence.HEARD ? turn.nowNs : peer.heardNs) + turn.stoodStillNs,
        evidence == Evidence.LEAVING ? peer.goodbye.detail : "");
  }

  /** Since when there was cause for this evidence. */
  private long causeNs(Peer peer, Evidence evidence) {
    return switch (evidence) {
      case MET -> peer.state == State.ASKING ? peer.sinceNs : turn.nowNs;
      case REFUSED -> Deadlines.earlier(peer.refusal.sinceNs, peer.cutOffNs());
      case CUT_OFF, CUT_OFF_LONG -> peer.cutOffNs();
      case SILENCE -> peer.heardNs;
      case LEAVING ->
          Deadlines.earlier(turn.nowNs, peer.goodbye.isSaid ? peer.cutOffNs() : Peer.NEVER);
      case HEARD, LIFE, ECHO, DISPLACED, UNANSWERED, FORGOTTEN -> turn.nowNs;
    };
  }

  private void enter(Peer peer, State from, State to) {
    switch (to) {
      case UNKNOWN -> forget(peer);
      case ASKING -> {
        peer.sinceNs = turn.nowNs;
        asking.add(peer);
      }
      case ALIVE -> {
        if (from == State.SUSPECT) {
          tell(Change.Kind.RECOVERED, peer);
        } else {
          arrive(peer);
        }
      }
      case SUSPECT -> tell(Change.Kind.SUSPECT, peer);
      case GONE -> {
        endQuestions(peer);
        peer.inquiry = null;
        peer.endSeries();
        peer.dropAll();
        peer.nonce = turn.nonce();
        peer.goneNs = turn.nowNs;
        peer.bounds.stirredNs = Peer.NEVER;
        gone.add(peer);
      }
    }
  }

  /** Another peer that is shown at the endpoint of this one. */
  @Nullable Peer holder(Peer peer) {
    Peer holder = endpoints.get(peer.tcpEndpoint(0));
    return holder != null && holder != peer && holder.state.isShown() ? holder : null;
  }

  /** Another at the same endpoint is there no more: two programs cannot hold one port. */
  private void arrive(Peer peer) {
    peer.endpoint = peer.tcpEndpoint(0);
    Peer former = endpoints.put(peer.endpoint, peer);
    if (former != null && former.state.isShown()) {
      // sometimes: another arrives at the endpoint of one that is shown
      move(former, Evidence.DISPLACED);
    }
    peer.sinceNs = turn.nowNs;
    peer.sequencedNs = Peer.NEVER; // what it was when nothing was proved orders nothing now
    peer.endSeries();
    ring.add(peer);
    tell(Change.Kind.ARRIVED, peer);
    ring.settle();
  }

  /** What comes first of its places changed, or which there are. */
  void relocate(Peer peer) {
    InetSocketAddress endpoint = peer.tcpEndpoint(0);
    if (!endpoint.equals(peer.endpoint)) {
      endpoints.remove(peer.endpoint, peer);
      endpoints.putIfAbsent(endpoint, peer);
      peer.endpoint = endpoint;
      turn.notice(peer, Sign.MOVED_PLACE, endpoint);
      ring.relocate(peer);
      if (peer.meeting.question != null) {
        asker.cancel(peer.meeting.question); // where it is not, nobody answers for a while
        peer.meeting.question = null;
        peer.plan(Plan.ASK, turn.nowNs);
      }
    }
    tell(Change.Kind.UPDATED, peer);
  }

  private void depart(Peer peer, Reason reason) {
    endpoints.remove(peer.endpoint, peer);
    endQuestions(peer);
    ring.remove(peer);
    // A goodbye of one that failed is believed like any other, and told as what it says.
    String detail = reason == Reason.LEFT ? peer.goodbye.detail : "";
    Reason told = detail.isEmpty() ? reason : Reason.CRASHED;
    PeerInfo info = info(peer);
    turn.emit(new Effect.Tell(new Change(Change.Kind.GONE, info, Optional.of(told), detail)));
    ring.settle();
  }

  private void forget(Peer peer) {
    endQuestions(peer);
    peer.endSeries();
    table.remove(peer);
  }

  void endQuestions(Peer peer) {
    asker.cancel(peer.meeting.question);
    peer.meeting.question = null;
    if (peer.claim != null) {
      asker.cancel(peer.claim.question);
      turn.timers.cancel(peer.claim);
      peer.claim = null;
    }
    asker.cancel(peer.last);
    peer.last = null;
  }

  /** As the application is told of it. */
  PeerInfo info(Peer peer) {
    return peer.info(turn.hearsay.hearing(peer, shown()), turn.stoodStillNs);
  }

  void tell(Change.Kind kind, Peer peer) {
    turn.emit(new Effect.Tell(new Change(kind, info(peer), Optional.empty())));
  }

  private static Reason reason(Evidence evidence) {
    return switch (evidence) {
      case LEAVING -> Reason.LEFT;
      case DISPLACED -> Reason.REPLACED;
      case REFUSED, CUT_OFF_LONG -> Reason.CRASHED;
      case SILENCE -> Reason.SILENT;
      case HEARD, MET, LIFE, ECHO, UNANSWERED, CUT_OFF, FORGOTTEN ->
          throw new AssertionError(evidence);
    };
  }
}
