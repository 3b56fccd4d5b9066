package pharos.records.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.records.core.Copy;
import pharos.records.core.Heads;
import pharos.records.core.Memory;
import pharos.records.core.RecordsMachine;
import pharos.records.core.Store;
import pharos.records.core.Stored;
import pharos.records.store.LogStore;
import pharos.records.wire.RecordsCodec;

/** What a node has on its disk, used by one thread at a time, and read before the node begins. */
final class Kept implements Store {
  private static final Logger log = LoggerFactory.getLogger("pharos.records");

  private final Path folder;
  private final boolean isForced;
  private final List<Copy> copies = new ArrayList<>();
  private final boolean isMissingSome;
  private Memory memory = new Memory(0, 0, 1, List.of());
  private boolean hasMemory;
  private LogStore store;

  private Kept(Path folder, boolean isForced) throws IOException {
    this.folder = folder;
    this.isForced = isForced;
    store = LogStore.open(folder, isForced);
    Heads heads = RecordsCodec.heads();
    try {
      store.load((key, head, size) -> read(heads, key, head, size));
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
    store.damages().forEach(damage -> log.warn("{}", damage));
    isMissingSome = store.isMissingSome() || (!isForced && !store.wasClosed());
  }

  /**
   * Opens it.
   *
   * @throws IOException when it cannot be used, or somebody else uses it; the message says which
   */
  static Kept open(Path folder, boolean isForced) throws IOException {
    return new Kept(folder, isForced);
  }

  private void read(Heads heads, String key, byte[] head, int size) {
    try {
      if (key.isEmpty()) {
        memory = heads.readMemory(head);
        hasMemory = true;
      } else {
        copies.add(heads.read(key, head, size));
      }
    } catch (IllegalArgumentException e) {
      log.warn("{}: what is told of '{}' makes no sense: {}", folder, key, e.getMessage());
    }
  }

  /** Whether it is not certain that all is here that was once: so this is another node. */
  boolean isAnotherNode() {
    return !hasMemory || isMissingSome;
  }

  void restore(RecordsMachine machine) {
    machine.restore(memory);
    copies.forEach(machine::restore);
    copies.clear();
  }

  /** Begins anew, and tells where the old files are. */
  synchronized Path setAside() throws IOException {
    store.close();
    int number = 1;
    Path aside;
    do {
      aside = folder.resolveSibling(folder.getFileName() + "-old-" + number++);
    } while (Files.exists(aside));
    Files.move(folder, aside);
    store = LogStore.open(folder, isForced);
    store.load((key, head, size) -> {});
    return aside;
  }

  @Override
  public void load(Loading each) {
    throw new IllegalStateException("it was loaded when it was opened");
  }

  @Override
  public synchronized List<String> damages() {
    return store.damages();
  }

  @Override
  public synchronized void write(List<Stored> batch) throws IOException {
    store.write(batch);
  }

  @Override
  public synchronized byte[] value(String key) throws IOException {
    return store.value(key);
  }

  @Override
  public boolean isForced() {
    return isForced;
  }

  @Override
  public synchronized void close() {
    try {
      store.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
