package pharos.bench.siege;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import pharos.bench.meeting.Handle;
import pharos.bench.meeting.Participant;

/**
 * Honest ones who come, leave, are killed, and lose their cable, and how soon all agents under
 * siege know. For one thread.
 */
final class Churn implements AutoCloseable {
  /** How the names of those who come and go begin. */
  static final String PREFIX = "comer";

  private static final String NEWCOMER = PREFIX + "-new";
  private static final String VICTIM = PREFIX + "-victim";
  private static final String LOOSE = PREFIX + "-loose";
  private static final long SETTLED_MS = 1_500;

  private final Ground ground;
  private final News news;
  private final int agents;
  private final long patienceMs;
  private final Handle newcomer;
  private final Map<Deed, List<Long>> micros = new EnumMap<>(Deed.class);
  private final List<String> missed = new ArrayList<>();
  private final Map<Deed, Integer> never = new EnumMap<>(Deed.class);

  /** What is measured, and the longest that it usually takes. */
  enum Deed {
    /** From its start until all know it, and it knows all. */
    JOIN("start to all known, both ways", 1_500),
    /** From the call of close. */
    LEAVE("close to gone for all", 150),
    /** From the signal. */
    CRASH("kill -9 to gone for all", 1_500),
    /** From the pulled cable. */
    SILENCE("cable pulled to gone for all", 6_000),
    /** From the cable that is in again. */
    RETURN("cable in again to known by all", 3_000);

    final String what;
    final long longestMs;

    Deed(String what, long longestMs) {
      this.what = what;
      this.longestMs = longestMs;
    }
  }

  /**
   * Starts who comes again and again.
   *
   * @param patienceMs what takes longer than this counts as never
   */
  Churn(Ground ground, News news, int agents, long patienceMs)
      throws IOException, InterruptedException {
    this.ground = ground;
    this.news = news;
    this.agents = agents;
    this.patienceMs = patienceMs;
    newcomer = participant(ground.onComers(), NEWCOMER);
    // Its classes are loaded by then.
    comeAndGo();
    forget();
  }

  private static Handle participant(List<String> before, String name)
      throws IOException, InterruptedException {
    Handle handle = Handle.start(before, name, Participant.class, "" + Field.BEACON_PORT, "lan");
    handle.await("ready", "");
    return handle;
  }

  /** As if nothing had been measured. */
  void forget() {
    micros.clear();
    never.clear();
    missed.clear();
  }

  /** What was measured: microseconds, sorted, without those that never were. */
  long[] micros(Deed deed) {
    return micros.getOrDefault(deed, List.of()).stream().mapToLong(it -> it).sorted().toArray();
  }

  /** How often it was not known within the patience. */
  int never(Deed deed) {
    return never.getOrDefault(deed, 0);
  }

  /** One comes, is known, and leaves. */
  void comeAndGo() throws IOException, InterruptedException {
    news.forget(NEWCOMER);
    newcomer.forget();
    newcomer.tell("start");
    long began = newcomer.await("starting", "");
    if (!measure(Deed.JOIN, began, () -> bothWays(newcomer, NEWCOMER))) {
      missed("join of " + NEWCOMER, news.without(NEWCOMER, false), unmet(newcomer));
    }
    TimeUnit.MILLISECONDS.sleep(SETTLED_MS / 3);
    // Who never knew it cannot learn that it left.
    boolean wasKnown = news.count(NEWCOMER, false) == agents;
    newcomer.tell("close");
    long closing = newcomer.await("closing", "");
    if (wasKnown) {
      if (!measure(Deed.LEAVE, closing, () -> news.gone(NEWCOMER))) {
        missed("leave of " + NEWCOMER, news.without(NEWCOMER, true), List.of());
      }
    }
    newcomer.await("closed", "");
  }

