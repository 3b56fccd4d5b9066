package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pharos.testkit.Seeds;

/** The heap of timers against a map that is slow and right. */
class TimersTest {
  /** Due at another time than it was set to. */
  private static final class Moved extends Timed {
    long dueNs;

    @Override
    long dueNs(long setNs) {
      return dueNs;
    }

    @Override
    void fire() {}
  }

  @Test
  void whatIsDueLaterByNowWaitsWhereItBelongsAndWhatIsDueSoonerStays() {
    Timers timers = new Timers();
    Moved later = new Moved();
    Moved sooner = new Moved();
    Timed third = timed();
    timers.set(later, 10);
    timers.set(sooner, 20);
    timers.set(third, 30);
    later.dueNs = 25;
    sooner.dueNs = 5;
    timers.settle();
    assertEquals(20, timers.nextNs());
    assertEquals(sooner, timers.poll(100));
    timers.settle();
    assertEquals(25, timers.nextNs());
    assertEquals(later, timers.poll(100));
    assertEquals(third, timers.poll(100));
    timers.settle();
    assertTrue(timers.isEmpty());
  }

  private static Timed timed() {
    return Timed.of(() -> {});
  }

  @Test
  void itWakesTheEarliestFirstAndNobodyTooSoon() {
    Seeds.forEach(
        50,
        random -> {
          // Around the end of the numbers: nanoTime may wrap.
          long baseNs = random.nextBoolean() ? 0 : Long.MAX_VALUE - 50_000;
          Timers timers = new Timers();
          Map<Timed, Long> model = new HashMap<>(); // of nanoseconds since the base
          List<Timed> all = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            all.add(timed());
          }
          long nowNs = baseNs;
          for (int i = 0; i < 2_000; i++) {
            Timed one = all.get(random.nextInt(all.size()));
            switch (random.nextInt(4)) {
              case 0, 1 -> {
                long atNs = nowNs + random.nextInt(1_000);
                timers.set(one, atNs);
                model.put(one, atNs - baseNs);
              }
              case 2 -> {
                timers.cancel(one);
                model.remove(one);
              }
              default -> {
                nowNs += random.nextInt(50);
                for (Timed due = timers.poll(nowNs); due != null; due = timers.poll(nowNs)) {
                  long firstNs = Collections.min(model.values());
                  assertEquals(firstNs, model.remove(due));
                  assertTrue(baseNs + firstNs - nowNs <= 0);
                }
                long sinceBaseNs = nowNs - baseNs;
                assertTrue(model.values().stream().allMatch(atNs -> atNs > sinceBaseNs));
              }
            }
            assertEquals(model.isEmpty(), timers.isEmpty());
            if (!model.isEmpty()) {
              assertEquals(baseNs + Collections.min(model.values()), timers.nextNs());
            }
          }
        });
  }

  @Test
  void whoIsSetAgainIsWokenOnlyAtTheNewTime() {
    Timers timers = new Timers();
    Timed one = timed();
    timers.set(one, 10);
    timers.set(one, 20);
    assertNull(timers.poll(15));
    assertEquals(one, timers.poll(20));
    assertNull(timers.poll(100));
    assertTrue(timers.isEmpty());
  }

  @Test
  void cancellingOneThatIsNotSetIsNothing() {
    Timers timers = new Timers();
    Timed one = timed();
    Timed other = timed();
    timers.set(other, 5);
    timers.cancel(one);
    timers.cancel(one);
    assertEquals(5, timers.nextNs());
  }

  @Test
  void afterClearingNobodyIsWokenAndAllCanBeSetAgain() {
    Timers timers = new Timers();
    List<Timed> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(timed());
      timers.set(all.get(i), i);
    }
    timers.clear();
    assertTrue(timers.isEmpty());
    assertNull(timers.poll(100));
    timers.set(all.get(7), 3);
    timers.cancel(all.get(8));
    assertEquals(all.get(7), timers.poll(100));
    assertTrue(timers.isEmpty());
  }
}
