package pharos.records.core;

import java.util.Optional;
import java.util.function.Consumer;
import pharos.beacon.NodeId;

/** Asks a node, oneself being one of them. */
interface Nodes {
  /**
   * Asks.
   *
   * @param then is told the answer, or nothing when there is none in time
   */
  void ask(NodeId node, Ask ask, long patienceMs, Consumer<Optional<Reply>> then);
}
