package pharos.bench.records;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Put and get over HTTP, from one client and from several at once, each of which asks one node: a
 * program asks the agent of its own host.
 */
public final class Speed {
  private static final List<Integer> SIZES = List.of(1, 3, 7);
  private static final int MOST_CLIENTS = 8;
  private static final List<Integer> CLIENTS = List.of(1, MOST_CLIENTS);
  private static final int COPIES = 3;
  private static final int KEYS = 20;
  private static final String VALUE = "v".repeat(100);

  private final int seconds;
  private final PrintStream out;

  /**
   * @param seconds how long each number is measured
   */
  public Speed(int seconds, PrintStream out) {
    this.seconds = seconds;
    this.out = out;
  }

  /** One call. */
  private interface Asking {
    Client.Answer ask(Cluster cluster, Client client, String key) throws IOException;
  }

  /** Prints the table. */
  public void run() throws IOException, InterruptedException {
    out.printf(
        "%-7s %5s  %-17s %7s %26s %26s  %s%n",
        "",
        "nodes",
        "kept",
        "clients",
        "put: median, p99 ms, /s",
        "get: median, p99 ms, /s",
        "what an acknowledged write survives, and what a read promises");
    for (int size : SIZES) {
      for (Agents.Keeping keeping : Agents.Keeping.values()) {
        try (Cluster agents = new Agents(size, COPIES, keeping)) {
          measure("agents", agents, keeping.words, promise(size, keeping));
        }
      }
    }
    if (!Etcd.isInstalled()) {
      out.println("etcd is not installed here, so there is nothing to compare with");
      return;
    }
    for (boolean isForced : new boolean[] {true, false}) {
      String kept = (isForced ? Agents.Keeping.FORCED : Agents.Keeping.UNFORCED).words;
      String promise = isForced ? "all killed, the power cut" : "all killed";
      try (Cluster etcd = new Etcd(3, isForced)) {
        measure("etcd", etcd, kept, promise + "; linearizable");
      }
    }
  }

  private static String promise(int size, Agents.Keeping keeping) {
    String what =
        switch (keeping) {
          case MEMORY -> size == 1 ? "nothing" : "one of its 3 copies killed";
          case FORCED -> "all killed, the power cut";
          case UNFORCED -> "all killed";
        };
    return what + "; a majority of the copies agrees";
  }

  private void measure(String engine, Cluster cluster, String kept, String promise)
      throws IOException, InterruptedException {
    cluster.start();
    fill(cluster);
    Asking put = (it, client, key) -> it.put(client, key, VALUE);
    Asking get = Cluster::get;
    for (int clients : CLIENTS) {
      String puts = asked(cluster, clients, put);
      String gets = asked(cluster, clients, get);
      out.printf(
          "%-7s %5d  %-17s %7d %26s %26s  %s%n",
          engine, cluster.ports.size(), kept, clients, puts, gets, promise);
    }
    if (engine.equals("agents") && kept.equals(Agents.Keeping.FORCED.words)) {
      out.println("        (the disk is " + Files.getFileStore(cluster.folder).type() + ")");
    }
  }

  /** All keys, so that each that is asked for is there. */
  private static void fill(Cluster cluster) throws IOException {
    try (Client client = new Client(cluster.ports.get(0))) {
      for (int i = 0; i < MOST_CLIENTS * KEYS; i++) {
        good(cluster.put(client, key(i / KEYS, i), VALUE));
      }
    }
  }

  private static String key(int number, int i) {
    return "bench/" + number + "/" + i % KEYS;
  }

  private static void good(Client.Answer answer) throws IOException {
    if (!answer.isGood()) {
      throw new IOException("a call was refused: " + answer.words());
    }
  }

  /** Each client asks as fast as it is answered; a third of the time before that is a warm-up. */
  private String asked(Cluster cluster, int clients, Asking asking)
      throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    try {
      long startNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds) / 3;
      List<Callable<List<Long>>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int number = i;
        all.add(() -> asked(cluster, number, asking, startNs));
      }
      List<Long> times = new ArrayList<>();
      for (Future<List<Long>> future : pool.invokeAll(all)) {
        times.addAll(future.get());
      }
      return words(times);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } finally {
      pool.shutdownNow();
    }
  }

  private List<Long> asked(Cluster cluster, int number, Asking asking, long startNs)
      throws IOException {
    List<Long> times = new ArrayList<>();
    long endNs = startNs + TimeUnit.SECONDS.toNanos(seconds);
    try (Client client = new Client(cluster.ports.get(number % cluster.ports.size()))) {
      long nowNs = System.nanoTime();
      for (int i = 0; nowNs - endNs < 0; i++) {
        good(asking.ask(cluster, client, key(number, i)));
        long thenNs = System.nanoTime();
        if (nowNs - startNs >= 0) {
          times.add(thenNs - nowNs);
        }
        nowNs = thenNs;
      }
    }
    return times;
  }

  private String words(List<Long> times) {
    double[] sorted = times.stream().mapToDouble(ns -> ns / 1e6).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%.2f %.1f %.0f",
        percentile(sorted, 50),
        percentile(sorted, 99),
        sorted.length / (double) seconds);
  }

  /** Of those that are sorted. */
  static double percentile(double[] sorted, int percent) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  /** The same of seconds in any order, for a line. */
  static String medianAndP99(List<Double> seconds) {
    double[] sorted = seconds.stream().mapToDouble(it -> it).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "median %.1f s, p99 %.1f s, most %.1f s",
        percentile(sorted, 50),
        percentile(sorted, 99),
        Arrays.stream(sorted).max().orElse(Double.NaN));
  }
}
