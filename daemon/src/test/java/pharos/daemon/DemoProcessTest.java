package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.testkit.Needs;

/** The demo as a user starts it, in a pipe. */
class DemoProcessTest {
  @Test
  void theStoryComesTrueAndLeavesNoProcessBehind() throws InterruptedException {
    needsShell();
    try (Program demo = Program.start("demo", "--seconds", "100")) {
      List<ProcessHandle> agents = awaitAgents(demo, 3);
      await().atMost(Duration.ofSeconds(110)).until(() -> !demo.process().isAlive());

      assertEquals(0, demo.awaitEnd(), () -> demo.out() + "\n" + demo.err());
      String all = String.join("\n", demo.out());
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
      assertEquals(6, demo.out().stream().filter(it -> it.startsWith("   -> ")).count(), all);
      assertGone(agents);
    }
  }

  @Test
  void aSignalLeavesNoProcessBehind() throws InterruptedException {
    try (Program demo = Program.start("demo")) {
      List<ProcessHandle> agents = awaitAgents(demo, 3);
      demo.terminate();
      demo.awaitEnd();
      assertGone(agents);
    }
  }

  @Test
  void aKillLeavesNoProcessBehindNotEvenOneThatIsPaused() throws InterruptedException {
    needsShell();
    try (Program demo = Program.start("demo")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> demo.out().stream().anyMatch(it -> it.endsWith("gamma   is paused")));
      List<ProcessHandle> agents = demo.process().descendants().toList();
      assertTrue(agents.size() >= 4, agents::toString);
      demo.kill();
      demo.awaitEnd();
      assertGone(agents);
    }
  }

  @Test
  void whatMakesNoSenseIsNamed() {
    Ran ran = Ran.of("demo", "--seconds", "0");
    assertEquals(2, ran.code());
    assertEquals(
        "pharos demo: --seconds: 1 or more, not 0; try 'pharos demo --help'", ran.err().strip());
  }

  private static void needsShell() {
    Needs.that(!System.getProperty("os.name").startsWith("Windows"), "a shell that can stop one");
  }

  private static List<ProcessHandle> awaitAgents(Program demo, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> demo.process().children().filter(ProcessHandle::isAlive).count() >= count);
    return demo.process().children().toList();
  }

  private static void assertGone(List<ProcessHandle> processes) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }
}
