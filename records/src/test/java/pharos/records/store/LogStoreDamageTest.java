package pharos.records.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pharos.records.core.Stored;

/** Files that are not as they were written: what is wrong is named, and the rest is there. */
class LogStoreDamageTest {
  private static final String FIRST = Segment.name(1);
  private static final String SECOND = Segment.name(2);

  /** Two segments, ten keys, closed. */
  private static FaultyDisk tenKeys() throws IOException {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    for (int i = 0; i < 10; i++) {
      store.write(List.of(Stores.put("key" + i, "value " + i + "y".repeat(60))));
    }
    store.close();
    assertEquals(List.of(FIRST, SECOND), disk.names());
    return disk;
  }

  /** The values that can be read; each is one that was written. */
  private static Map<String, String> legible(LogStore store) throws IOException {
    var values = new TreeMap<String, String>();
    for (String key : Stores.load(store).keySet()) {
      try {
        values.put(key, Stores.value(store, key));
        assertTrue(values.get(key).startsWith("value " + key.substring(3)), values::toString);
      } catch (IOException e) {
        assertTrue(
            String.valueOf(e.getMessage()).contains(key)
                && String.valueOf(e.getMessage()).contains("/faulty"),
            e::getMessage);
      }
    }
    return values;
  }

  @Test
  void aFlippedOctetIsNamedCostsOneEntryAndIsKeptAside() throws Exception {
    int length = tenKeys().bytes(FIRST).length;
    for (int at = 0; at < length; at++) {
      FaultyDisk disk = tenKeys();
      byte[] flipped = disk.bytes(FIRST);
      flipped[at] ^= (byte) (1 << (at % 8));
      disk.setBytes(FIRST, flipped);
      boolean isInHeader = at < Segment.HEADER_BYTES;
      String when = "octet " + at + ": ";

      LogStore store = Stores.open(disk);
      Map<String, String> values = legible(store);
      assertTrue(values.size() >= (isInHeader ? 10 : 9), when + values);
      boolean isSeal = at >= length - Frame.BYTES;
      assertEquals(values.size() < 10 || isSeal, !store.damages().isEmpty(), when);
      assertTrue(store.damages().stream().allMatch(it -> it.contains(FIRST)), when);
      assertArrayEquals(flipped, disk.bytes(FIRST), when + "loading changes nothing");

      store.write(List.of(Stores.put("key9", "value 9 anew")));
      store.close();
      if (!isInHeader) {
        assertArrayEquals(flipped, disk.bytes(FIRST + Segment.DAMAGED), when);
      }
      LogStore again = Stores.open(disk);
      var left = new TreeMap<>(values);
      left.put("key9", "value 9 anew");
      assertEquals(left, legible(again), when);
      assertFalse(again.isMissingSome(), when + again.damages());
    }
  }

  @Test
  void aDamagedValueIsNamedWithItsKeyWhichStaysKnown() throws Exception {
    FaultyDisk disk = tenKeys();
    byte[] bytes = disk.bytes(FIRST);
    bytes[bytes.length - Frame.BYTES - 10] ^= 1; // in the last value before the seal
    disk.setBytes(FIRST, bytes);
    LogStore store = Stores.open(disk);
    assertEquals(10, Stores.load(store).size());
    String damaged = store.damages().get(0);
    assertTrue(
        damaged.matches(FIRST + ": the value of \"key\\d\" in the entry at \\d+ is damaged"),
        damaged);
    assertFalse(store.isMissingSome());
    String key = damaged.replaceAll(".*\"(.*)\".*", "$1");
    assertThrows(IOException.class, () -> store.value(key));

    store.write(List.of(Stores.put("other", "value")));
    store.close();
    LogStore again = Stores.open(disk);
    assertTrue(Stores.load(again).containsKey(key));
    assertThrows(IOException.class, () -> again.value(key));
    again.write(List.of(Stores.put(key, "a new one")));
    assertEquals("a new one", Stores.value(again, key));
  }

  @Test
  void aValueThatIsDamagedLaterIsFoundWhenItIsRead() throws Exception {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    store.write(List.of(Stores.put("a", "value of a"), Stores.put("b", "value of b")));
    byte[] bytes = disk.bytes(FIRST);
    bytes[bytes.length - 1] ^= 1;
    disk.setBytes(FIRST, bytes);
    assertEquals("value of a", Stores.value(store, "a"));
    assertThrows(IOException.class, () -> store.value("b"));
    assertTrue(store.damages().get(0).contains("\"b\""), store.damages()::toString);
    store.write(List.of(Stores.put("c", "value of c")));
    assertArrayEquals(bytes, Arrays.copyOf(disk.bytes(FIRST + Segment.DAMAGED), bytes.length));
    assertEquals("value of a", Stores.value(store, "a"));
  }

