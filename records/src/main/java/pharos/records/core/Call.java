package pharos.records.core;

import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;
import pharos.records.RecordsException.Reason;

/** One wish of an application, from its beginning to its end, which comes in time. */
abstract class Call {
  /** Longer than a copy takes to be made anew, shorter than somebody likes to wait. */
  static final long PATIENCE_MS = 3_000;

  private static final long AGAIN_MS = 25;

  final Around around;
  private final Consumer<Outcome> then;
  private final Alarms.Alarm limit;
  private boolean isOver;
  private int tries;
  private String why = "";
  private @Nullable Reason reason;

  /** What calls have around them. */
  record Around(
      RecordsSettings settings,
      Members members,
      Mailbox mail,
      Nodes nodes,
      NodeId self,
      RandomGenerator random) {}

  Call(Around around, long patienceMs, Consumer<Outcome> then) {
    this.around = around;
    this.then = then;
    limit = around.mail().in(patienceMs, this::onLate);
  }

  /** Tries it, once. */
  abstract void attempt();

  /** Whether something may have come of it, though it is not known. */
  boolean mayHaveHappened() {
    return false;
  }

  /** A place in the line of those for the same key is left now, if it had one. */
  void onEnd() {}

  boolean isOver() {
    return isOver;
  }

  void end(Outcome outcome) {
    if (!isOver) {
      isOver = true;
      around.mail().cancel(limit);
      onEnd();
      then.accept(outcome);
    }
  }

  void fail(Reason reason, String message) {
    end(new Outcome.Failed(reason, message, mayHaveHappened()));
  }

  private void onLate() {
    fail(reason == null ? Reason.NO_MAJORITY : reason, why.isEmpty() ? "nobody answers" : why);
  }

  /** Tries it again soon; if that comes to nothing, this is why. */
  void again(Reason reason, String why) {
    this.reason = reason;
    this.why = why;
    tries++;
    long mostMs = AGAIN_MS << Math.min(tries, 3);
    around.mail().in(AGAIN_MS + around.random().nextLong(mostMs), this::attemptAgain);
  }

  private void attemptAgain() {
    if (!isOver) {
      attempt();
    }
  }

  /** Who holds this key. */
  List<NodeId> holders(String key) {
    return around.members().view().holders(View.place(key));
  }

  /** So many of them have to agree, as far as this node and those that answered know. */
  int need(int peak) {
    int of = Math.min(around.settings().copies(), Math.max(peak, around.members().peak()));
    return around.settings().majority(of);
  }

  /** Words for when too few are there. */
  String tooFew(int there, int need) {
    int missing = around.members().missing().size();
    return "%d of the %d nodes that must agree %s here%s"
        .formatted(
            there,
            need,
            there == 1 ? "is" : "are",
            missing == 0
                ? ""
                : "; %d went without a goodbye: 'forget' what will not come back"
                    .formatted(missing));
  }
}
