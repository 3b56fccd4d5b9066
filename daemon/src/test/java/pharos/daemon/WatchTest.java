package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.agent.Peer;
import pharos.agent.testing.TestPeers;
import pharos.daemon.api.AgentTable;
import pharos.daemon.api.Gate;
import pharos.daemon.http.HttpServer;
import pharos.testkit.Needs;

/** {@code pharos watch} in a real terminal: tmux, whose screen can be read and whose keys sent. */
class WatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Agents agents = new Agents();
  @TempDir private Path folder;
  private boolean isOpen;

  @AfterEach
  void closeAll() throws Exception {
    agents.close();
    if (isOpen) {
      tmux("kill-server");
    }
  }

  private String tmux(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", folder.resolve("tmux") + ""));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().remove("TMUX");
    Process process = Program.tool(builder);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), said);
    return said;
  }

  /** The command in a terminal of that size; what it ends with is shown behind it. */
  private void open(int width, int height, String... more) throws Exception {
    Needs.that(!tmux("-V").isEmpty(), "tmux");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(
            List.of(
                "XDG_RUNTIME_DIR='" + Program.RUNTIME + "'",
                "LC_ALL=C.UTF-8",
                "'" + java + "'",
                "-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp",
                "'" + System.getProperty("java.class.path") + "'",
                Main.class.getName(),
                "watch"));
    command.addAll(List.of(more));
    command.add("; echo ended $?; stty -a | grep -o ' echo '; exec cat");
    String size = width + "x" + height;
    String[] parts = size.split("x", 2);
    tmux(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-x",
        parts[0],
        "-y",
        parts[1],
        String.join(" ", command));
    isOpen = true;
  }

  private void open(int width, int height) throws Exception {
    open(width, height, "--loopback", "--beacon-port", agents.beaconPort);
  }

  private void press(String... keys) throws Exception {
    List<String> all = new ArrayList<>(List.of("send-keys"));
    all.addAll(List.of(keys));
    tmux(all.toArray(String[]::new));
  }

  private List<String> screen() throws Exception {
    return tmux("capture-pane", "-p").lines().map(String::stripTrailing).toList();
  }

  /** Waits until a line is like each of these. */
  private List<String> awaitLines(String... patterns) throws Exception {
    try {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                List<String> lines = screen();
                return List.of(patterns).stream()
                    .allMatch(it -> lines.stream().anyMatch(line -> line.matches(it)));
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          String.join(" and ", patterns) + " in\n" + String.join("\n", screen()), e);
    }
    return screen();
  }

  private Program lighthouse() {
    return agents.start("--http", "0", "--name", "lighthouse");
  }

  @Test
  void inATerminalPeersAreShownFilteredAndExplainedAndItIsLeftAsItWas() throws Exception {
    lighthouse().http();
    Program wide =
        Program.launchedBy(
            List.of("env", "LC_ALL=C.UTF-8"),
            "agent",
            "--loopback",
            "--beacon-port",
            agents.beaconPort,
            "--http",
            "off",
            "--name",
            "漢字",
            "--service",
            "Web",
            "--offer",
            "Web=8080");
    Program gamma =
        agents.start("--http", "off", "--name", "gamma", "--service", "Orders", "--offer", "A=1");
    open(80, 24);
    awaitLines(
        "2 peers · seen by lighthouse \\(process \\d+\\)",
        "NAME↓                STATE    SERVICE    ADDRESS         OFFERS            FOR",
        "gamma                here     Orders     127\\.0\\.0\\.1       A:1 +\\d+s",
        "漢字                 here     Web        127\\.0\\.0\\.1       Web:8080 +\\d+s",
        "/ filter .* q quit");

    press("/", "o", "r", "d");
    awaitLines("/ord_");
    press("Enter", "Enter");
    awaitLines("gamma \\(here\\)", "service   Orders", "offers    A", " +tcp://127\\.0\\.0\\.1:1");
    press("w");
    awaitLines("gamma \\([a-z]{4}\\) is here, for .*", ".* heard for the first time, from 127.*");
    gamma.kill();
    awaitLines(
        "gamma \\(crashed\\).*",
        "(watch by lighthouse broke · )?.*refused at 127\\.0\\.0\\.1:\\d+ · gone CRASHED, \\d+ ms",
        ".*gone CRASHED, \\d+ ms: 127\\.0\\.0\\.1:\\d+ refuses.*");

    tmux("resize-window", "-x", "40", "-y", "10");
    List<String> narrow = awaitLines("gamma \\(crashed\\)  \\d+–\\d+ of \\d+");
    assertEquals(10, narrow.size());
    press("Escape");
    awaitLines("1 peer · seen by .*", "gamma +crashed +\\d+s");
    press("Escape");
    awaitLines("漢字 +here +\\d+s", "NAME↓ +STATE +FOR", "/ s ⏎ w · \\? help  q quit");
    press("?");
    awaitLines("keys  1–7 of \\d+");
    press("q");
    awaitLines("ended 0", " echo");
    wide.close();
  }

  @Test
  void whereNoAgentRunsItListensAndEndsAtAnInterrupt() throws Exception {
    agents.start("--http", "off", "--name", "alpha", "--offer", "A=1");
    open(40, 10);
    awaitLines("1 peer · seen by this command, which li…", "alpha +here +\\d+s");
    press("w");
    awaitLines("alpha \\(here\\)  .*", ".*arrived: it answered, and.*");
    // To the shell, and back: as Ctrl-Z and fg do it.
    press("C-z");
    await().atMost(PATIENCE).until(() -> screen().stream().allMatch(String::isEmpty));
    long shell = Long.parseLong(tmux("display-message", "-p", "#{pane_pid}").strip());
    ProcessHandle command = ProcessHandle.of(shell).orElseThrow().children().findFirst().get();
    Program.tool(List.of("kill", "-CONT", "" + command.pid())).waitFor();
    awaitLines("alpha \\(here\\)  .*");
    press("C-c");
    awaitLines("ended 130", " echo");
  }

  @Test
  void whenItsAgentEndsItSaysSoKeepsWhatItKnewAndComesBack() throws Exception {
    Program first = lighthouse();
    String at = first.http();
    agents.start("--http", "off", "--name", "alpha", "--offer", "A=1");
    open(80, 24, "--at", at);
    awaitLines("1 peer · seen by .*", "alpha +here .*");
    first.kill();
    awaitLines("not live, trying again: .*", "alpha +here .*");
    agents.start("--http", at.substring("http://".length()), "--name", "lighthouse");
    awaitLines("1 peer · seen by .*", "alpha +here .*");
    press("q");
    awaitLines("ended 0", " echo");
  }

  @Test
  void aThousandPeersAndTwentyChangesASecondKeepNobodyWaiting() throws Exception {
    TestPeers crowd = new TestPeers();
    for (int i = 0; i < 1_000; i++) {
      crowd.put(worker(i, 0));
    }
    Gate gate = Gate.of(AgentTable.of(crowd, 10), List.of(), Optional.empty());
    try (HttpServer server =
        HttpServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      server.serve(gate, gate);
      open(80, 24, "--at", "http://127.0.0.1:" + server.port());
      awaitLines("1000 peers · seen by .*", "worker-0000 +here .*");
      Thread changes =
          new Thread(
              () -> {
                for (int i = 1; !Thread.interrupted(); i++) {
                  crowd.put(worker(i % 1_000, i));
                  try {
                    TimeUnit.MILLISECONDS.sleep(50);
                  } catch (InterruptedException e) {
                    return;
                  }
                }
              });
      changes.start();
      press("G");
      awaitLines("worker-0999 +here .*");
      press("/", "0", "1", "2", "3", "Enter");
      awaitLines("worker-0123 +here .*", "/0123 .*");
      tmux("resize-window", "-x", "40", "-y", "10");
      awaitLines("worker-0123 +here +\\d+s");
      press("q");
      awaitLines("ended 0", " echo");
      changes.interrupt();
      changes.join();
    }
  }

  private static Peer worker(int number, int load) {
    try {
      byte[] address = {10, 1, (byte) (number >> 8), (byte) number};
      return TestPeers.peer("worker-%04d".formatted(number))
          .service("Worker")
          .addresses(InetAddress.getByAddress(address))
          .port(40_000)
          .times(Instant.now(), Instant.now())
          .offer("Work", 7_001, "tcp", Map.of("load", "" + load))
          .build();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whereThereIsNoTerminalItSaysWhatToUseInstead() throws Exception {
    Program piped = Program.start("watch", "--loopback", "--beacon-port", agents.beaconPort);
    assertEquals(1, piped.awaitEnd());
    assertEquals(List.of(), piped.out());
    assertEquals(List.of("pharos watch: " + WatchCommand.NO_TERMINAL), piped.err());
  }
}
