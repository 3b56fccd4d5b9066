package pharos.records.embedded;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.records.Conflict;
import pharos.records.ConflictArbiter;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Version;
import pharos.records.core.Event;
import pharos.records.core.Outcome;
import pharos.records.core.Wish;

/** Asks an arbiter about each conflict that this node is told of, and writes what it chooses. */
final class Settling {
  /** So many conflicts that the arbiter left are remembered, so as not to ask again. */
  private static final int MOST_LEFT = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger("pharos.records");

  private final ConflictArbiter arbiter;
  private final EmbeddedRecords records;
  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private final Map<String, Event.Contested> left = new ConcurrentHashMap<>();

  /** What is to be decided on. */
  private record Contest(Entry winner, List<Conflict> losers) {}

  Settling(ConflictArbiter arbiter, EmbeddedRecords records) {
    this.arbiter = arbiter;
    this.records = records;
  }

  /** On the loop's thread; it comes again as long as the conflict is there. */
  void onContested(Event.Contested told) {
    String key = told.key();
    if (told.equals(left.get(key)) || !open.add(key)) {
      return;
    }
    // What is done with it is said before it begins, so that it is done on the call-back thread.
    CompletableFuture<@Nullable Void> begin = new CompletableFuture<>();
    records
        .calls()
        .call(false, () -> begin.thenCompose(any -> contest(key)))
        .thenCompose(contest -> decided(told, contest))
        .whenComplete((any, failure) -> open.remove(key))
        .exceptionally(failure -> notYet(key, failure));
    begin.complete(null);
  }

  private CompletableFuture<Contest> contest(String key) {
    CompletableFuture<Outcome> losers = records.wish(new Wish.Conflicts(key));
    return records.wish(new Wish.Get(key, false)).thenCombine(losers, Settling::contest);
  }

  private static Contest contest(Outcome winner, Outcome losers) {
    return new Contest(
        EmbeddedRecords.taken(winner, it -> ((Outcome.Got) it).entry()),
        EmbeddedRecords.taken(losers, it -> ((Outcome.Told) it).conflicts()));
  }

  private CompletableFuture<Boolean> decided(Event.Contested told, Contest contest) {
    List<Version> losers = contest.losers().stream().map(Conflict::version).toList();
    if (losers.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    Optional<Content> chosen = chosen(told.key(), contest);
    if (chosen.isEmpty()) {
      if (left.size() >= MOST_LEFT) {
        left.clear();
      }
      left.put(told.key(), told);
      return CompletableFuture.completedFuture(false);
    }
    Version winner = contest.winner().version();
    Wish.Settle wish = new Wish.Settle(told.key(), winner, losers, chosen.get());
    return records.call(true, wish, outcome -> true);
  }

  /** One that fails leaves it as it is. */
  private Optional<Content> chosen(String key, Contest contest) {
    try {
      return arbiter.choose(contest.winner(), contest.losers());
    } catch (RuntimeException e) {
      LOG.warn("the arbiter failed on '{}', which stays a conflict: {}", key, e.toString(), e);
      return Optional.empty();
    }
  }

  /** Another one came in between, or too few are there: it is tried again. */
  private static boolean notYet(String key, Throwable failure) {
    LOG.debug("the conflict of '{}' is not settled yet", key, failure);
    return false;
  }
}
