package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioReaderTest {
  private static final String PROSE = "# Something holds. And more so.\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          jump                            | 'jump' is no command; there are agents, agent,
          agents                          | expected a number, found the end of the line
          agents many                     | expected a number from 1 to 20000, found 'many'
          agents 0                        | expected a number from 1 to 20000, found '0'
          agents 3 named 4                | '41' is no name: it takes letters, digits and '-'
          agents 3 soon                   | expected the end of the line, found 'soon'
          agents 3 within a while         | expected a time such as 250us, 20ms, 1.5s, 3min or 1h, found 'a'
          agent any                       | there is a 'any' already
          agent x1                        | there is a 'x1' already
          run                             | expected a time such as 20s, found the end of the line
          run -1s                         | a time before now: '-1s'
          run 1000000h                    | expected a time such as 250us, 20ms, 1.5s, 3min or 1h
          interval 1ms                    | an interval is from 10ms to 50s
          loss 101%                       | expected a percentage such as 10%, found '101%'
          loss 0.1                        | expected a percentage such as 10%, found '0.1'
          loss 5% of broadcasts           | expected 'out of', 'into' or 'between', found the end of the line
          loss 5% between x1              | expected 'and', found the end of the line
          loss 5% between x1 and          | expected an agent, found the end of the line
          loss 5% between x1 and x2..x4   | there is no agent 'x4' yet, only 3 such as 'x1'
          loss 5% out of y1               | there is no agent 'y1' yet, only 3 such as 'x1'
          at 5s loss 5%                   | expected 'out of', 'into' or 'between', found the end of the line
          flap x1 for 5s                  | expected 'every', found 'for'
          flap x1 every 0s for 5s         | 'flap' needs a time above zero
          heal between x1                 | expected 'and', found the end of the line
          shut                            | expected an agent, found the end of the line
          swizzle any 2                   | expected 'within', found the end of the line
          mute                            | expected an agent, found the end of the line
          latency 2ms..1ms                | a range goes from the shorter time to the longer, found '2ms..1ms'
          kill y1                         | there is no agent 'y1' yet, only 3 such as 'x1'
          kill x1..x4                     | there is no agent 'x4' yet, only 3 such as 'x1'
          kill x2..x1                     | a range goes from the lower number to the higher, found 'x2..x1'
          kill x1..y2                     | expected agents such as a1..a16, found 'x1..y2'
          kill x1 with fire               | expected the end of the line, found 'with'
          restart x1                      | expected 'with new id', found the end of the line
          restart x1 with old id          | expected 'with new id', found 'with'
          restart x1 with new id after    | expected a range of times such as 1s..20s, found the end of the line
          restart x1 with new id in 1s    | expected the end of the line, found 'in'
          pause x1 20s                    | expected 'for', found '20s'
          plug x1                         | expected 'in', found 'x1'
          at 1s kill x1                   | the lines before this one may take until 2.00 s, that is later
          at 9s                           | expected what happens then, found the end of the line
          at 9s run 1s                    | 'run' is no command;
          every 0s heal                   | 'every' needs a time above zero
          expect wonders                  | there is no agent 'wonders' yet
          expect x1 well                  | expected 'gone everywhere', 'known everywhere', 'lost nobody', 'isolated', 'not isolated' or 'named', found 'well'
          expect x1 named sick by 9% within 1s | expected 'deaf', 'mute', 'lossy', 'one way', 'both ways' or 'none', found 'sick'
          expect x1 gone everywhere       | expected 'within', found the end of the line
          expect x1 gone everywhere within 1s because tired | expected left, crashed, silent or replaced, found 'tired'
          expect at most 3 wishes         | expected 'datagrams per second', found 'wishes'
          expect at most some gone        | expected a number from 1 to 999999, found 'some'
          expect all know all among x1    | expected 'within', found the end of the line
          expect all know all among y1 within 1s | there is no agent 'y1' yet, only 3 such as 'x1'
          expect verdicts about x1 agree within 1s | expected 'agree on', found 'agree'
          expect verdicts about x1 agree on all within 1s | expected a percentage such as 10%, found 'all'
          expect verdicts about all agree on 99% within 1s | there is no agent 'all' yet
          expect no false hope            | there is no agent 'no' yet
          print money                     | expected 'traffic', found 'money'
          """)
  void aMistakeIsNamedWithItsFileAndLine(String line, String message) {
    String text = PROSE + "agents 3 named x\n\nrun 2s  # a comment\n" + line + "\nrun 1s\n";
    var e = assertThrows(ScenarioException.class, () -> ScenarioReader.read("odd.txt", text));
    assertTrue(String.valueOf(e.getMessage()).startsWith("odd.txt:5: " + message), e::getMessage);
  }

  @Test
  void namesAreKnownOnlyAfterTheirAgentsAreThere() {
    String text = PROSE + "kill a1\nagents 1\n";
    var e = assertThrows(ScenarioException.class, () -> ScenarioReader.read("odd.txt", text));
    assertEquals("odd.txt:2: 'a1' is named before any agents are started", e.getMessage());
  }

  @Test
  void aScenarioSaysWhatItProves() {
    var e = assertThrows(ScenarioException.class, () -> ScenarioReader.read("odd.txt", "run 1s"));
    assertEquals(
        "odd.txt:1: a scenario begins with a line of '#' and says what it proves", e.getMessage());
  }

  @Test
  void aScenarioInWhichNothingHappensIsAMistake() {
    var e = assertThrows(ScenarioException.class, () -> ScenarioReader.read("odd.txt", PROSE));
    assertEquals("odd.txt:1: nothing happens here", e.getMessage());
  }

  @Test
  void theProseAtTheHeadIsKeptAndLaterCommentsAreNot() {
    Scenario read = ScenarioReader.read("good.txt", PROSE + "run 1s\n# Later.\nrun 1s # now\n");
    assertEquals("good", read.name());
    assertEquals("Something holds. And more so.", read.about());
    assertEquals("Something holds.", read.title());
    assertEquals(2, read.lines().size());
    assertEquals("run 1s", read.lines().get(1).text());
    assertEquals(4, read.lines().get(1).number());
    assertFalse(read.isNightly());
  }

  @Test
  void whatTheAgentsOfACrowdUseIsTheLongestInterval() {
    String crowd = PROSE + "agents 999\n";
    assertEquals(2 * TimeText.SECOND, ScenarioReader.read("a", crowd).longestIntervalNs());
    String slow = PROSE + "nightly\ninterval 5s\nagents 2\ninterval 1s\nagent b";
    assertEquals(5 * TimeText.SECOND, ScenarioReader.read("a", slow).longestIntervalNs());
    assertTrue(ScenarioReader.read("a", slow).isNightly());
  }
}