  @Test
  void aTruncatedFileInTheMiddleIsNamedAndTheRestServed() throws Exception {
    int length = tenKeys().bytes(FIRST).length;
    for (int left = 0; left < length; left++) {
      FaultyDisk disk = tenKeys();
      disk.setBytes(FIRST, Arrays.copyOf(disk.bytes(FIRST), left));
      LogStore store = Stores.open(disk);
      Map<String, String> values = legible(store);
      int size = left;
      assertTrue(store.isMissingSome(), () -> size + ": " + store.damages());
      assertTrue(store.damages().get(0).contains(FIRST), store.damages()::toString);
      assertTrue(values.containsKey("key9"), values::toString);
      store.write(List.of(Stores.put("key9", "value 9 anew")));
      assertEquals("value 9 anew", Stores.value(store, "key9"));
    }
  }

  @Test
  void aTornTailIsCutOffAtEachOctetOfTheLastBatch() throws Exception {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    store.write(List.of(Stores.put("a", "first"), Stores.put("b", "first")));
    int before = disk.bytes(FIRST).length;
    store.write(List.of(Stores.put("a", "second"), Stored.removed("b"), Stores.put("c", "second")));
    byte[] whole = disk.bytes(FIRST);
    for (int size = before; size < whole.length; size++) {
      var torn = new FaultyDisk(1);
      torn.setBytes(FIRST, Arrays.copyOf(whole, size));
      LogStore next = Stores.open(torn);
      Map<String, String> heads = Stores.load(next);
      assertTrue(heads.containsKey("a") && !heads.containsKey("c"), heads::toString);
      assertFalse(next.isMissingSome(), "nobody was told that it is there");
      assertFalse(next.wasClosed());
      String named = size + ": " + next.damages();
      assertTrue(next.damages().isEmpty() || next.damages().get(0).contains("the last"), named);

      next.write(List.of(Stores.put("d", "third")));
      next.close();
      LogStore last = Stores.open(torn);
      heads.put("d", "head of third");
      assertEquals(heads, Stores.load(last));
      assertTrue(last.damages().isEmpty() && last.wasClosed(), last.damages()::toString);
    }
  }

  @Test
  void whatAValueSaysIsNotTakenForAnEntry() throws Exception {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    ByteBuffer forged = ByteBuffer.allocate(200);
    Item item = Item.of(Stores.put("forged", "value"), 1_000);
    Frame.put(forged, 4711, item, Stores.utf8("forged"), true);
    store.write(List.of(Stored.of("a", new byte[0], forged.array())));
    store.write(List.of(Stores.put("b", "value")));
    store.close();
    byte[] bytes = disk.bytes(FIRST);
    bytes[Segment.HEADER_BYTES] ^= 1; // so the entry of a is none any more
    disk.setBytes(FIRST, bytes);
    assertEquals(List.of("b"), List.copyOf(Stores.load(Stores.open(disk)).keySet()));
  }

  @Test
  void marksWithoutEndInADamagedValueDoNotHoldUpTheStart() throws Exception {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    ByteBuffer marks = ByteBuffer.allocate(4 * 1024 * 1024);
    while (marks.hasRemaining()) {
      marks.putInt(Frame.MARK);
    }
    store.write(List.of(Stored.of("a", new byte[0], marks.array())));
    store.write(List.of(Stores.put("b", "value")));
    store.close();
    byte[] bytes = disk.bytes(FIRST);
    bytes[Segment.HEADER_BYTES + 30] ^= 1;
    disk.setBytes(FIRST, bytes);
    LogStore next = Stores.open(disk);
    assertEquals(List.of("b"), List.copyOf(Stores.load(next).keySet()));
    assertTrue(next.damages().get(0).contains("the first key in them seems \"a\""));
  }

  @Test
  void aWriteThatHasNoRoomChangesNothingAndALaterOneWorks() throws Exception {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    store.write(List.of(Stores.put("a", "first")));
    for (int room = 0; room < 150; room++) {
      disk.holdAtMost(disk.all() + room);
      List<Stored> batch = List.of(Stores.put("a", "x".repeat(200)), Stores.put("b", "too much"));
      IOException e = assertThrows(IOException.class, () -> store.write(batch));
      assertTrue(
          String.valueOf(e.getMessage()).contains("to /faulty: No space left on device; "),
          String.valueOf(e.getMessage()));
      assertEquals("first", Stores.value(store, "a"));
    }
    disk.holdAtMost(Long.MAX_VALUE);
    store.write(List.of(Stores.put("c", "later")));
    LogStore next = Stores.open(disk);
    assertEquals(Map.of("a", "head of first", "c", "head of later"), Stores.load(next));
    assertTrue(next.damages().isEmpty(), next.damages()::toString);
  }
}
