package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.Presence;

/**
 * A peer that is heard from a new place. Who answers there proves nothing, since the answers may be
 * passed on; so it is the known place that is asked whether it sends from there too. It counts once
 * that place says so and it answered at the new one, or a document from the known one names it.
 * Where the known place is silent, it is a claim like any other. Peers of the former format cannot
 * say so, and are believed when they answer there.
 */
final class Whereabouts implements Serializable {
  /** Between two questions about one peer. */
  private static final long GAP_NS = 100 * Settings.MS;

  /** How long it has to answer elsewhere before it is asked at a link-local address instead. */
  private static final long LINK_LOCAL_GAP_NS = 500 * Settings.MS;

  /** Questions to known places because of datagrams from elsewhere, which anybody can send. */
  private static final int PER_SECOND = 100;

  /** How long the known place may take to answer, and a burst of datagrams at a start to pass. */
  private static final long PATIENCE_NS = 600 * Settings.MS;

  private final Turn turn;
  private final Roster roster;
  private final Announcer announcer;
  private final Prober prober;
  private final Judge judge;
  private final Claims claims;
  private final Budget questions;

  Whereabouts(
      Turn turn, Roster roster, Announcer announcer, Prober prober, Judge judge, Claims claims) {
    this.turn = turn;
    this.roster = roster;
    this.announcer = announcer;
    this.prober = prober;
    this.judge = judge;
    this.claims = claims;
    questions = new Budget(turn);
  }

  /**
   * A datagram of a run that we know, from where it is not known; whether it is known there now.
   */
  boolean onElsewhere(Peer peer, Presence presence, InetSocketAddress from) {
    if (turn.self.isOwnPort(new InetSocketAddress(from.getAddress(), presence.tcpPort()))) {
      // sometimes: somebody says to be at our own port
      return false; // whoever answers there is us
    }
    if (claims.isHome(peer, presence, from)) {
      return false;
    }
    if (peer.isKnownAddress(from.getAddress())) {
      peer.learnUdpPort(presence.udpPort());
      askWhereKnown(peer, from, peer.udpEndpointAt(from.getAddress()));
      return false; // another port of the same host: its own port there will tell
    }
    if (peer.state == State.ASKING) {
      onElsewhereWhileMet(peer, presence, from);
      return false;
    }
    boolean isOfOurs = presence.tcpPort() == peer.tcpPort && presence.udpPort() == peer.udpPort;
    if (!isOfOurs || !peer.state.isShown()) {
      return false;
    }
    if (Claims.names(peer.meeting.named, from.getAddress())) {
      if (Claims.names(peer.meeting.named, peer.source.getAddress())) {
        accept(peer, from);
        return true;
      }
      claims.add(peer, presence, from);
    } else if (peer.goodbye.isFormer) {
      askThere(peer, presence, from);
    } else {
      hear(peer, presence, from);
      askWhereKnown(peer, from, peer.udpEndpoint(0));
      if (peer.elsewhere().unvouchedNs != Peer.NEVER
          && turn.isDue(peer.elsewhere().unvouchedNs + PATIENCE_NS)) {
        // sometimes: the known place does not vouch for another, which is now a claim
        claims.add(peer, presence, from);
      }
    }
    return false;
  }

  /** Nothing is proved of it yet: wherever it answers is as good as where it was heard first. */
  private void onElsewhereWhileMet(Peer peer, Presence presence, InetSocketAddress from) {
    if (presence.tcpPort() != 0) {
      peer.elsewhere().hear(Elsewhere.HeardAt.of(presence, from), turn.random);
    }
    if (isUnproven(peer) && turn.isDue(peer.sinceNs + gapNs(peer, from))) {
      // sometimes: a newcomer is asked at another place, where it was heard too
      askThere(peer, presence, from); // where it was heard first has had its time
    }
  }

