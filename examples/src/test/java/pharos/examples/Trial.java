package pharos.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import pharos.testkit.JavaProcess;

/** Programs of one test, that meet no others: the loopback, and a beacon port of their own. */
public final class Trial implements AutoCloseable {
  /** For what takes moments on a machine that is not busy. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int beaconPort = freePort();
  private final List<JavaProcess> processes = new ArrayList<>();

  /** The port where its programs hear each other. */
  public int beaconPort() {
    return beaconPort;
  }

  /** A port that nobody had a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a program that takes {@link Options}. */
  public JavaProcess start(Class<?> main, String... options) {
    List<String> all = new ArrayList<>(List.of("--loopback", "--beacon-port=" + beaconPort));
    all.addAll(List.of(options));
    return startBare(main, all.toArray(String[]::new));
  }

  /** Starts a program with these arguments alone. */
  public JavaProcess startBare(Class<?> main, String... arguments) {
    JavaProcess process = JavaProcess.start(main, arguments);
    processes.add(process);
    return process;
  }

  /** Kills what still runs. */
  @Override
  public void close() {
    processes.forEach(JavaProcess::close);
  }
}
