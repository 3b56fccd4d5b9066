package pharos.records.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import pharos.beacon.NodeId;
import pharos.records.RecordsException.Reason;

/**
 * What an agent does that holds no records: it lets a node do it, and another if that one fails.
 */
final class Guest {
  private static final long AGAIN_MS = 200;
  private static final long SPARE_MS = 1_000;

  private final Members members;
  private final Mailbox mail;
  private int open;

  Guest(Members members, Mailbox mail) {
    this.members = members;
    this.mail = mail;
  }

  int open() {
    return open;
  }

  void take(Wish wish, long patienceMs, Consumer<Outcome> then) {
    if (open >= Desk.MOST_OPEN) {
      then.accept(new Outcome.Failed(Reason.TOO_MANY, open + " calls are open already", false));
      return;
    }
    open++;
    members.wake();
    Passing passing =
        new Passing(
            wish,
            mail.nowNs() / 1_000_000 + patienceMs,
            outcome -> {
              open--;
              then.accept(outcome);
            });
    passing.next();
  }

  /** One wish on its way. */
  private final class Passing {
    private final Wish wish;
    private final long endMs;
    private final Consumer<Outcome> then;
    private final List<NodeId> tried = new ArrayList<>();

    Passing(Wish wish, long endMs, Consumer<Outcome> then) {
      this.wish = wish;
      this.endMs = endMs;
      this.then = then;
    }

    private void next() {
      long leftMs = endMs - mail.nowNs() / 1_000_000;
      Optional<NodeId> whom =
          members.view().ids().stream().filter(it -> !tried.contains(it)).sorted().findFirst();
      if (whom.isPresent() && leftMs > 0) {
        tried.add(whom.get());
        long waitMs = wish instanceof Wish.Next ? 12_000 : leftMs;
        mail.ask(
            members.endpoints(whom.get()),
            new Ask.For(wish, leftMs),
            waitMs + SPARE_MS,
            this::onReply);
      } else if (members.view().size() == 0 && leftMs > 0 && members.isAsking()) {
        mail.in(AGAIN_MS, this::next);
      } else if (members.view().size() == 0) {
        then.accept(new Outcome.Failed(Reason.NO_RECORDS, "no records here", false));
      } else {
        then.accept(
            new Outcome.Failed(
                Reason.NO_MAJORITY, "no node that holds records answers", !tried.isEmpty()));
      }
    }

    private void onReply(Optional<Reply> reply) {
      if (reply.orElse(null) instanceof Reply.Came came) {
        then.accept(came.outcome());
      } else if (wish instanceof Wish.Put put && put.condition() != Wish.If.ANY) {
        // It may have been done: done again, it would find its own work.
        then.accept(
            new Outcome.Failed(
                Reason.NO_MAJORITY, "the node that was asked to do it did not answer", true));
      } else {
        next();
      }
    }
  }
}
