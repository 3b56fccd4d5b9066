package pharos.records.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pharos.records.Version;

class ShelfTest {
  private static final RecordsSettings SETTINGS = RecordsSettings.holding(3, 1 << 20, 1_000, false);

  private final Shelf shelf =
      new Shelf(SETTINGS, View.of(List.of(), 3), source -> Integer.MAX_VALUE);

  private static Copy copy(Version version, History history, boolean isDeleted) {
    Copy.Made made = Copy.of("key").version(version, history);
    return (isDeleted ? made : made.value("text/plain", version.toString().getBytes(UTF_8))).copy();
  }

  /** Values that some writers wrote, each on one that was there. */
  private static List<Copy> written(SplittableRandom random) {
    List<Copy> all = new ArrayList<>();
    int count = 2 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      Copy base =
          all.isEmpty() || random.nextInt(4) == 0 ? null : all.get(random.nextInt(all.size()));
      Version on = base == null ? Version.NONE : base.version();
      History history = base == null ? History.NONE : base.history().with(on);
      // A writer gives a counter once.
      Version version = new Version(on.counter() + 1, 100L + i);
      all.add(copy(version, history, random.nextInt(4) == 0));
    }
    return all;
  }

  private Copy together(List<Copy> all) {
    Copy here = all.get(0);
    for (Copy copy : all) {
      here = shelf.merged(here, copy, 0);
    }
    return here;
  }

  private static String told(Copy copy) {
    TreeSet<String> losers = new TreeSet<>();
    copy.losers().forEach(it -> losers.add(it.version().toString()));
    return copy + " over " + losers;
  }

  @Test
  void inWhateverOrderCopiesComeTheyBecomeTheSame() {
    for (long seed = 1; seed <= 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Copy> all = written(random);
      Copy first = together(all);
      for (int tries = 0; tries < 4; tries++) {
        Collections.shuffle(all, new Random(seed * 7 + tries));
        Copy other = together(all);
        assertEquals(told(first), told(other), "seed " + seed);
      }
    }
  }

  @Test
  void aCopyThatComesTwiceChangesNothing() {
    for (long seed = 1; seed <= 500; seed++) {
      List<Copy> all = written(new SplittableRandom(seed));
      Copy once = together(all);
      Copy twice = shelf.merged(once, once, 0);
      assertEquals(told(once), told(twice), "seed " + seed);
      for (Copy copy : all) {
        assertEquals(told(once), told(shelf.merged(once, copy, 0)), "seed " + seed);
      }
    }
  }

  @Test
  void everyVersionIsStoodOnOrHasLost() {
    for (long seed = 1; seed <= 1_000; seed++) {
      List<Copy> all = written(new SplittableRandom(seed));
      Copy here = together(all);
      for (Copy copy : all) {
        boolean isKnown = isIn(copy.version(), here);
        for (Copy loser : here.losers()) {
          isKnown |= isIn(copy.version(), loser);
        }
        assertEquals(true, isKnown, "seed " + seed + ": " + copy + " in " + told(here));
      }
    }
  }

  private static boolean isIn(Version version, Copy copy) {
    return copy.version().equals(version) || copy.history().place(version) == History.Place.IN;
  }
}
