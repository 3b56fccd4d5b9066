package pharos.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A main class in a JVM of its own, with this test's class path, whose lines the test reads. Ends
 * with {@link #close} at the latest, or with this JVM. Any thread may wait for lines.
 */
public final class JavaProcess implements AutoCloseable {
  private static final int SMALL_HEAP_MB = 64;

  private final Process process;
  private final String name;
  private final List<String> lines = new ArrayList<>();
  private final Thread atExit;
  private boolean ended;

  private JavaProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.atExit = new Thread(process::destroyForcibly, name);
  }

  /** Starts {@code main}. */
  public static JavaProcess start(Class<?> main, String... arguments) {
    return start(List.of(), List.of(), main, arguments);
  }

  /**
   * Starts {@code main}.
   *
   * @param before what to put before the command, such as {@link Namespaces#on}
   * @param options further options of the JVM
   */
  public static JavaProcess start(
      List<String> before, List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx" + SMALL_HEAP_MB + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new JavaProcess(main.getSimpleName() + List.of(arguments), process).watched();
    } catch (IOException e) {
      throw new IllegalStateException(command + " cannot run: " + e.getMessage(), e);
    }
  }

  /** Every line so far, standard error included. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** How many lines there are: where {@link #awaitLine} may begin to look for later ones. */
  public synchronized int lineCount() {
    return lines.size();
  }

  /** Waits for a line that contains {@code text}, and fails with the last lines when none comes. */
  public String awaitLine(String text, Duration patience) throws InterruptedException {
    return awaitLine(0, text, patience);
  }

  /** Waits for a line that contains {@code text} after the first {@code from} lines. */
  public synchronized String awaitLine(int from, String text, Duration patience)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    int next = from;
    while (true) {
      while (next < lines.size()) {
        String line = lines.get(next++);
        if (line.contains(text)) {
          return line;
        }
      }
      long leftNs = deadlineNs - System.nanoTime();
      if (ended || leftNs <= 0) {
        throw new AssertionError(
            name + (ended ? " ended" : " goes on") + " without '" + text + "': " + lastLines(from));
      }
      TimeUnit.NANOSECONDS.timedWait(this, leftNs);
    }
  }

  private synchronized List<String> lastLines(int from) {
    return lines.subList(Math.max(Math.min(from, lines.size()), lines.size() - 40), lines.size());
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its process id, to send it signals. */
  public long pid() {
    return process.pid();
  }

  /** Asks it to end, as {@code kill} without a number does. */
  public void terminate() {
    // Not destroy() of the process itself: that would close its output too.
    process.toHandle().destroy();
  }

  /** Waits until it ended, and fails with its last lines when it does not. */
  public int awaitEnd(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError(name + " does not end: " + lastLines(0));
    }
    return process.exitValue();
  }

  /** Kills it at once, as {@code kill -9} does, and waits until it is gone. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " cannot be killed");
      }
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JavaProcess watched() throws IOException {
    Runtime.getRuntime().addShutdownHook(atExit);
    process.getOutputStream().close();
    Thread reader = new Thread(this::read, "lines of " + name);
    reader.setDaemon(true);
    reader.start();
    return this;
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("cannot read further: " + e.getMessage());
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }
}
