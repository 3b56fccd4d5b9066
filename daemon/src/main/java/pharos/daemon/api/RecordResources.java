package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import pharos.agent.Counted;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.records.Write;

/**
 * {@code /v1/records}: values by their key, which is all that follows in the path. No thread waits
 * for an answer, and only so many calls are open at a time: one more is told at once to come again.
 * For any thread; answers come on the thread of the records.
 */
final class RecordResources {
  private static final int MOST_OPEN = 64;

  /** Each may have a value that waits to be sent. */
  private static final int MOST_WATCHES = 128;

  /** Less than a connection may be idle. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Duration MIN_EXPIRY = Duration.ofSeconds(1);
  private static final Duration MAX_EXPIRY = Duration.ofDays(366);

  private static final String ALL = "/v1/records";
  private static final String ONE = ALL + "/{+key}";

  private final Records records;
  private final Places open;
  private final Places watches;
  private final Duration patience;

  RecordResources(Records records, int mostReaders) {
    this(records, MOST_OPEN, Math.min(MOST_WATCHES, mostReaders), PATIENCE);
  }

  RecordResources(Records records, int mostOpen, int mostWatches, Duration patience) {
    this.records = records;
    this.patience = patience;
    open = new Places(mostOpen);
    watches = new Places(mostWatches);
  }

  List<Resource> resources() {
    return List.of(
        Resource.later("GET", ALL, Set.of("prefix", "after", "limit", "conflicts"), this::list),
        Resource.later("GET", ONE, Set.of("read", "conflicts", "watch"), this::get),
        Resource.withBytes("POST", ONE, Set.of("expiry"), this::create),
        Resource.withBytes("PUT", ONE, Set.of("expiry"), this::put),
        Resource.later("DELETE", ONE, Set.of(), this::delete),
        Resource.later("DELETE", "/v1/ring/{node}", Set.of(), this::forget));
  }

  List<Counted> counted() {
    return List.of(
        open.counted("RECORD_CALLS_OPEN", "calls"), watches.counted("RECORD_WATCHES", "readers"));
  }

  // Reading.

  private CompletableFuture<? extends Answer> get(Resource.Call call) {
    boolean isWatch = call.query().flag("watch");
    boolean isConflicts = call.query().flag("conflicts");
    Optional<Records.ReadLevel> level = call.query().text("read").map(RecordResources::level);
    if ((isWatch ? 1 : 0) + (isConflicts ? 1 : 0) + (level.isPresent() ? 1 : 0) > 1) {
      throw Problem.badRequest("of the parameters 'read', 'conflicts' and 'watch' one is enough");
    }
    String key = key(call);
    if (isWatch) {
      return Resource.now(watch(call, key));
    }
    if (isConflicts) {
      return ask(call, () -> records.conflicts(key), it -> RecordTexts.conflicts(it, true));
    }
    Records.ReadLevel sure = level.orElse(Records.ReadLevel.QUORUM);
    return ask(call, () -> records.get(key, sure), it -> value(call, it));
  }

  private static Records.ReadLevel level(String text) {
    return switch (text) {
      case "quorum" -> Records.ReadLevel.QUORUM;
      case "local" -> Records.ReadLevel.LOCAL;
      default ->
          throw Problem.badRequest("the parameter 'read' is quorum or local, not '" + text + "'");
    };
  }

  private static Reply value(Resource.Call call, Entry entry) {
    if (!entry.isThere()) {
      return RecordTexts.absent(entry);
    }
    boolean isKnown = Preconditions.isKnown(call.asked(), entry.version());
    Reply bare = isKnown ? Reply.empty(304) : RecordTexts.value(entry);
    return RecordTexts.described(bare, entry);
  }

  private Answer watch(Resource.Call call, String key) {
    if (call.asked().method().equals("HEAD")) {
      return new Reply(200, Live.TYPE, ByteBuffer.allocate(0), java.util.Map.of());
    }
    Asker asker = call.asked().by();
    if (!watches.enter(asker)) {
      throw Problem.busy("too many others watch records: come again");
    }
    RecordWatch watch;
    try {
      watch = RecordWatch.open(records, key).closing(() -> watches.leave(asker));
    } catch (RuntimeException e) {
      watches.leave(asker);
      throw e;
    }
    Optional<RecordsException> failure = watch.failure();
    if (failure.isPresent()) {
      watch.close(Live.Ending.READER_LEFT);
      return RecordTexts.problem(failure.get());
    }
    return watch;
  }

  private CompletableFuture<Reply> list(Resource.Call call) {
    Parameters query = call.query();
    if (query.flag("conflicts")) {
      if (query.text("prefix").or(() -> query.text("after")).isPresent()) {
        throw Problem.badRequest("the conflicts of one key are at its own resource");
      }
      return ask(call, () -> records.conflicts(""), it -> RecordTexts.conflicts(it, false));
    }
    int limit = query.text("limit").map(RecordResources::limit).orElse(Listing.MOST);
    String prefix = query.text("prefix").orElse("");
    String after = query.text("after").orElse("");
    checkPart("prefix", prefix);
    checkPart("after", after);
    return ask(call, () -> records.list(prefix, after, limit), RecordTexts::list);
  }

  private static int limit(String text) {
    if (text.matches("\\d{1,4}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= Listing.MOST) {
        return limit;
      }
    }
    throw Problem.badRequest(
        "the parameter 'limit' is 1 to " + Listing.MOST + ", not '" + text + "'");
  }

  private static void checkPart(String name, String text) {
    if (!text.isEmpty()) {
      try {
        Write.checkKey(text);
      } catch (RecordsException e) {
        throw Problem.badRequest("the parameter '" + name + "' is no key: " + e.getMessage());
      }
    }
  }

  // Writing.

  private CompletableFuture<Reply> create(Resource.Call call) {
    Preconditions.ofCreation(call.asked());
    Write write = write(call, new Write.Condition.Absent());
    return write(call, write, e -> 409);
  }

  private CompletableFuture<Reply> put(Resource.Call call) {
    return write(call, write(call, Preconditions.ofWrite(call.asked())), e -> 412);
  }

  private CompletableFuture<Reply> delete(Resource.Call call) {
    Write.Condition condition = Preconditions.ofDeletion(call.asked());
    Write write = new Write(key(call), Optional.empty(), condition, Optional.empty());
    return write(call, write, e -> e.reason() == Reason.NOT_THERE ? 404 : 412);
  }

  private static Write write(Resource.Call call, Write.Condition condition) {
    Asked asked = call.asked();
    asked
        .header("Content-Encoding")
        .filter(it -> !it.equalsIgnoreCase("identity"))
        .ifPresent(
            it -> {
              throw new Problem(415, "Content-Encoding: " + it + " is not kept: send it plain");
            });
    if (asked.header("Content-Range").isPresent()) {
      throw Problem.badRequest("Content-Range: a value is written whole");
    }
    String key = key(call);
    byte[] bytes = new byte[call.bytes().remaining()];
    call.bytes().duplicate().get(bytes);
    Content content = new Content(bytes, asked.header("Content-Type").orElse(Content.OCTETS));
    String subject = "the parameter 'expiry'";
    Optional<Duration> expiry =
        call.query().text("expiry").map(it -> Parameters.time(subject, it, MIN_EXPIRY, MAX_EXPIRY));
    return new Write(key, Optional.of(content), condition, expiry);
  }

  /**
   * Does it.
   *
   * @param unmet the status where what had to be so was not
   */
  private CompletableFuture<Reply> write(
      Resource.Call call, Write write, Function<RecordsException, Integer> unmet) {
    boolean isThere = write.content().isPresent();
    return ask(
        call,
        () ->
            records
                .write(write)
                .thenApply(it -> RecordTexts.written(it, isThere))
                .exceptionallyCompose(e -> refused(write.key(), RecordTexts.why(e), unmet)),
        it -> it);
  }

