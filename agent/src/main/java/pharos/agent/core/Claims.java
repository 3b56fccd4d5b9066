package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import pharos.agent.core.Question.Purpose;
import pharos.beacon.Addresses;
import pharos.beacon.Presence;

/**
 * Who claims to be a peer that is known: a later run of it, or the same at another place. Anybody
 * can, so the claimed place must answer over TCP first, and then the known one must answer nothing:
 * no probe and no connection, while somebody else does answer. One check a peer at a time and one
 * an interval, so many a second in all, dealt to the addresses of the claimants in turn.
 */
final class Claims implements Serializable {
  /** Who waits for its check; beyond these bounds a claim is dropped, and comes again. */
  private static final int MOST = 256;

  private static final int MOST_OF_ONE_ADDRESS = 32;
  private static final int MOST_ABOUT_ONE_PEER = 4;

  private static final int PER_SECOND = 20;
  private static final long DEAL_GAP_NS = Settings.SECOND / PER_SECOND;

  /** A claim that nobody repeats is not worth a check. */
  private static final long STALE_NS = 3 * Settings.SECOND;

  /**
   * How the known place is looked for: three probes at once, and others while its patience lasts. A
   * process may stand still for half a second on a busy machine, and somebody may wait for just
   * that.
   */
  private static final int QUICK_PROBES = 3;

  private static final int PROBES = 7;
  private static final int PROBES_WHERE_LOST = 12;
  private static final long QUICK_GAP_NS = 20 * Settings.MS;
  private static final long PROBE_GAP_NS = 100 * Settings.MS;

  /** Where much is lost it may be silent for so long after the last. */
  private static final long PATIENCE_WHERE_LOST_NS = 500 * Settings.MS;

  /** For so many intervals who was displaced may come home. */
  private static final int HOME = 10;

  private static final long NOTE_GAP_NS = 60 * Settings.SECOND;

  private final Turn turn;
  private final Roster roster;
  private final Ring ring;
  private final Asker asker;
  private final Prober prober;
  private final Judge judge;
  private final Meeter meeter;
  private final Turns<Claim> waiting = new Turns<>();
  private final Map<InetAddress, Integer> waitingAt = new HashMap<>();
  private final Budget checks;
  private final Timed dealing = Timed.of(this::deal);

  Claims(
      Turn turn, Roster roster, Ring ring, Asker asker, Prober prober, Judge judge, Meeter meeter) {
    this.turn = turn;
    this.roster = roster;
    this.ring = ring;
    this.asker = asker;
    this.prober = prober;
    this.judge = judge;
    this.meeter = meeter;
    checks = new Budget(turn);
  }

  /** A datagram of a known node, but of another run of it. */
  void onOtherIncarnation(Peer peer, Presence presence, InetSocketAddress from) {
    boolean isLater = presence.incarnation() > peer.incarnation;
    if (presence.isLeaving() || presence.tcpPort() == 0) {
      return;
    }
    boolean isHome = isHome(peer, presence, from);
    if (peer.state == State.GONE) {
      // Be it an earlier run, of one whose clock went back: it is asked before it is shown.
      comeBack(peer, presence, from);
    } else if (isLater || (peer.state == State.ASKING && !peer.meeting.hasAnswered)) {
      add(peer, presence, from);
    } else if (!isHome) {
      turn.count(Count.STALE);
      meeter.hint(peer, presence, from);
    }
  }

  /** Somebody gone, from anywhere. If it only stood still, it comes home when it goes on. */
  void comeBack(Peer peer, Presence presence, InetSocketAddress from) {
    boolean isElsewhere = !peer.isKnownAddress(from.getAddress());
    if (isElsewhere && peer.reason != Reason.LEFT && peer.elsewhere().home == null) {
      // sometimes: one that was gone speaks from elsewhere, and may come home
      peer.elsewhere().home = Home.of(peer, turn.nowNs + HOME * peer.intervalNs);
    }
    meeter.onReturn(peer, presence.toBeacon(), from);
  }

  /** A claim that somebody made; it is checked when its turn comes. */
  void add(Peer peer, Presence presence, InetSocketAddress from) {
    InetAddress address = from.getAddress();
    boolean isKnown = peer.claim != null && peer.claim.address().equals(address);
    boolean isWaiting = isKnown || peer.elsewhere().claimants.contains(address);
    if (checksHere(peer, presence, from) || isWaiting) {
      return;
    }
    if (waiting.size() >= MOST
        || peer.elsewhere().claimants.size() >= MOST_ABOUT_ONE_PEER
        || waitingAt.getOrDefault(address, 0) >= MOST_OF_ONE_ADDRESS) {
      turn.count(Count.REFUSED_CLAIMS);
      return;
    }
    Claim claim = new Claim(this, peer, presence.toBeacon(), from, false);
    claim.sinceNs = turn.nowNs;
    peer.elsewhere().claimants.add(address);
    waitingAt.merge(address, 1, Integer::sum);
    waiting.add(address, claim);
    deal();
  }

