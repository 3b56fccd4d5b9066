package pharos.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pharos demo}: what Pharos does, in half a minute, on this machine alone. */
@Command(
    name = "pharos demo",
    description = {
      "Starts programs on this machine, lets them find each other, crash, pause and leave, and"
          + " shows how soon the others know. In a terminal you can then do the same to them"
          + " yourself.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pharos demo",
      "  pharos demo --seconds 20 | tee demo.log",
      "  pharos demo --console",
      "      the same as a page with buttons, until q or a signal ends it",
      "",
      "It stays on the loopback, and leaves no process behind. Ends with 0, or with 1 when"
          + " something did not happen as it should. NO_COLOR=1 in the environment turns colours"
          + " off."
    })
public final class Main implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final PrintStream out;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "End after so many seconds at the latest. Default: after the story, or, in a terminal,"
              + " with the key q.")
  private @Nullable Integer seconds;

  @Option(
      names = "--console",
      description =
          "Show a page instead, for a browser: the programs as they come and go, with buttons to"
              + " start, pause and end them.")
  private boolean isConsole;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this, and end.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean isHelp;

  private Main(PrintStream out) {
    this.out = out;
  }

  /** Runs the demo, and ends this process. */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  /** The same without ending this process; returns the exit code. */
  static int run(PrintStream out, PrintStream err, String... args) {
    CommandLine line = new CommandLine(new Main(out));
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler((wrong, all) -> misused(err, wrong));
    line.setExecutionExceptionHandler(
        (failed, command, parsed) -> {
          if (failed instanceof ParameterException wrong) {
            return misused(err, wrong);
          }
          if (failed instanceof UncheckedIOException) {
            err.println("pharos demo: " + failed.getMessage());
            return FAILED;
          }
          throw failed;
        });
    return line.execute(args);
  }

  private static int misused(PrintStream err, ParameterException wrong) {
    err.println("pharos demo: " + wrong.getMessage() + "; try 'pharos demo --help'");
    return MISUSED;
  }

  @Override
  public Integer call() {
    Optional<Duration> limit = Optional.ofNullable(seconds).map(Duration::ofSeconds);
    if (limit.isPresent() && limit.get().compareTo(Duration.ofSeconds(1)) < 0) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--seconds: 1 or more, not " + limit.get().toSeconds());
    }
    int port = freePort();
    if (isConsole) {
      List<String> holders = new ArrayList<>(agent(port));
      holders.add("--records");
      return new ConsoleShow(out, port, holders).run(System.in, limit);
    }
    out.println("Four programs will meet on this machine, each a process of its own. They use the");
    out.println("loopback and UDP port " + port + " alone, so your network does not hear them.");
    return new Demo(out).run(agent(port), System.in, limit);
  }

  /** The same Java, the same classes, small and quick to start. */
  private static List<String> agent(int port) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms8m",
        "-Xmx32m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-XX:+ExitOnOutOfMemoryError",
        "-cp",
        System.getProperty("java.class.path"),
        pharos.daemon.Main.class.getName(),
        "agent",
        "--loopback",
        "--beacon-port",
        String.valueOf(port),
        "--http",
        "off",
        "--events",
        "--until-eof");
  }

  private static int freePort() {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no UDP port is free: " + e.getMessage(), e);
    }
  }
}
