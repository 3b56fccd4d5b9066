package pharos.bench.siege;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** What a siege was: the table, and what was not kept. For one thread. */
final class Report {
  /** What tells of growth may differ by this much in any case: tenths of MiB, threads, fds. */
  private static final long SLACK_MEMORY = 40;

  private static final long SLACK_THREADS = 4;
  private static final long SLACK_DESCRIPTORS = 60;
  private static final int PROGRESS_SECONDS = 60;
  private static final int OFFER_MS = 2_000;
  private static final int BUSY_PERCENT = 25;
  private static final int CPU_MS = 3_000;

  /** So many who are nobody may be listed: a share of the network is theirs. */
  private static final int MAX_STRANGERS = 64;

  private final PrintStream out;
  private final Fort fort;
  private final Churn churn;
  private final List<String> broken = new ArrayList<>();
  private final Map<Churn.Deed, long[]> quiet = new EnumMap<>(Churn.Deed.class);
  private final long beganNs = System.nanoTime();
  private long siegeNs;
  private long toldNs;
  private int firstGauge;
  private int lastGauge;
  private long cpuBefore;
  private long cpuUsed;
  private Fort.Asked health = new Fort.Asked(0, 0, 0, true);
  private Fort.Asked question = new Fort.Asked(0, 0, 0, true);

  Report(PrintStream out, Fort fort, Churn churn) {
    this.out = out;
    this.fort = fort;
    this.churn = churn;
  }

  /** What was measured so far is what is usual. */
  void quietIsOver() {
    for (Churn.Deed deed : Churn.Deed.values()) {
      quiet.put(deed, churn.micros(deed));
    }
    churn.forget();
    fort.news.forgive();
    fort.forgetAsked();
    firstGauge = fort.gauges();
    siegeNs = System.nanoTime();
    cpuBefore = cpu();
    out.printf(
        Locale.ROOT,
        "after %d s: the siege begins%n",
        TimeUnit.NANOSECONDS.toSeconds(siegeNs - beganNs));
  }

  private long cpu() {
    return fort.keeps().stream().mapToLong(Keep::cpuMs).sum();
  }