  /**
   * It seems to come from where the peer is known. Whoever holds that port is asked at once, and
   * its answer counts whatever was claimed: so a restart waits for nobody who claims to be it from
   * elsewhere.
   */
  private boolean checksHere(Peer peer, Presence presence, InetSocketAddress from) {
    Claim claim = new Claim(this, peer, presence.toBeacon(), from, false);
    if (!peer.state.isThere() || !isSamePlace(claim) || !checks.has()) {
      return false;
    }
    if (turn.mayAgain(peer.elsewhere().askedHereNs, peer.intervalNs)) {
      peer.elsewhere().askedHereNs = turn.nowNs;
      if (peer.claim != null) {
        // sometimes: whoever holds the known port is asked before another claim
        end(peer.claim);
      }
      checks.take(PER_SECOND);
      check(claim);
    }
    return true;
  }

  /** Deals the checks that are left of this second to who waits. */
  private void deal() {
    while (waiting.size() > 0 && checks.has()) {
      Claim claim = waiting.next(address -> true, it -> isStale(it) || mayCheck(it.peer));
      if (claim == null) {
        break;
      }
      claim.peer.elsewhere().claimants.remove(claim.address());
      waitingAt.computeIfPresent(
          claim.address(), (address, count) -> count == 1 ? null : count - 1);
      if (!isStale(claim)) {
        checks.take(PER_SECOND);
        check(claim);
      }
    }
    if (waiting.size() > 0 && !turn.timers.isSet(dealing)) {
      turn.timers.set(dealing, turn.nowNs + DEAL_GAP_NS);
    }
  }

  private boolean isStale(Claim claim) {
    Peer peer = claim.peer;
    return !peer.state.isThere()
        || roster.get(peer.id) != peer
        || turn.isDue(claim.sinceNs + STALE_NS + peer.intervalNs)
        || (peer.state.isShown() && claim.beacon.incarnation() < peer.incarnation);
  }

  private boolean mayCheck(Peer peer) {
    return peer.claim == null && turn.mayAgain(peer.elsewhere().claimedNs, peer.intervalNs);
  }

  private void check(Claim claim) {
    Peer peer = claim.peer;
    claim.sinceNs = turn.nowNs;
    peer.elsewhere().claimedNs = turn.nowNs;
    peer.claim = claim;
    turn.notice(peer, Sign.CLAIMED, claim.source);
    claim.question = asker.ask(peer, Purpose.CHECK, claim.tcpEndpoint());
  }

  private void end(Claim claim) {
    turn.timers.cancel(claim);
    if (claim.peer.claim == claim) {
      claim.peer.claim = null;
      asker.cancel(claim.question);
      claim.question = null;
    }
  }

  /** The claimed place answered. */
  void onAnswered(Question question, Introduction answer) {
    Peer peer = question.peer;
    Claim claim = peer.claim;
    if (claim == null) {
      return;
    }
    claim.question = null;
    // Whoever answers is there, though an earlier start was claimed: beacons can be forged.
    boolean isIt =
        answer.id().equals(peer.id)
            && (answer.incarnation() == claim.beacon.incarnation()
                || answer.incarnation() > peer.incarnation);
    if (!isIt || !(isSamePlace(claim) || isConsistent(answer, claim.address()))) {
      // sometimes: another answers than the one that was claimed
      turn.count(Count.WRONG_ANSWERS);
      end(claim);
      return;
    }
    meeter.learn(answer.document());
    Claim answered = claim.as(answer);
    peer.claim = answered;
    boolean isAtOnce = claim.isHome || isSamePlace(claim) || !peer.state.isShown();
    if (isAtOnce || isBetterNamed(answered)) {
      // sometimes: a claim is believed at once
      settle(answered);
    } else {
      // sometimes: a claim waits until the known place is silent
      answered.isLooking = true;
      look(answered);
    }
  }

  /** A document that names other places than the one that it came from was perhaps passed on. */
  static boolean isConsistent(Introduction answer, InetAddress from) {
    return answer.addresses().isEmpty() || names(answer.addresses(), from);
  }

  static boolean names(List<InetAddress> addresses, InetAddress address) {
    return addresses.contains(Addresses.withoutZone(address));
  }

  /** The peer's own document names this place, and not the one where we took it to be. */
  private static boolean isBetterNamed(Claim claim) {
    Peer peer = claim.peer;
    return claim.isMove()
        && names(peer.meeting.named, claim.address())
        && !names(peer.meeting.named, peer.source.getAddress());
  }

