package pharos.simulator.kademlia;

import static pharos.simulator.kademlia.Rows.number;
import static pharos.simulator.kademlia.Rows.percent;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pharos.kademlia.Count;
import pharos.kademlia.Settings;

/**
 * The tables of a network that stands still. Numbers in brackets are of an independent model in
 * another language, with ideal tables too; they belong to the same k and alpha, and where the rows
 * say so to the same time-out.
 */
final class StillTables {
  private final long seed;
  private final int lookups;
  private final PrintStream out;
  private final Map<Integer, Population> populations = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  /** Table size, mean hops, requests to first sight, round trips and requests to the end. */
  private static final Map<Integer, double[]> SIZES =
      Map.of(
          1_000, new double[] {131, 0.90, 3, 6, 8, 22, 23},
          10_000, new double[] {197, 1.43, 4, 6, 8, 23, 26},
          100_000, new double[] {265, 1.92, 6, 9, 9, 25, 26});

  /** Table size and mean hops. */
  private static final Map<Integer, double[]> SMALL =
      new TreeMap<>(
          Map.of(
              20, new double[] {19, 0},
              50, new double[] {44, 0.09},
              100, new double[] {65, 0.32},
              200, new double[] {84, 0.59},
              500, new double[] {111, 0.78}));

  StillTables(long seed, int lookups, PrintStream out) {
    this.seed = seed;
    this.lookups = lookups;
    this.out = out;
  }

  /** What did not hold. */
  List<String> failures() {
    return failures;
  }

  private void expect(boolean holds, String what) {
    if (!holds) {
      failures.add(what);
    }
  }

  private Population population(int size) {
    return populations.computeIfAbsent(size, n -> new Population(n, seed));
  }

  private StillNetwork network(int size, UnaryOperator<Settings> settings) {
    return new StillNetwork(population(size), seed + size, settings);
  }

  private static String beside(double value, double other, int digits) {
    return number(value, digits) + " (" + number(other, digits) + ")";
  }

  // Without failures.

  void sizes(int... sizes) {
    out.println("No failures, k 20. In round trips and requests, up to the first who names the");
    out.println("target and up to the certified end.");
    Rows rows =
        new Rows(
            "nodes",
            "lookup",
            "table",
            "hops",
            "requests",
            "p99",
            "round trips",
            "requests",
            "p99");
    double hopsBefore = 0;
    double tableBefore = 0;
    int sizeBefore = 0;
    for (int size : sizes) {
      Sample plain = Sample.ofNodes(network(size, Sample.plain(3, 3)), lookups, true);
      sizeRow(rows, size, "alpha 3", plain, SIZES.get(size));
      sizeRow(rows, size, "default", Sample.ofNodes(network(size, s -> s), lookups, true), null);
      expect(
          plain.network.count(Count.STALLED) + plain.network.count(Count.FAILED) == 0,
          "a network of " + size + " that loses nothing has no time-outs");
      expect(plain.isAccountedFor(), "every request of " + size + " is accounted for");
      if (sizeBefore > 0) {
        double tenfold = Math.log10(size / (double) sizeBefore);
        expect(
            Math.abs((plain.table.mean() - tableBefore) / tenfold - 66) < 5,
            "the table grows by 66 for ten times as many nodes");
        expect(
            Math.abs((plain.hops.mean() - hopsBefore) / tenfold - 0.5) < 0.12,
            "there is half a hop more for ten times as many nodes");
      }
      sizeBefore = size;
      hopsBefore = plain.hops.mean();
      tableBefore = plain.table.mean();
    }
    out.println(rows);
  }

  private void sizeRow(Rows rows, int size, String name, Sample sample, double @Nullable [] other) {
    if (other == null) {
      rows.row(
          Rows.count(size),
          name,
          number(sample.table.mean(), 0),
          number(sample.hops.mean(), 2),
          number(sample.requestsToSight.median(), 0),
          number(sample.requestsToSight.p99(), 0),
          number(sample.roundTrips.median(), 0),
          number(sample.requests.median(), 0),
          number(sample.requests.p99(), 0));
      return;
    }
    rows.row(
        Rows.count(size),
        name,
        beside(sample.table.mean(), other[0], 0),
        beside(sample.hops.mean(), other[1], 2),
        beside(sample.requestsToSight.median(), other[2], 0),
        beside(sample.requestsToSight.p99(), other[3], 0),
        beside(sample.roundTrips.median(), other[4], 0),
        beside(sample.requests.median(), other[5], 0),
        beside(sample.requests.p99(), other[6], 0));
    // The other figure is rounded, and is of as many lookups, so it may be off by as much.
    double allowed = 3 * Math.sqrt(2) * sample.hops.error() + 0.005;
    expect(
        Math.abs(sample.hops.mean() - other[1]) <= allowed,
        "hops among " + size + " are as in the other model, give or take three standard errors");
  }

