package pharos.records;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A small map that several hosts have copies of. What it promises depends on what is behind it:
 * docs/RECORDS.md has both in a table.
 *
 * <p>Any thread may call. A call ends within some seconds; when it is not done its future has a
 * {@link RecordsException}, which also says whether a write may have happened all the same. So many
 * calls may be open; those beyond fail at once, TOO_MANY. Futures complete, and watches are told,
 * on one thread: what waits there for another future of the same records would wait for itself, and
 * is thrown an {@link IllegalStateException}. A key or prefix that cannot be one is thrown at once.
 */
public interface Records extends AutoCloseable {
  /** How sure an answer has to be. */
  enum ReadLevel {
    /** A majority of the copies agrees; those that differed were repaired first. */
    QUORUM,
    /** What the nearest one has, which may be old. */
    LOCAL
  }

  /** Something that goes on until it is closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Writes, or deletes, if the condition holds. */
  CompletableFuture<Written> write(Write write);

  /** Writes a value where none is; else ALREADY_THERE. */
  default CompletableFuture<Written> create(String key, Content content) {
    return write(
        new Write(key, Optional.of(content), new Write.Condition.Absent(), Optional.empty()));
  }

  /** Writes a value, whatever was there. */
  default CompletableFuture<Written> put(String key, Content content) {
    return write(new Write(key, Optional.of(content), new Write.Condition.Any(), Optional.empty()));
  }

  /** Writes a value in place of this one; else OTHER_VERSION, or NOT_THERE. */
  default CompletableFuture<Written> replace(String key, Version version, Content content) {
    return write(
        new Write(key, Optional.of(content), new Write.Condition.Is(version), Optional.empty()));
  }

  /** Deletes a value; NOT_THERE where there is none. */
  default CompletableFuture<Written> delete(String key) {
    return write(new Write(key, Optional.empty(), new Write.Condition.Present(), Optional.empty()));
  }

  /** Reads a key, be there a value or not. */
  CompletableFuture<Entry> get(String key, ReadLevel level);

  /** The same, as sure as can be. */
  default CompletableFuture<Entry> get(String key) {
    return get(key, ReadLevel.QUORUM);
  }

  /**
   * The keys that begin so.
   *
   * @param after only those that come after this one; empty for the first page
   * @param most at most so many, 1 or more, and at most {@link Listing#MOST}
   */
  CompletableFuture<Listing> list(String prefix, String after, int most);

  /** The values that another one won over, of this key, or of all when it is empty. */
  CompletableFuture<List<Conflict>> conflicts(String key);

  /**
   * Tells how this key is, now and whenever it changes. Of changes in quick succession the last is
   * told.
   *
   * @param failed told once when it cannot go on, which is when the engine is closed; while nobody
   *     can be reached it waits
   * @throws RecordsException TOO_MANY or CLOSED
   */
  Watch watch(String key, Consumer<Entry> listener, Consumer<RecordsException> failed);

  /** Who holds what. */
  CompletableFuture<Overview> overview();

  /**
   * A node that is gone for good: it counts no more. Only of the embedded engine.
   *
   * @param node its id or name, as {@link #overview} tells it
   */
  CompletableFuture<Void> forget(String node);

  /** Ends it; calls that are open fail. */
  @Override
  void close();
}
