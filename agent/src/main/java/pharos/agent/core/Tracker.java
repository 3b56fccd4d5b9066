package pharos.agent.core;

import java.io.Serializable;
import java.net.InetSocketAddress;
import pharos.beacon.Presence;

/**
 * Follows a peer from its first datagram until it is forgotten: what its datagrams say, and what is
 * due for it when its time has come. Whether it lives is for {@link Judge} to say.
 */
record Tracker(
    Turn turn,
    Roster roster,
    Asker asker,
    Announcer announcer,
    Prober prober,
    Deadlines deadlines,
    Refusals refusals,
    Judge judge,
    Meeter meeter,
    Claims claims,
    Whereabouts whereabouts)
    implements Serializable {
  /** A datagram of the incarnation we know. */
  void onDatagram(Peer peer, Presence presence, InetSocketAddress from) {
    // A broadcast nonce is known to all who listen: only one sent to this peer alone is a proof.
    boolean isEcho = presence.echo() != 0 && peer.wasAsked(presence.echo());
    boolean isKnown = peer.isSaidBy(presence, from);
    if (isEcho && (isKnown || peer.state == State.ASKING)) {
      peer.goodbye.learn(presence.goodbye());
    }
    if (presence.isLeaving()) {
      onLeaving(peer, presence, from);
    } else if (peer.state == State.GONE) {
      onStray(peer, presence, from, isEcho);
    } else if (isKnown || isEcho || isKnownByNow(peer, presence, from)) {
      whereabouts.onKnown(peer, from);
      if (isEcho) {
        onEcho(peer, presence, from, peer.wasAskedAt(from.getAddress(), presence.echo()));
        prober.onEcho(peer, from);
        judge.proof(peer);
      } else {
        judge.life(peer);
      }
      content(peer, presence);
    }
  }

  /** A datagram from elsewhere: it counts if it is known that it sends from there. */
  private boolean isKnownByNow(Peer peer, Presence presence, InetSocketAddress from) {
    turn.count(Count.FROM_ELSEWHERE);
    boolean isAnotherHost = !peer.isKnownAddress(from.getAddress());
    if (isAnotherHost && peer.state.isShown() && !peer.meeting.hasAnswered) {
      meeter.onContradiction(peer); // it was known by its digest: its document names its places
    }
    if (!whereabouts.isEchoFromElsewhere(peer, presence, from)) {
      return whereabouts.onElsewhere(peer, presence, from);
    }
    if (whereabouts.onEchoFromElsewhere(peer, presence, from)) {
      onEcho(peer, presence, from, true);
      return true;
    }
    return peer.isKnownSource(from);
  }

  /** Source addresses can be forged: only the secret proves a goodbye, if its sender knows one. */
  private void onLeaving(Peer peer, Presence presence, InetSocketAddress from) {
    boolean isBelieved =
        (peer.goodbye.isFormer && (peer.isKnownSource(from) || peer.state == State.GONE))
            || (presence.isAuthentic() && peer.isSaidBy(presence, from));
    if (isBelieved || peer.goodbye.isProvedBy(presence)) {
      peer.goodbye.detail = presence.detail();
      roster.move(peer, Evidence.LEAVING);
    } else {
      turn.count(Count.GOODBYES_NOT_PROVED);
      // From any port of its host: who met it a moment ago does not know where it broadcasts from.
      if (peer.isKnownAddress(from.getAddress()) && !peer.goodbye.isHashKnown()) {
        // sometimes: a goodbye is kept in mind that nothing proves yet
        peer.goodbye.isSaid = true;
        peer.goodbye.detail = presence.detail();
      }
      judge.onUnprovedLeaving(peer);
    }
  }

  private void onEcho(Peer peer, Presence presence, InetSocketAddress from, boolean isAskedThere) {
    whereabouts.onEcho(peer, presence, from, isAskedThere);
    if (peer.announcedNs != Peer.NEVER) {
      peer.promisedNs = turn.nowNs - peer.announcedNs + presence.nextMs() * Settings.MS;
    }
    if (isAskedThere) {
      peer.places.addEchoed(from);
      turn.ledger.prove(from.getAddress());
    }
    if (!peer.meeting.hasEchoed) {
      peer.meeting.hasEchoed = true;
      meeter.onProof(peer);
    }
  }

  /** Sequence numbers order content only for a while, so that a forged one cannot freeze a peer. */
  private void content(Peer peer, Presence presence) {
    boolean isNewer =
        presence.sequence() > peer.sequence
            || peer.sequencedNs == Peer.NEVER
            || peer.state == State.ASKING
            || turn.isDue(peer.sequencedNs + 2 * peer.intervalNs);
    long silentSinceNs = peer.announcedNs;
    long announcedNs = presence.isDirect() ? 0 : Meeter.announcedNs(presence);
    if (presence.isDirect()) {
      announcer.unicasts.onDirect(peer, presence);
    }
    if (announcedNs > 0) {
      announcer.unicasts.onBroadcast(peer);
      peer.announcedNs = turn.nowNs;
      turn.losses.onAnnounced(peer, silentSinceNs, presence.sequence());
    }
    boolean isOtherOffer = peer.state.isShown() && presence.digest() != peer.digest;
    boolean isContested = isOtherOffer && !(isNewer && meeter.isCredible(peer));
    if (isContested) {
      // sometimes: a datagram tells of another offer, and is not simply believed
      meeter.onContradiction(peer);
    }
    if (!isNewer) {
      return;
    }
    peer.sequence = presence.sequence();
    peer.sequencedNs = turn.nowNs;
    if (announcedNs > 0) {
      expect(peer, announcedNs, silentSinceNs);
    }
    if (peer.state.isShown()) {
      turn.hearsay.onAnnounced(peer, presence, roster);
    }
    peer.overlay = presence.isOverlay();
    peer.isWitness = presence.isWitness();
    if (peer.state == State.ASKING && !peer.meeting.hasAnswered && presence.tcpPort() != 0) {
      // What was heard first may have been wrong, and would be asked at the wrong port for ever.
      boolean isOther = presence.tcpPort() != peer.tcpPort;
      peer.tcpPort = presence.tcpPort();
      if (isOther) {
        meeter.onOtherPort(peer);
      }
    }
    peer.learnUdpPort(presence.udpPort());
    if (peer.name.isEmpty() && peer.service.isEmpty()) {
      peer.name = presence.name();
      peer.service = presence.service();
    }
    if (presence.digest() != peer.digest && !isContested) {
      peer.digest = presence.digest();
      if (peer.state.isShown()) {
        meeter.onDigestChanged(peer);
      } else {
        meeter.pursue(peer);
      }
    }
  }

  /**
   * Jitter is averaged away. A change is at most a doubling or a half at once. It becomes longer
   * only when it was indeed silent for longer, and longer than ours only as its echo said; and
   * never shorter than our own: so datagrams that somebody forges neither hide the end of a peer
   * nor bring it about.
   */
  private void expect(Peer peer, long announcedNs, long silentSinceNs) {
    long intervalNs = peer.intervalNs;
    long missedNs = silentSinceNs + intervalNs * 5 / 4;
    boolean wasSilentForLonger = silentSinceNs != Peer.NEVER && turn.isDue(missedNs);
    long differenceNs = announcedNs - intervalNs;
    if (Math.abs(differenceNs) <= intervalNs / 4) {
      intervalNs += differenceNs / 8;
    } else if (differenceNs < 0) {
      // sometimes: the interval of a peer becomes much shorter
      intervalNs = Math.max(announcedNs, intervalNs / 2);
    } else if (wasSilentForLonger) {
      // sometimes: the interval of a peer becomes much longer
      long mostNs = Math.max(peer.promisedNs, announcer.intervalNs());
      long longerNs = Math.min(Math.min(announcedNs, mostNs), 2 * intervalNs);
      intervalNs = Math.max(intervalNs, longerNs);
    }
    peer.intervalNs = Math.max(intervalNs, turn.settings.intervalNs() * 9 / 10);
  }

  /**
   * A datagram of somebody gone. Only an answer to what we asked since then brings it back. Where
   * it was not known it is met anew, unless it said goodbye: perhaps another was taken for it.
   */
  private void onStray(Peer peer, Presence presence, InetSocketAddress from, boolean isEcho) {
    if (isEcho) {
      // sometimes: one that was gone answers a datagram, and is back
      revive(peer);
    } else if (peer.isKnownAddress(from.getAddress()) && peer.isReachedAs(presence)) {
      judge.stir(peer);
    } else if (peer.reason != Reason.LEFT && presence.tcpPort() != 0) {
      // sometimes: one that was gone speaks from elsewhere, and is met anew
      claims.comeBack(peer, presence, from);
    }
  }

  /** Somebody gone was asked over TCP whether it is there after all. */
  void onReturnAnswered(Question question, Introduction answer) {
    Peer peer = question.peer;
    peer.last = null;
    boolean isIt = answer.id().equals(peer.id) && answer.incarnation() == peer.incarnation;
    if (isIt && peer.state == State.GONE) {
      // sometimes: one that was gone answers over TCP, and is back
      peer.goodbye.learn(answer.goodbye());
      revive(peer);
    }
  }

  /** It lived all along, and arrives anew. */
  private void revive(Peer peer) {
    asker.cancel(peer.last);
    peer.last = null;
    if (peer.reason == Reason.CRASHED) {
      refusals.disprove(peer);
    }
    peer.endSeries();
    peer.meeting.hasEchoed = true;
    peer.meeting.hasAnswered = true;
    peer.heardNs = turn.nowNs;
    roster.move(peer, Evidence.ECHO);
    meeter.pursue(peer);
  }

  /** A plain connection was taken: whoever refuses there later is dead. */
  void onConnected(Peer peer, InetSocketAddress by) {
    if (peer.isProbedFor(Series.Why.DOUBT) || peer.isPlanned(Plan.VERDICT)) {
      turn.notice(peer, Sign.CONNECTED, by);
    }
    peer.places.addConnected(by);
    claims.onLife(peer);
    turn.ledger.prove(by.getAddress());
    refusals.onConnected(peer);
    if (peer.state == State.ASKING && !turn.isStale) {
      peer.heardNs = turn.nowNs; // nobody has arrived who was not heard since
    }
    meeter.onPort(peer, by, true);
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
      // sometimes: a newcomer falls silent before it was met
      roster.move(peer, Evidence.SILENCE);
      return;
    }
    if (prober.hasFailedToProve(peer)) {
      // sometimes: a newcomer answers no probe
      peer.endSeries();
      peer.meeting.failures++;
      meeter.pursue(peer);
    } else if (turn.isPast(peer, Plan.ASK)) {
      meeter.pursue(peer);
    }
    prober.continueSeries(peer);
  }

  private void checkShown(Peer peer) {
    judge.convict(peer);
    if (!peer.state.isShown()) {
      return;
    }
    if (turn.isPast(peer, Plan.ASK)) {
      peer.drop(Plan.ASK);
      meeter.onDigestChanged(peer);
    }
    judge.examine(peer);
  }
}
