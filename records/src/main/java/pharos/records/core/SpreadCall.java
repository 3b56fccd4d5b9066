package pharos.records.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import pharos.beacon.NodeId;
import pharos.records.RecordsException.Reason;

/** A question to all nodes, whose answers are put together when the last one came. */
final class SpreadCall extends Call {
  private static final long STEP_MS = 2_000;

  private final Ask ask;
  private final Function<Poll, Outcome> together;

  SpreadCall(
      Around around,
      Ask ask,
      long patienceMs,
      Function<Poll, Outcome> together,
      Consumer<Outcome> then) {
    super(around, patienceMs, then);
    this.ask = ask;
    this.together = together;
  }

  @Override
  void attempt() {
    List<NodeId> all = new ArrayList<>(around.members().view().ids());
    if (all.isEmpty()) {
      again(Reason.NO_RECORDS, "no records here");
      return;
    }
    Poll[] poll = new Poll[1];
    Runnable step =
        () -> {
          if (poll[0] != null && poll[0].isOver()) {
            end(together.apply(poll[0]));
          }
        };
    poll[0] = new Poll(around.nodes(), all, node -> ask, STEP_MS, step);
    step.run();
  }
}
