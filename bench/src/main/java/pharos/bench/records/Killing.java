package pharos.bench.records;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A writer and a reader of some keys, while their holders are killed and started again: what was
 * acknowledged has to be there, or a later value, or it is among the conflicts.
 */
public final class Killing {
  /** The first of them are written all the time, the others once: these live by repair alone. */
  private static final int KEYS = 120;

  private static final int BUSY_KEYS = 20;

  /**
   * Few enough writes that not always one is on its way, when somebody asks whether all is whole.
   */
  private static final int PAUSE_MS = 20;

  private static final int MOST_TOLD = 20;
  private static final long PATIENCE_SECONDS = 60;
  private static final int SEED = 7;

  private final Orders orders;
  private final PrintStream out;
  private final History history = new History(KEYS);
  private final Random random = new Random(SEED);
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();
  private final AtomicLong longestMs = new AtomicLong();
  private final Map<String, Long> refused = new TreeMap<>();
  private final List<Double> starts = new ArrayList<>();
  private volatile boolean isOver;
  private int lost;
  private int inConflict;
  private int unwarned;

  public Killing(Orders orders, PrintStream out) {
    this.orders = orders;
    this.out = out;
  }

  /** Whether it kept what is promised; prints what happened. */
  public boolean run() throws IOException, InterruptedException {
    if (orders.isEtcd() && !Etcd.isInstalled()) {
      throw new IllegalStateException("etcd is not installed here");
    }
    Agents.Keeping keeping = orders.isState() ? Agents.Keeping.FORCED : Agents.Keeping.MEMORY;
    try (Cluster cluster =
        orders.isEtcd()
            ? new Etcd(3, true)
            : new Agents(orders.nodes(), orders.copies(), keeping)) {
      cluster.start();
      for (int key = 0; key < KEYS; key++) {
        write(cluster, key);
      }
      cluster.awaitWhole(0);
      List<Thread> threads =
          List.of(new Thread(() -> write(cluster), "writer"), new Thread(() -> read(cluster)));
      threads.forEach(Thread::start);
      try {
        List<Double> times = kill(cluster);
        isOver = true;
        for (Thread thread : threads) {
          thread.join();
        }
        check(cluster, "at the end");
        return isKept(times);
      } finally {
        isOver = true;
      }
    }
  }

  private List<Double> kill(Cluster cluster) throws IOException, InterruptedException {
    List<Double> times = new ArrayList<>();
    int count = orders.isEtcd() ? 1 : 2;
    for (int run = 1; run <= orders.killings(); run++) {
      Set<Integer> victims = new TreeSet<>();
      while (victims.size() < count) {
        victims.add(random.nextInt(cluster.ports.size()));
      }
      int witness = random.nextInt(cluster.ports.size());
      while (victims.contains(witness)) {
        witness = (witness + 1) % cluster.ports.size();
      }
      unwarned += cluster.saysWhole(witness) ? 1 : 0;
      long startNs = System.nanoTime();
      cluster.kill(victims);
      cluster.startAgain(victims, run);
      cluster.awaitAnswers(victims);
      starts.add((System.nanoTime() - startNs) / 1e9);
      if (orders.isWaiting()) {
        cluster.awaitWhole(witness);
        times.add((System.nanoTime() - startNs) / 1e9);
        check(cluster, "after killing " + run);
      }
    }
    long startNs = System.nanoTime();
    cluster.awaitWhole(0);
    if (!orders.isWaiting()) {
      times.add((System.nanoTime() - startNs) / 1e9);
    }
    return times;
  }

  // The writer and the reader.

  /** The connection of one thread, to a node that it changes when that one fails. */
  private static final class Caller implements AutoCloseable {
    private final Random random = new Random(SEED);
    private final Cluster cluster;
    private @Nullable Client client;
    private int number;
    private String answer = "";

    Caller(Cluster cluster) {
      this.cluster = cluster;
    }

    Client client() throws IOException {
      if (client == null || random.nextInt(20) == 0) {
        close();
        number = random.nextInt(cluster.ports.size());
        client = new Client(cluster.ports.get(number));
      }
      return client;
    }

    /** For a line about the answer before. */
    String words() {
      return "node " + number + " said at " + Instant.now() + ": " + answer;
    }

    @Override
    public void close() throws IOException {
      Client old = client;
      client = null;
      if (old != null) {
        old.close();
      }
    }
  }

