package pharos.agent.core;

import java.net.InetSocketAddress;
import pharos.agent.core.Peer.Port;
import pharos.agent.core.Question.Purpose;
import pharos.beacon.NodeId;

/**
 * What refusals are worth. A port that refuses where the peer answered before is a death, unless a
 * proof contradicts it at once: then something on the way, a firewall, refuses in its name.
 */
final class Refusals {
  /** How long a refusal waits for a goodbye or a proof that it lies. */
  private static final long VERDICT_NS = 25 * Settings.MS;

  private static final long VERDICT_WHERE_LOST_NS = 120 * Settings.MS;

  /** So long an answer over TCP may take that shows that a refusal by UDP lied. */
  private static final long ANSWER_NS = 500 * Settings.MS;

  private final Turn turn;
  private final Roster roster;
  private final Asker asker;
  private final Prober prober;
  private final Deadlines deadlines;

  Refusals(Turn turn, Roster roster, Asker asker, Prober prober, Deadlines deadlines) {
    this.turn = turn;
    this.roster = roster;
    this.asker = asker;
    this.prober = prober;
    this.deadlines = deadlines;
  }

  /** A probe was refused: a port unreachable. It counts only where the peer answered before. */
  void onProbeRefused(NodeId id, long incarnation, InetSocketAddress by) {
    Peer peer = roster.get(id);
    if (peer != null && peer.incarnation == incarnation && peer.hasEchoedAt(by)) {
      onRefused(peer, Port.UDP);
    }
  }

  /** A connection was refused: a reset. It counts only where the peer took one before. */
  void onConnectRefused(NodeId id, long incarnation, InetSocketAddress by) {
    Peer peer = roster.get(id);
    if (peer != null && peer.incarnation == incarnation && peer.hasConnectedAt(by)) {
      onRefused(peer, Port.TCP);
    }
  }

  /**
   * A short wait follows, for a goodbye that was under way or a proof that the refusal lies: an
   * echo of a nonce made now, or an answer over TCP to a question asked now.
   */
  private void onRefused(Peer peer, Port port) {
    if (!peer.state.isShown() || peer.refusalsLie(port) || peer.verdictNs != Peer.NEVER) {
      return;
    }
    peer.verdictNs = turn.nowNs + (prober.losesMuch() ? VERDICT_WHERE_LOST_NS : VERDICT_NS);
    peer.refused = port;
    peer.refusedNs = turn.nowNs;
    peer.isVerdictPutOff = false;
    peer.nonce = turn.nonce();
    if (port == Port.TCP) {
      prober.ask(peer);
    } else {
      connect(peer);
      asker.cancel(peer.last);
      peer.last = asker.ask(peer, Purpose.LAST, peer.tcpEndpoint(0));
    }
    deadlines.arm(peer);
  }

  /** Its TCP port takes connections, though its UDP port refused: its answer is waited for. */
  void onConnected(Peer peer) {
    boolean mayLie = peer.verdictNs != Peer.NEVER && peer.refused == Port.UDP;
    if (mayLie && peer.last != null && !peer.isVerdictPutOff) {
      peer.isVerdictPutOff = true;
      peer.verdictNs = turn.nowNs + ANSWER_NS;
      deadlines.arm(peer);
    }
  }

  /** Its answer over TCP, for which a verdict was put off, did not come. */
  void onNoAnswer(Peer peer) {
    if (peer.isVerdictPutOff && peer.verdictNs != Peer.NEVER) {
      peer.verdictNs = turn.nowNs;
      deadlines.arm(peer);
    }
  }

  /** Tries its port, where we may. */
  void connect(Peer peer) {
    InetSocketAddress to = peer.tcpEndpoint(0);
    if (peer.isProvenAt(to.getAddress()) || turn.ledger.mayConnect(to.getAddress())) {
      turn.ledger.connects(to.getAddress());
      turn.emit(new Effect.Connect(peer.id, peer.incarnation, to));
    }
  }

  /** One of its ports refused, and yet it lives: that port is not asked about it any more. */
  void disprove(Peer peer) {
    peer.verdictNs = Peer.NEVER;
    Port port = peer.refused;
    if (port != null && !peer.refusalsLie(port)) {
      boolean isFirst = !peer.udpRefusalsLie && !peer.tcpRefusalsLie;
      peer.udpRefusalsLie |= port == Port.UDP;
      peer.tcpRefusalsLie |= port == Port.TCP;
      if (isFirst) {
        turn.note(NoteKind.FALSE_REFUSAL, peer.name + " lives, though its ports refuse");
      }
    }
    peer.refused = null;
  }
}
