package pharos.bench.meeting;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import pharos.testkit.Namespaces;

/**
 * Real agents in processes of their own: how soon all know of a newcomer, a leave, a kill, a pulled
 * cable; whether an observer that stood still loses anybody; and what an idle one costs. On the
 * loopback, and where there is root also on hosts made of network namespaces, since the loopback
 * alone knows no lost cable and no rationing of refusals.
 */
public final class Meeting {
  private static final int IDLE_SECONDS = 20;

  /** What runs is compiled by then. */
  private static final int YOUTH_SECONDS = 30;

  private final int trials;
  private final int stopSeconds;
  private final PrintStream out;
  private final int beaconPort = freePort();

  /**
   * @param trials how often each is tried
   * @param stopSeconds how long the observer stands still
   */
  public Meeting(int trials, int stopSeconds, PrintStream out) {
    this.trials = trials;
    this.stopSeconds = stopSeconds;
    this.out = out;
  }

  /** Prints the table for these numbers of agents. */
  public void run(List<Integer> sizes) throws IOException, InterruptedException {
    out.printf("%-9s %6s  %-44s %10s %10s%n", "where", "agents", "what", "median ms", "max ms");
    for (int size : sizes) {
      onLoopback(size);
    }
    boolean canPlug;
    try (Namespaces hosts = Namespaces.of("probe")) {
      canPlug = !hosts.on("probe").isEmpty();
    } catch (RuntimeException e) {
      canPlug = false;
      out.println("hosts: skipped, they need root and iproute2");
    }
    if (canPlug) {
      for (int size : sizes) {
        onHosts(size);
      }
    }
  }

  // On the loopback.

  private void onLoopback(int size) throws IOException, InterruptedException {
    List<Handle> others = new ArrayList<>();
    try {
      for (int i = 1; i < size; i++) {
        others.add(Handle.start(List.of(), "agent-" + i, beaconPort, "loopback"));
      }
      startAll(others);
      newcomers(size, others);
      kills(size, others);
      stop(size, others);
      cost(size, others);
    } finally {
      others.forEach(Handle::close);
    }
  }

  private static void startAll(List<Handle> handles) throws IOException, InterruptedException {
    for (Handle handle : handles) {
      handle.await("ready", "");
    }
    for (Handle handle : handles) {
      handle.tell("start");
    }
    for (Handle handle : handles) {
      for (Handle other : handles) {
        if (other != handle) {
          handle.await("ARRIVED", other.name);
        }
      }
    }
  }

  /** One process starts and closes an agent again and again. */
  private void newcomers(int size, List<Handle> others) throws IOException, InterruptedException {
    long[] starts = new long[trials];
    long[] leaves = new long[trials];
    try (Handle newcomer = Handle.start(List.of(), "newcomer", beaconPort, "loopback")) {
      newcomer.await("ready", "");
      for (int trial = -1; trial < trials; trial++) {
        forget(others, newcomer);
        newcomer.tell("start");
        long began = newcomer.await("starting", "");
        long known = 0;
        for (Handle other : others) {
          known = Math.max(known, other.await("ARRIVED", "newcomer"));
          known = Math.max(known, newcomer.await("ARRIVED", other.name));
        }
        newcomer.tell("close");
        long closing = newcomer.await("closing", "");
        long gone = allGone(others, "newcomer");
        newcomer.await("closed", "");
        // The first is a warm-up: classes are loaded.
        if (trial >= 0) {
          starts[trial] = known - began;
          leaves[trial] = gone - closing;
        }
      }
    }
    print("loopback", size, "start to all known, both ways", starts);
    print("loopback", size, "close to gone for all", leaves);
  }

