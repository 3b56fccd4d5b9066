package pharos.records.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import pharos.records.core.Store;
import pharos.records.core.Stored;
import pharos.records.store.Index.Known;

/**
 * Copies in a folder, as a log of entries. A write appends to the last file and forces it; values
 * are read from where they lie. Files of which little is needed any more are copied bit by bit,
 * with each write some, and deleted.
 *
 * <p>One thread at a time, and nobody interrupts it: Java closes a file whose reader is
 * interrupted.
 */
public final class LogStore implements Store {
  /** Files are about so large. */
  private static final int SEGMENT_BYTES = 16 * 1024 * 1024;

  /** So much of old files is looked at with each write, and as a multiple of what is written. */
  private static final int STEP_BYTES = 256 * 1024;

  private static final int STEP_FACTOR = 4;

  private final Disk disk;
  private final boolean isForced;
  private final int stepBytes;
  private final Log log;
  private final Index index = new Index();
  private final Damages damages = new Damages();
  private final Compaction compaction;
  private final Loader loader;
  private long lastSequence;
  private boolean isLoaded;
  private boolean hasWritten;
  private boolean isClosed;

  LogStore(Disk disk, boolean isForced, int segmentBytes, int stepBytes, LongSupplier salts) {
    this.disk = disk;
    this.isForced = isForced;
    this.stepBytes = stepBytes;
    this.log = new Log(disk, segmentBytes, salts);
    this.compaction = new Compaction(log, index, damages, segmentBytes);
    this.loader = new Loader(disk, log, index, damages);
  }

  /**
   * Opens the store in a folder, which is made where there is none. Nothing is read yet.
   *
   * @param isForced whether a write waits until it is on the disk
   * @throws IOException when it cannot be used, or somebody else uses it; the message says which
   */
  public static LogStore open(Path folder, boolean isForced) throws IOException {
    var chance = new SecureRandom();
    return new LogStore(
        FolderDisk.open(folder), isForced, SEGMENT_BYTES, STEP_BYTES, chance::nextLong);
  }

  /**
   * Reads all files, and changes none: what has to be cut off or set aside is when the first write
   * after this has succeeded. So what is found damaged is found again until then.
   */
  @Override
  public void load(Loading each) throws IOException {
    checkOpen();
    if (isLoaded) {
      throw new IllegalStateException("loaded already");
    }
    lastSequence = loader.load();
    isLoaded = true;
    for (Map.Entry<String, Known> entry : index.all()) {
      Frame frame = entry.getValue().frame();
      byte[] head = entry.getValue().takeHead();
      if (frame.kind().isThere()) {
        each.key(entry.getKey(), head, frame.valueBytes());
      }
    }
  }

  @Override
  public List<String> damages() {
    return damages.all();
  }

  /**
   * Whether entries were damaged of which not even the key is sure: what this store does not know
   * may have been in it. Not so for a last write that a crash cut off.
   */
  public boolean isMissingSome() {
    return damages.isMissingSome();
  }

  /**
   * Whether whoever had it last closed it, or there was nobody. If not, and writes were not forced,
   * the last of them may be missing without a trace.
   */
  public boolean wasClosed() {
    return loader.wasClosed();
  }

  @Override
  public void write(List<Stored> batch) throws IOException {
    checkLoaded();
    if (batch.isEmpty()) {
      return;
    }
    List<Item> items = new ArrayList<>();
    long bytes = 0;
    for (Stored stored : batch) {
      lastSequence++;
      items.add(Item.of(stored, lastSequence));
      bytes += stored.head().length + stored.value().length;
    }
    hasWritten = true;
    try {
      note(items, log.append(items, isForced));
    } catch (IOException e) {
      throw failed(bytes, e);
    }
    try {
      compaction.step(Math.max(stepBytes, STEP_FACTOR * bytes));
    } catch (IOException e) {
      // What was asked for is written. The step changed nothing, and the next write tries again.
      return;
    }
  }

  private void note(List<Item> items, List<Log.Written> written) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      Log.Written place = written.get(i);
      index.add(item.key(), place.segment(), place.at(), place.frame(), null);
      keys.add(item.key());
    }
    index.forgetGone(keys);
  }

  private IOException failed(long bytes, IOException cause) {
    long free = disk.freeBytes();
    String room = free < 0 ? "" : "; " + free + " bytes are free there";
    return new IOException(
        "cannot write " + bytes + " bytes of records to " + disk + ": " + cause.getMessage() + room,
        cause);
  }

  @Override
  public byte[] value(String key) throws IOException {
    checkLoaded();
    Known known = index.get(key);
    if (known == null || !known.frame().kind().isThere()) {
      throw new IOException("there is no " + Damages.shown(key) + " in " + disk);
    }
    if (known.frame().kind() == Frame.Kind.LOST) {
      throw new IOException("the value of " + Damages.shown(key) + " in " + disk + " was damaged");
    }
    ByteBuffer value = ByteBuffer.allocate(known.frame().valueBytes());
    try {
      known.segment().file().read(value, known.valueAt());
    } catch (ClosedChannelException e) {
      throw e; // says nothing of the disk
    } catch (IOException e) {
      throw new IOException(damaged(key, known), e);
    }
    if (Frame.crc(value.array()) != known.frame().valueCrc()) {
      throw new IOException(damaged(key, known));
    }
    return value.array();
  }

  private String damaged(String key, Known known) {
    known.segment().setDamaged();
    return damages.addValue(key, known.segment(), known.at()) + ", in " + disk;
  }

  @Override
  public boolean isForced() {
    return isForced;
  }

  @Override
  public void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (disk) {
      try {
        if (hasWritten) {
          log.seal();
        }
      } finally {
        log.close();
      }
    }
  }

  private void checkLoaded() throws IOException {
    checkOpen();
    if (!isLoaded) {
      throw new IllegalStateException("not loaded yet");
    }
  }

  private void checkOpen() throws IOException {
    if (isClosed) {
      throw new IOException("the records in " + disk + " are closed");
    }
  }
}
