package pharos.records.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import pharos.records.core.Stored;

/** Small stores on a disk in memory, and what is in them. */
final class Stores {
  static final int SEGMENT_BYTES = 1_000;
  static final int STEP_BYTES = 150;

  private Stores() {}

  static LogStore open(Disk disk, boolean isForced) {
    return new LogStore(disk, isForced, SEGMENT_BYTES, STEP_BYTES, new Random(9)::nextLong);
  }

  static LogStore open(Disk disk) {
    return open(disk, true);
  }

  /** Opens and loads it; tells each head, as text. */
  static Map<String, String> load(LogStore store) throws IOException {
    var heads = new TreeMap<String, String>();
    store.load(
        (key, head, bytes) -> {
          if (heads.put(key, new String(head, StandardCharsets.UTF_8)) != null) {
            throw new AssertionError(key + " is told twice");
          }
        });
    return heads;
  }

  static LogStore loaded(Disk disk) throws IOException {
    LogStore store = open(disk);
    load(store);
    return store;
  }

  static Stored put(String key, String value) {
    return Stored.of(key, utf8("head of " + value), utf8(value));
  }

  static String value(LogStore store, String key) throws IOException {
    return new String(store.value(key), StandardCharsets.UTF_8);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