  private void write(Cluster cluster) {
    try (Caller caller = new Caller(cluster)) {
      long lastNs = System.nanoTime();
      for (int i = 0; !isOver; i++) {
        if (isWritten(caller, i % BUSY_KEYS)) {
          long nowNs = System.nanoTime();
          longestMs.accumulateAndGet((nowNs - lastNs) / 1_000_000, Math::max);
          lastNs = nowNs;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Before anything is killed: writes until it is acknowledged. */
  private void write(Cluster cluster, int key) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try (Caller caller = new Caller(cluster)) {
      while (!isWritten(caller, key)) {
        if (System.nanoTime() - deadlineNs > 0) {
          throw new IllegalStateException("no write is acknowledged: " + refused);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    }
  }

  private boolean isWritten(Caller caller, int key) throws IOException {
    String value = history.next(key);
    try {
      Client.Answer answer = caller.cluster.put(caller.client(), key(key), value);
      if (answer.isGood()) {
        caller.answer = answer.words();
        if (!history.acknowledge(key, caller.cluster.version(answer))) {
          out.println(key(key) + " has no higher version than before: " + caller.words());
        }
        return true;
      }
      refused("put", answer);
    } catch (IOException e) {
      refused("put cut off");
    }
    caller.close();
    return false;
  }

  private void read(Cluster cluster) {
    Random keys = new Random(SEED);
    try (Caller caller = new Caller(cluster)) {
      while (!isOver) {
        int key = keys.nextInt(KEYS);
        int least = history.least(key);
        History.@Nullable Verdict verdict = verdict(caller, key, least);
        if (verdict != null) {
          reads.incrementAndGet();
        }
        if (verdict == History.Verdict.MISSED || verdict == History.Verdict.INVENTED) {
          if (stale.incrementAndGet() <= MOST_TOLD) {
            out.println(key(key) + " without n" + least + ", " + verdict + ": " + caller.words());
          }
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the answer is worth; null when there was none. */
  private History.@Nullable Verdict verdict(Caller caller, int key, int least) throws IOException {
    try {
      Client.Answer answer = caller.cluster.get(caller.client(), key(key));
      if (answer.isGood() || answer.status() == 404) {
        caller.answer = answer.words();
        String value = answer.isGood() ? caller.cluster.value(answer) : "";
        History.Verdict verdict = history.judge(key, least, value, "");
        return verdict == History.Verdict.MISSED
            ? history.judge(key, least, value, caller.cluster.conflicts(caller.client(), key(key)))
            : verdict;
      }
      refused("get", answer);
    } catch (IOException e) {
      refused("get cut off");
    }
    caller.close();
    return null;
  }

  /** Reads all keys: what was acknowledged before has to be there. */
  private void check(Cluster cluster, String when) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try (Caller caller = new Caller(cluster)) {
      for (int key = 0; key < KEYS; key++) {
        int least = history.acknowledged(key);
        History.@Nullable Verdict verdict = verdict(caller, key, least);
        while (verdict == null && System.nanoTime() - deadlineNs < 0) {
          TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
          verdict = verdict(caller, key, least);
        }
        inConflict += verdict == History.Verdict.CONFLICT ? 1 : 0;
        if (verdict == null || verdict == History.Verdict.MISSED) {
          lost++;
          history.forget(key);
          if (lost <= MOST_TOLD) {
            String how = verdict == null ? "no answer: " + refused : caller.words();
            out.println("lost " + when + ": " + key(key) + " n" + least + ", " + how);
          }
        }
      }
    }
  }

  private static String key(int key) {
    return "history/" + key;
  }

  private void refused(String what, Client.Answer answer) {
    refused(what + " " + answer.status());
  }

  private void refused(String what) {
    synchronized (refused) {
      refused.merge(what, 1L, Long::sum);
    }
  }

  // What is told.

  private boolean isKept(List<Double> times) {
    out.printf(
        Locale.ROOT,
        "%d killings of %s, %s: %d writes acknowledged, %d reads, no write for %.1f s at most%n",
        orders.killings(),
        orders.isEtcd() ? "one of 3 members" : "two of " + orders.nodes() + " nodes",
        orders.isEtcd()
            ? "disk, forced"
            : orders.copies() + " copies, " + (orders.isState() ? "disk, forced" : "in memory"),
        history.writes(),
        reads.get(),
        longestMs.get() / 1e3);
    out.println("not answered, by what was asked: " + refused);
    out.println(
        (orders.isWaiting() ? "whole again, with all processes back: " : "whole at the end after: ")
            + Speed.medianAndP99(times)
            + "; until the processes were up again: "
            + Speed.medianAndP99(starts));
    out.println(
        "lost: "
            + lost
            + " acknowledged writes; among the conflicts: "
            + inConflict
            + "; stale reads: "
            + stale
            + "; versions that went back: "
            + history.wentBack());
    if (orders.isWaiting()) {
      return lost == 0 && stale.get() == 0 && history.wentBack() == 0;
    }
    out.println(
        "of "
            + orders.killings()
            + " killings "
            + (orders.killings() - unwarned)
            + " fell on what the ring said was not whole");
    return true;
  }
}
