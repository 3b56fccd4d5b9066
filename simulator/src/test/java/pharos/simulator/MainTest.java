package pharos.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String line) {
    return Main.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        line.isEmpty() ? new String[0] : line.split(" ", -1));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fly                      | unknown argument 'fly'; try --help
          --seed                   | --seed needs a value
          --seed x                 | --seed needs a whole number, not 'x'
          --seeds 0                | --seeds is from 1 to 2147483647, not 0
          --agents 5               | --agents goes with 'table', 'crowd' and 'churn' only
          table --agents 2,x       | --agents needs a whole number, not 'x'
          crowd --agents 1         | --agents is from 2 to 20000, not 1
          table crowd              | one command at a time, not 'table' and 'crowd'
          table --scenario crash   | --scenario does not go with 'table'
          crowd --seeds 2          | --seeds does not go with 'crowd'
          --tally                  | --tally goes with --forger or --records only
          --only 1                 | --only goes with --forger only
          --forger --only 1 --seeds 2 | --only is of one seed
          --faults --forger        | --faults does not go with --forger
          --faults list            | --faults does not go with 'list'
          --gateways --faults      | --gateways does not go with --faults
          --gateways --forger      | --gateways does not go with --forger
          --gateways --scenario crash | --gateways does not go with --scenario
          --gateways table         | --gateways does not go with 'table'
          --replay                 | --replay needs a value
          --replay a --seed 1      | --replay goes with nothing else: all it plays is in the box
          --replay /no/such        | --replay: there is no file '/no/such'
          --replay pom.xml         | --replay 'pom.xml': this is no black box of this version
          --forger list            | --forger does not go with 'list'
          --forger --scenario crash | --forger does not go with --scenario
          --scenario nothing-such  | there is no scenario and no file 'nothing-such'; 'list' shows the scenarios
          """)
  void aCommandThatMakesNoSenseIsOneLineAndEndsWith2(String line, String message) {
    assertEquals(2, run(line));
    assertEquals("pharos simulate: " + message, err().strip());
    assertEquals("", out());
  }

  @Test
  void helpIsToldOnRequest() {
    assertEquals(0, run("--help"));
    assertTrue(out().startsWith("Usage: pharos simulate "), out());
  }

  @Test
  void theScenariosAreListedWithWhatTheyProve() {
    assertEquals(0, run("list"));
    assertEquals(Scenario.BUNDLED.size(), out().lines().count());
    assertTrue(out().contains("crash                   A program dies"), out());
  }

  @Test
  void aScenarioIsPlayedWithEachSeed() {
    assertEquals(0, run("--scenario first-meeting --seed 5 --seeds 2"));
    assertTrue(out().contains("first-meeting, seed 5\n"), out());
    assertTrue(out().contains("first-meeting, seed 6\n"), out());
    assertTrue(!out().contains(" starts"), out());
  }

  @Test
  void aTraceIsPrintedOnRequest() {
    assertEquals(0, run("--scenario first-meeting --seed 5 --trace"));
    assertTrue(out().contains("    0.000000  a1 starts\n"), out());
  }

  @Test
  void aRandomSeedIsReplayedWithItsTrace() {
    assertEquals(0, run("--seed 1"));
    assertTrue(out().startsWith("seed 1\n"), out());
    assertTrue(out().contains(" starts\n"), out());
  }

  @Test
  void aNetworkWithGatewaysIsReplayedWithItsTrace() {
    assertEquals(0, run("--gateways --seed 1"));
    assertTrue(out().startsWith("seed 1\n"), out());
    assertTrue(out().contains(" browses Sim: FOUND\n"), out());
  }

  @Test
  void aScenarioThatDoesNotHoldEndsWith1AndTellsHowToSeeItAgain(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("wrong.txt");
    Files.writeString(file, "# All is well.\nagents 2\nrun 2s\nkill a1\nrun 1s\nexpect no gone\n");
    assertEquals(1, run("--scenario " + file + " --seed 3"));
    assertTrue(out().contains("FAILED with seed 3 of wrong\nwrong:6: \"expect no gone\""), out());
    assertTrue(
        out().endsWith("again: pharos simulate --seed 3 --scenario " + file + " --trace\n"), out());
  }

  @Test
  void aMistakeInAScenarioEndsWith2(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("odd.txt");
    Files.writeString(file, "# All is well.\nagents 2\nfly\n");
    assertEquals(2, run("--scenario " + file));
    assertTrue(err().startsWith("pharos simulate: odd.txt:3: 'fly' is no command"), err());
    assertEquals(1, err().lines().count());
  }

  @Test
  void theTablesHaveARowForEachThingThatHappens() {
    assertEquals(0, run("table --agents 2 --seed 4"));
    assertTrue(out().startsWith("seed 4; "), out());
    assertEquals(12, out().lines().filter(line -> line.contains("  2     100 ")).count(), out());
  }

  @Test
  void aCrowdIsMeasuredDistinctAndEqual() {
    assertEquals(0, run("crowd --agents 20"));
    assertTrue(out().contains("distinct   "), out());
    assertTrue(out().contains("equal   "), out());
  }
}
