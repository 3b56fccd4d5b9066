package pharos.simulator;

import java.io.PrintStream;
import java.util.Locale;
import pharos.agent.core.Count;
import pharos.agent.core.Document;

/** What it costs when a crowd starts within one second, until all know all. */
final class Crowds {
  private static final long PATIENCE_NS = 60 * TimeText.SECOND;

  private final Lan lan;
  private final Cast cast;
  private final News news;
  private final Gauge gauge;

  private Crowds(long seed, int agents) {
    long intervalNs = Math.max(TimeText.SECOND, (agents + 1) * TimeText.SECOND / 500);
    lan = Lan.seeded(seed);
    new Invariants(lan, intervalNs);
    cast = new Cast(lan);
    news = new News(lan, cast, intervalNs);
    gauge = new Gauge(lan);
  }

  /** Prints the table for crowds of these sizes, of distinct agents and of equal replicas. */
  static void print(long seed, int[] agents, PrintStream out) {
    out.println("seed " + seed + "; all start within one second, until all know all");
    TextTable table =
        new TextTable(
            "documents",
            "agents",
            "all know all at",
            "datagrams",
            "broadcast",
            "unicast",
            "most in a second",
            "bytes",
            "questions",
            "most by one",
            "plain TCP");
    for (int number : agents) {
      for (boolean areEqual : new boolean[] {false, true}) {
        new Crowds(seed, number).measure(number, areEqual, table);
      }
    }
    out.print(table);
  }

  private void measure(int agents, boolean areEqual, TextTable table) {
    Document shared = Lan.document("replica");
    long[] startsNs = lan.random().longs(agents, 0, TimeText.SECOND).sorted().toArray();
    for (int i = 0; i < agents; i++) {
      lan.runFor(startsNs[i] - lan.nowNs());
      String name = "a" + (i + 1);
      cast.start(name, areEqual ? shared : Lan.document(name));
    }
    if (!news.await(PATIENCE_NS, cast::doAllKnowAll)) {
      throw new Invariants.Violation(lan, "not all know all: " + cast.whatIsWrong());
    }
    Traffic traffic = lan.traffic();
    long mostAsked =
        lan.programs().stream()
            .mapToLong(program -> program.core().count(Count.QUESTIONS))
            .max()
            .orElse(0);
    table.row(
        areEqual ? "equal" : "distinct",
        Integer.toString(agents),
        TimeText.of(news.lastNewsNs()),
        number(traffic.datagrams()),
        number(traffic.broadcasts()),
        number(traffic.unicasts()),
        number(gauge.peakPerSecond()),
        number(traffic.bytes()),
        number(traffic.questions()),
        number(mostAsked),
        number(traffic.connects()));
    table.row(
        "  per agent",
        "",
        "",
        share(traffic.datagrams(), agents),
        share(traffic.broadcasts(), agents),
        share(traffic.unicasts(), agents),
        share(gauge.peakPerSecond(), agents),
        share(traffic.bytes(), agents),
        share(traffic.questions(), agents),
        "",
        share(traffic.connects(), agents));
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String share(long count, int agents) {
    return String.format(Locale.ROOT, "%,.2f", (double) count / agents);
  }
}
