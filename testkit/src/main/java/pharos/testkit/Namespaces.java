package pharos.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Network namespaces of Linux: hosts of a test's own, cabled as the test likes, whose interfaces it
 * may pull. Their real names hold the process id, so tests of several builds do not meet. All are
 * removed by {@link #close}, or at the latest when the JVM ends. For one thread.
 */
public final class Namespaces implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int PATIENCE_SECONDS = 30;

  private final String prefix =
      "pharos-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-";
  private final List<String> hosts = new ArrayList<>();
  private final Thread atExit = new Thread(this::delete, "namespaces");

  private Namespaces() {
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Makes these hosts, each with its loopback up; skips the test where that is not possible. */
  public static Namespaces of(String... hosts) {
    Namespaces namespaces = new Namespaces();
    try {
      for (String host : hosts) {
        namespaces.add(host);
      }
      return namespaces;
    } catch (IllegalStateException e) {
      namespaces.close();
      Needs.that(false, "root, iproute2 and network namespaces: " + e.getMessage());
      throw e;
    }
  }

  /**
   * Lays a cable between two hosts: the end {@code host} has the interface {@code nic}, both ends
   * are up.
   */
  public void cable(String host, String nic, String otherHost, String otherNic) {
    ip(
        host,
        "link",
        "add",
        nic,
        "type",
        "veth",
        "peer",
        "name",
        otherNic,
        "netns",
        name(otherHost));
    ip(host, "link", "set", nic, "up");
    ip(otherHost, "link", "set", otherNic, "up");
  }

  /** Gives an interface an address such as {@code 10.1.0.1/24}, and its broadcast address. */
  public void address(String host, String nic, String address) {
    ip(host, "address", "add", address, "broadcast", "+", "dev", nic);
  }

  /** Runs {@code ip} on this host; what it prints is returned, and in the exception if it fails. */
  public String ip(String host, String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name(host)));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Runs a command on this host; what it prints is returned, and in the exception if it fails. */
  public String run(String host, String... command) {
    List<String> all = new ArrayList<>(on(host));
    all.addAll(List.of(command));
    return run(all);
  }

  /** What to put before a command so that it runs on this host. */
  public List<String> on(String host) {
    return List.of("ip", "netns", "exec", name(host));
  }

  /** Removes all hosts and what belongs to them. End the processes on them first. */
  @Override
  public void close() {
    delete();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void add(String host) {
    run(List.of("ip", "netns", "add", prefix + host));
    hosts.add(host);
    ip(host, "link", "set", "lo", "up");
  }

  private String name(String host) {
    if (!hosts.contains(host)) {
      throw new IllegalArgumentException("there is no host " + host + " among " + hosts);
    }
    return prefix + host;
  }

  private void delete() {
    for (String host : hosts) {
      try {
        run(List.of("ip", "netns", "delete", prefix + host));
      } catch (IllegalStateException e) {
        System.out.println("a network namespace stays behind: " + e.getMessage());
      }
    }
    hosts.clear();
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " does not end");
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + output.strip());
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(command + " cannot run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command + " was interrupted", e);
    }
  }
}
