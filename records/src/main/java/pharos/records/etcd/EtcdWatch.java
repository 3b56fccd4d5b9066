package pharos.records.etcd;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.records.Entry;
import pharos.records.Records;

/**
 * One watched key. It is read, and a stream begins right after the revision at which it was: no
 * change is between them. A change on the stream means to read it again, so what is told has always
 * its type, and a listener that is slow costs no memory. When the stream ends, or its revision was
 * compacted, it begins anew; only the last of the changes in between is told.
 */
final class EtcdWatch implements Records.Watch {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
  private static final long FIRST_PAUSE_MS = 100;
  private static final long LAST_PAUSE_MS = 5_000;

  private final EtcdHttp http;
  private final EtcdStreams streams;
  private final String key;
  private final Supplier<CompletableFuture<EtcdRecords.Reading>> read;
  private final BiConsumer<Entry, Integer> tell;
  private final Supplier<CompletableFuture<Integer>> copies;

  private EtcdStreams.@Nullable Stream stream;
  private boolean isReading;
  private boolean isStale;
  private boolean isClosed;

  /** Whether the log has it that it cannot be read. */
  private boolean isTold;

  private long pauseMs = FIRST_PAUSE_MS;

  /**
   * Not begun yet.
   *
   * @param key as etcd has it, in base64
   * @param tell is told the entry, and how many copies there are
   */
  EtcdWatch(
      EtcdHttp http,
      EtcdStreams streams,
      String key,
      Supplier<CompletableFuture<EtcdRecords.Reading>> read,
      BiConsumer<Entry, Integer> tell,
      Supplier<CompletableFuture<Integer>> copies) {
    this.http = http;
    this.streams = streams;
    this.key = key;
    this.read = read;
    this.tell = tell;
    this.copies = copies;
  }

  /** Reads it, unless that is being done: then once more. */
  synchronized void start() {
    if (isClosed) {
      return;
    }
    isStale = true;
    if (!isReading) {
      isReading = true;
      isStale = false;
      CompletableFuture<Integer> unused =
          read.get()
              .thenCombine(
                  copies.get(),
                  (reading, size) -> {
                    tell.accept(reading.entry(), size);
                    listen(reading.revision() + 1);
                    return size;
                  })
              .whenComplete((size, failure) -> wasRead(failure));
    }
  }

  private synchronized void wasRead(@Nullable Throwable failure) {
    isReading = false;
    if (failure != null) {
      if (!isTold) {
        isTold = true;
        LOG.warn("a watched key cannot be read, and is tried again: {}", failure.getMessage());
      }
      startLater();
      return;
    }
    isTold = false;
    if (isStale) {
      start();
    }
  }

  private synchronized void startLater() {
    http.wire().later(EtcdHttp.jittered(pauseMs), this::start);
    pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS);
  }

  private synchronized void listen(long revision) {
    if (stream == null && !isClosed) {
      stream = streams.open(key, revision, this::began, this::start, this::ended);
    }
  }

  private synchronized void began() {
    pauseMs = FIRST_PAUSE_MS;
  }

  private synchronized void ended(EtcdStreams.Stream which) {
    if (stream == which) {
      stream = null;
      if (!isClosed) {
        startLater();
      }
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    if (stream != null) {
      stream.close();
    }
  }
}