  private void kills(int size, List<Handle> others) throws IOException, InterruptedException {
    long[] times = new long[trials];
    for (int trial = 0; trial < trials; trial++) {
      forget(others);
      try (Handle victim = Handle.start(List.of(), "victim", beaconPort, "loopback")) {
        victim.await("ready", "");
        victim.tell("start");
        for (Handle other : others) {
          other.await("ARRIVED", "victim");
          victim.await("ARRIVED", other.name);
        }
        settle(2);
        times[trial] = -victim.kill() + allGone(others, "victim");
      }
    }
    print("loopback", size, "kill -9 to gone for all", times);
  }

  private void stop(int size, List<Handle> others) throws IOException, InterruptedException {
    Handle observer = others.get(0);
    long lost;
    if (others.size() == 1) {
      try (Handle second = Handle.start(List.of(), "second", beaconPort, "loopback")) {
        second.await("ready", "");
        second.tell("start");
        observer.await("ARRIVED", "second");
        lost = lostByStanding(observer);
      }
    } else {
      lost = lostByStanding(observer);
    }
    out.printf(
        "%-9s %6d  observer stopped for %d s: live peers it gave up: %d%n",
        "loopback", size, stopSeconds, lost);
  }

  private long lostByStanding(Handle observer) throws IOException, InterruptedException {
    observer.forget();
    observer.signal("STOP");
    settle(stopSeconds);
    observer.signal("CONT");
    settle(8);
    return observer.said().stream().filter(line -> line.what().equals("GONE")).count();
  }

  /** Beside a program that does nothing but receive the same datagrams. */
  private void cost(int size, List<Handle> others) throws IOException, InterruptedException {
    Handle one = others.get(0);
    long tookMs;
    long bareMs;
    long[] before;
    try (Handle bare = Handle.start(List.of(), "bare", beaconPort, "loopback")) {
      bare.await("ready", "");
      bare.tell("listen");
      settle(YOUTH_SECONDS);
      before = numbers(one, "cost");
      long beganMs = numbers(one, "time")[0];
      long bareBeganMs = numbers(bare, "time")[0];
      settle(IDLE_SECONDS);
      tookMs = numbers(one, "time")[0] - beganMs;
      bareMs = numbers(bare, "time")[0] - bareBeganMs;
    }
    long[] after = numbers(one, "cost");
    out.printf(
        Locale.ROOT,
        "%-9s %6d  idle: %.2f ms of CPU a second (%.2f to receive alone), %d threads of ours and"
            + " ZeroMQ's, heap %d KiB, resident %d MiB, %.1f beacons/s received%n",
        "loopback",
        size,
        tookMs / (double) IDLE_SECONDS,
        bareMs / (double) IDLE_SECONDS,
        after[0],
        after[1],
        after[2] / 1024,
        (after[3] - before[3]) / (double) IDLE_SECONDS);
  }

