package pharos.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.testkit.JavaProcess;
import pharos.testkit.Needs;

/** The demo as a user starts it, in a pipe. */
class DemoProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void theStoryComesTrueAndLeavesNoProcessBehind() throws InterruptedException {
    needsShell();
    try (JavaProcess demo = JavaProcess.start(Main.class, "--seconds", "100")) {
      List<ProcessHandle> agents = awaitAgents(demo, 3);

      assertEquals(0, demo.awaitEnd(Duration.ofSeconds(110)), () -> demo.lines().toString());
      await().until(() -> results(demo) == 6);
      String all = String.join("\n", demo.lines());
      assertFalse(all.contains("!!"), all);
      assertFalse(all.contains("\u001b"), all);
      for (String text :
          List.of(
              "is asking ",
              "knows delta: Demo.Search at tcp://127.0.0.1:7004",
              "suspects it",
              "hears gamma again",
              "sees that beta crashed",
              "heard the goodbye of gamma")) {
        assertTrue(all.contains(text), () -> text + " is missing in " + all);
      }
      assertGone(agents);
    }
  }

  @Test
  void aSignalLeavesNoProcessBehind() throws InterruptedException {
    try (JavaProcess demo = JavaProcess.start(Main.class)) {
      List<ProcessHandle> agents = awaitAgents(demo, 3);
      demo.terminate();
      demo.awaitEnd(PATIENCE);
      assertGone(agents);
    }
  }

  @Test
  void aKillLeavesNoProcessBehindNotEvenOneThatIsPaused() throws InterruptedException {
    needsShell();
    try (JavaProcess demo = JavaProcess.start(Main.class)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> demo.lines().stream().anyMatch(it -> it.endsWith("gamma   is paused")));
      List<ProcessHandle> agents = handle(demo).descendants().toList();
      assertTrue(agents.size() >= 4, agents::toString);
      assertTrue(handle(demo).destroyForcibly());
      demo.awaitEnd(PATIENCE);
      assertGone(agents);
    }
  }

  @Test
  void whatMakesNoSenseIsNamedInOneLine() {
    assertMisused("--seconds: 1 or more, not 0", "--seconds", "0");
    assertMisused("Invalid value for option '--seconds': 'soon' is not an int", "--seconds=soon");
    assertMisused("Unmatched argument at index 0: 'now'", "now");
  }

  private static void assertMisused(String message, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(2, Main.run(System.out, new PrintStream(err, true, UTF_8), args));
    assertEquals(
        "pharos demo: " + message + "; try 'pharos demo --help'", err.toString(UTF_8).strip());
  }

  private static long results(JavaProcess demo) {
    return demo.lines().stream().filter(it -> it.startsWith("   -> ")).count();
  }

  private static ProcessHandle handle(JavaProcess demo) {
    return ProcessHandle.of(demo.pid()).orElseThrow();
  }

  private static void needsShell() {
    Needs.that(!System.getProperty("os.name").startsWith("Windows"), "a shell that can stop one");
  }

  private static List<ProcessHandle> awaitAgents(JavaProcess demo, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> handle(demo).children().filter(ProcessHandle::isAlive).count() >= count);
    return handle(demo).children().toList();
  }

  private static void assertGone(List<ProcessHandle> processes) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }
}
