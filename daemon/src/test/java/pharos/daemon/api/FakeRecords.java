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

/** Records that answer nothing, unless a test says what. */
class FakeRecords implements Records {
  @Override
  public CompletableFuture<Written> write(Write write) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletableFuture<Entry> get(String key, ReadLevel level) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletableFuture<Listing> list(String prefix, String after, int most) {
    return new CompletableFuture<>();
  }

  @Override
  public CompletableFuture<List<Conflict>> conflicts(String key) {
    return new CompletableFuture<>();
  }

  @Override
  public Watch watch(String key, Consumer<Entry> listener, Consumer<RecordsException> failed) {
    return () -> {};
  }

  @Override
  public CompletableFuture<Overview> overview() {
    return new CompletableFuture<>();
  }

  @Override
  public CompletableFuture<Void> forget(String node) {
    return new CompletableFuture<>();
  }

  @Override
  public void close() {}
}
