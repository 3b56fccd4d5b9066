package pharos.agent.core;

import java.net.InetSocketAddress;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * Follows a peer from its first datagram until it is forgotten: what its datagrams say, and what is
 * due for it when its time has come. Whether it lives is for {@link Judge} to say.
 */
final class Tracker {
  /** Nobody is expected more often than this, whatever it announces. */
  private static final long MIN_INTERVAL_NS = 10 * Settings.MS;

  private final Turn turn;
  private final Roster roster;
  private final Announcer announcer;
  private final Prober prober;
  private final Deadlines deadlines;
  private final Judge judge;
  private final Meeter meeter;

  Tracker(
      Turn turn,
      Roster roster,
      Announcer announcer,
      Prober prober,
      Deadlines deadlines,
      Judge judge,
      Meeter meeter) {
    this.turn = turn;
    this.roster = roster;
    this.announcer = announcer;
    this.prober = prober;
    this.deadlines = deadlines;
    this.judge = judge;
    this.meeter = meeter;
  }

  /** A datagram of the incarnation we know. */
  void onDatagram(Peer peer, Presence presence, InetSocketAddress from) {
    // A broadcast nonce is known to all who listen: only one sent to this peer alone is a proof.
    boolean isEcho = presence.echo() != 0 && presence.echo() == peer.nonce;
    boolean isKnown = peer.isKnownSource(from);
    if (presence.isLeaving()) {
      onLeaving(peer, isKnown);
    } else if (peer.state == State.GONE) {
      onStray(peer, presence, isKnown, isEcho);
    } else if (isKnown || isEcho) {
      if (isEcho) {
        onEcho(peer, presence, from, isKnown);
      }
      judge.life(peer, isEcho);
      content(peer, presence);
      if (presence.hasDoubt()) {
        presence.doubt().ifPresent(doubt -> judge.onDoubt(peer, doubt));
      }
    } else {
      turn.count(Count.FROM_ELSEWHERE);
      verify(peer, presence, from);
    }
  }

  private void onLeaving(Peer peer, boolean isKnown) {
    if (isKnown || peer.state == State.GONE) {
      roster.move(peer, Evidence.LEAVING);
    } else {
      turn.count(Count.FROM_ELSEWHERE);
      judge.onForeignLeaving(peer);
    }
  }

  private void onEcho(Peer peer, Presence presence, InetSocketAddress from, boolean isKnown) {
    if (!isKnown && peer.state == State.ASKING && !peer.hasAnswered && !peer.hasEchoed) {
      // What was heard first came from elsewhere, and was proved by nothing: here it is.
      roster.endQuestions(peer);
      long nonce = peer.nonce;
      peer.incarnate(presence.toBeacon(), from);
      peer.nonce = nonce;
    }
    peer.addEchoed(from);
    InetSocketAddress unproven = peer.unprovenSource;
    if (unproven != null && unproven.getAddress().equals(from.getAddress())) {
      peer.unprovenSource = null;
      int addresses = peer.addresses().size();
      peer.addSource(unproven);
      peer.addSource(from);
      if (peer.state.isShown() && peer.addresses().size() > addresses) {
        roster.tell(Change.Kind.UPDATED, peer);
      }
    }
    if (!peer.hasEchoed) {
      peer.hasEchoed = true;
      meeter.onProof(peer);
    }
  }

  /**
   * Known, but heard from a new place: it is asked there, and counts from there when it answers.
   */
  private void verify(Peer peer, Presence presence, InetSocketAddress from) {
    if (!turn.mayAgain(peer.checkedNs, Meeter.CHECK_GAP_NS)) {
      return;
    }
    peer.checkedNs = turn.nowNs;
    peer.unprovenSource = from;
    if (peer.nonce == 0) {
      peer.nonce = turn.nonce();
    }
    Beacon question = announcer.beacon().solicit(peer.nonce).build();
    turn.emit(
        new Effect.Send(question, new InetSocketAddress(from.getAddress(), presence.udpPort())));
  }

  /**
   * Sequence numbers order only what asks nobody, and that only for a while, so that a forged one
   * cannot freeze a peer.
   */
  private void content(Peer peer, Presence presence) {
    long announcedNs = Meeter.announcedNs(presence);
    if (announcedNs > 0) {
      pace(peer, announcedNs);
    }
    if (peer.state.isShown() && presence.digest() != peer.digest) {
      peer.digest = presence.digest();
      meeter.onDigestTold(peer);
    }
    boolean isNewer =
        presence.sequence() > peer.sequence
            || peer.sequencedNs == Peer.NEVER
            || peer.state == State.ASKING
            || turn.isDue(peer.sequencedNs + 2 * peer.intervalNs);
    if (!isNewer) {
      return;
    }
    peer.sequence = presence.sequence();
    peer.sequencedNs = turn.nowNs;
    peer.overlay = presence.isOverlay();
    if (peer.state == State.ASKING && !peer.hasAnswered && presence.tcpPort() != 0) {
      // What was heard first may have been wrong, and would be asked at the wrong port for ever.
      peer.tcpPort = presence.tcpPort();
      peer.udpPort = presence.udpPort();
    }
    if (peer.name.isEmpty() && peer.service.isEmpty()) {
      peer.name = presence.name();
      peer.service = presence.service();
    }
    if (presence.digest() != peer.digest) {
      peer.digest = presence.digest();
      meeter.pursue(peer);
    }
  }