  /** Where it is met is what others are told first: so a link-local address waits for longer. */
  private static long gapNs(Peer peer, InetSocketAddress from) {
    boolean isHereLinkLocal = peer.source.getAddress().isLinkLocalAddress();
    boolean isThereLinkLocal = from.getAddress().isLinkLocalAddress();
    if (isHereLinkLocal == isThereLinkLocal) {
      return GAP_NS;
    }
    return isThereLinkLocal ? LINK_LOCAL_GAP_NS : 0;
  }

  /** Being met, and not proved to be where it was heard first. */
  private static boolean isUnproven(Peer peer) {
    return peer.state == State.ASKING
        && !peer.meeting.hasEchoed
        && !peer.meeting.hasAnswered
        && !peer.meeting.hasAskedHere;
  }

  private boolean takesQuestion(Peer peer) {
    if (!turn.mayAgain(peer.elsewhere().askedNs, GAP_NS) || !questions.take(PER_SECOND)) {
      return false;
    }
    peer.elsewhere().askedNs = turn.nowNs;
    return true;
  }

  /** With a nonce of its own: what is sent there proves nothing about the known place. */
  private void askThere(Peer peer, Presence presence, InetSocketAddress from) {
    if (!takesQuestion(peer)) {
      return;
    }
    hear(peer, presence, from);
    peer.elsewhere().isVouched = false;
    ask(peer, from, presence.udpPort());
  }

  /** It may be asked there as much as it said. */
  private void hear(Peer peer, Presence presence, InetSocketAddress from) {
    if (!AgentCore.isStranger(peer, presence)) {
      turn.ledger.hear(from.getAddress(), presence.length());
    }
  }

  private void ask(Peer peer, InetSocketAddress from, int udpPort) {
    InetAddress address = from.getAddress();
    long nonce = turn.nonce();
    Beacon question = announcer.questionFor(address, nonce);
    if (question != null) {
      peer.elsewhere().unproven = from;
      peer.elsewhere().unprovenNonce = nonce;
      turn.emit(new Effect.Send(question, new InetSocketAddress(address, udpPort)));
    }
  }

  private void askWhereKnown(Peer peer, InetSocketAddress from, InetSocketAddress known) {
    if (takesQuestion(peer)) {
      Elsewhere elsewhere = peer.elsewhere();
      elsewhere.unproven = from;
      elsewhere.isVouched = false;
      elsewhere.unvouchedNs =
          elsewhere.unvouchedNs == Peer.NEVER ? turn.nowNs : elsewhere.unvouchedNs;
      prober.ask(peer, known, from.getAddress());
    }
  }

  /** Whether it answers what only this new place was asked. */
  boolean isEchoFromElsewhere(Peer peer, Presence presence, InetSocketAddress from) {
    InetSocketAddress unproven = peer.elsewhere().unproven;
    return presence.echo() != 0
        && presence.echo() == peer.elsewhere().unprovenNonce
        && unproven != null
        && unproven.getAddress().equals(from.getAddress());
  }

  /**
   * It answered at the new place. One that is being met is asked there from now on, since what was
   * heard first was proved by nothing; but each place has its turn once. Whether it is there now.
   */
  boolean onEchoFromElsewhere(Peer peer, Presence presence, InetSocketAddress from) {
    InetSocketAddress unproven = peer.elsewhere().unproven;
    peer.elsewhere().unproven = null;
    peer.elsewhere().unprovenNonce = 0;
    if (isUnproven(peer)) {
      boolean isAsked = peer.meeting.question != null;
      if (presence.tcpPort() == 0
          || !peer.elsewhere().takes(from.getAddress(), peer.here(), isAsked)) {
        return false;
      }
      // sometimes: a newcomer answers at another place, and is met there
      roster.endQuestions(peer);
      peer.endSeries();
      peer.drop(Plan.ASK);
      peer.incarnation = presence.incarnation();
      peer.digest = presence.digest();
      peer.tryAt(Elsewhere.HeardAt.of(presence, from), turn.nonce());
      addSource(peer, unproven);
      return true;
    }
    if (peer.state.isShown() && (peer.goodbye.isFormer || peer.elsewhere().isVouched)) {
      accept(peer, from);
      addSource(peer, unproven);
      peer.places.addEchoed(from); // it was asked there alone
      turn.ledger.prove(from.getAddress());
    }
    return false;
  }

