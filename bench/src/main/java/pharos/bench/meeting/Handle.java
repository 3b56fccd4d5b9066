package pharos.bench.meeting;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process such as {@link Participant}, as the one who started it sees it. Any thread may wait for
 * its lines.
 */
public final class Handle implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** In the environment: the class path of the daemon, when it is not that of this process. */
  private static final String CLASS_PATH = "PHAROS_AGENT_PATH";

  /** In the environment: the options that {@code ./pharos} gives an agent's JVM. */
  private static final String OPTIONS = "PHAROS_AGENT_OPTIONS";

  private static final String DEFAULT_OPTIONS =
      "-Xms8m -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto"
          + " -XX:+ExitOnOutOfMemoryError";

  /** What its agent is called. */
  public final String name;

  private final Process process;
  private final Writer commands;
  private final List<Line> lines = new ArrayList<>();

  /** What it said, and when, in microseconds since 1970. */
  public record Line(long micros, String what, String detail) {}

  private Handle(String name, Process process) {
    this.name = name;
    this.process = process;
    commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "lines of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  static Handle start(List<String> before, String name, int beaconPort, String where)
      throws IOException {
    return start(before, name, Participant.class, "" + beaconPort, where);
  }

  /**
   * Starts a process.
   *
   * @param before what to put before the command
   * @param arguments those of {@code main} after the name
   */
  public static Handle start(List<String> before, String name, Class<?> main, String... arguments)
      throws IOException {
    return start(before, List.of(), name, main, arguments);
  }

  /**
   * The same.
   *
   * @param options more options of the JVM, which count before those that all have
   */
  public static Handle start(
      List<String> before, List<String> options, String name, Class<?> main, String... arguments)
      throws IOException {
    return start(before, options, System.getProperty("java.class.path"), name, main, arguments);
  }

  /** The same with the daemon at hand. */
  public static Handle startWithDaemon(
      List<String> options, String name, Class<?> main, String... arguments) throws IOException {
    return start(List.of(), options, daemonClassPath(), name, main, arguments);
  }

  /** The options of a JVM that is as that of {@code pharos agent}. */
  public static List<String> daemonOptions() {
    String given = System.getenv(OPTIONS);
    return List.of((given == null ? DEFAULT_OPTIONS : given).trim().split(" +"));
  }

  /** The daemon's, and this module alone, whose other libraries would come between. */
  public static String daemonClassPath() {
    String own = System.getProperty("java.class.path");
    String daemon = System.getenv(CLASS_PATH);
    if (daemon == null) {
      // A test: the daemon is there, and the provider that logs nothing shall not win.
      return String.join(
          File.pathSeparator,
          Arrays.stream(own.split(File.pathSeparator, -1))
              .filter(it -> !it.contains("slf4j-nop"))
              .toList());
    }
    return daemon
        + File.pathSeparator
        + Path.of(
            URI.create(
                Handle.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static Handle start(
      List<String> before,
      List<String> options,
      String classPath,
      String name,
      Class<?> main,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx32m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData"));
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.addAll(List.of(main.getName(), name));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Handle(name, builder.start());
  }

  static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] parts = line.split(" ", 3);
        add(new Line(Long.parseLong(parts[0]), parts[1], parts[2]));
      }
    } catch (IOException | RuntimeException e) {
      add(new Line(nowMicros(), "ended", String.valueOf(e.getMessage())));
    }
  }

  private synchronized void add(Line line) {
    lines.add(line);
    notifyAll();
  }

  /** As if it had said nothing yet. */
  public synchronized void forget() {
    lines.clear();
  }

  /** What it said since then. */
  public synchronized List<Line> said() {
    return List.copyOf(lines);
  }

  /** One line for it. */
  public void tell(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  /** The time of the first such line. */
  public synchronized long await(String what, String detail) throws InterruptedException {
    return await(it -> it.what().equals(what) && it.detail().startsWith(detail), what + detail)
        .micros();
  }

  /** The first line that is wanted. */
  public synchronized Line await(Predicate<Line> wanted, String description)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      Optional<Line> found = lines.stream().filter(wanted).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      long leftNs = deadlineNs - System.nanoTime();
      if (leftNs <= 0) {
        throw new IllegalStateException(name + " did not say '" + description + "' but " + lines);
      }
      TimeUnit.NANOSECONDS.timedWait(this, leftNs);
    }
  }

  /** As {@code kill -9} does; returns the time just before. */
  public long kill() {
    long micros = nowMicros();
    process.destroyForcibly();
    return micros;
  }

  /** Waits until the killed process is no more: its kernel has ended its connections then. */
  void awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + " does not end");
    }
  }

  /** How much memory it has; 0 where the system does not tell. */
  public long residentMiB() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0)
        / 1024;
  }

  void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, "" + process.pid()).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
