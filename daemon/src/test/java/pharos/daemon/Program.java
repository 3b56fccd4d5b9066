package pharos.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import pharos.testkit.Needs;

/** {@code pharos} in a process of its own, with its input, output and exit code. */
final class Program implements AutoCloseable {
  private static final Pattern HTTP = Pattern.compile("HTTP is at (http://\\S+?:\\d+)/");

  /** Where its daemons tell of themselves. */
  static final Path RUNTIME = Path.of("target", "runtime").toAbsolutePath();

  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final List<Thread> readers = new ArrayList<>();

  private Program(List<String> launcher, List<String> options, String classPath, List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    // As in a container, where nobody set a locale.
    builder.environment().put("LC_ALL", "C");
    builder.environment().keySet().removeIf(name -> name.startsWith("PHAROS_"));
    builder.environment().put("XDG_RUNTIME_DIR", RUNTIME.toString());
    process = builder.start();
    read(
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
        out);
    read(
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)),
        err);
  }

  static Program start(String... args) {
    return start(List.of(), args);
  }

  /** The same with options of the JVM. */
  static Program start(List<String> options, String... args) {
    return start(List.of(), options, System.getProperty("java.class.path"), args);
  }

  /** The same with so few descriptors, from jars: each class in a folder would want one more. */
  static Program withDescriptors(int count, Path jars, String... args) {
    List<String> limited = List.of("sh", "-c", "ulimit -n " + count + " && exec \"$@\"", "sh");
    return start(limited, List.of(), Jars.ofClassPath(jars), args);
  }

  /** A program of somebody else; where it is missing, the test is skipped. */
  static Process tool(List<String> command) throws IOException {
    return tool(new ProcessBuilder(command));
  }

  /** The same, with all that it prints on one stream. */
  static Process tool(ProcessBuilder builder) throws IOException {
    try {
      return builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      Needs.that(false, builder.command().get(0));
      throw e;
    }
  }

  /** The same by another program, such as {@code env}. */
  static Program launchedBy(List<String> launcher, String... args) {
    return start(launcher, List.of(), System.getProperty("java.class.path"), args);
  }

  private static Program start(
      List<String> launcher, List<String> options, String classPath, String... args) {
    try {
      return new Program(launcher, options, classPath, List.of(args));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(BufferedReader stream, List<String> lines) {
    Thread reader = new Thread(() -> stream.lines().forEach(lines::add), "lines");
    reader.setDaemon(true);
    reader.start();
    readers.add(reader);
  }

  List<String> out() {
    return out;
  }

  List<String> err() {
    return err;
  }

  Process process() {
    return process;
  }

  void awaitErr(String text) {
    Awaitility.await(text)
        .until(() -> err.stream().anyMatch(line -> line.contains(text)) || !process.isAlive());
    if (err.stream().noneMatch(line -> line.contains(text))) {
      throw new AssertionError("no '" + text + "' in " + err + out);
    }
  }

  /** Where its first lines say that HTTP is, without a path. */
  String http() {
    awaitErr("HTTP is at ");
    return err.stream()
        .map(HTTP::matcher)
        .filter(Matcher::find)
        .map(it -> it.group(1))
        .findFirst()
        .orElseThrow();
  }

  /** The exit code, once it ended and all that it printed is here. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs, with " + err + out);
    }
    for (Thread reader : readers) {
      reader.join(TimeUnit.SECONDS.toMillis(10));
    }
    return process.exitValue();
  }

  /** As {@code kill} does it; the process itself would close its streams, with the last lines. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** As {@code kill -9} does it. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    kill();
  }
}
