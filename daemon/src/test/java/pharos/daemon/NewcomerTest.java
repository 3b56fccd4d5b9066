package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who starts an agent for the first time, and something is missing. */
class NewcomerTest {
  private final Agents agents = new Agents();

  @TempDir private Path folder;

  @AfterEach
  void closeAll() {
    agents.close();
  }

  private static long count(Program program, String text) {
    return program.err().stream().filter(line -> line.contains(text)).count();
  }

  @Test
  void theFirstLinesAreThePromiseOfAnAgent() {
    Program alpha = agents.start("--name", "alpha", "--interval", "500ms");
    alpha.awaitErr("alpha is ");
    alpha.awaitErr(
        "hears UDP port "
            + agents.beaconPort
            + " on lo (127.0.0.1); a crash is known within milliseconds, a lost host within 3 s");
  }

  @Test
  void anAgentAloneSaysOnceWhatItListensTo() {
    Program alpha = agents.start("--name", "alpha", "--interval", "100ms");
    String alone =
        "nobody heard yet at UDP port " + agents.beaconPort + "; the interfaces are lo (";
    alpha.awaitErr(alone);
    Program beta = agents.start("--name", "beta", "--interval", "100ms");
    alpha.awaitErr("beta offers nothing");
    beta.awaitErr("alpha offers nothing");
    assertEquals(1, count(alpha, "nobody heard yet"), () -> alpha.err().toString());
    assertEquals(0, count(beta, "nobody heard yet"), () -> beta.err().toString());
  }

  @Test
  void whoIsMetIsToldOfStepByStepWithoutAFlag() {
    Program alpha = agents.start("--name", "alpha", "--offer", "Alpha.Orders=7001");
    alpha.awaitErr("alpha is ");
    Program beta = agents.start("--name", "beta", "--offer", "Beta.Work=7002");
    alpha.awaitErr("beta offers Beta.Work");
    beta.awaitErr("alpha offers Alpha.Orders");
    // Of two that meet one asks, and tells the other about itself by that.
    Program asker = count(alpha, "asking beta for capabilities") > 0 ? alpha : beta;
    String other = asker == alpha ? "beta" : "alpha";
    asker.awaitErr("connecting to " + other + " at tcp://127.0.0.1:");
    asker.awaitErr("asking " + other + " for capabilities");
    asker.awaitErr(other + " answered");
    assertEquals(1, count(asker, other + " offers "), () -> asker.err().toString());
  }

  @Test
  void aSeedThatNobodyKnowsSaysSo() {
    Program alpha = agents.start("--name", "alpha", "--seed", "gate.invalid:5671");
    alpha.awaitErr("no resolver knows the seed gate.invalid now; asked again");
  }

  @Test
  void aSeedThatDoesNotAnswerSaysSoAndThatItDoes() {
    int port = Ports.tcp();
    Program alpha = agents.start("--name", "alpha", "--no-presence", "--seed", "127.0.0.1:" + port);
    alpha.awaitErr("no seed answers at tcp://127.0.0.1:" + port + "; asked again");
    agents.start("--name", "gate", "--gateway", "--port", String.valueOf(port));
    await()
        .atMost(java.time.Duration.ofSeconds(60))
        .untilAsserted(() -> assertEquals(1, count(alpha, "a seed answered")));
  }

  @Test
  void anAgentKeepsItsIdWhereItIsToldTo() throws Exception {
    String state = folder.resolve("new").resolve("state").toString();
    Program first = agents.start("--state", state, "--events", "--name", "alpha");
    first.awaitErr("alpha is ");
    Program second = agents.start("--state", state);
    assertEquals(1, second.awaitEnd());
    second.awaitErr("--state " + state + " is in use by another agent: give each its own");
    await().until(() -> first.out().toString().contains("STARTED"));
    first.terminate();
    assertEquals(0, first.awaitEnd());

    Program third = agents.start("--state", state, "--events", "--seconds", "0");
    assertEquals(0, third.awaitEnd(), () -> third.err().toString());
    assertEquals(id(first), id(third));

    Program fixed = agents.start("--id", id(first), "--events", "--seconds", "0");
    assertEquals(0, fixed.awaitEnd(), () -> fixed.err().toString());
    assertEquals(id(first), id(fixed));
    Files.writeString(Path.of(state, "id"), "nonsense");
    Program broken = agents.start("--state", state);
    assertEquals(1, broken.awaitEnd());
    broken.awaitErr("the file 'id' has none: remove it for a new one");
  }

  private static String id(Program program) {
    String started =
        program.out().stream().filter(it -> it.contains("\"STARTED\"")).findFirst().orElseThrow();
    return started.replaceFirst(".*\"id\":\"([^\"]*)\".*", "$1");
  }

  @Test
  void findSaysSoonThatThereIsNoGateway() {
    Ran ran = Ran.of("find", "nobody", "--loopback", "--beacon-port", agents.beaconPort);
    assertEquals(1, ran.code(), ran::toString);
    assertTrue(
        ran.err()
            .contains(
                "'nobody' is not on this network, and no gateway to others was heard within 1500"
                    + " ms"),
        ran::toString);
  }
}
