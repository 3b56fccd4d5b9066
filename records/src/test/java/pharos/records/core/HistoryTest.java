package pharos.records.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pharos.records.Version;
import pharos.records.core.History.Place;

class HistoryTest {
  @Test
  void itKnowsExactlyWhatWasPutIntoIt() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      History history = History.NONE;
      Set<Version> all = new HashSet<>();
      long counter = 0;
      int count = 1 + random.nextInt(History.MOST);
      for (int i = 0; i < count; i++) {
        counter += 1 + random.nextInt(2);
        Version version = new Version(counter, 1 + random.nextInt(3));
        history = history.with(version);
        all.add(version);
      }
      assertTrue(history.isWhole());
      for (long at = 1; at <= counter + 2; at++) {
        for (long writer = 1; writer <= 4; writer++) {
          Version version = new Version(at, writer);
          Place expected = all.contains(version) ? Place.IN : Place.OUT;
          assertEquals(expected, history.place(version), "seed " + seed + ": " + version);
        }
      }
    }
  }

  @Test
  void oneWriterTakesOneRowHoweverOftenHeWrites() {
    History history = History.NONE;
    for (long counter = 1; counter <= 10_000; counter++) {
      history = history.with(new Version(counter, 7));
    }
    assertEquals(1, history.rows().size());
    assertEquals(Place.IN, history.place(new Version(1, 7)));
    assertEquals(Place.OUT, history.place(new Version(1, 8)));
  }

  @Test
  void whatIsOlderThanAllRowsIsNotKnown() {
    History history = History.NONE;
    for (long counter = 1; counter <= History.MOST + 1; counter++) {
      history = history.with(new Version(counter, counter));
    }
    assertFalse(history.isWhole());
    assertEquals(History.MOST, history.rows().size());
    assertEquals(Place.UNKNOWN, history.place(new Version(1, 1)));
    assertEquals(Place.IN, history.place(new Version(2, 2)));
    assertEquals(Place.OUT, history.place(new Version(2, 1)));
    assertEquals(Place.IN, history.place(Version.NONE));
  }

  @Test
  void twoTogetherHaveAllThatEitherHas() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Set<Version> all = new HashSet<>();
      History one = some(random, all);
      History other = some(random, all);
      History both = one.and(other);
      for (long at = 1; at <= 60; at++) {
        for (long writer = 1; writer <= 4; writer++) {
          Version version = new Version(at, writer);
          Place expected = all.contains(version) ? Place.IN : Place.OUT;
          assertEquals(expected, both.place(version), "seed " + seed + ": " + version);
        }
      }
      assertEquals(both.and(other), both);
    }
  }

  private static History some(SplittableRandom random, Set<Version> all) {
    History history = History.NONE;
    long counter = 0;
    for (int i = random.nextInt(20); i >= 0; i--) {
      counter += 1 + random.nextInt(3);
      Version version = new Version(counter, 1 + random.nextInt(3));
      history = history.with(version);
      all.add(version);
    }
    return history;
  }
}