  /**
   * How often it announces; jitter is averaged away. Anybody can announce in its name, so what
   * leads back to our own interval counts at once, and what leads away from it only when for two
   * intervals nothing agreed with the present one. Who goes on as ever is neither frozen nor ended.
   */
  private void pace(Peer peer, long announcedNs) {
    long oursNs = turn.settings.intervalNs();
    long differenceNs = announcedNs - peer.intervalNs;
    boolean isLonger = differenceNs > 0;
    boolean isTowardsOurs = isLonger ? peer.intervalNs < oursNs : peer.intervalNs > oursNs;
    if (Math.abs(differenceNs) <= peer.intervalNs / 4) {
      if (!turn.mayAgain(peer.pacedNs, peer.intervalNs / 2)) {
        return;
      }
      peer.intervalNs += differenceNs / 8;
    } else if (isTowardsOurs) {
      peer.intervalNs = isLonger ? Math.min(announcedNs, oursNs) : Math.max(announcedNs, oursNs);
    } else if (peer.pacedNs != Peer.NEVER) {
      if (!turn.isDue(peer.pacedNs + 2 * peer.intervalNs)) {
        return;
      }
      long leastNs = Math.max(peer.intervalNs / 2, MIN_INTERVAL_NS);
      peer.intervalNs = Math.min(Math.max(announcedNs, leastNs), 2 * peer.intervalNs);
    }
    peer.pacedNs = turn.nowNs;
  }

  /**
   * A datagram of somebody gone. Only an answer to a nonce made since then brings it back; where
   * probes are refused in its name, beacons over half an interval do.
   */
  private void onStray(Peer peer, Presence presence, boolean isKnown, boolean isEcho) {
    if (isEcho) {
      revive(peer);
      return;
    }
    if (!isKnown || presence.sequence() <= peer.sequence) {
      return;
    }
    boolean isLater =
        peer.stirredNs != Peer.NEVER && turn.isDue(peer.stirredNs + peer.intervalNs / 2);
    if (isLater && peer.reason == Reason.CRASHED) {
      revive(peer);
    } else {
      judge.stir(peer);
    }
  }

  /** It lived all along, and arrives anew. */
  private void revive(Peer peer) {
    if (peer.reason == Reason.CRASHED) {
      judge.disprove(peer);
    }
    peer.endSeries();
    peer.hasEchoed = true;
    peer.hasAnswered = true;
    peer.heardNs = turn.nowNs;
    roster.move(peer, Evidence.ECHO);
    meeter.pursue(peer);
    deadlines.arm(peer);
  }

  /** A plain connection was taken: whoever refuses there later is dead. */
  void onConnected(NodeId id, long incarnation, InetSocketAddress by) {
    Peer peer = roster.get(id);
    if (peer != null && peer.incarnation == incarnation) {
      peer.addConnected(by);
      if (peer.state == State.ASKING && !turn.isStale) {
        peer.heardNs = turn.nowNs; // nobody has arrived who was not heard since
      }
      meeter.onPort(peer, by, true);
    }
  }

  // Time.

  /** The time has come that {@link Deadlines} set for it; it sets the next one after this. */
  void onTimer(Peer peer) {
    switch (peer.state) {
      case ASKING -> checkUnmet(peer);
      case ALIVE, SUSPECT -> checkShown(peer);
      case GONE -> {
        if (deadlines.mayForget(peer)) {
          roster.move(peer, Evidence.FORGOTTEN);
        }
      }
      case UNKNOWN -> {}
    }
  }

  private void checkUnmet(Peer peer) {
    if (deadlines.isSilentAtAll(peer)) {
      roster.move(peer, Evidence.SILENCE);
      return;
    }
    if (turn.isPast(peer.objectionNs)) {
      meeter.onObjectionsOver(peer);
    }
    if (prober.hasFailedToProve(peer)) {
      peer.endSeries();
      peer.failures++;
      meeter.pursue(peer);
    } else if (turn.isPast(peer.askNs)) {
      meeter.pursue(peer);
    }
    prober.continueSeries(peer);
  }

  private void checkShown(Peer peer) {
    judge.convict(peer);
    if (!peer.state.isShown()) {
      return;
    }
    if (turn.isPast(peer.objectionNs)) {
      meeter.onObjectionsOver(peer);
    }
    if (turn.isPast(peer.askNs)) {
      peer.askNs = Peer.NEVER;
      meeter.onDigestTold(peer);
    }
    judge.examine(peer);
  }
}