  /** Whoever meant another value than there is wants to know which that is. */
  private CompletableFuture<Reply> refused(
      String key, RecordsException why, Function<RecordsException, Integer> unmet) {
    boolean isUnmet =
        switch (why.reason()) {
          case ALREADY_THERE, NOT_THERE, OTHER_VERSION -> true;
          default -> false;
        };
    if (!isUnmet) {
      return Resource.now(RecordTexts.problem(why));
    }
    Reply reply = RecordTexts.problem(why, unmet.apply(why));
    return records
        .get(key)
        .handle((entry, e) -> e == null ? RecordTexts.tagged(reply, entry) : reply);
  }

  private CompletableFuture<Reply> forget(Resource.Call call) {
    return ask(call, () -> records.forget(call.path("node")), it -> Reply.empty(204));
  }

  // Both.

  private static String key(Resource.Call call) {
    String key = call.path("key");
    Write.checkKey(key);
    return key;
  }

  private <T> CompletableFuture<Reply> ask(
      Resource.Call call, Supplier<CompletableFuture<T>> question, Function<T, Reply> reply) {
    Asker asker = call.asked().by();
    if (!open.enter(asker)) {
      throw new Problem(429, "too many others wait for records: ask again")
          .with("Retry-After", "1");
    }
    CompletableFuture<T> asked;
    try {
      asked = question.get();
    } catch (RuntimeException e) {
      open.leave(asker);
      throw e;
    }
    boolean isRead = call.asked().method().equals("GET") || call.asked().method().equals("HEAD");
    return asked
        .whenComplete((it, e) -> open.leave(asker))
        .thenApply(reply)
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(e -> RecordTexts.failed(e, !isRead));
  }
}
