package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import pharos.testkit.FreePorts;
import pharos.testkit.Needs;

/** A real etcd on the loopback: one member or some, each of them a process. */
final class EtcdMembers implements AutoCloseable {
  private final Path folder;
  private final List<Integer> clientPorts = new ArrayList<>();
  private final List<Integer> peerPorts = new ArrayList<>();
  private final List<Optional<Process>> processes = new ArrayList<>();
  private final List<String> options;
  private final boolean isTls;

  private EtcdMembers(Path folder, int count, boolean isTls, List<String> options) {
    this.folder = folder;
    this.options = List.copyOf(options);
    this.isTls = isTls;
    for (int i = 0; i < count; i++) {
      clientPorts.add(FreePorts.next());
      peerPorts.add(FreePorts.next());
      processes.add(Optional.empty());
    }
  }

  static EtcdMembers start(Path folder, int count) throws IOException {
    return start(folder, count, false, List.of());
  }

  static EtcdMembers start(Path folder, int count, boolean isTls, List<String> options)
      throws IOException {
    Needs.that(program("etcd").isPresent() && program("etcdctl").isPresent(), "etcd and etcdctl");
    EtcdMembers members = new EtcdMembers(folder, count, isTls, options);
    for (int i = 0; i < count; i++) {
      members.run(i);
    }
    members.awaitListening();
    return members;
  }

  private static Optional<Path> program(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(it -> Path.of(it, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts a member, anew if it was there before. */
  void run(int i) throws IOException {
    String peer = "http://127.0.0.1:" + peerPorts.get(i);
    String client = (isTls ? "https" : "http") + "://127.0.0.1:" + clientPorts.get(i);
    String cluster =
        IntStream.range(0, peerPorts.size())
            .mapToObj(it -> "m" + it + "=http://127.0.0.1:" + peerPorts.get(it))
            .collect(Collectors.joining(","));
    List<String> command =
        new ArrayList<>(
            List.of(
                "etcd",
                "--name=m" + i,
                "--data-dir=" + folder.resolve("m" + i),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + cluster));
    command.addAll(options);
    processes.set(
        i,
        Optional.of(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                    ProcessBuilder.Redirect.appendTo(folder.resolve("log" + i).toFile()))
                .start()));
  }

  private void awaitListening() {
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () -> {
              for (int i = 0; i < processes.size(); i++) {
                if (!Files.readString(folder.resolve("log" + i)).contains("ready to serve")) {
                  return false;
                }
              }
              return true;
            });
  }

  /** Where they are, as records are told. */
  String url() {
    return url(IntStream.range(0, clientPorts.size()).toArray());
  }

  /** Where these are. */
  String url(int... which) {
    return (isTls ? "etcds://" : "etcd://")
        + IntStream.of(which)
            .mapToObj(it -> "127.0.0.1:" + clientPorts.get(it))
            .collect(Collectors.joining(","));
  }

  /** What etcdctl prints. */
  String ctl(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "etcdctl", "--endpoints=" + url().replaceFirst(".*://", "").replaceAll(",.*", "")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(20, SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(command + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Kills a member as a crash would. */
  void kill(int i) {
    processes
        .get(i)
        .ifPresent(
            it -> {
              it.destroyForcibly();
              await().atMost(Duration.ofSeconds(20)).until(() -> !it.isAlive());
            });
    processes.set(i, Optional.empty());
  }

  /** Stops a member where it is, or lets it go on. */
  void signal(int i, String signal) throws IOException {
    long pid = processes.get(i).orElseThrow().pid();
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + pid).start();
    await().until(() -> !kill.isAlive());
  }

  @Override
  public void close() {
    for (int i = 0; i < processes.size(); i++) {
      kill(i);
    }
  }
}