  /** When the last of all learned it, the newcomer itself included; 0 when one has not. */
  private long bothWays(Handle handle, String name) {
    long last = news.arrived(name);
    if (last == 0) {
      return 0;
    }
    for (int i = 1; i <= agents; i++) {
      long met = met(handle, i);
      if (met == 0) {
        return 0;
      }
      last = Math.max(last, met);
    }
    return last;
  }

  /** When it met that agent; 0 when it did not. */
  private static long met(Handle handle, int agent) {
    String name = Siege.PREFIX + agent;
    return handle.said().stream()
        .filter(it -> it.what().equals("ARRIVED") && it.detail().equals(name))
        .mapToLong(Handle.Line::micros)
        .findFirst()
        .orElse(0);
  }

  private List<Integer> unmet(Handle handle) {
    return IntStream.rangeClosed(1, agents).filter(it -> met(handle, it) == 0).boxed().toList();
  }

  private void missed(String what, List<Integer> unaware, List<Integer> unmet) {
    missed.add(what + ": not told by " + unaware + ", did not meet " + unmet);
  }

  /** What never was, in words. */
  List<String> missed() {
    return List.copyOf(missed);
  }

  /** One comes, is known, and is killed. */
  void crash() throws IOException, InterruptedException {
    news.forget(VICTIM);
    try (Handle victim = participant(ground.onComers(), VICTIM)) {
      victim.tell("start");
      if (await(() -> news.arrived(VICTIM)) == 0) {
        never.merge(Deed.JOIN, 1, Integer::sum);
        missed("join of " + VICTIM, news.without(VICTIM, false), List.of());
        return;
      }
      TimeUnit.MILLISECONDS.sleep(SETTLED_MS);
      if (news.count(VICTIM, true) > 0) {
        // Taken for gone though it lived: there is nobody whose crash could be told.
        never.merge(Deed.CRASH, 1, Integer::sum);
        missed("life of " + VICTIM, List.of(), List.of());
        return;
      }
      long killed = victim.kill();
      if (!measure(Deed.CRASH, killed, () -> news.gone(VICTIM))) {
        missed("crash of " + VICTIM, news.without(VICTIM, true), List.of());
      }
    }
  }

  /** One comes, is known, loses its cable, and has it again. */
  void unplug() throws IOException, InterruptedException {
    news.forget(LOOSE);
    try (Handle loose = participant(ground.onLoose(), LOOSE)) {
      loose.tell("start");
      if (await(() -> news.arrived(LOOSE)) == 0) {
        never.merge(Deed.JOIN, 1, Integer::sum);
        missed("join of " + LOOSE, news.without(LOOSE, false), List.of());
        return;
      }
      TimeUnit.MILLISECONDS.sleep(SETTLED_MS);
      news.forget(LOOSE);
      long pulled = now();
      ground.plugged(false);
      try {
        measure(Deed.SILENCE, pulled, () -> news.gone(LOOSE));
      } finally {
        news.forget(LOOSE);
        ground.plugged(true);
      }
      measure(Deed.RETURN, now(), () -> news.arrived(LOOSE));
    }
  }

  private boolean measure(Deed deed, long beganMicros, LongSupplier known)
      throws InterruptedException {
    long last = await(known);
    if (last == 0) {
      never.merge(deed, 1, Integer::sum);
      return false;
    }
    micros.computeIfAbsent(deed, it -> new ArrayList<>()).add(Math.max(0, last - beganMicros));
    return true;
  }

  /** What it tells once that is not 0, or 0 when the patience is over. */
  private long await(LongSupplier known) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
    while (true) {
      long micros = known.getAsLong();
      if (micros != 0 || System.nanoTime() - deadlineNs >= 0) {
        return micros;
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  static double median(long... sorted) {
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2] / 1_000.0;
  }

  static double longest(long... sorted) {
    return Arrays.stream(sorted).max().orElse(0) / 1_000.0;
  }

  @Override
  public void close() {
    newcomer.close();
  }
}
