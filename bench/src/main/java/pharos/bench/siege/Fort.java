package pharos.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import pharos.bench.meeting.Handle;

/**
 * The agents under siege, each on a host of its own, the first ones gateways, and a {@link Warden}
 * beside each. For one thread.
 */
final class Fort implements AutoCloseable {
  static final int GAUGE_SECONDS = 5;

  /** Far more than it takes, for a machine that has much else to do. */
  private static final int START_SECONDS = 120;

  /** What is told of a warden's questions: how many, how many failed, the longest. */
  record Asked(int count, int failed, long worstMicros, boolean isLastGood) {}

  final News news;

  private final List<Keep> keeps = new ArrayList<>();
  private final List<Handle> wardens = new ArrayList<>();

  private Fort(News news) {
    this.news = news;
  }

  static Fort start(Ground ground, int agents, int gateways)
      throws IOException, InterruptedException {
    Fort fort = new Fort(new News(agents));
    try {
      for (int i = 1; i <= agents; i++) {
        fort.keeps.add(fort.keep(ground, i, gateways));
      }
      fort.awaitComplete(START_SECONDS);
      for (int i = 1; i <= agents; i++) {
        String other = Field.AGENTS + (i % agents + 1);
        fort.wardens.add(Handle.start(ground.onAgent(i), "warden" + i, Warden.class, other));
      }
      return fort;
    } catch (IOException | InterruptedException | RuntimeException e) {
      fort.close();
      throw e;
    }
  }

  private Keep keep(Ground ground, int number, int gateways) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--name",
                Siege.PREFIX + number,
                "--service",
                "Siege",
                "--offer",
                Siege.OFFER + "=7001",
                "--port",
                "" + Field.TCP_PORT,
                "--http",
                "0.0.0.0:" + Field.HTTP_PORT,
                "--events"));
    if (number == 1) {
      arguments.add("--gateway");
    } else if (number <= gateways) {
      arguments.addAll(List.of("--seed", Field.AGENTS + "1:" + Field.TCP_PORT));
    }
    int observer = number - 1;
    return Keep.start(
        ground.onAgent(number), GAUGE_SECONDS, line -> news.told(observer, line), arguments);
  }

  /** Waits until all list all; fails when that does not come to be. */
  void awaitComplete(int seconds) throws InterruptedException {
    for (int i = 0; i < seconds * 10; i++) {
      if (news.isComplete()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException(
        "the agents do not find each other: missing "
            + news.missing()
            + " of "
            + keeps.get(0).lastLogged());
  }

  /** The numbers of those whose process ended. */
  List<Integer> fallen() {
    List<Integer> fallen = new ArrayList<>();
    for (int i = 0; i < keeps.size(); i++) {
      if (!keeps.get(i).isAlive()) {
        fallen.add(i + 1);
      }
    }
    return fallen;
  }

  List<Keep> keeps() {
    return keeps;
  }

  /** What the wardens asked since they were told to forget: {@code health} or {@code question}. */
  Asked asked(String what) {
    int count = 0;
    int failed = 0;
    long worst = 0;
    boolean isLastGood = true;
    for (Handle warden : wardens) {
      boolean isGood = true;
      for (Handle.Line line : warden.said()) {
        if (line.what().equals(what)) {
          String[] words = line.detail().split(" ", 2);
          isGood = words[1].equals("ok");
          count++;
          failed += isGood ? 0 : 1;
          worst = Math.max(worst, Long.parseLong(words[0]));
        }
      }
      isLastGood &= isGood;
    }
    return new Asked(count, failed, worst, isLastGood);
  }

  /** How often each of them was not answered, and why. */
  Map<String, Integer> failures() {
    Map<String, Integer> failures = new TreeMap<>();
    for (int i = 0; i < wardens.size(); i++) {
      for (Handle.Line line : wardens.get(i).said()) {
        String[] words = line.detail().split(" ", 2);
        if (words.length == 2 && words[1].startsWith("failed")) {
          failures.merge(line.what() + " of warden " + (i + 1) + " " + words[1], 1, Integer::sum);
        }
      }
    }
    return failures;
  }

  /** As if nothing had been asked yet. */
  void forgetAsked() {
    wardens.forEach(Handle::forget);
  }

  /** The greatest of some number of all gauges of all agents, from that gauge on. */
  long most(int fromGauge, ToLongFunction<Gauge> number) {
    return keeps.stream()
        .flatMap(it -> it.gauges().stream().skip(fromGauge))
        .mapToLong(number)
        .max()
        .orElse(0);
  }

  /** How many gauges there are of the agent that told the fewest. */
  int gauges() {
    return keeps.stream().mapToInt(it -> it.gauges().size()).min().orElse(0);
  }

  /** The busiest agent within that time, in percent of a processor. */
  long busiest(int ms) throws InterruptedException {
    List<Long> before = keeps.stream().map(Keep::cpuMs).toList();
    TimeUnit.MILLISECONDS.sleep(ms);
    long most = 0;
    for (int i = 0; i < keeps.size(); i++) {
      most = Math.max(most, keeps.get(i).cpuMs() - before.get(i));
    }
    return most * 100 / ms;
  }

  @Override
  public void close() {
    wardens.forEach(Handle::close);
    keeps.forEach(Keep::close);
  }
}
