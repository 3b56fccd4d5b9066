package pharos.examples.alpha;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.examples.Trial.PATIENCE;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.examples.Trial;
import pharos.testkit.JavaProcess;

/** What the log tells, from the first start to the last goodbye. */
class AlphaTest {
  private static final Pattern NAME = Pattern.compile("(alpha-[a-z]{4}) \\(Alpha\\) is ");

  private final Trial trial = new Trial();

  @AfterEach
  void close() {
    trial.close();
  }

  private JavaProcess alpha(String... options) {
    String[] all = new String[options.length + 1];
    all[0] = "--call-every=0.2";
    System.arraycopy(options, 0, all, 1, options.length);
    return trial.start(Main.class, all);
  }

  private static String nameOf(JavaProcess alpha) throws InterruptedException {
    Matcher matcher = NAME.matcher(alpha.awaitLine(" (Alpha) is ", PATIENCE));
    assertTrue(matcher.find());
    return matcher.group(1);
  }

  private static boolean asks(JavaProcess one, String name) {
    List<String> lines = one.lines();
    return lines.stream().anyMatch(it -> it.contains("connecting to " + name + " at tcp://127."))
        && lines.stream().anyMatch(it -> it.contains("asking " + name + " for capabilities"));
  }

  @Test
  void theLogTellsWhoMeetsWhomAndWhatTheyDoForEachOther() throws InterruptedException {
    JavaProcess one = alpha();
    JavaProcess other = alpha();
    String name = nameOf(other);
    String nameOfOne = nameOf(one);

    // Of two that meet, one may be asked before it asks, and then need not ask itself.
    await().atMost(PATIENCE).until(() -> asks(one, name) || asks(other, nameOfOne));
    String offers = one.awaitLine(name + " offers Alpha.Orders at tcp://127.0.0.1:", PATIENCE);
    assertTrue(offers.contains(", Alpha.Quotes at tcp://127.0.0.1:"), offers);
    one.awaitLine("Alpha.Quotes of " + name + ": anchors at ", PATIENCE);
    one.awaitLine("Alpha.Orders of " + name + ": order 1 of " + name, PATIENCE);
    other.awaitLine("quoted anchors", PATIENCE);
    // Whoever began sooner may have called for the first goods before anybody was there.
    other.awaitLine("took order 1: ", PATIENCE);
  }

  @Test
  void whoLeavesIsToldFromWhoCrashes() throws InterruptedException {
    JavaProcess one = alpha();
    JavaProcess leaving = alpha();
    JavaProcess crashing = alpha();
    String nameOfLeaving = nameOf(leaving);
    String nameOfCrashing = nameOf(crashing);
    one.awaitLine(nameOfLeaving + " offers ", PATIENCE);
    one.awaitLine(nameOfCrashing + " offers ", PATIENCE);

    long beganNs = System.nanoTime();
    leaving.terminate();
    assertEquals(143, leaving.awaitEnd(PATIENCE));
    long tookMs = (System.nanoTime() - beganNs) / 1_000_000;
    assertTrue(tookMs < 3_000, () -> "it took " + tookMs + " ms to leave");
    leaving.awaitLine(nameOfLeaving + " leaves", PATIENCE);
    one.awaitLine(nameOfLeaving + " left", PATIENCE);

    crashing.close();
    one.awaitLine(nameOfCrashing + " crashed", PATIENCE);
  }

  @Test
  void theServiceAndTheNameCanBeOthers() throws InterruptedException {
    alpha("--service=Beta", "--name=the-beta").awaitLine("the-beta (Beta) is ", PATIENCE);
  }

  @Test
  void healthIsWhatTheAgentSaysOfItself() throws InterruptedException {
    int port = Trial.freePort();
    JavaProcess asking = trial.startBare(Health.class, "--port=" + port);
    asking.awaitLine("no answer at port " + port, PATIENCE);
    assertEquals(1, asking.awaitEnd(PATIENCE));

    nameOf(alpha("--port=" + port));
    JavaProcess healthy = trial.startBare(Health.class, "--port=" + port);
    healthy.awaitLine("\"type\":\"Alpha.Orders\"", PATIENCE);
    assertEquals(0, healthy.awaitEnd(PATIENCE));
  }

  @Test
  void aPortThatIsTakenIsOneLineAndEndsWith1() throws InterruptedException {
    int port = Trial.freePort();
    nameOf(alpha("--port=" + port));
    JavaProcess late = alpha("--port=" + port);
    late.awaitLine(String.valueOf(port), PATIENCE);
    assertEquals(1, late.awaitEnd(PATIENCE));
    assertEquals(1, late.lineCount(), () -> late.lines().toString());
  }

  @Test
  void theRehearsalOfTheImageSucceeds() throws InterruptedException {
    JavaProcess rehearsal = trial.startBare(Rehearsal.class);
    rehearsal.awaitLine("\"service\":\"Alpha\"", PATIENCE);
    assertEquals(0, rehearsal.awaitEnd(PATIENCE));
  }
}
