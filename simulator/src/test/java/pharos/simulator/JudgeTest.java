package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import pharos.testkit.Python;

/**
 * Lets a model that shares no code with the core judge what agents were told: {@code judge.py},
 * which sees the trace alone.
 */
class JudgeTest {
  /** Some in each build; {@code ./pharos check --long} judges 1,000 of each. */
  private static final int SEEDS = Integer.getInteger("pharos.judged", 30);

  private static final Path SCRIPTS = Path.of("src", "test", "python");

  /** Plays one seed. */
  private interface Played {
    void run(long seed, @Nullable Appendable trace);
  }

  @BeforeAll
  static void needPython() throws Exception {
    Python.need();
  }

  @Test
  void theJudgeAgreesWithAllThatIsToldInSwarms() throws Exception {
    String said = python("judge.py", traces(Swarm::run, 1, SEEDS), 0);

    assertEquals(SEEDS + " runs judged, 0 refused\n", said);
  }

  @Test
  void theJudgeAgreesWithAllThatIsToldInSwarmsOfFaults() throws Exception {
    String said = python("judge.py", traces(FaultSwarm::run, 1, SEEDS), 0);

    assertEquals(SEEDS + " runs judged, 0 refused\n", said);
  }

  @Test
  void theJudgeRefusesEachRunInWhichOneThingIsToldOtherwise() throws Exception {
    String traces = traces(Swarm::run, 1, 10) + traces(FaultSwarm::run, 1, 20);

    python("judge_mutants.py", traces, 0);
  }

  @Test
  void theJudgeSaysWhereAndWhy() throws Exception {
    String trace =
        """
        seed 1
            0.000000  a1 starts
            0.000000  a1 is aaaa+1
            1.000000  a2 starts
            1.000000  a2 is bbbb+1
            1.001000  a2 hears: a1 ARRIVED, aaaa+1
            1.001000  a1 hears: a2 ARRIVED, bbbb+1
           12.000000  a1 hears: a2 GONE LEFT, bbbb+1
           20.000000  the run is over
        """;

    assertEquals(
        "seed 1: line 8 at 12.000000: they talk since six intervals:"
            + " 12.000000  a1 hears: a2 GONE LEFT, bbbb+1\n1 runs judged, 1 refused\n",
        python("judge.py", trace, 1));
  }

  @Test
  void aTraceWithoutItsEndIsRefused() throws Exception {
    String said = python("judge.py", "seed 1\n    0.000000  a1 starts\n", 1);

    assertTrue(said.startsWith("seed 1: the trace has no end\n"), said);
  }

  private static String traces(Played played, long first, int seeds) {
    StringBuilder traces = new StringBuilder();
    for (long seed = first; seed < first + seeds; seed++) {
      traces.append("seed ").append(seed).append('\n');
      played.run(seed, traces);
    }
    return traces.toString();
  }

  private static String python(String script, String input, int code) throws Exception {
    return Python.run(SCRIPTS.resolve(script), Duration.ofMinutes(2), code, input);
  }
}
