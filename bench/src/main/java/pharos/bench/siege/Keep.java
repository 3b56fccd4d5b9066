package pharos.bench.siege;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import pharos.bench.meeting.Handle;

/**
 * The process of one agent under siege: {@link Defender}, with the options that {@code ./pharos}
 * gives an agent. Its events go to whoever wants them, on a thread of its own; its gauges and how
 * much it logs are kept here. Any thread may ask.
 */
final class Keep implements AutoCloseable {
  private static final int MAX_GAUGES = 10_000;
  private static final int LAST_LINES = 20;

  private final Process process;
  private final Thread atExit;
  private final List<Gauge> gauges = new ArrayList<>();
  private final AtomicLong logged = new AtomicLong();
  private final Deque<String> lastLogged = new ArrayDeque<>();

  private Keep(Process process) {
    this.process = process;
    atExit = new Thread(process::destroyForcibly, "keep");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts {@code pharos agent} with these arguments. */
  static Keep start(
      List<String> before, int gaugeSeconds, Consumer<String> events, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Handle.daemonOptions());
    command.addAll(List.of("-cp", Handle.daemonClassPath(), Defender.class.getName(), "keep"));
    command.add("" + gaugeSeconds);
    command.add("agent");
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PHAROS_HTTP_TOKEN", Field.HTTP_TOKEN);
    Process process = builder.start();
    process.getOutputStream().close();
    Keep keep = new Keep(process);
    keep.follow(process.getInputStream(), line -> keep.told(line, events));
    keep.follow(process.getErrorStream(), keep::logged);
    return keep;
  }

  private void follow(InputStream stream, Consumer<String> line) {
    Thread thread = new Thread(() -> read(stream, line), "lines of a keep");
    thread.setDaemon(true);
    thread.start();
  }

  private static void read(InputStream stream, Consumer<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.accept(line);
      }
    } catch (IOException e) {
      // It ended.
    }
  }

  private void told(String line, Consumer<String> events) {
    if (!line.startsWith(Gauge.MARK)) {
      events.accept(line);
      return;
    }
    Gauge gauge = Gauge.of(line, process.pid());
    synchronized (gauges) {
      if (gauges.size() < MAX_GAUGES) {
        gauges.add(gauge);
      }
    }
  }

  private void logged(String line) {
    logged.addAndGet(line.length() + 1);
    synchronized (lastLogged) {
      lastLogged.add(line);
      while (lastLogged.size() > LAST_LINES) {
        lastLogged.remove();
      }
    }
  }

  /** All gauges so far. */
  List<Gauge> gauges() {
    synchronized (gauges) {
      return List.copyOf(gauges);
    }
  }

  /** How many characters it logged. */
  long loggedCharacters() {
    return logged.get();
  }

  /** The last lines of its log. */
  List<String> lastLogged() {
    synchronized (lastLogged) {
      return List.copyOf(lastLogged);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long cpuMs() {
    return Gauge.cpuMs(process.pid());
  }

  long descriptors() {
    return Gauge.descriptors(process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
