package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.Agent;
import pharos.agent.PeerEvent;
import pharos.testkit.Needs;

/** Programs that know nothing of Pharos, announced by {@code pharos run}. */
class RunProcessTest {
  /** Long enough to be met before it ends, since it ends when its input does. */
  private static final String UNTIL_TOLD = "read it; ";

  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  private final int beaconPort = Ports.udp();
  private final List<String> news = new CopyOnWriteArrayList<>();
  private final List<Program> started = new ArrayList<>();
  private final Agent witness =
      Agent.builder().name("witness").loopback(true).beaconPort(beaconPort).start();

  RunProcessTest() {
    witness.onEvent(event -> news.add(told(event)));
  }

  private static String told(PeerEvent event) {
    return event.kind()
        + event.reason().map(it -> " " + it).orElse("")
        + event.detail().map(it -> ": " + it).orElse("");
  }

  @AfterEach
  void closeAll() {
    started.forEach(Program::close);
    witness.close();
  }

  private Program run(List<String> options, String... command) {
    List<String> args =
        new ArrayList<>(List.of("run", "--loopback", "--beacon-port", String.valueOf(beaconPort)));
    args.addAll(options);
    args.add("--");
    args.addAll(List.of(command));
    Program program = Program.start(args.toArray(String[]::new));
    started.add(program);
    return program;
  }

  private Program script(String script) {
    return run(List.of("--name", "program"), "sh", "-c", script);
  }

  private void awaitNews(String... expected) {
    await().untilAsserted(() -> assertEquals(List.of(expected), news));
  }

