package pharos.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import pharos.bench.gateway.Crossing;
import pharos.bench.http.Serving;
import pharos.bench.meeting.Meeting;
import pharos.bench.records.Killing;
import pharos.bench.records.Speed;
import pharos.bench.siege.Orders;
import pharos.bench.siege.Siege;

/** Runs benchmarks by name and prints what they found in one small table. */
public final class Main {
  private static final String USAGE =
      "usage: bench codec|meeting|gateway|http [--quick] | "
          + pharos.bench.records.Orders.USAGE
          + " | "
          + Orders.USAGE;

  private static final Set<String> BENCHMARKS = Set.of("codec", "meeting", "gateway", "http");

  private Main() {}

  /** Ends with 0, 1 when a benchmark failed, or 2 when the arguments make no sense. */
  public static void main(String[] args) {
    System.exit(run(List.of(args), System.out, System.err));
  }

  static int run(List<String> args, PrintStream out, PrintStream err) {
    if (!args.isEmpty() && args.get(0).equals("siege")) {
      return siege(args.subList(1, args.size()), out, err);
    }
    if (!args.isEmpty() && args.get(0).equals("records")) {
      return records(args.subList(1, args.size()), out, err);
    }
    String wrong = firstWrong(args);
    if (!wrong.isEmpty()) {
      err.println("bench: " + wrong + "; " + USAGE);
      return 2;
    }
    boolean quick = args.contains("--quick");
    if (args.get(0).equals("meeting")) {
      out.println("meeting: this takes about " + (quick ? "4" : "10") + " minutes …");
      Meeting meeting = new Meeting(quick ? 3 : 10, quick ? 5 : 60, out);
      List<Integer> sizes = quick ? List.of(2, 8) : List.of(2, 8, 32);
      return measure("meeting", () -> meeting.run(sizes), err);
    }
    if (args.get(0).equals("gateway")) {
      out.println("gateway: this takes about " + (quick ? "2" : "5") + " minutes …");
      return measure("gateway", new Crossing(quick ? 200 : 1_000, quick ? 3 : 10, out)::run, err);
    }
    if (args.get(0).equals("http")) {
      out.println("http: this takes about " + (quick ? "30 seconds" : "2 minutes") + " …");
      return measure("http", new Serving(quick ? 2 : 15, out)::run, err);
    }
    out.println("codec: this takes about " + (quick ? "20 seconds" : "4 minutes") + " …");
    return codec(quick ? quick() : thorough(), out, err);
  }

  /** What measures real processes, and prints its table. */
  private interface Measuring {
    void run() throws IOException, InterruptedException;
  }

  private static int measure(String name, Measuring measuring, PrintStream err) {
    try {
      measuring.run();
      return 0;
    } catch (IOException | IllegalStateException e) {
      err.println("bench: " + name + " failed: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Ends with 1 also when the agents did not keep what they promise. */
  private static int siege(List<String> args, PrintStream out, PrintStream err) {
    Orders orders;
    try {
      orders = Orders.of(args);
    } catch (IllegalArgumentException e) {
      err.println("bench: siege: " + e.getMessage() + "; " + USAGE);
      return 2;
    }
    try {
      return new Siege(out).run(orders) ? 0 : 1;
    } catch (IOException | RuntimeException e) {
      // A RuntimeException also tells what this machine lacks.
      err.println("bench: siege failed: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Ends with 1 also when something that was acknowledged is gone. */
  private static int records(List<String> args, PrintStream out, PrintStream err) {
    pharos.bench.records.Orders orders;
    try {
      orders = pharos.bench.records.Orders.of(args);
    } catch (IllegalArgumentException e) {
      err.println("bench: records: " + e.getMessage() + "; " + USAGE);
      return 2;
    }
    if (orders.killings() == 0) {
      out.println("records: this takes about " + (orders.isQuick() ? "3" : "8") + " minutes …");
      return measure("records", new Speed(orders.isQuick() ? 1 : 6, out)::run, err);
    }
    boolean[] isKept = {false};
    int code = measure("records", () -> isKept[0] = new Killing(orders, out).run(), err);
    return isKept[0] ? code : 1;
  }

  static int codec(ChainedOptionsBuilder options, PrintStream out, PrintStream err) {
    options.include("^" + CodecBenchmark.class.getName() + "\\.");
    options.addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT).shouldFailOnError(true);
    try {
      print(new Runner(options.build()).run(), out);
      return 0;
    } catch (RunnerException e) {
      err.println("bench: codec failed: " + e.getMessage());
      return 1;
    }
  }

  private static String firstWrong(List<String> args) {
    if (args.isEmpty()) {
      return "which benchmark?";
    }
    if (!BENCHMARKS.contains(args.get(0))) {
      return "no benchmark '" + args.get(0) + "'";
    }
    return args.stream()
        .skip(1)
        .filter(arg -> !arg.equals("--quick"))
        .findFirst()
        .map(arg -> "unknown argument '" + arg + "'")
        .orElse("");
  }

  private static ChainedOptionsBuilder quick() {
    return times(1, 3, 200);
  }

  private static ChainedOptionsBuilder thorough() {
    return times(2, 5, 700);
  }

  private static ChainedOptionsBuilder times(int forks, int iterations, int ms) {
    return new OptionsBuilder()
        .forks(forks)
        .jvmArgsAppend("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC")
        .warmupIterations(iterations)
        .warmupTime(TimeValue.milliseconds(ms))
        .measurementIterations(iterations)
        .measurementTime(TimeValue.milliseconds(ms));
  }

  private static void print(Collection<RunResult> results, PrintStream out) {
    out.printf(
        "%-8s %-10s %10s %10s %16s%n", "codec", "beacon", "ns median", "ns best", "B allocated");
    results.stream().map(Main::line).sorted().forEach(out::println);
  }

  /** Medians, since on a busy machine one slow iteration would spoil a mean. */
  private static String line(RunResult result) {
    String[] names = result.getParams().getBenchmark().split("\\.", -1);
    var time = result.getPrimaryResult().getStatistics();
    var allocated = Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
    return String.format(
        Locale.ROOT,
        "%-8s %-10s %10.1f %10.1f %16.1f",
        names[names.length - 1],
        result.getParams().getParam("kind").toLowerCase(Locale.ROOT),
        time.getPercentile(50),
        time.getMin(),
        allocated.getStatistics().getPercentile(50));
  }
}
