package pharos.bench.records;

import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes that hold records together, each reached at a port of its own. Ends them by their ids,
 * also when this process ends. One thread starts and kills, any may ask.
 */
abstract class Cluster implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120;

  /** Where logs and disks are, until it is closed. */
  final Path folder;

  /** By number: where each is asked, the same after it was started again. */
  final List<Integer> ports = new ArrayList<>();

  private final List<Process> processes = new ArrayList<>();
  private final Thread atExit = new Thread(this::killAll, "records");

  Cluster(int count) throws IOException {
    folder = Files.createTempDirectory("pharos-records");
    for (int i = 0; i < count; i++) {
      ports.add(freePort());
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** The command of this one; of a run of it that is one more, each time. */
  abstract List<String> command(int number, int run);

  /** Whether that one says that all are there, and have what they should. */
  abstract boolean isWhole(int number) throws IOException;

  /** Whether that one sees all others, of whom each says that it has what it should. */
  abstract boolean seesAll(int number) throws IOException;

  /** Whether the value is written; an exception where nobody knows. */
  abstract Client.Answer put(Client client, String key, String value) throws IOException;

  /** The value as all agree. */
  abstract Client.Answer get(Client client, String key) throws IOException;

  /** The value in an answer that is good; empty where there is none. */
  abstract String value(Client.Answer answer);

  /** The values that this one won over, each between white space or quotes. */
  abstract String conflicts(Client client, String key) throws IOException;

  /** The counter of the version that was written. */
  abstract long version(Client.Answer answer);

  /** Starts all, and waits until all are there. */
  void start() throws IOException, InterruptedException {
    for (int i = 0; i < ports.size(); i++) {
      processes.add(process(i, 0));
    }
    awaitWhole(0);
  }

  private Process process(int number, int run) throws IOException {
    File log = folder.resolve("log-" + number).toFile();
    return new ProcessBuilder(command(number, run))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  /** As {@code kill -9}, all at one time. */
  void kill(Set<Integer> numbers) throws InterruptedException {
    numbers.forEach(it -> processes.get(it).destroyForcibly());
    for (int number : numbers) {
      processes.get(number).waitFor();
    }
  }

  void startAgain(Set<Integer> numbers, int run) throws IOException {
    for (int number : numbers) {
      processes.set(number, process(number, run));
    }
  }

  /** Whether that one says that all is whole; false also when it does not answer. */
  boolean saysWhole(int number) {
    try {
      return isWhole(number);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits until that one says so, and all see each other. Not until all say so: what is written
   * meanwhile is not whole for a moment, and seven such moments are seldom none.
   */
  void awaitWhole(int first) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!range().allMatch(this::saysAll) || !saysWhole(first)) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IllegalStateException(
            "not whole after " + PATIENCE_SECONDS + " s; " + ended() + told(first));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private boolean saysAll(int number) {
    try {
      return seesAll(number);
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits until these answer at all. */
  void awaitAnswers(Set<Integer> numbers) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!numbers.stream().allMatch(it -> isAnswering(ports.get(it)))) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IllegalStateException("no answer after " + PATIENCE_SECONDS + " s; " + ended());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static boolean isAnswering(int port) {
    try (Client client = new Client(port)) {
      return client.ask("GET", "/", "").status() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Stream<Integer> range() {
    return Stream.iterate(0, it -> it < ports.size(), it -> it + 1);
  }

  private String ended() {
    OptionalInt ended =
        range().mapToInt(it -> it).filter(it -> !processes.get(it).isAlive()).findFirst();
    return ended.isEmpty() ? "" : "process " + ended.getAsInt() + " ended; ";
  }

  /** What that one says of all, for a message. */
  abstract String told(int number);

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static int freeUdpPort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void killAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @Override
  public void close() throws IOException {
    killAll();
    try {
      for (Process process : processes) {
        process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