  /** Two programs cannot hold one port: who answers there is the one that is there now. */
  private static boolean isSamePlace(Claim claim) {
    return claim.beacon.tcpPort() == claim.peer.tcpPort
        && claim.peer.isKnownAddress(claim.address());
  }

  /** The claimed place did not answer: nothing happened. */
  void onUnanswered(Question question) {
    Claim claim = question.peer.claim;
    if (claim != null) {
      claim.question = null;
      end(claim);
    }
  }

  /** Probes the known place, and somebody else, who shows that it is not the network. */
  private void look(Claim claim) {
    Peer peer = claim.peer;
    InetSocketAddress port = peer.tcpEndpoint(0);
    if (claim.probes == 0 && prober.isProvenAt(peer, port.getAddress())) {
      turn.emit(new Effect.Connect(peer.id, peer.incarnation, port));
    }
    InetAddress vouch = claim.isMove() ? claim.address() : null;
    prober.ask(peer, peer.udpEndpoint(claim.probes), vouch);
    Peer other = ring.anyBut(peer, turn.random);
    if (other != null) {
      prober.ask(other, other.udpEndpoint(0), null);
    }
    claim.probes++;
    turn.timers.set(claim, turn.nowNs + gapNs(claim));
  }

  private boolean isLast(Claim claim) {
    return claim.probes >= (prober.losesMuch() ? PROBES_WHERE_LOST : PROBES);
  }

  private long gapNs(Claim claim) {
    if (prober.losesMuch()) {
      return isLast(claim) ? PATIENCE_WHERE_LOST_NS : PROBE_GAP_NS;
    }
    return claim.probes < QUICK_PROBES ? QUICK_GAP_NS : PROBE_GAP_NS;
  }

  void onTimer(Claim claim) {
    if (!isLast(claim)) {
      look(claim);
    } else if (roster.shown() == 1 || judge.hasAnotherLivedSince(claim.peer, claim.sinceNs)) {
      // sometimes: the known place is silent, and the claim is believed
      settle(claim);
    } else {
      end(claim); // perhaps we hear nobody; it will be claimed again
    }
  }

  /** The known place lives. */
  void onLife(Peer peer) {
    Claim claim = peer.claim;
    if (claim != null && claim.isLooking) {
      // sometimes: the known place lives, and the claim is refused
      refuse(claim);
    }
  }

  /** A connection was refused where the peer took one before: it is there no more. */
  void onConnectRefused(Peer peer, InetSocketAddress by) {
    if (peer.claim == null) {
      return;
    }
    if (peer.claim.isLooking
        && !peer.refusal.lies(Refusal.Port.TCP)
        && peer.places.hasConnectedAt(by)) {
      // sometimes: the known port refuses, and the claim is believed
      settle(peer.claim);
    }
  }

  private void refuse(Claim claim) {
    end(claim);
    turn.count(Count.CLAIMS_NOT_BELIEVED);
    Peer peer = claim.peer;
    turn.notice(peer, Sign.CLAIM_REFUSED, claim.source);
    if (turn.mayAgain(peer.elsewhere().notedNs, NOTE_GAP_NS)) {
      peer.elsewhere().notedNs = turn.nowNs;
      turn.note(
          NoteKind.CLAIM,
          Addresses.zonedText(claim.address())
              + " claims to be "
              + peer.name
              + ", which lives at "
              + Addresses.zonedText(peer.source.getAddress()));
    }
  }

  /** The claim is believed. Whom it displaced may come home, but not who displaced by a claim. */
  private void settle(Claim claim) {
    end(claim);
    Peer peer = claim.peer;
    Home home = Home.of(peer, turn.nowNs + HOME * peer.intervalNs);
    boolean keepsHome = claim.isHome || isSamePlace(claim) || !peer.state.isShown();
    Home former = claim.isHome ? null : peer.elsewhere().home;
    if (claim.isMove()) {
      meeter.move(peer, claim);
    } else {
      meeter.displace(peer, claim);
    }
    peer.elsewhere().home = keepsHome || former != null ? former : home;
  }

  /** Whether it speaks from its home; then it is asked, and is believed at once. */
  boolean isHome(Peer peer, Presence presence, InetSocketAddress from) {
    Home home = peer.isHeardElsewhere() ? peer.elsewhere().home : null;
    if (home == null || !home.isOf(presence, from)) {
      return false;
    }
    if (turn.isDue(home.untilNs())) {
      peer.elsewhere().home = null;
      return false;
    }
    if (peer.state.isThere() && turn.mayAgain(peer.elsewhere().homeAskedNs, peer.intervalNs)) {
      // sometimes: one that was displaced speaks from its home, and is asked there
      peer.elsewhere().homeAskedNs = turn.nowNs;
      if (peer.claim != null) {
        end(peer.claim);
      }
      check(new Claim(this, peer, presence.toBeacon(), from, true));
    }
    return true;
  }
}