  private static long[] numbers(Handle handle, String command)
      throws IOException, InterruptedException {
    handle.forget();
    handle.tell(command);
    String detail = handle.await(line -> line.what().equals(command), command).detail();
    return Arrays.stream(detail.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  // On hosts of their own.

  /** Half of the agents on each of two hosts, and the victim on a third; a switch between them. */
  private void onHosts(int size) throws IOException, InterruptedException {
    List<Handle> others = new ArrayList<>();
    try (Namespaces hosts = Namespaces.of("switch", "one", "two", "three")) {
      hosts.ip("switch", "link", "add", "br0", "type", "bridge");
      hosts.ip("switch", "link", "set", "br0", "up");
      int number = 1;
      for (String host : List.of("one", "two", "three")) {
        hosts.cable(host, "eth0", "switch", host);
        hosts.ip("switch", "link", "set", host, "master", "br0");
        hosts.address(host, "eth0", "10.77.0." + number++ + "/24");
      }
      for (int i = 1; i < size; i++) {
        others.add(
            Handle.start(hosts.on(i % 2 == 0 ? "one" : "two"), "agent-" + i, beaconPort, "lan"));
      }
      startAll(others);
      unplugged(size, hosts, others);
      killedWithNetwork(size, hosts, others);
      killedTogether(size, hosts, others);
    } finally {
      others.forEach(Handle::close);
    }
  }

  private void unplugged(int size, Namespaces hosts, List<Handle> others)
      throws IOException, InterruptedException {
    int few = Math.min(3, trials);
    long[] times = new long[few];
    try (Handle victim = Handle.start(hosts.on("three"), "victim", beaconPort, "lan")) {
      victim.await("ready", "");
      victim.tell("start");
      for (int trial = 0; trial < few; trial++) {
        for (Handle other : others) {
          other.await("ARRIVED", "victim");
        }
        settle(3);
        forget(others);
        long began = Handle.nowMicros();
        hosts.ip("switch", "link", "set", "three", "down");
        times[trial] = allGone(others, "victim") - began;
        forget(others);
        hosts.ip("switch", "link", "set", "three", "up");
      }
    }
    for (Handle other : others) {
      other.forget();
    }
    print("hosts", size, "cable pulled to gone for all", times);
  }

  private void killedWithNetwork(int size, Namespaces hosts, List<Handle> others)
      throws IOException, InterruptedException {
    int few = Math.min(3, trials);
    long[] times = new long[few];
    for (int trial = 0; trial < few; trial++) {
      settle(2);
      forget(others);
      try (Handle victim = Handle.start(hosts.on("three"), "container", beaconPort, "lan")) {
        victim.await("ready", "");
        victim.tell("start");
        for (Handle other : others) {
          other.await("ARRIVED", "container");
        }
        settle(2);
        long began = Handle.nowMicros();
        victim.kill();
        // As those do who run containers: the network goes once its last process is gone.
        victim.awaitEnd();
        hosts.ip("switch", "link", "set", "three", "down");
        times[trial] = allGone(others, "container") - began;
      }
      hosts.ip("switch", "link", "set", "three", "up");
    }
    print("hosts", size, "killed with its network to gone for all", times);
  }

  /** A quarter of all, on one host, at one moment: refusals are rationed between hosts. */
  private void killedTogether(int size, Namespaces hosts, List<Handle> others)
      throws IOException, InterruptedException {
    int victims = Math.max(1, size / 4);
    List<Handle> killed = new ArrayList<>();
    forget(others);
    try {
      for (int i = 0; i < victims; i++) {
        killed.add(Handle.start(hosts.on("three"), "dying-" + i, beaconPort, "lan"));
      }
      startAll(killed);
      for (Handle other : others) {
        for (Handle victim : killed) {
          other.await("ARRIVED", victim.name);
        }
      }
      settle(2);
      long began = Handle.nowMicros();
      killed.forEach(Handle::kill);
      long[] last = new long[victims];
      for (int i = 0; i < victims; i++) {
        last[i] = allGone(others, "dying-" + i) - began;
      }
      print("hosts", size, victims + " killed at once to gone for all", last);
    } finally {
      killed.forEach(Handle::close);
    }
  }

  // What all have in common.

  private static long allGone(List<Handle> others, String name) throws InterruptedException {
    long last = 0;
    for (Handle other : others) {
      last = Math.max(last, other.await("GONE", name + " "));
    }
    return last;
  }

  private static void forget(List<Handle> others, Handle... more) {
    others.forEach(Handle::forget);
    Arrays.asList(more).forEach(Handle::forget);
  }

  /** Lets watches come about and intervals pass: what is measured is not the start. */
  private static void settle(long seconds) throws InterruptedException {
    TimeUnit.SECONDS.sleep(seconds);
  }

  private void print(String where, int size, String what, long[] micros) {
    long[] sorted = micros.clone();
    Arrays.sort(sorted);
    out.printf(
        Locale.ROOT,
        "%-9s %6d  %-44s %10.1f %10.1f%n",
        where,
        size,
        what,
        sorted[sorted.length / 2] / 1000.0,
        sorted[sorted.length - 1] / 1000.0);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
