package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;
import pharos.records.Entry;
import pharos.records.Records;
import pharos.records.RecordsException;

/**
 * Somebody who follows one record. Of changes that were not read yet the last is kept, so a slow
 * reader costs one value.
 */
final class RecordWatch implements Live {
  private static final ByteBuffer BEGIN = bytes("retry: 1000\n\n");
  private static final ByteBuffer BEAT = bytes(":\n\n");

  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final List<Runnable> wakes = new CopyOnWriteArrayList<>();
  private Runnable onClose = () -> {};
  private Records.@Nullable Watch watch;

  // Guarded by the lock of this.
  private boolean isBegun;
  private boolean isOver;
  private @Nullable Entry news;
  private @Nullable RecordsException failure;

  private RecordWatch() {}

  /** Begins to follow this key. */
  static RecordWatch open(Records records, String key) {
    RecordWatch reader = new RecordWatch();
    reader.watch = records.watch(key, reader::told, reader::failed);
    return reader;
  }

  /** What else ends with it. */
  RecordWatch closing(Runnable onClose) {
    this.onClose = onClose;
    return this;
  }

  /** Why there is nothing to follow, if it is known already. */
  synchronized Optional<RecordsException> failure() {
    return Optional.ofNullable(failure);
  }

  private void told(Entry entry) {
    synchronized (this) {
      news = entry;
    }
    wakes.forEach(Runnable::run);
  }

  private void failed(RecordsException why) {
    synchronized (this) {
      failure = why;
    }
    wakes.forEach(Runnable::run);
  }

  @Override
  public synchronized Optional<ByteBuffer> next() {
    if (!isBegun) {
      isBegun = true;
      return Optional.of(BEGIN.duplicate());
    }
    Entry entry = news;
    if (entry != null) {
      news = null;
      String line = Json.write(RecordTexts.entry(entry));
      return Optional.of(
          bytes("id: " + entry.version() + "\nevent: record\ndata: " + line + "\n\n"));
    }
    RecordsException why = failure;
    if (isOver) {
      throw new IllegalStateException("the records are closed");
    }
    if (why == null) {
      return Optional.empty();
    }
    isOver = true;
    String line = RecordTexts.problem(why).body();
    return Optional.of(bytes("event: failed\ndata: " + line + "\n\n"));
  }

  @Override
  public ByteBuffer heartbeat() {
    return BEAT.duplicate();
  }

  @Override
  public void onMore(Runnable wake) {
    wakes.add(wake);
  }

  @Override
  public void close(Ending why) {
    if (isClosed.compareAndSet(false, true)) {
      Records.Watch open = watch;
      if (open != null) {
        open.close();
      }
      onClose.run();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