  private void addSource(Peer peer, @Nullable InetSocketAddress source) {
    if (source != null) {
      peer.addSource(source, turn.nowNs);
    }
  }

  /**
   * The known place answered; perhaps it vouches for another, which may be anybody's: it is asked
   * there as well.
   */
  void onEcho(Peer peer, Presence presence, InetSocketAddress from, boolean isAskedThere) {
    claims.onLife(peer);
    if (!peer.isHeardElsewhere()) {
      return;
    }
    peer.elsewhere().unvouchedNs = Peer.NEVER;
    InetAddress vouched = presence.vouch().orElse(null);
    InetSocketAddress unproven = peer.elsewhere().unproven;
    boolean isNewPort =
        isAskedThere && unproven != null && unproven.getAddress().equals(from.getAddress());
    if (unproven != null && isNewPort) {
      peer.elsewhere().unproven = null;
      accept(peer, unproven);
    } else if (unproven != null && unproven.getAddress().equals(vouched)) {
      // sometimes: a known place vouches for another
      peer.elsewhere().isVouched = true;
      ask(peer, unproven, peer.udpPort);
    }
  }

  private void accept(Peer peer, InetSocketAddress from) {
    boolean isNew = !peer.isKnownAddress(from.getAddress());
    peer.addSource(from, turn.nowNs);
    if (isNew && peer.state.isShown()) {
      turn.notice(peer, Sign.ADDRESS_CAME, from);
    }
    if (isNew && peer.state.isShown() && peer.advertised.isEmpty()) {
      roster.tell(Change.Kind.UPDATED, peer);
    }
  }

  /** It was heard where it is known: what is silent gives way to what speaks. */
  void onKnown(Peer peer, InetSocketAddress from) {
    if (peer.hear(from, turn.nowNs) && peer.state.isShown()) {
      for (InetAddress gone : peer.places.takeDropped()) {
        turn.notice(peer, Sign.ADDRESS_WENT, peer.udpEndpointAt(gone));
      }
      roster.relocate(peer);
      judge.onArrival(peer);
    }
  }

  /**
   * Its answer over TCP names the places that it sends from. Where that is not the place that
   * answered, the answer was perhaps passed on, and a place that it names and where it was heard is
   * the better one; whether it is there from now on, and must prove itself again.
   */
  boolean onNamed(Question question, Introduction answer) {
    Peer peer = question.peer;
    boolean isUnmet = peer.state == State.ASKING && !peer.meeting.hasAnswered;
    boolean isOfOther = answer.incarnation() != peer.incarnation && !isUnmet;
    if (isOfOther || !answer.id().equals(peer.id)) {
      return false;
    }
    peer.meeting.named = answer.addresses();
    if (peer.state != State.ASKING || !peer.isHeardElsewhere()) {
      return false;
    }
    List<Elsewhere.HeardAt> named = new ArrayList<>(peer.elsewhere().untried);
    named.addAll(peer.elsewhere().tried);
    named.removeIf(it -> !Claims.names(peer.meeting.named, it.from().getAddress()));
    peer.elsewhere().forgetPlaces();
    boolean isElsewhere = !Claims.isConsistent(answer, peer.source.getAddress());
    if (isElsewhere && !named.isEmpty()) {
      // sometimes: a document names another place where its newcomer was heard
      peer.tryAt(named.get(0), turn.nonce());
    }
    named.forEach(at -> peer.addSource(at.from(), turn.nowNs));
    return isElsewhere && !named.isEmpty();
  }
}
