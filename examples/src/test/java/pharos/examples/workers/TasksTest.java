package pharos.examples.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TasksTest {
  private final Tasks tasks = new Tasks(2, 100);

  @Test
  void whatIsOverdueIsSentAgainAndOnlyTheFirstAnswerCounts() {
    assertEquals(OptionalInt.of(1), tasks.next(0));
    assertEquals(OptionalInt.of(2), tasks.next(50));
    assertEquals(OptionalInt.empty(), tasks.next(60));

    tasks.giveUp(99);
    assertEquals(2, tasks.onTheirWay());
    tasks.giveUp(100);
    assertEquals(1, tasks.onTheirWay());
    assertEquals(OptionalInt.of(1), tasks.next(110));

    tasks.answered(1, 1, "a");
    tasks.answered(1, 1, "b");
    assertFalse(tasks.isComplete());
    tasks.answered(2, 4, "b");
    assertTrue(tasks.isComplete());
    assertEquals(
        "2 of 2 tasks done, sum 5, 1 sent again, 1 answered twice, by {a=1, b=1}",
        tasks.toString());
  }

  @Test
  void anAnswerThatComesAfterAllSparesTheSecondAttempt() {
    tasks.next(0);
    tasks.giveUp(100);
    tasks.answered(1, 1, "a");
    assertEquals(OptionalInt.of(2), tasks.next(110));
    assertEquals(OptionalInt.empty(), tasks.next(110));
  }

  @Test
  void whatNobodyAskedForIsNoResult() {
    tasks.answered(0, 1, "a");
    tasks.answered(3, 9, "a");
    assertEquals(0, tasks.done());
  }
}
