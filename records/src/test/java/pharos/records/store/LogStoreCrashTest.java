package pharos.records.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pharos.records.core.Stored;
import pharos.records.store.FaultyDisk.Crashed;
import pharos.records.store.FaultyDisk.Reboot;

/** The store beside a model, while the process ends and the power fails at any step. */
class LogStoreCrashTest {
  private static final int SEEDS = Integer.getInteger("pharos.store.seeds", 150);
  private static final int KEYS = 9;
  private static final String GONE = "";

  /** What was not forced may be damaged where the power failed; it is named. */
  private static final String DAMAGED = "?";

  /** What is there for sure, and what may be there instead after a crash. */
  private static final class Model {
    private final boolean isForced;
    private final Map<String, String> now = new HashMap<>();
    private final Map<String, Set<String>> perhaps = new HashMap<>();

    Model(boolean isForced) {
      this.isForced = isForced;
    }

    void tried(List<Stored> batch) {
      batch.forEach(it -> perhaps(it.key()).add(text(it)));
    }

    void done(List<Stored> batch) {
      for (Stored stored : batch) {
        if (isForced) {
          perhaps(stored.key()).clear();
        } else {
          perhaps(stored.key()).add(now.getOrDefault(stored.key(), GONE));
        }
        now.put(stored.key(), text(stored));
      }
    }

    private Set<String> perhaps(String key) {
      return perhaps.computeIfAbsent(key, it -> new HashSet<>());
    }

    private static String text(Stored stored) {
      return stored.isRemoved() ? GONE : new String(stored.value(), StandardCharsets.UTF_8);
    }

    /** Checks what was found after a crash, and takes it for what is there. */
    void found(Map<String, String> values, String when) {
      for (int i = 0; i < KEYS; i++) {
        String key = "key" + i;
        String value = values.getOrDefault(key, GONE);
        String sure = now.getOrDefault(key, GONE);
        assertTrue(
            (!isForced && value.equals(DAMAGED))
                || value.equals(sure)
                || perhaps(key).contains(value),
            () -> when + key + " is '" + value + "', not '" + sure + "' nor of " + perhaps(key));
        now.put(key, value);
      }
      perhaps.clear();
    }
  }

  private static List<Stored> batch(Random chance, int number) {
    List<Stored> batch = new ArrayList<>();
    for (int i = chance.nextInt(4); i >= 0; i--) {
      String key = "key" + chance.nextInt(KEYS);
      if (chance.nextInt(3) == 0) {
        batch.add(Stored.removed(key));
      } else {
        batch.add(Stores.put(key, "v" + number + "." + i + "x".repeat(chance.nextInt(90))));
      }
    }
    return batch;
  }

  private static Map<String, String> values(LogStore store) throws IOException {
    var values = new TreeMap<String, String>();
    for (Map.Entry<String, String> head : Stores.load(store).entrySet()) {
      String key = head.getKey();
      try {
        values.put(key, Stores.value(store, key));
        assertEquals("head of " + values.get(key), head.getValue());
      } catch (IOException e) {
        assertTrue(store.damages().stream().anyMatch(it -> it.contains(key)), e::getMessage);
        values.put(key, DAMAGED);
      }
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(Reboot.class)
  void whatWasForcedIsThereWhateverCrashes(Reboot how) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      run(seed, how, true);
    }
  }

  @ParameterizedTest
  @EnumSource(Reboot.class)
  void whatWasNotForcedIsSomeStateThatWas(Reboot how) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      run(seed, how, false);
    }
  }

  private static void run(int seed, Reboot how, boolean isForced) throws Exception {
    var chance = new Random(seed);
    var disk = new FaultyDisk(seed);
    var model = new Model(isForced);
    int number = 0;
    for (int life = 0; life < 6; life++) {
      String when = "seed " + seed + ", life " + life + ": ";
      LogStore store = Stores.open(disk, isForced);
      model.found(values(store), when);
      if (isForced) {
        assertFalse(store.isMissingSome(), () -> when + store.damages());
      }
      disk.crashAfter(chance.nextInt(250));
      try {
        for (int i = 0; i < 150; i++) {
          number++;
          write(store, disk, model, batch(chance, number), chance);
        }
        disk.holdAtMost(Long.MAX_VALUE);
        disk.failToForce(false);
        store.close();
        assertTrue(Stores.loaded(disk.reboot(how)).wasClosed(), when);
      } catch (Crashed e) {
        // and the next life begins
      }
      disk = disk.reboot(how);
    }
  }

  private static void write(
      LogStore store, FaultyDisk disk, Model model, List<Stored> batch, Random chance)
      throws IOException {
    model.tried(batch);
    disk.holdAtMost(chance.nextInt(20) == 0 ? disk.all() + 60 : Long.MAX_VALUE);
    disk.failToForce(chance.nextInt(30) == 0);
    try {
      store.write(batch);
      model.done(batch);
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("/faulty"), e::getMessage);
    }
    for (Map.Entry<String, String> entry : model.now.entrySet()) {
      if (!entry.getValue().equals(GONE) && !entry.getValue().equals(DAMAGED)) {
        assertEquals(entry.getValue(), Stores.value(store, entry.getKey()));
      }
    }
  }

  @Test
  void theFolderStaysSmallWhileAFewKeysAreWrittenWithoutEnd() throws Exception {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    var chance = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      String key = "key" + chance.nextInt(5);
      store.write(List.of(chance.nextInt(2) == 0 ? Stored.removed(key) : Stores.put(key, "v" + i)));
    }
    long most = disk.mostBytes();
    assertTrue(most < 8 * Stores.SEGMENT_BYTES, () -> most + " bytes");
  }

  @Test
  void theFolderStaysSmallWhileEachKeyIsWrittenAndRemovedOnce() throws Exception {
    var disk = new FaultyDisk(1);
    LogStore store = Stores.loaded(disk);
    for (int i = 0; i < 300; i++) {
      store.write(List.of(Stores.put("stays" + i, "v")));
    }
    for (int i = 0; i < 20_000; i++) {
      store.write(List.of(Stored.of("key" + i, new byte[0], new byte[0])));
      if (i >= 10) {
        store.write(List.of(Stored.removed("key" + (i - 10))));
      }
    }
    long kept = 300 * 60;
    long most = disk.mostBytes();
    assertTrue(most < 3 * kept + 8 * Stores.SEGMENT_BYTES, () -> most + " bytes");
    assertEquals(310, Stores.load(Stores.open(disk.reboot(Reboot.FORCED_ALONE))).size());
  }
}
