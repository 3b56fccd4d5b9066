package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code clients/python/pharos.py}, as somebody uses it who has the daemon and Python alone. */
class PythonClientTest {
  private static final Path CLIENT =
      Path.of("..", "clients", "python").toAbsolutePath().normalize();

  private final Agents agents = new Agents();
  private final int http = Ports.tcp();

  @AfterEach
  void closeAll() {
    agents.close();
  }

  /** What this script printed. */
  private String python(String script) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("python3", "-B", "-u", "-c", script);
    builder.environment().put("PYTHONPATH", CLIENT.toString());
    builder.environment().put("PHAROS_AT", "http://127.0.0.1:" + http);
    Process process = Program.tool(builder);
    try {
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(true, process.waitFor(60, TimeUnit.SECONDS), printed);
      return printed.strip();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void threeThatRegisterSeeEachOtherAndTwoWhenOneIsGone() throws IOException, InterruptedException {
    agents.start("--name", "daemon", "--http", "127.0.0.1:" + http).awaitErr("HTTP is at ");
    assertEquals(
        List.of("['client1', 'client2', 'client3']", "['client1', 'client2']", "LEFT"),
        python(
                """
                import contextlib, pharos

                def until(names):
                    for members in pharos.follow():
                        there = [m["name"] for m in members if m["name"].startswith("client")]
                        if sorted(there) == names:
                            return sorted(there)

                with contextlib.ExitStack() as stack:
                    for name in ("client1", "client2"):
                        stack.enter_context(pharos.register(name, service="Client"))
                    with pharos.register("client3", offers=[{"type": "Web", "port": 8080}]):
                        print(until(["client1", "client2", "client3"]))
                        events = pharos.events()
                        next(events)
                    gone = next(e for e in events if e.get("event") == "GONE")
                    print(until(["client1", "client2"]))
                    print(gone["reason"])
                """)
            .lines()
            .toList());
  }

  @Test
  void whoIsThereIsAskedForInEachWay() throws IOException, InterruptedException {
    agents
        .start("--name", "alpha", "--offer", "Web=8080", "--http", "127.0.0.1:" + http)
        .awaitErr("HTTP is at ");
    assertEquals(
        List.of(
            "alpha",
            "['alpha']",
            "[]",
            "None",
            "404: nobody here is 'nobody' by name, short name, or id in base64url"),
        python(
                """
                import pharos
                print(pharos.self()["name"])
                print([m["name"] for m in pharos.members()])
                print(pharos.peers(offers="Web"))
                try:
                    print(pharos.find("nothing"))
                except pharos.PharosError as e:
                    print(None if e.status == 503 else e)
                try:
                    pharos.Pharos().peer("nobody")
                except pharos.PharosError as e:
                    print(e)
                """)
            .lines()
            .toList());
  }

  @Test
  void whoFollowsGoesOnWhenTheDaemonEndsBetweenAnEventAndTheList()
      throws IOException, InterruptedException {
    agents.start("--name", "alpha", "--http", "127.0.0.1:" + http).awaitErr("HTTP is at ");
    assertEquals(
        "[['alpha']]",
        python(
            """
            import pharos

            class Away(pharos.Pharos):
                asked = 0

                def events(self):
                    yield {}
                    yield {}

                def members(self):
                    self.asked += 1
                    if self.asked == 1:
                        raise pharos.PharosError("no daemon answers")
                    return super().members()

            print([[m["name"] for m in members] for members in Away().follow()])
            """));
  }

  @Test
  void withoutADaemonItSaysWhatToStart() throws IOException, InterruptedException {
    String told =
        python(
            """
            import pharos
            try:
                pharos.members()
            except pharos.PharosError as e:
                print(str(e).split(" (")[0], str(e).split("): ")[1])
            """);
    assertEquals(
        "no daemon answers at http://127.0.0.1:" + http + " start one with 'pharos agent'", told);
  }
}