  /** Tells once a minute how it stands. */
  void progress(int round) {
    long nowNs = System.nanoTime();
    if (toldNs != 0 && nowNs - toldNs < TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS)) {
      return;
    }
    toldNs = nowNs;
    out.printf(
        Locale.ROOT,
        "%4d s: round %d, join %.0f ms, crash %.0f ms, health failed %d, heap %.1f, direct %.1f,"
            + " descriptors %d, ended %s, believed %s%n",
        TimeUnit.NANOSECONDS.toSeconds(nowNs - siegeNs),
        round + 1,
        Churn.longest(churn.micros(Churn.Deed.JOIN)),
        Churn.longest(churn.micros(Churn.Deed.CRASH)),
        fort.asked("health").failed(),
        fort.most(firstGauge, Gauge::heap) / 10.0,
        fort.most(firstGauge, Gauge::direct) / 10.0,
        fort.most(firstGauge, Gauge::descriptors),
        fort.fallen(),
        fort.news.wrong());
    out.flush();
  }

  /** What comes now is after it. */
  void siegeIsOver() {
    lastGauge = fort.gauges();
    long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - siegeNs));
    cpuUsed = (cpu() - cpuBefore) / 10 / seconds / fort.keeps().size();
    health = fort.asked("health");
    question = fort.asked("question");
  }

  /** Prints the tables; whether all was kept. */
  boolean print() throws InterruptedException {
    out.printf(
        "%n| what | usual: median, longest ms | under siege: median, longest ms | trials |"
            + " never | allowed |%n| --- | --- | --- | --- | --- | --- |%n");
    for (Churn.Deed deed : Churn.Deed.values()) {
      times(deed);
    }
    churn.missed().forEach(it -> out.println("never: " + it));
    out.printf("%n| held by one agent | at first | at last | limit |%n| --- | --- | --- | --- |%n");
    flat("heap after a collection, MiB", Gauge::heap, SLACK_MEMORY, 10);
    flat("direct memory, MiB", Gauge::direct, SLACK_MEMORY, 10);
    flat("threads", Gauge::threads, SLACK_THREADS, 1);
    flat("descriptors, connections included", Gauge::descriptors, SLACK_DESCRIPTORS, 1);
    out.printf(
        "%n| asked once a second of each agent | failed | worst ms |%n| --- | --- | --- |%n");
    asked("health", health);
    asked("question of another, over a fresh connection", question);
    fort.failures().forEach((what, times) -> out.println(what + ", " + times + " times"));
    out.println();
    believed();
    after();
    broken.forEach(it -> out.println("not kept: " + it));
    out.println(broken.isEmpty() ? "every promise was kept" : broken.size() + " not kept");
    for (Keep keep : fort.keeps()) {
      if (!keep.isAlive()) {
        out.println("the last that an agent logged: " + keep.lastLogged());
      }
    }
    return broken.isEmpty();
  }

  /** What is lost for good after a siege: nobody may be dead, deaf or unknown. */
  List<String> lost() {
    List<String> lost = new ArrayList<>();
    if (!fort.fallen().isEmpty()) {
      lost.add("ended: " + fort.fallen());
    }
    if (!fort.news.isComplete()) {
      lost.add("not all know all: missing " + fort.news.missing());
    }
    for (String what : List.of("health", "question")) {
      if (!fort.asked(what).isLastGood()) {
        lost.add(what + " is not answered");
      }
    }
    for (Churn.Deed deed : Churn.Deed.values()) {
      if (churn.never(deed) > 0) {
        lost.add("never came to be: " + deed.what + " " + churn.missed());
      }
    }
    return lost;
  }

  private void times(Churn.Deed deed) {
    long[] usual = quiet.getOrDefault(deed, new long[0]);
    long[] now = churn.micros(deed);
    long allowedMs = 2 * deed.longestMs;
    out.printf(
        Locale.ROOT,
        "| %s | %.0f, %.0f | %.0f, %.0f | %d | %d | %d |%n",
        deed.what,
        Churn.median(usual),
        Churn.longest(usual),
        Churn.median(now),
        Churn.longest(now),
        now.length + churn.never(deed),
        churn.never(deed),
        allowedMs);
    if (churn.never(deed) > 0 || Churn.longest(now) > allowedMs) {
      broken.add(deed.what);
    }
  }

  /** The second and the last quarter of the siege; the first fills what has a bound. */
  private void flat(String what, ToLongFunction<Gauge> number, long slack, int divisor) {
    int quarter = Math.max(1, (lastGauge - firstGauge) / 4);
    // Who ended tells nothing any more, and is found by that.
    int end = Math.max(lastGauge, firstGauge + 2 * quarter);
    long first = most(firstGauge + quarter, firstGauge + 2 * quarter, number);
    long last = most(end - quarter, end, number);
    long limit = first + first / 4 + slack;
    out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f |%n",
        what,
        first / (double) divisor,
        last / (double) divisor,
        limit / (double) divisor);
    if (last > limit) {
      broken.add(what + " grew");
    }
  }

  private long most(int from, int to, ToLongFunction<Gauge> number) {
    return fort.keeps().stream()
        .flatMap(it -> it.gauges().stream().limit(to).skip(from))
        .mapToLong(number)
        .max()
        .orElse(0);
  }

  private void asked(String what, Fort.Asked asked) {
    out.printf(
        Locale.ROOT,
        "| %s | %d of %d | %.0f |%n",
        what,
        asked.failed(),
        asked.count(),
        asked.worstMicros() / 1_000.0);
    if (asked.failed() > 0 || asked.count() == 0) {
      broken.add(what + " failed");
    }
  }

  private void believed() {
    long takenMs = fort.news.longestTakenMs(Churn.now());
    out.println("believed wrongly of a live agent: " + fort.news.wrong());
    out.println("an offer was missing for " + takenMs + " ms at most");
    out.println("strangers listed at one agent, at most: " + fort.news.mostStrangers());
    fort.news
        .wrong()
        .forEach(
            (what, times) -> {
              if (!what.equals("offer taken")) {
                broken.add(what + ", " + times + " times");
              }
            });
    if (takenMs > OFFER_MS) {
      broken.add("an offer was missing for longer than two intervals");
    }
    if (fort.news.mostStrangers() > MAX_STRANGERS) {
      broken.add("strangers are listed without a bound");
    }
  }

  private void after() throws InterruptedException {
    long busiest = fort.busiest(CPU_MS);
    long logged = fort.keeps().stream().mapToLong(Keep::loggedCharacters).sum();
    out.printf(
        Locale.ROOT,
        "processor of one agent: %d %% under siege, %d %% after it; all logged %d KiB; ended: %s;"
            + " missing after it: %s, strangers left: %d%n",
        cpuUsed,
        busiest,
        logged / 1024,
        fort.fallen(),
        fort.news.missing(),
        fort.news.strangers());
    if (!fort.fallen().isEmpty()) {
      broken.add("ended: " + fort.fallen());
    }
    if (!fort.news.isComplete()) {
      broken.add("not all know all after it");
    }
    if (busiest > BUSY_PERCENT) {
      broken.add("busy after it");
    }
  }
}
