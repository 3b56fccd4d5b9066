package pharos.records.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.records.core.Stored;

/** The store in a real folder. */
class LogStoreFolderTest {
  @TempDir Path folder;

  private LogStore open() throws IOException {
    return LogStore.open(folder, true);
  }

  @Test
  void whatWasWrittenIsThereAgain() throws Exception {
    byte[] large = new byte[64 * 1024];
    new Random(1).nextBytes(large);
    try (LogStore store = open()) {
      assertTrue(Stores.load(store).isEmpty());
      assertTrue(store.wasClosed() && store.isForced());
      store.write(List.of(Stored.of("large", new byte[0], large), Stores.put("", "of the node")));
      store.write(List.of(Stores.put("a/ü/\uD83D\uDD2D", "sky"), Stores.put("gone", "soon")));
      store.write(List.of(Stored.removed("gone"), Stored.removed("never there")));
    }
    try (LogStore store = open()) {
      var sizes = new HashMap<String, Integer>();
      store.load((key, head, bytes) -> sizes.put(key, bytes));
      assertEquals(Map.of("large", large.length, "", 11, "a/ü/\uD83D\uDD2D", 3), sizes);
      assertArrayEquals(large, store.value("large"));
      assertEquals("of the node", Stores.value(store, ""));
      assertThrows(IOException.class, () -> store.value("gone"));
      assertTrue(store.damages().isEmpty() && store.wasClosed());
    }
  }

  @Test
  void segmentsAreRolledAndGoAwayAgain() throws Exception {
    byte[] large = new byte[64 * 1024];
    var chance = new Random(1);
    try (LogStore store = LogStore.open(folder, false)) {
      Stores.load(store);
      assertFalse(store.isForced());
      for (int i = 0; i < 1_200; i++) {
        chance.nextBytes(large);
        store.write(List.of(Stored.of("key" + i % 20, new byte[0], large.clone())));
      }
      assertArrayEquals(large, store.value("key" + 1_199 % 20));
      try (var files = Files.list(folder)) {
        assertTrue(files.count() <= 5, "75 MiB were written, of which 1.2 count");
      }
    }
    try (LogStore store = open()) {
      assertEquals(20, Stores.load(store).size());
      assertArrayEquals(large, store.value("key" + 1_199 % 20));
    }
  }

  @Test
  void aFolderInUseIsRefusedUntilItIsClosed() throws Exception {
    try (LogStore store = open()) {
      IOException e = assertThrows(IOException.class, this::open);
      assertTrue(
          String.valueOf(e.getMessage()).contains(folder + " are in use"),
          String.valueOf(e.getMessage()));
      Stores.load(store);
    }
    open().close();
  }

  @Test
  void aForeignFileIsNamedAndLeftAlone() throws Exception {
    Path notes = folder.resolve("notes.txt");
    Path like = folder.resolve(Segment.name(7));
    Files.writeString(notes, "mine");
    Files.writeString(like, "this is no segment, whatever its name may say about that matter");
    try (LogStore store = open()) {
      Stores.load(store);
      assertEquals(2, store.damages().size(), store.damages()::toString);
      assertTrue(store.isMissingSome(), "it could have been one of ours");
      store.write(List.of(Stores.put("a", "value")));
    }
    assertEquals("mine", Files.readString(notes));
    assertTrue(Files.readString(like).startsWith("this is no segment"));
    try (LogStore store = open()) {
      assertEquals(List.of("a"), List.copyOf(Stores.load(store).keySet()));
    }
  }

  @Test
  void aLaterFormatIsRefused() throws Exception {
    byte[] header = Segment.header(5, Segment.FORMAT + 1).array();
    Files.write(folder.resolve(Segment.name(1)), header);
    try (LogStore store = open()) {
      IOException e = assertThrows(IOException.class, () -> Stores.load(store));
      assertTrue(
          String.valueOf(e.getMessage()).contains(Segment.name(1) + " has format 2"),
          String.valueOf(e.getMessage()));
    }
    assertArrayEquals(header, Files.readAllBytes(folder.resolve(Segment.name(1))));
  }

  @Test
  void aFileInPlaceOfTheFolderIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    IOException e = assertThrows(IOException.class, () -> LogStore.open(file, true));
    assertTrue(
        String.valueOf(e.getMessage()).contains(file + " is not a folder"),
        String.valueOf(e.getMessage()));
  }

  @Test
  void misuseIsToldAtOnce() throws Exception {
    LogStore store = open();
    List<Stored> batch = List.of(Stores.put("a", "value"));
    assertThrows(IllegalStateException.class, () -> store.write(batch));
    Stores.load(store);
    assertThrows(IllegalStateException.class, () -> Stores.load(store));
    List<Stored> tooLarge =
        List.of(Stored.of("a", new byte[0], new byte[Frame.MOST_VALUE_BYTES + 1]));
    assertThrows(IllegalArgumentException.class, () -> store.write(tooLarge));
    List<Stored> half = List.of(Stored.removed("\uD83D"));
    assertThrows(IllegalArgumentException.class, () -> store.write(half));
    store.close();
    store.close();
    IOException e = assertThrows(IOException.class, () -> store.write(batch));
    assertTrue(String.valueOf(e.getMessage()).contains("closed"), String.valueOf(e.getMessage()));
  }
}
