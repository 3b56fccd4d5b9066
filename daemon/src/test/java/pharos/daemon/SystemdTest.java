package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service of systemd: what the agent tells it, and its unit. */
class SystemdTest {
  private static final Path UNIT =
      Path.of("src", "dist", "share", "pharos", "pharos.service").toAbsolutePath();

  @TempDir Path folder;

  private static String printed(Process process) throws IOException, InterruptedException {
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return all;
  }

  @Test
  void itIsToldOfTheBeginningTheWatchAndTheEnd() throws IOException, InterruptedException {
    assertTrue(printed(Program.tool(List.of("systemd-notify", "--version"))).startsWith("systemd"));
    Path socket = folder.resolve("notify");
    String listens =
        """
        import socket, sys
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(sys.argv[1])
        while True:
            print(s.recv(4096).decode().replace("\\n", " "), flush=True)
        """;
    Process systemd = Program.tool(List.of("python3", "-u", "-c", listens, socket.toString()));
    List<String> heard = new CopyOnWriteArrayList<>();
    Thread reader =
        new Thread(
            () ->
                new BufferedReader(
                        new InputStreamReader(systemd.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .forEach(heard::add));
    reader.setDaemon(true);
    reader.start();
    await().until(() -> Files.exists(socket));
    try (Program agent =
        Program.launchedBy(
            List.of("env", "NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=600000"),
            "agent",
            "--loopback",
            "--beacon-port",
            "" + Ports.udp(),
            "--name",
            "lighthouse",
            "--http",
            "off")) {
      await()
          .untilAsserted(
              () -> assertTrue(heard.contains("READY=1 STATUS=lighthouse is there"), "" + heard));
      await().until(() -> heard.stream().filter("WATCHDOG=1"::equals).count() >= 3);
      agent.process().destroy();
      assertEquals(0, agent.awaitEnd());
      await().until(() -> heard.get(heard.size() - 1).equals("STOPPING=1"));
    } finally {
      systemd.destroyForcibly();
    }
  }

  @Test
  void itFindsNothingWrongInTheUnit() throws IOException, InterruptedException {
    // That the program is not installed here is not what is asked.
    Path unit = folder.resolve("pharos.service");
    Files.writeString(
        unit, Files.readString(UNIT).replace("/usr/local/bin/pharos agent", "/bin/true"));
    assertEquals("", printed(Program.tool(List.of("systemd-analyze", "verify", unit.toString()))));
  }
}
