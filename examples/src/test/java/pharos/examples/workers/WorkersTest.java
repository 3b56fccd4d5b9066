package pharos.examples.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.examples.Trial.PATIENCE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.examples.Trial;
import pharos.testkit.JavaProcess;

class WorkersTest {
  private final Trial trial = new Trial();

  @AfterEach
  void close() {
    trial.close();
  }

  private JavaProcess worker() {
    return trial.start(Worker.class, "--task-ms=5");
  }

  @Test
  void allTasksAreDoneWhileWorkersComeCrashAndLeave() throws InterruptedException {
    JavaProcess ventilator = trial.start(Ventilator.class, "--tasks=2000", "--patience=0.5");
    JavaProcess crashing = worker();
    JavaProcess leaving = worker();
    ventilator.awaitLine("wired to 2 workers", PATIENCE);
    ventilator.awaitLine("200 done", PATIENCE);

    crashing.close();
    ventilator.awaitLine("wired to 1 workers", PATIENCE);
    worker();
    int before = ventilator.lineCount();
    ventilator.awaitLine(before, "wired to 2 workers", PATIENCE);
    leaving.terminate();

    String result = ventilator.awaitLine("2000 of 2000 tasks done", PATIENCE);
    // 1 + 4 + 9 + … + 2000², each once.
    assertTrue(result.contains("sum 2668667000, "), result);
    assertTrue(result.matches(".* [1-9]\\d* sent again, .*"), result);
    assertEquals(0, ventilator.awaitEnd(PATIENCE));
  }
}
