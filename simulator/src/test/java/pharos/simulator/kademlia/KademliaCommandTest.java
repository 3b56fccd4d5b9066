package pharos.simulator.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KademliaCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return KademliaCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }

  @Test
  void itPrintsEveryTableThatIsAskedFor() {
    int code =
        run("--nodes", "500", "--lookups", "20", "--part", "checks,sizes,dead,alpha,hostile");
    String said = out.toString(StandardCharsets.UTF_8);
    for (String head :
        List.of("hops on a ring", "No failures", "nodes dead", "stall limit", "nodes hostile")) {
      assertTrue(said.contains(head), said);
    }
    // Among so few lookups a single miss breaks a promise; then it has to say so.
    assertEquals(said.contains("FAILED") ? 1 : 0, code);
  }

  @Test
  void aNetworkThatNeverStandsStillFindsWhatIsRegistered() {
    assertEquals(
        0,
        run("--part", "churn", "--churn-nodes", "100", "--minutes", "30"),
        () -> out.toString(StandardCharsets.UTF_8));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("All held."));
  }

  @Test
  void theSameSeedPrintsTheSame() {
    run("--part", "churn", "--churn-nodes", "40", "--minutes", "5", "--seed", "3");
    String first = out.toString(StandardCharsets.UTF_8);
    out.reset();
    run("--part", "churn", "--churn-nodes", "40", "--minutes", "5", "--seed", "3");
    assertEquals(first, out.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "--nodes, 5, from 100",
    "--nodes, many, whole number",
    "--part, everything, everything",
    "--minutes, 0, from 1",
    "--moon, 1, --moon",
  })
  void whatMakesNoSenseIsRefusedInOneLine(String option, String value, String says) {
    assertEquals(2, run(option, value));
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains(says), said);
  }

  @Test
  void helpNamesEveryOption() {
    assertEquals(0, run("--help"));
    for (String option : List.of("--nodes", "--lookups", "--seed", "--part", "--minutes")) {
      assertTrue(out.toString(StandardCharsets.UTF_8).contains(option));
    }
    assertEquals(2, run("--seed"));
  }
}
