package pharos.bench.gateway;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import pharos.bench.meeting.Handle;
import pharos.testkit.Namespaces;
import pharos.testkit.Subnets;

/**
 * Two networks that hear no beacon of each other, with gateways, in processes of their own: how
 * long find and browse take across, until it is known there that somebody was killed, and what a
 * gateway that dies costs. On the loopback, with a beacon port for each network, and where there is
 * root also on two subnets of network namespaces with a router between.
 */
public final class Crossing {
  private final int questions;
  private final int trials;
  private final PrintStream out;

  /** Where a process runs: what to put before its command, its beacon port, and its address. */
  private record Place(List<String> before, int beaconPort, String address, String where) {}

  /** The places: of a gateway and an agent here, and of a gateway and an agent there. */
  private record Ground(
      String name, Place gateway, Place agent, Place farGateway, Place farAgent) {}

  /**
   * @param questions how often find and browse are measured
   * @param trials how often somebody is killed
   */
  public Crossing(int questions, int trials, PrintStream out) {
    this.questions = questions;
    this.trials = trials;
    this.out = out;
  }

  /** Prints the table. */
  public void run() throws IOException, InterruptedException {
    out.printf("%-9s %-48s %10s %10s %10s%n", "where", "what", "median ms", "p99 ms", "max ms");
    Place here = new Place(List.of(), freePort(), "127.0.0.1", "loopback");
    Place there = new Place(List.of(), freePort(), "127.0.0.1", "loopback");
    measure(new Ground("loopback", here, here, there, there));
    Namespaces made;
    try {
      made = Subnets.make();
    } catch (RuntimeException e) {
      out.println("subnets: skipped, they need root and iproute2");
      return;
    }
    try (Namespaces hosts = made) {
      int port = freePort();
      measure(
          new Ground(
              "subnets",
              new Place(hosts.on("one-1"), port, "10.81.1.11", "lan"),
              new Place(hosts.on("one-2"), port, "10.81.1.12", "lan"),
              new Place(hosts.on("two-1"), port, "10.81.2.11", "lan"),
              new Place(hosts.on("two-2"), port, "10.81.2.12", "lan")));
    }
  }

  private void measure(Ground ground) throws IOException, InterruptedException {
    List<Handle> all = new ArrayList<>();
    try {
      int port = freePort();
      String seed = ground.farGateway().address() + ":" + port;
      all.add(start(ground.farGateway(), "gate-far", port, "gateway"));
      Handle near = start(ground.gateway(), "gate-near", 0, seed);
      all.add(near);
      Handle beta = start(ground.farAgent(), "beta", 0, "agent");
      all.add(beta);
      Handle alpha = start(ground.agent(), "alpha", 0, "agent");
      all.add(alpha);
      for (Handle handle : all) {
        handle.await("ready", "");
      }
      String id = beta.await(line -> line.what().equals("ready"), "ready").detail();
      alpha.tell("until FOUND beta");
      alpha.await("until", "FOUND beta");
      settle();

      print(ground, "find by name, from an agent", ask(alpha, "find", "beta", "beta "));
      print(ground, "find by id, from an agent", ask(alpha, "id", id, "beta "));
      print(ground, "find by name, from a gateway", ask(near, "find", "beta", "beta "));
      print(
          ground,
          "browse a service, four members",
          ask(alpha, "browse", "Bench", "alpha,beta,gate-far,gate-near "));
      withdraw(ground, alpha);
      failover(ground, alpha, seed, near);
    } finally {
      all.forEach(Handle::close);
    }
  }

  private static Handle start(Place place, String name, int port, String role) throws IOException {
    return Handle.start(
        place.before(), name, Asker.class, "" + place.beaconPort(), "" + port, place.where(), role);
  }

  private long[] ask(Handle asker, String command, String about, String expected)
      throws IOException, InterruptedException {
    // The first ones are a warm-up: classes are loaded.
    for (int count : new int[] {Math.max(20, questions / 5), questions}) {
      asker.forget();
      asker.tell(command + " " + count + " " + about);
      String detail = asker.await(line -> line.what().equals(command), command).detail();
      if (!detail.startsWith(expected)) {
        throw new IllegalStateException(
            command + " " + about + " found " + detail.split(" ", 2)[0]);
      }
      if (count == questions) {
        String micros = detail.substring(expected.length());
        return Arrays.stream(micros.split(",", -1)).mapToLong(Long::parseLong).toArray();
      }
    }
    throw new IllegalStateException("nothing was asked");
  }

  private void withdraw(Ground ground, Handle alpha) throws IOException, InterruptedException {
    long[] arrived = new long[trials];
    long[] gone = new long[trials];
    for (int trial = 0; trial < trials; trial++) {
      try (Handle victim = start(ground.farAgent(), "victim-" + trial, 0, "agent")) {
        alpha.forget();
        alpha.tell("until FOUND " + victim.name);
        long ready = victim.await("ready", "");
        arrived[trial] = Math.max(0, alpha.await("until", "FOUND " + victim.name) - ready);
        settle();
        alpha.forget();
        long killed = victim.kill();
        alpha.tell("until NOT_FOUND " + victim.name);
        gone[trial] = alpha.await("until", "NOT_FOUND " + victim.name) - killed;
      }
    }
    print(ground, "an agent starts, until it is found across", arrived);
    print(ground, "an agent is killed, until it is not found across", gone);
  }

  /** A second gateway is there; the first one is killed while questions run. */
  private void failover(Ground ground, Handle alpha, String seed, Handle first)
      throws IOException, InterruptedException {
    long[] next = new long[trials];
    long[] slowest = new long[trials];
    int lost = 0;
    List<Handle> gateways = new ArrayList<>(List.of(first));
    try {
      for (int trial = 0; trial < trials; trial++) {
        Handle second = start(ground.gateway(), "gate-" + trial, 0, seed);
        gateways.add(second);
        second.await("ready", "");
        second.tell("until FOUND beta");
        second.await("until", "FOUND beta");
        settle();
        alpha.forget();
        alpha.tell("during 4000 beta");
        settle();
        long killed = gateways.get(trial).kill();
        alpha.await("during", "");
        List<Handle.Line> after =
            alpha.said().stream()
                .filter(line -> line.what().equals("answer") && line.micros() >= killed)
                .toList();
        next[trial] = after.get(0).micros() - killed;
        for (Handle.Line line : after) {
          String[] answer = line.detail().split(" ", -1);
          slowest[trial] = Math.max(slowest[trial], Long.parseLong(answer[1]));
          lost += answer[0].equals("FOUND") ? 0 : 1;
        }
      }
    } finally {
      gateways.forEach(Handle::close);
    }
    print(ground, "a gateway is killed, until the next answer", next);
    print(ground, "a gateway is killed, slowest answer after it", slowest);
    out.printf("%-9s a gateway is killed, questions lost: %d%n", ground.name(), lost);
  }

  /** Lets watches come about and tables fill: what is measured is not the start. */
  private static void settle() throws InterruptedException {
    TimeUnit.SECONDS.sleep(2);
  }

  private void print(Ground ground, String what, long[] micros) {
    long[] sorted = micros.clone();
    Arrays.sort(sorted);
    out.printf(
        Locale.ROOT,
        "%-9s %-48s %10.1f %10.1f %10.1f%n",
        ground.name(),
        what,
        sorted[sorted.length / 2] / 1000.0,
        sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)] / 1000.0,
        sorted[sorted.length - 1] / 1000.0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
