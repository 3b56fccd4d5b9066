package pharos.agent.io;

import java.util.List;
import java.util.Optional;
import pharos.agent.core.Change;
import pharos.agent.core.Effect;
import pharos.agent.core.PeerInfo;
import pharos.beacon.NodeId;

/** What an {@link AgentLoop} tells; all on its own thread, so nothing here may wait. */
public interface LoopListener {
  /**
   * Something changed in a turn.
   *
   * @param peers everybody who is there now, in no order
   * @param withheld who is there too, and came and went so often that it is not told yet
   * @param heardOnly who beacons but cannot be asked
   * @param changes what happened, in order; empty when only times moved on
   */
  void onTurn(
      List<PeerInfo> peers,
      List<PeerInfo> withheld,
      List<PeerInfo> heardOnly,
      List<Change> changes);

  /**
   * Something that is no news of a peer: an {@link Effect.Note} or {@link Effect.Isolated}; where
   * they are wanted, an {@link Effect.Moved}, {@link Effect.Noticed} or {@link Effect.Asked}.
   */
  default void onNoticed(Effect effect) {}

  /** This agent has another id from now on. */
  void onRenamed(NodeId id);

  /** The loop ended: because it was asked to, or by this failure. The last call. */
  void onEnded(Optional<Throwable> failure);
}
