package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** In virtual time, with a loop that sleeps until it has to wake up. */
class HearingTest {
  private static final long MS = 1_000_000;

  private long nowNs = Long.MAX_VALUE - 100; // the clock may wrap
  private final long begunNs = nowNs;
  private final Hearing hearing = new Hearing(nowNs);
  private int asked;

  private void turn(LongConsumer onAsked) {
    if (hearing.wakeUp(nowNs) != Hearing.Step.NOTHING) {
      asked++;
      onAsked.accept(nowNs);
    }
  }

  /** Turns as they are due, each at least this long. */
  private void runFor(long ms, long turnMs, LongConsumer onAsked) {
    long endNs = nowNs + ms * MS;
    while (nowNs - endNs < 0) {
      turn(onAsked);
      nowNs += Math.max(turnMs * MS, Math.min(hearing.nextInNs(nowNs), endNs - nowNs));
    }
  }

  private void answer(long ignored) {
    hearing.onLife();
    hearing.onAnswer();
  }

  private void silence(long ignored) {}

  private long afterMs() {
    return (nowNs - begunNs) / MS;
  }

  @Test
  void whoIsAnsweredAsksOnceASecond() {
    runFor(60_000, 1, this::answer);
    assertEquals(60, asked);
    assertFalse(hearing.isDeaf());
  }

  /** At the worst moment, just after an answer. */
  @Test
  void aDeadThreadIsFoundWithinThreeSeconds() {
    runFor(1, 1, this::answer);
    long diedMs = afterMs();
    while (!hearing.isDeaf()) {
      runFor(1, 1, this::silence);
    }
    assertTrue(hearing.isDead());
    assertTrue(afterMs() - diedMs < 3_000, () -> "after " + (afterMs() - diedMs) + " ms");
    assertEquals(3, hearing.missed());
  }

  @Test
  void twoUnansweredAreNoDeafness() {
    runFor(1, 1, this::answer);
    while (hearing.missed() < 2) {
      runFor(1, 1, this::silence);
    }
    assertFalse(hearing.isDeaf());
    hearing.onAnswer();
    runFor(10_000, 1, this::answer);
    assertEquals(0, hearing.missed());
  }

  @Test
  void whatIsOnlyLateIsNone() {
    for (int i = 0; i < 20; i++) {
      runFor(1_700, 1, this::silence);
      assertFalse(hearing.isDeaf());
      answer(0);
    }
  }

  /** Stopped for an hour, and again and again: no turns were taken, so nothing could be heard. */
  @Test
  void aLoopThatStoodStillIsNone() {
    for (int i = 0; i < 10; i++) {
      nowNs += 3_600_000 * MS;
      turn(this::silence);
      nowNs += 30 * MS;
      turn(this::silence);
      answer(0);
    }
    assertFalse(hearing.isDeaf());
    assertEquals(0, hearing.missed());
  }

  /** Two seconds a turn: an answer takes three of them. */
  @Test
  void aLoopThatIsSlowIsNone() {
    for (int i = 0; i < 20; i++) {
      turn(this::silence);
      nowNs += 2_000 * MS;
      turn(this::silence);
      nowNs += 2_000 * MS;
      turn(this::silence);
      answer(0);
      nowNs += 2_000 * MS;
      assertFalse(hearing.isDeaf());
    }
  }

  @Test
  void aThreadThatLivesAndBringsNothingIsCrowdedAndHasLonger() {
    runFor(1, 1, this::answer);
    runFor(5_000, 1, nowNs -> hearing.onLife());
    assertFalse(hearing.isDeaf());
    runFor(5_000, 1, nowNs -> hearing.onLife());
    assertTrue(hearing.isDeaf());
    assertFalse(hearing.isDead());
    long deafMs = hearing.deafForNs(nowNs) / MS;
    assertTrue(deafMs > 1_000 && deafMs < 5_000, () -> deafMs + " ms");
  }

  @Test
  void whereOneCannotConnectToOneselfNothingIsTold() {
    runFor(
        60_000,
        1,
        now -> {
          hearing.onLife();
          hearing.onNoWay(now);
        });
    assertFalse(hearing.isDeaf());
    assertEquals(60, asked, 1);
  }

  @Test
  void threeTimesWithinAMinuteIsTooMany() {
    Relapses relapses = new Relapses();
    assertFalse(relapses.isTooMany(nowNs));
    assertFalse(relapses.isTooMany(nowNs + 40_000 * MS));
    assertFalse(relapses.isTooMany(nowNs + 80_000 * MS));
    assertTrue(relapses.isTooMany(nowNs + 90_000 * MS));
    assertTrue(relapses.isTooMany(nowNs + 91_000 * MS));
  }
}
