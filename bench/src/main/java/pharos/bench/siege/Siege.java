package pharos.bench.siege;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import pharos.bench.meeting.Handle;

/**
 * Agents with small heaps on hosts of their own, while others come, go and crash, and a stranger
 * attacks: all he can do at once, or one attack after the other. Tells whether what is promised was
 * kept. Needs root and iproute2, and python3 for forged addresses.
 */
public final class Siege {
  /** How the names of the agents under siege begin. */
  static final String PREFIX = "keeper-";

  /** What each of them offers. */
  static final String OFFER = "Siege.Work";

  private static final int FULL_PACE = 100;
  private static final int AGENTS = 5;
  private static final int GATEWAYS = 2;

  /** A longer wait would tell nothing more. */
  private static final long PATIENCE_MS = 30_000;

  /** One attack alone shall not take minutes to be found to win. */
  private static final long SHORT_PATIENCE_MS = 6_000;

  private static final int QUIET_ROUNDS = 5;
  private static final int UNPLUG_EVERY = 3;

  /** Silence takes six intervals, and whoever echoed may stay that long. */
  private static final int AFTER_SECONDS = 15;

  /** Far more than it takes, for a machine that has much else to do. */
  private static final int RECOVERED_SECONDS = 60;

  private final PrintStream out;
  private final int agents;
  private final int addresses;

  /** Five agents against a stranger with 250 addresses. */
  public Siege(PrintStream out) {
    this(out, AGENTS, Field.MAX_OWN);
  }

  Siege(PrintStream out, int agents, int addresses) {
    this.out = out;
    this.agents = agents;
    this.addresses = addresses;
  }

  /** Attacks as it is told to; whether everything that is promised was kept. */
  public boolean run(Orders orders) throws IOException, InterruptedException {
    return orders.isAlone()
        ? alone(orders.pace(), orders.chosen())
        : together(orders.time(), orders.pace(), orders.chosen(), QUIET_ROUNDS);
  }

  boolean together(Duration time, int pace, List<Attack> attacks, int quietRounds)
      throws IOException, InterruptedException {
    try (Ground ground = Ground.of(agents, addresses);
        Fort fort = Fort.start(ground, agents, GATEWAYS);
        Churn churn = new Churn(ground, fort.news, agents, PATIENCE_MS);
        Handle enemy = enemy(ground, pace)) {
      Report report = new Report(out, fort, churn);
      for (int round = 0; round < quietRounds; round++) {
        round(churn, round);
      }
      report.quietIsOver();
      attack(enemy, attacks);
      long endNs = System.nanoTime() + time.toNanos();
      for (int round = 0; System.nanoTime() - endNs < 0 || round < UNPLUG_EVERY; round++) {
        round(churn, round);
        report.progress(round);
      }
      report.siegeIsOver();
      tellStrikes(enemy, attacks.size());
      stop(enemy);
      TimeUnit.SECONDS.sleep(AFTER_SECONDS);
      return report.print();
    }
  }

  /**
   * A short one: what is worse than being slow, which a busy machine can make of anybody. What is
   * lost after it is lost for good: nobody may be dead, deaf or unknown, and who comes, leaves and
   * crashes then is known.
   */
  List<String> sample(Duration time, List<Attack> attacks)
      throws IOException, InterruptedException {
    try (Ground ground = Ground.of(agents, addresses);
        Fort fort = Fort.start(ground, agents, GATEWAYS);
        Churn churn = new Churn(ground, fort.news, agents, PATIENCE_MS);
        Handle enemy = enemy(ground, FULL_PACE)) {
      Report report = new Report(out, fort, churn);
      report.quietIsOver();
      attack(enemy, attacks);
      long endNs = System.nanoTime() + time.toNanos();
      do {
        churn.comeAndGo();
        churn.crash();
      } while (System.nanoTime() - endNs < 0);
      stop(enemy);
      churn.forget();
      for (int i = 0; i < RECOVERED_SECONDS && !report.lost().isEmpty(); i++) {
        TimeUnit.SECONDS.sleep(1);
      }
      churn.comeAndGo();
      churn.crash();
      return report.lost();
    }
  }

  private static void stop(Handle enemy) throws IOException, InterruptedException {
    enemy.tell("stop");
    enemy.await("stopped", "");
  }

  private static void round(Churn churn, int round) throws IOException, InterruptedException {
    churn.comeAndGo();
    churn.crash();
    if (round % UNPLUG_EVERY == 0) {
      churn.unplug();
    }
  }

  /** Each attack by itself, against agents that none has hurt; whether none wins. */
  private boolean alone(int pace, List<Attack> attacks) throws IOException, InterruptedException {
    out.println(Alone.HEAD);
    int winners = 0;
    try (Ground ground = Ground.of(agents, addresses)) {
      List<Attack> left = new ArrayList<>(attacks);
      while (!left.isEmpty()) {
        try (Fort fort = Fort.start(ground, agents, GATEWAYS);
            Churn churn = new Churn(ground, fort.news, agents, SHORT_PATIENCE_MS);
            Handle enemy = enemy(ground, pace)) {
          // The same agents, as long as no attack hurts them.
          boolean isUnhurt = true;
          while (isUnhurt && !left.isEmpty()) {
            Attack attack = left.remove(0);
            isUnhurt = new Alone(out, fort, churn, enemy).holds(attack);
            winners += isUnhurt ? 0 : 1;
          }
        }
      }
    }
    out.println(winners + " of " + attacks.size() + " attacks win");
    return winners == 0;
  }

  private Handle enemy(Ground ground, int pace) throws IOException, InterruptedException {
    Handle enemy =
        Handle.start(
            ground.onEnemy(),
            List.of("-Xmx512m"),
            "enemy",
            Enemy.class,
            "" + addresses,
            "" + agents,
            "" + GATEWAYS,
            "" + pace);
    enemy.await("ready", "");
    return enemy;
  }

  static void attack(Handle enemy, List<Attack> attacks) throws IOException, InterruptedException {
    for (Attack attack : attacks) {
      enemy.tell("attack " + attack.name());
    }
    for (Attack attack : attacks) {
      enemy.await("attacking", attack.name());
    }
  }

  private void tellStrikes(Handle enemy, int attacks) throws IOException, InterruptedException {
    enemy.tell("strikes");
    TimeUnit.MILLISECONDS.sleep(500);
    List<String> told =
        enemy.said().stream()
            .filter(it -> it.what().equals("strikes") || it.what().equals("failed"))
            .map(it -> it.what() + " " + it.detail())
            .toList();
    out.println(attacks + " attacks: name, strikes, of which ended by the other side:");
    told.forEach(it -> out.println("  " + it));
  }
}
