package pharos.daemon.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import pharos.records.Conflict;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.Overview;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.Write;
import pharos.records.Written;

/** Those of an agent that neither holds any nor knows who does: whoever asks is told so. */
public final class NoRecords implements Records {
  private static RecordsException none() {
    return new RecordsException(
        RecordsException.Reason.NO_RECORDS,
        "no records here: start an agent that holds them with 'pharos agent --records'");
  }

  private static <T> CompletableFuture<T> failed() {
    return CompletableFuture.failedFuture(none());
  }

  @Override
  public CompletableFuture<Written> write(Write write) {
    return failed();
  }

  @Override
  public CompletableFuture<Entry> get(String key, ReadLevel level) {
    return failed();
  }

  @Override
  public CompletableFuture<Listing> list(String prefix, String after, int most) {
    return failed();
  }

  @Override
  public CompletableFuture<List<Conflict>> conflicts(String key) {
    return failed();
  }

  @Override
  public Watch watch(String key, Consumer<Entry> listener, Consumer<RecordsException> failed) {
    failed.accept(none());
    return () -> {};
  }

  @Override
  public CompletableFuture<Overview> overview() {
    return failed();
  }

  @Override
  public CompletableFuture<Void> forget(String node) {
    return failed();
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
