package pharos.agent.core;

import java.io.Serializable;
import java.net.InetSocketAddress;
import pharos.agent.core.Question.Purpose;
import pharos.agent.core.Refusal.Port;

/**
 * What refusals are worth. A port that refuses where the peer answered before is a death, unless a
 * proof contradicts it at once: then something on the way, a firewall, refuses in its name.
 */
final class Refusals implements Serializable {
  /** How long a refusal waits for a goodbye or a proof that it lies. */
  private static final long VERDICT_NS = 25 * Settings.MS;

  private static final long VERDICT_WHERE_LOST_NS = 120 * Settings.MS;

  /** So long an answer over TCP may take that shows that a refusal by UDP lied. */
  private static final long ANSWER_NS = 500 * Settings.MS;

  private final Turn turn;
  private final Asker asker;
  private final Prober prober;

  Refusals(Turn turn, Asker asker, Prober prober) {
    this.turn = turn;
    this.asker = asker;
    this.prober = prober;
  }

  /** A probe was refused: a port unreachable. It counts only where the peer answered before. */
  void onProbeRefused(Peer peer, InetSocketAddress by) {
    if (peer.places.hasEchoedAt(by)) {
      onRefused(peer, Port.UDP, by);
    }
  }

  /** A connection was refused: a reset. It counts only where the peer took one before. */
  void onConnectRefused(Peer peer, InetSocketAddress by) {
    if (peer.places.hasConnectedAt(by)) {
      onRefused(peer, Port.TCP, by);
    }
  }

  /**
   * A short wait follows, for a goodbye that was under way or a proof that the refusal lies: an
   * echo of a nonce made now, or an answer over TCP to a question asked now.
   */
  private void onRefused(Peer peer, Port port, InetSocketAddress by) {
    if (!peer.state.isShown() || peer.refusal.lies(port)) {
      return;
    }
    turn.notice(peer, port == Port.UDP ? Sign.REFUSED_UDP : Sign.REFUSED_TCP, by);
    if (peer.isPlanned(Plan.VERDICT)) {
      return;
    }
    boolean mayBeLost = turn.losses.losesMuch(peer, prober.losesMuch());
    peer.plan(Plan.VERDICT, turn.nowNs + (mayBeLost ? VERDICT_WHERE_LOST_NS : VERDICT_NS));
    // sometimes, if mayBeLost: where much is lost a verdict takes longer
    peer.refusal.port = port;
    peer.refusal.sinceNs = turn.nowNs;
    peer.refusal.isPutOff = false;
    peer.nonce = turn.nonce();
    if (port == Port.TCP) {
      prober.ask(peer);
    } else {
      // sometimes: a UDP port refuses, and the TCP port is tried
      connect(peer);
      asker.cancel(peer.last);
      peer.last = asker.ask(peer, Purpose.LAST, peer.tcpEndpoint(0));
    }
  }

  /** Its TCP port takes connections, though its UDP port refused: its answer is waited for. */
  void onConnected(Peer peer) {
    boolean mayLie = peer.isPlanned(Plan.VERDICT) && peer.refusal.port == Port.UDP;
    if (mayLie && peer.last != null && !peer.refusal.isPutOff) {
      // sometimes: a verdict waits for an answer, since the TCP port is there
      peer.refusal.isPutOff = true;
      peer.plan(Plan.VERDICT, turn.nowNs + ANSWER_NS);
    }
  }

  /** Its answer over TCP, for which a verdict was put off, did not come. */
  void onNoAnswer(Peer peer) {
    if (peer.refusal.isPutOff && peer.isPlanned(Plan.VERDICT)) {
      peer.plan(Plan.VERDICT, turn.nowNs);
    }
  }

  /** Tries its port, where we may. */
  void connect(Peer peer) {
    InetSocketAddress to = peer.tcpEndpoint(0);
    if (peer.places.isProvenAt(to.getAddress()) || turn.ledger.mayConnect(to.getAddress())) {
      turn.ledger.connects(to.getAddress());
      turn.emit(new Effect.Connect(peer.id, peer.incarnation, to));
    }
  }

  /** One of its ports refused, and yet it lives: that port is not asked about it any more. */
  void disprove(Peer peer) {
    peer.drop(Plan.VERDICT);
    Port port = peer.refusal.port;
    if (port != null && !peer.refusal.lies(port)) {
      // sometimes: a refusal lied
      boolean isFirst = !peer.refusal.udpLies && !peer.refusal.tcpLies;
      peer.refusal.udpLies |= port == Port.UDP;
      peer.refusal.tcpLies |= port == Port.TCP;
      turn.notice(peer, Sign.DISPROVED, peer.source);
      if (isFirst) {
        turn.note(NoteKind.FALSE_REFUSAL, peer.name + " lives, though its ports refuse");
      }
    }
    peer.refusal.port = null;
  }
}
