package pharos.records.core;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import pharos.beacon.NodeId;

/** One question to several nodes, and what came of it so far. */
final class Poll {
  private final Map<NodeId, Reply> replies = new LinkedHashMap<>();
  private final Set<NodeId> silent = new HashSet<>();
  private final int asked;

  /**
   * Asks them all.
   *
   * @param step is called after each of them answered or failed
   */
  Poll(Nodes nodes, List<NodeId> whom, Function<NodeId, Ask> what, long patienceMs, Runnable step) {
    asked = whom.size();
    for (NodeId node : whom) {
      nodes.ask(
          node,
          what.apply(node),
          patienceMs,
          reply -> {
            reply.ifPresentOrElse(it -> replies.put(node, it), () -> silent.add(node));
            step.run();
          });
    }
  }

  Map<NodeId, Reply> replies() {
    return replies;
  }

  /** How many were asked. */
  int asked() {
    return asked;
  }

  /** Whether nobody is left who may answer. */
  boolean isOver() {
    return replies.size() + silent.size() == asked;
  }
}
