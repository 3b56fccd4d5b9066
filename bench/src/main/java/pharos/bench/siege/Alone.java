package pharos.bench.siege;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import pharos.bench.meeting.Handle;

/** One attack by itself: what it does to the agents while it lasts, and what stays. */
final class Alone {
  static final String HEAD =
      String.format(
          Locale.ROOT,
          "%-16s %8s %8s %8s %6s %6s %7s %7s %7s  %s",
          "attack",
          "join ms",
          "leave ms",
          "crash ms",
          "CPU %",
          "heap",
          "direct",
          "threads",
          "fds",
          "what it wins");

  private static final int WARM_UP_MS = 8_000;
  private static final int AFTER_MS = 6_000;
  private static final int CPU_MS = 2_000;
  private static final int ROUNDS = 1;
  private static final int BUSY_PERCENT = 25;
  private static final int MAX_STRANGERS = 64;
  private static final int MAX_LOGGED = 64 * 1024;

  private final PrintStream out;
  private final Fort fort;
  private final Churn churn;
  private final Handle enemy;

  Alone(PrintStream out, Fort fort, Churn churn, Handle enemy) {
    this.out = out;
    this.fort = fort;
    this.churn = churn;
    this.enemy = enemy;
  }

  /** Attacks, measures, and prints a line; whether all was kept. */
  boolean holds(Attack attack) throws IOException, InterruptedException {
    churn.forget();
    fort.news.forgive();
    fort.forgetAsked();
    int firstGauge = fort.gauges();
    long logged = fort.keeps().stream().mapToLong(Keep::loggedCharacters).sum();
    Siege.attack(enemy, List.of(attack));
    TimeUnit.MILLISECONDS.sleep(WARM_UP_MS);
    for (int round = 0; round < ROUNDS; round++) {
      churn.comeAndGo();
      churn.crash();
    }
    List<String> won = new ArrayList<>(during());
    enemy.tell("stop");
    enemy.await("stopped", "");
    enemy.forget();
    TimeUnit.MILLISECONDS.sleep(AFTER_MS);
    long logs = fort.keeps().stream().mapToLong(Keep::loggedCharacters).sum() - logged;
    if (logs > MAX_LOGGED) {
      won.add("logs " + logs / 1024 + " KiB");
    }
    long busiest = fort.busiest(CPU_MS);
    won.addAll(after(busiest));
    out.printf(
        Locale.ROOT,
        "%-16s %8s %8s %8s %6d %6.1f %7.1f %7d %7d  %s%n",
        attack.name(),
        time(Churn.Deed.JOIN),
        time(Churn.Deed.LEAVE),
        time(Churn.Deed.CRASH),
        busiest,
        fort.most(firstGauge, Gauge::heap) / 10.0,
        fort.most(firstGauge, Gauge::direct) / 10.0,
        fort.most(firstGauge, Gauge::threads),
        fort.most(firstGauge, Gauge::descriptors),
        won.isEmpty() ? "-" : String.join("; ", won));
    out.flush();
    return won.isEmpty();
  }

  private String time(Churn.Deed deed) {
    return churn.never(deed) > 0
        ? "never"
        : String.format(Locale.ROOT, "%.0f", Churn.longest(churn.micros(deed)));
  }

  private List<String> during() {
    List<String> won = new ArrayList<>();
    for (Churn.Deed deed : Churn.Deed.values()) {
      if (churn.never(deed) > 0 || Churn.longest(churn.micros(deed)) > 2 * deed.longestMs) {
        won.add(deed.name().toLowerCase(Locale.ROOT) + " not kept");
      }
    }
    if (!fort.news.wrong().isEmpty()) {
      won.add("believed " + fort.news.wrong());
    }
    if (fort.news.mostStrangers() > MAX_STRANGERS) {
      won.add(fort.news.mostStrangers() + " strangers listed");
    }
    for (String what : List.of("health", "question")) {
      Fort.Asked asked = fort.asked(what);
      if (asked.failed() > 0) {
        won.add(what + " failed " + asked.failed() + " of " + asked.count());
      }
    }
    return won;
  }

  private List<String> after(long busiest) {
    List<String> won = new ArrayList<>();
    if (!fort.fallen().isEmpty()) {
      won.add("ended: " + fort.fallen());
    }
    if (!fort.news.isComplete()) {
      won.add("after it missing " + fort.news.missing());
    }
    if (!fort.asked("health").isLastGood()) {
      won.add("after it no health");
    }
    if (!fort.asked("question").isLastGood()) {
      won.add("after it deaf");
    }
    if (busiest > BUSY_PERCENT) {
      won.add("after it busy");
    }
    return won;
  }
}
