package pharos.simulator.kademlia;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The command {@code pharos simulate kademlia}. Ends with 0 when all held, with 1 when something
 * did not, and with 2 when the command line makes no sense.
 */
public final class KademliaCommand {
  private static final String HELP =
      """
      Usage: pharos simulate kademlia [--nodes N,N,...] [--seed N] [--lookups N] [--part PART,...]
                                      [--churn-nodes N] [--minutes N]

      Runs the lookups of the overlay in virtual time, and prints what they cost and find,
      beside the figures of another model in brackets.

        --nodes N,...     sizes of the networks that stand still; 1000,10000,100000.
                          The dead and the hostile are among the second of them, or the only one
        --lookups N       how many lookups each figure is of; 2000
        --seed N          1 unless told; the same seed gives the same figures
        --part PART,...   of: checks, sizes, small, dead, alpha, hostile, churn; all unless told
        --churn-nodes N   nodes of the network that never stands still; 300
        --minutes N       how long it is watched; 1440, which is a day
        --help            prints this

      Ends with 0 when all held, 1 when something did not, 2 when the command makes no sense.
      """;

  private static final List<String> PARTS =
      List.of("checks", "sizes", "small", "dead", "alpha", "hostile", "churn");

  private final PrintStream out;
  private int[] nodes = {1_000, 10_000, 100_000};
  private long seed = 1;
  private int lookups = 2_000;
  private int churnNodes = 300;
  private int minutes = 24 * 60;
  private Set<String> parts = new TreeSet<>(PARTS);

  private KademliaCommand(PrintStream out) {
    this.out = out;
  }

  /** Runs what the arguments say, and returns the exit code. */
  public static int run(PrintStream out, PrintStream err, String... args) {
    if (Arrays.asList(args).contains("--help")) {
      out.print(HELP);
      return 0;
    }
    KademliaCommand command = new KademliaCommand(out);
    try {
      command.parse(new ArrayDeque<>(List.of(args)));
    } catch (IllegalArgumentException e) {
      err.println("pharos simulate kademlia: " + e.getMessage());
      return 2;
    }
    return command.run();
  }

  private void parse(Deque<String> args) {
    while (!args.isEmpty()) {
      String option = args.remove();
      if (!Set.of("--nodes", "--seed", "--lookups", "--part", "--churn-nodes", "--minutes")
          .contains(option)) {
        throw new IllegalArgumentException("unknown argument '" + option + "'; try --help");
      }
      if (args.isEmpty()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      String value = args.remove();
      switch (option) {
        case "--nodes" ->
            nodes =
                Arrays.stream(value.split(",", -1))
                    .mapToInt(part -> (int) number(option, part, 100, 1_000_000))
                    .toArray();
        case "--seed" -> seed = number(option, value, 0, Integer.MAX_VALUE);
        case "--lookups" -> lookups = (int) number(option, value, 10, 1_000_000);
        case "--churn-nodes" -> churnNodes = (int) number(option, value, 30, 20_000);
        case "--minutes" -> minutes = (int) number(option, value, 1, 100_000);
        default -> parts = partsOf(value);
      }
    }
  }

  private static Set<String> partsOf(String value) {
    Set<String> parts = new TreeSet<>(Arrays.asList(value.split(",", -1)));
    for (String part : parts) {
      if (!PARTS.contains(part)) {
        throw new IllegalArgumentException(
            "--part is of " + String.join(", ", PARTS) + ", not '" + part + "'");
      }
    }
    return parts;
  }

  private static long number(String option, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " needs a whole number, not '" + text + "'", e);
    }
    throw new IllegalArgumentException(option + " is from " + min + " to " + max + ", not " + text);
  }

  private int run() {
    out.println("seed " + seed + ", " + Rows.count(lookups) + " lookups a figure\n");
    StillTables tables = new StillTables(seed, lookups, out);
    int main = nodes[Math.min(1, nodes.length - 1)];
    for (String part : PARTS) {
      if (parts.contains(part)) {
        switch (part) {
          case "checks" -> tables.checks(main);
          case "sizes" -> tables.sizes(nodes);
          case "small" -> tables.small();
          case "dead" -> tables.dead(main);
          case "alpha" -> tables.alpha(main);
          case "hostile" -> tables.hostile(main);
          default -> tables.failures().addAll(Churn.print(seed, churnNodes, minutes, out));
        }
      }
    }
    if (tables.failures().isEmpty()) {
      out.println("All held.");
      return 0;
    }
    tables.failures().forEach(failure -> out.println("FAILED: " + failure));
    return 1;
  }
}
