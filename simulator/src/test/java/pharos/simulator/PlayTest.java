package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlayTest {
  private final List<String> said = new ArrayList<>();

  private long play(String lines, long seed) {
    Scenario scenario = ScenarioReader.read("test.txt", "# A test.\n" + lines);
    return Play.run(scenario, seed, said::add, null);
  }

  private String failure(String lines) {
    return String.valueOf(assertThrows(Play.Failed.class, () -> play(lines, 7)).getMessage());
  }

  @Test
  void oneSeedIsOneRun() {
    String lines =
        "loss 5%\nagents 6 within 1s\nevery 1s..5s pause any for 1s..3s\nrun 60s\nprint traffic";
    long first = play(lines, 3);
    List<String> saidFirst = List.copyOf(said);
    said.clear();
    assertEquals(first, play(lines, 3));
    assertEquals(saidFirst, said);
    assertNotEquals(first, play(lines, 4));
  }

  @Test
  void aFailureTellsLineAndSeedAndWhatHappenedLast() {
    String failure = failure("agents 2\nrun 3s\nkill a1\nexpect all know all within 1us\n");
    assertTrue(
        failure.startsWith(
            "test:5: \"expect all know all within 1us\" with seed 7: all know all was not so within"
                + " 1 us: a2 lists 1 peers, of whom 0 are there at 3.000001 s"),
        failure);
    assertTrue(failure.contains("3.000000  a1 is killed"), failure);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          expect a1 gone everywhere within 2s            | a1 is gone everywhere was not so within 2.00 s
          kill a1; expect a1 gone everywhere within 2s because left | for another reason than [LEFT]
          kill a1; expect a1 known everywhere within 1s  | a1 is known was not so within 1.00 s
          leave a2; run 1s; expect no gone               | lost a2 (LEFT)
          leave a2; run 1s; expect nobody lost a2        | lost a2 (LEFT) at
          leave a2; run 1s; expect a1 lost nobody        | a1 lost a2 (LEFT) at
          unplug a2; run 4s; expect no suspect           | times somebody was suspect
          kill a2; run 1s; expect at most 1 gone         | 2 times somebody was gone, more than 1
          kill a1; expect all know all among a1, a2 within 1s | know each other was not so within 1.00 s: a1 does not run
          shut a2; offer a2 Orders; expect all know all among a1..a3 within 2s | 2.00 s: a1 does not know a2 as it is
          restart a2 with new id after 1s; expect a2 known everywhere within 900ms | a2 is known was not so
          agents 30 named b; run 9s; loss 95% out of a1; run 9s; expect verdicts about a1 agree on 100% within 1us | verdicts about a1 agree was not so within 1 us:
          agents 9 named b; loss 30%; run 3min; expect no false suspect | times somebody was falsely suspect
          agents 100 named b; expect at most 1 datagrams per second | datagrams in one second, more than 1
          agents 9 named b; run 1s; expect at most 1 questions per agent | questions per agent, more than 1
          """)
  void whatIsExpectedAndDoesNotComeIsAFailure(String lines, String message) {
    String failure = failure("agents 3\nrun 3s\n" + lines.replace("; ", "\n"));
    assertTrue(failure.contains(message), failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill a1; expect a1 gone everywhere within 2s because crashed",
        "leave a1..a2; run 1s; expect all know all within 1ms",
        "clock a1, a2 -1h; offer a1 nothing; expect a1 known everywhere within 1s",
        "restart a1 with new id on new ports; expect a1 known everywhere within 3s; run 10s;"
            + " expect all know all within 1ms",
        "kill a1 with network; run 5s; restart a1 with same id; expect all know all within 5s",
        "shut a2; run 20s; kill a3; expect a3 gone everywhere within 1500ms because crashed;"
            + " expect nobody lost a2; agents 1 named late; run 9s; heal a2;"
            + " expect all know all within 70s",
        "shut a2; kill a2; expect a2 gone everywhere within 1500ms because crashed",
        "swizzle any 2 within 2s; run 9s; expect all know all within 1s; expect no false gone",
        "restart a1 with same id after 0ms..50ms; run 50ms; expect a1 known everywhere within 1s;"
            + " expect no false suspect",
        "kill a1; run 1s; restart a1 with new id after 1s; restart a1 with new id after 2s;"
            + " run 9s; expect all know all within 1ms",
        "loss 100% between a1 and a2..a3; run 20s; expect at most 4 gone;"
            + " expect verdicts about a1 agree on 100% within 1ms;"
            + " heal between a1 and a2..a3; expect all know all within 9s",
        "deafen a1; unplug a2; kill a3; run 9s; agents 2 named b;"
            + " expect all know all among a4, b1..b2 within 1s",
        "at 9s kill any 2; run 5s; expect all know all within 1ms; expect no false gone",
        "pause all for 8s; run 30s; expect all know all within 1ms",
        "latency 1ms..5ms; duplicate 5%; reorder 5%; corrupt 1%; run 30s; expect no gone",
      })
  void whatIsExpectedAndComesHolds(String lines) {
    play("agents 4\nrun 3s\n" + lines.replace("; ", "\n"), 7);
    assertTrue(said.get(said.size() - 1).contains("all held for"));
  }

  @Test
  void toDoSomethingToTheDeadIsAMistakeOfTheScenario() {
    var e = assertThrows(ScenarioException.class, () -> play("agents 2\nkill a1\nleave a1\n", 1));
    assertEquals("test:4: a1 does not run any more", e.getMessage());
  }

  @Test
  void whatHappensAgainAndAgainEndsWithACalm() {
    play("agents 8 within 1s\nevery 2s leave any\nrun 7s\ncalm\nrun 20s\nprint questions\n", 1);
    String lines = "agents 8 within 1s\nevery 2s leave any\nrun 7s\ncalm\nrun 20s\n";
    String failure = failure(lines + "expect no gone\n");
    assertTrue(failure.contains("somebody was gone"), failure);
    assertEquals(3, failure.lines().filter(line -> line.endsWith(" leaves")).count());
  }
}