  private static void tell(Program program, String line) throws IOException {
    OutputStream in = program.process().getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  private static void signal(String name, ProcessHandle to) throws Exception {
    assertEquals(0, Program.tool(List.of("kill", "-" + name, "" + to.pid())).waitFor());
  }

  private static ProcessHandle child(Program program) {
    await().until(() -> program.process().children().findAny().isPresent());
    return program.process().children().findAny().orElseThrow();
  }

  @Test
  void inputOutputErrorsAndTheExitCodeAreThoseOfTheProgram() throws Exception {
    Program cat = run(List.of(), "sh", "-c", "cat; echo \"$1\" >&2; exit 0", "sh", "@no-file -v");
    await().until(() -> !witness.peers().isEmpty());
    assertTrue(witness.peers().get(0).name().startsWith("sh-"), witness.peers()::toString);
    tell(cat, "one");
    tell(cat, "two");
    cat.process().getOutputStream().close();
    assertEquals(0, cat.awaitEnd());
    assertEquals(List.of("one", "two"), cat.out());
    assertEquals(List.of("@no-file -v"), cat.err());
    awaitNews("ARRIVED", "GONE LEFT");
  }

  @Test
  void whoEndsWithAnotherExitCodeHasCrashedWithIt() throws Exception {
    Program program = script(UNTIL_TOLD + "exit 3");
    awaitNews("ARRIVED");
    tell(program, "now");
    assertEquals(3, program.awaitEnd());
    awaitNews("ARRIVED", "GONE CRASHED: exit 3");
    assertEquals(List.of(), program.err());
  }

  @Test
  void whoIsKilledHasCrashedByThatSignal() throws Exception {
    Program program = script(UNTIL_TOLD);
    awaitNews("ARRIVED");
    child(program).destroyForcibly();
    assertEquals(137, program.awaitEnd());
    awaitNews("ARRIVED", "GONE CRASHED: SIGKILL");
  }

  @Test
  void whoEndsAsItWasAskedToHasLeft() throws Exception {
    Program program = run(List.of(), "sleep", "60");
    awaitNews("ARRIVED");
    program.terminate();
    assertEquals(143, program.awaitEnd());
    awaitNews("ARRIVED", "GONE LEFT");
  }

  @Test
  void signalsGoOnToTheProgram() throws Exception {
    Program program =
        script(
            "trap 'echo again' HUP; trap 'echo one' USR1; trap 'echo bye; exit 4' TERM;"
                + " echo ready; while :; do sleep 0.05; done");
    await().until(() -> program.out().contains("ready"));
    awaitNews("ARRIVED");
    signal("HUP", program.process().toHandle());
    await().until(() -> program.out().contains("again"));
    signal("USR1", program.process().toHandle());
    await().until(() -> program.out().contains("one"));
    program.terminate();
    assertEquals(4, program.awaitEnd());
    assertEquals(List.of("ready", "again", "one", "bye"), program.out());
    awaitNews("ARRIVED", "GONE CRASHED: exit 4");
  }

  @Test
  void whoIsStoppedIsGoneUntilItGoesOn() throws Exception {
    Program program = script(UNTIL_TOLD);
    awaitNews("ARRIVED");
    signal("STOP", child(program));
    await().until(() -> news.size() == 2);
    assertTrue(news.get(1).matches("GONE CRASHED: (SIGSTOP|stopped)"), news::toString);
    signal("CONT", child(program));
    await().until(() -> news.size() == 3);
    assertEquals("ARRIVED", news.get(2));
    tell(program, "now");
    assertEquals(0, program.awaitEnd());
    await().until(() -> news.size() == 4);
    assertEquals("GONE LEFT", news.get(3));
  }

  @Test
  void whoIsKilledForTheSakeOfMemoryHasRunOutOfIt() throws Exception {
    boolean isFormer = Files.isDirectory(GROUPS.resolve("memory"));
    Path root = isFormer ? GROUPS.resolve("memory") : GROUPS;
    Path group = root.resolve("pharos-test-" + ProcessHandle.current().pid());
    Needs.that(group.toFile().mkdir(), "control groups of memory, and root");
    Path limit = group.resolve(isFormer ? "memory.limit_in_bytes" : "memory.max");
    try {
      Files.writeString(limit, "30M");
      Program program =
          script(
              "echo $$ > "
                  + group.resolve("cgroup.procs")
                  + "; "
                  + UNTIL_TOLD
                  + "exec python3 -c 'x = []\nwhile True: x.append(bytearray(1000000))'");
      awaitNews("ARRIVED");
      tell(program, "now");
      assertEquals(137, program.awaitEnd());
      awaitNews("ARRIVED", "GONE CRASHED: out of memory");
    } finally {
      await().until(() -> group.toFile().delete());
    }
  }

  @Test
  void aServerInPythonIsAnnouncedWhenItsPortAnswers() throws Exception {
    Needs.that(isThere("python3"), "python3");
    int port = Ports.tcp();
    serves(
        port,
        "python3",
        "-c",
        "import sys, time, http.server\nsys.stdin.readline()\n"
            + "http.server.test(http.server.SimpleHTTPRequestHandler, port="
            + port
            + ", bind='127.0.0.1')");
  }

  @Test
  void aServerInNodeIsAnnouncedWhenItsPortAnswers() throws Exception {
    Needs.that(isThere("node"), "node");
    int port = Ports.tcp();
    serves(
        port,
        "node",
        "-e",
        "process.stdin.once('data', () =>"
            + " require('http').createServer((q, a) => a.end('hello')).listen("
            + port
            + ", '127.0.0.1'))");
  }

  private static boolean isThere(String program) throws Exception {
    return Program.tool(List.of(program, "--version")).waitFor() == 0;
  }

  private void serves(int port, String... command) throws Exception {
    Program server =
        run(List.of("--name", "web", "--offer", "Web=" + port, "--wait-port"), command);
    child(server);
    Program other = run(List.of("--name", "other"), "cat");
    await().until(() -> witness.peers().size() == 1);
    assertEquals("other", witness.peers().get(0).name(), "the server is not ready");
    tell(server, "now");
    await().until(() -> !witness.peersOffering("Web").isEmpty());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertTrue(socket.isConnected());
    }
    server.terminate();
    server.awaitEnd();
    await().until(() -> news.stream().anyMatch(it -> it.startsWith("GONE")));
    assertTrue(news.contains("GONE LEFT"), news::toString);
    other.process().getOutputStream().close();
    assertEquals(0, other.awaitEnd());
  }

  @Test
  void whatIsNoProgramEndsAsAShellDoes() throws Exception {
    Program missing = run(List.of(), "/no/such/program");
    assertEquals(127, missing.awaitEnd());
    assertEquals(
        List.of("pharos run: cannot run '/no/such/program': there is no such program"),
        missing.err());
    Program folder = run(List.of(), "/tmp");
    assertEquals(126, folder.awaitEnd());
    assertEquals(List.of("pharos run: cannot run '/tmp': Permission denied"), folder.err());
    assertEquals(List.of(), news);
  }

  @Test
  void whatKeepsTheAnnouncementAwayIsToldAndTheProgramRuns() throws Exception {
    try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
      Program program =
          run(List.of("--port", "" + taken.getLocalPort()), "sh", "-c", UNTIL_TOLD + "echo ran");
      program.awaitErr("pharos run: not announced, and tried again every 5 s: ");
      tell(program, "now");
      assertEquals(0, program.awaitEnd());
      assertEquals(List.of("ran"), program.out());
      assertEquals(1, program.err().size(), program.err()::toString);
    }
  }
}