  void small() {
    out.println("Small networks, alpha 3, no failures.");
    Rows rows = new Rows("nodes", "table", "hops", "round trips to the end");
    SMALL.forEach(
        (size, other) -> {
          Sample sample = Sample.ofNodes(network(size, Sample.plain(3, 3)), lookups, true);
          rows.row(
              Rows.count(size),
              beside(sample.table.mean(), other[0], 0),
              beside(sample.hops.mean(), other[1], 2),
              beside(sample.roundTrips.median(), 7, 0));
          expect(
              Math.abs(sample.hops.mean() - other[1]) <= 0.06,
              "hops among " + size + " are as in the other model");
        });
    out.println(rows);
  }

  // Some are dead.

  void dead(int size) {
    out.println("Some of " + Rows.count(size) + " nodes dead, tables not repaired.");
    out.println("'alpha 3' waits 3 round trips for the dead, as the other model does.");
    Rows rows =
        new Rows("dead", "lookup", "found", "closest found", "sight p99", "end", "p99", "requests");
    double[][] others = {
      {0.05, 1, 0.994, 2, 9},
      {0.10, 1, 0.981, 2, 11},
      {0.20, 1, 0.954, 5, 14},
      {0.30, 1, 0.929, 5, 19},
      {0.50, 1, 0.903, 11, 32}
    };
    for (double[] other : others) {
      Sample plain =
          Sample.ofNodes(network(size, Sample.plain(3, 3)).kill(other[0]), lookups, true);
      boolean isSame = size == 10_000;
      rows.row(
          percent(other[0]),
          "alpha 3",
          percent(plain.foundShare()) + (isSame ? " (" + percent(other[1]) + ")" : ""),
          percent(plain.closest.mean()) + (isSame ? " (" + percent(other[2]) + ")" : ""),
          number(plain.roundTripsToSight.p99(), 0)
              + (isSame ? " (" + number(other[3], 0) + ")" : ""),
          number(plain.roundTrips.median(), 0) + (isSame ? " (" + number(other[4], 0) + ")" : ""),
          number(plain.roundTrips.p99(), 0),
          number(plain.requests.median(), 0));
      Sample ours = Sample.ofNodes(network(size, s -> s).kill(other[0]), lookups, true);
      rows.row(
          percent(other[0]),
          "default",
          percent(ours.foundShare()),
          percent(ours.closest.mean()),
          number(ours.roundTripsToSight.p99(), 1),
          number(ours.roundTrips.median(), 1),
          number(ours.roundTrips.p99(), 1),
          number(ours.requests.median(), 0));
      expect(ours.isAccountedFor(), "every request is accounted for");
      if (other[0] <= 0.30) {
        expect(ours.foundShare() == 1, "all are found with " + percent(other[0]) + " dead");
        expect(
            ours.roundTrips.median() <= 11,
            "the median end is within 11 round trips with " + percent(other[0]) + " dead");
      } else {
        expect(ours.foundShare() >= 0.995, "99.5% are found with half dead");
      }
    }
    out.println(rows);
  }

  void alpha(int size) {
    out.println(
        "What alpha and the stall limit buy: " + Rows.count(size) + " nodes, 30% dead, one path.");
    out.println("Round trips to the certified end, median and p99, then requests.");
    Rows rows = new Rows("limit in round trips", "alpha 3", "alpha 5", "alpha 10");
    Object[][] others = {
      {1.2, "(12, 17; 33)", "(9, 12; 34)", "(6, 10; 40)"},
      {1.5, "", "", ""},
      {2.0, "(15, 23; 32)", "(11, 17; 34)", "(8, 15; 39)"},
      {3.0, "(19, 30; 32)", "(13, 23; 34)", "(10, 20; 39)"},
      {10.0, "(45, 82; 32)", "(34, 64; 34)", "(25, 58; 39)"}
    };
    int[] alphas = {3, 5, 10};
    for (Object[] other : others) {
      String[] cells = new String[4];
      cells[0] = other[0].toString();
      for (int i = 0; i < alphas.length; i++) {
        double limit = (Double) other[0];
        Sample sample =
            Sample.ofNodes(
                network(size, Sample.plain(alphas[i], limit)).kill(0.3), lookups / 2, true);
        String same = size == 10_000 ? " " + other[i + 1] : "";
        cells[i + 1] =
            number(sample.roundTrips.median(), 0)
                + ", "
                + number(sample.roundTrips.p99(), 0)
                + "; "
                + number(sample.requests.median(), 0)
                + same;
      }
      rows.row(cells);
    }
    out.println(rows);
  }

