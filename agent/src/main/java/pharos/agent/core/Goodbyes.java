package pharos.agent.core;

import java.io.Serializable;
import java.util.ArrayDeque;

/**
 * By what the goodbye of each peer is known. Its hash counts only from an answer that nobody else
 * can give: over TCP to our own question, or to a nonce that was sent to this peer alone. Who was
 * met without such an answer is asked for one soon after it arrived.
 */
final class Goodbyes implements Serializable {
  /** The answers of a meeting are over by then, and a peer answers so often and not more. */
  private static final long FIRST_NS = 150 * Settings.MS;

  private static final long GAP_NS = 20 * Settings.MS;

  /**
   * Where much is lost, hardly one of a million is not known by then; what comes later teaches too.
   */
  private static final int TRIES = 16;

  private final Turn turn;
  private final Prober prober;
  private final ArrayDeque<Peer> unknown = new ArrayDeque<>();
  private final Timed asking = Timed.of(this::askNext);

  Goodbyes(Turn turn, Prober prober) {
    this.turn = turn;
    this.prober = prober;
  }

  /** It is shown from now on. */
  void onArrival(Peer peer) {
    if (isUnknown(peer)) {
      peer.goodbye.tries = 0;
      unknown.add(peer);
      if (!turn.timers.isSet(asking)) {
        turn.timers.set(asking, turn.nowNs + FIRST_NS + turn.upTo(FIRST_NS));
      }
    }
  }

  /** One at a time, so that a crowd of newcomers is not answered by a storm. */
  private void askNext() {
    Peer peer = unknown.poll();
    while (peer != null && !(peer.state.isShown() && isUnknown(peer))) {
      peer = unknown.poll();
    }
    if (peer == null) {
      return;
    }
    prober.ask(peer);
    if (++peer.goodbye.tries < TRIES) {
      unknown.add(peer);
    }
    // Who is left is asked again, each no more often than it answers.
    long gapNs = Math.max(GAP_NS, 2 * FIRST_NS / Math.max(1, unknown.size()));
    turn.timers.set(asking, turn.nowNs + gapNs);
  }

  private static boolean isUnknown(Peer peer) {
    return !peer.goodbye.isHashKnown() && !peer.goodbye.isFormer;
  }
}
