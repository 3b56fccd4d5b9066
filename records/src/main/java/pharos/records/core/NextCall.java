package pharos.records.core;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import pharos.beacon.NodeId;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;

/** Waits at one of those who hold a key until it has another version than is known. */
final class NextCall extends Call {
  private static final long SPARE_MS = 2_000;

  private final Wish.Next wish;
  private final long waitMs;
  private final LongSupplier ranMs;
  private int next;

  NextCall(Around around, Wish.Next wish, long waitMs, LongSupplier ranMs, Consumer<Outcome> then) {
    super(around, waitMs + SPARE_MS, then);
    this.wish = wish;
    this.waitMs = waitMs;
    this.ranMs = ranMs;
  }

  @Override
  void attempt() {
    List<NodeId> holders = holders(wish.key());
    if (holders.isEmpty()) {
      again(Reason.NO_RECORDS, "no records here");
      return;
    }
    // Oneself first: nothing can be lost on the way.
    NodeId whom =
        next == 0 && holders.contains(around.self())
            ? around.self()
            : holders.get(next % holders.size());
    Ask ask = new Ask.Await(wish.key(), wish.have(), wish.isDeleted(), wish.losers(), waitMs);
    around
        .nodes()
        .ask(
            whom,
            ask,
            waitMs + SPARE_MS / 2,
            reply -> {
              if (reply.orElse(null) instanceof Reply.Held held && isNews(held)) {
                Copy copy = held.copy().orElse(null);
                end(
                    new Outcome.Got(
                        ReadCall.entry(
                            wish.key(), copy, 1, around.settings().copies(), ranMs.getAsLong())));
              } else {
                next++;
                again(Reason.NO_MAJORITY, "none of the nodes that hold it answers");
              }
            });
  }

  /** Nothing that is older than what is known already, and not that nothing is known. */
  private boolean isNews(Reply.Held held) {
    if (held.copy().isEmpty()) {
      return held.isSure() && wish.have().equals(Version.NONE);
    }
    Copy copy = held.copy().get();
    return copy.version().compareTo(wish.have()) >= 0 && (copy.isDeleted() || copy.value() != null);
  }
}