  // Some lie.

  void hostile(int size) {
    out.println(
        "Some of "
            + Rows.count(size)
            + " nodes hostile: whoever asks one is told of nearer ones that are");
    out.println("hostile too. Share found; d paths of one request at a time, then as it comes.");
    Rows rows =
        new Rows("hostile", "d=1", "d=2", "d=4", "d=8", "default", "contact", "requests", "p99");
    double[][] others = {
      {0.05, 0.929, 0.994, 1, 1},
      {0.10, 0.852, 0.969, 0.999, 1},
      {0.20, 0.720, 0.911, 0.989, 0.9997},
      {0.30, 0.600, 0.811, 0.953, 0.995},
      {0.50, 0.391, 0.576, 0.773, 0.917}
    };
    int[] paths = {1, 2, 4, 8};
    for (double[] other : others) {
      String[] cells = new String[9];
      cells[0] = percent(other[0]);
      for (int i = 0; i < paths.length; i++) {
        int d = paths[i];
        StillNetwork network =
            network(size, settings -> settings.with(settings.k(), d).withPaths(d, d));
        Sample sample = Sample.ofNodes(network.turnHostile(other[0]), lookups, false);
        cells[i + 1] =
            percent(sample.foundShare())
                + (size == 10_000 ? " (" + percent(other[i + 1]) + ")" : "");
      }
      Sample nodes = Sample.ofNodes(network(size, s -> s).turnHostile(other[0]), lookups, false);
      Sample contacts = Sample.ofContacts(network(size, s -> s).turnHostile(other[0]), lookups);
      cells[5] = percent(nodes.foundShare());
      cells[6] = percent(contacts.foundShare());
      cells[7] = number(contacts.requestsToSight.median(), 0);
      cells[8] = number(contacts.requestsToSight.p99(), 0);
      rows.row(cells);
      if (other[0] <= 0.2) {
        expect(nodes.foundShare() >= 0.999, "99.9% of nodes found, " + cells[0] + " hostile");
        expect(contacts.foundShare() >= 0.999, "99.9% of contacts found, " + cells[0] + " hostile");
      }
    }
    out.println(rows);
  }

  // Whether the simulator can be believed.

  void checks(int size) {
    Population population = population(size);
    double chiSquare = chiSquare(population);
    // 255 degrees of freedom: mean 255, standard deviation 22.6.
    expect(Math.abs(chiSquare - 255) < 4 * 22.6, "keys are spread evenly");
    double hops = new Chord(population).meanHops(lookups, seed);
    double expected = 0.5 * Math.log(size) / Math.log(2);
    expect(Math.abs(hops - expected) < 0.35, "a ring takes half of log2(n) hops");
    long first = trace(size);
    expect(first == trace(size), "the same seed is the same run");
    Rows rows = new Rows("check among " + Rows.count(size), "measured", "expected");
    rows.row("chi-square of the keys, 256 parts", number(chiSquare, 0), "255 ± 90");
    rows.row("hops on a ring", number(hops, 2), number(expected, 2));
    rows.row("trace, twice", Long.toHexString(first), Long.toHexString(trace(size)));
    out.println(rows);
  }

  private long trace(int size) {
    return Sample.ofNodes(network(size, s -> s).kill(0.1), 20, true).network.trace();
  }

  private static double chiSquare(Population population) {
    int[] parts = new int[256];
    for (int i = 0; i < population.size(); i++) {
      parts[Byte.toUnsignedInt(population.node(i).key().toBytes()[0])]++;
    }
    double expected = population.size() / 256.0;
    double sum = 0;
    for (int part : parts) {
      sum += (part - expected) * (part - expected) / expected;
    }
    return sum;
  }
}
