package pharos.simulator;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import pharos.simulator.kademlia.KademliaCommand;

/**
 * The command {@code pharos simulate}. Ends with 0 when all held, with 1 when something did not,
 * and with 2 when the command line or a scenario makes no sense.
 */
public final class Main {
  private static final String HELP =
      """
      Usage: pharos simulate [--seed N] [--seeds N] [--scenario NAME|FILE] [--trace]
             pharos simulate --forger [--seed N] [--seeds N] [--tally] [--only N,...]
             pharos simulate --faults [--seed N] [--seeds N]
             pharos simulate --gateways [--seed N] [--seeds N]
             pharos simulate --records [--seed N] [--seeds N] [--tally]
             pharos simulate --replay FILE
             pharos simulate list
             pharos simulate table [--seed N] [--agents N,N,...]
             pharos simulate table --truth [--seed N] [--seeds N]
             pharos simulate crowd [--seed N] [--agents N]
             pharos simulate churn [--seed N] [--agents N,N,...] [--seconds N]
             pharos simulate kademlia [--nodes N,N,...] [--seed N] (--help shows more)

      Runs simulated agents on a simulated network, in virtual time, all from one seed.
      Without --scenario everything that happens is drawn from the seed too.

        list             shows the scenarios that come along
        table            measures how soon all know of a crash, a leave, a restart, ...
        table --truth    measures how true the lists are while something is wrong with a host,
                         a pair or the network
        crowd            measures what it costs when a thousand agents meet at once
        churn            lets nodes that hold records come and go, one each second
        kademlia         measures lookups past the subnet, in networks of up to 100000 nodes
        --scenario NAME  plays a scenario that comes along, or the one in a file
        --seed N         this seed; without it one is taken from the clock, and told
        --seeds N        so many seeds in a row, from --seed on, up to the first that fails;
                         30 for table --truth
        --forger         lets somebody without a key act among a few agents
        --faults         lets each seed draw which kinds of fault there are
        --gateways       plays several segments with gateways
        --records        plays nodes that hold records, and asks for what they promise
        --replay FILE    decides anew what an agent decided, from its black box, which
                         'pharos why PEER --export FILE' and the page write
        --tally          goes on after a seed that fails, and counts what was broken
        --only N,...     plays those forgeries of the seed alone, the first is 0
        --agents N,...   so many agents; 2,32,500 for a table, 1000 for a crowd, 30 for churn
        --seconds N      so long, for churn; 60 without it
        --trace          prints all that happens; a single random seed always does
        --help           prints this

      Ends with 0 when all held, 1 when something did not, 2 when the command makes no sense.
      """;

  private static final int CHURN_SECONDS = 60;
  private static final int TRUTH_SEEDS = 30;

  private final PrintStream out;
  private final PrintStream err;

  private @Nullable String command;
  private @Nullable String scenario;
  private @Nullable String box;
  private @Nullable Long seed;
  private int seeds = 1;
  private boolean areSeedsGiven;
  private int @Nullable [] agents;
  private int @Nullable [] only;
  private boolean isForged;
  private boolean isRouted;
  private boolean isFaulty;
  private boolean areRecords;
  private int seconds = CHURN_SECONDS;
  private boolean isTruth;
  private boolean isTallied;
  private boolean isTraced;
  private boolean isHelp;

  private Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The command line makes no sense. */
  private static final class Misuse extends RuntimeException {
    private static final long serialVersionUID = 1;

    Misuse(String message) {
      super(message);
    }
  }

  /** Runs what the arguments say. */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  /** The same without ending this process; returns the exit code. */
  static int run(PrintStream out, PrintStream err, String... args) {
    if (args.length > 0 && args[0].equals("kademlia")) {
      return KademliaCommand.run(out, err, Arrays.copyOfRange(args, 1, args.length));
    }
    return new Main(out, err).run(args);
  }

  private int run(String... args) {
    try {
      parse(new ArrayDeque<>(List.of(args)));
      return perform();
    } catch (Misuse | ScenarioException e) {
      err.println("pharos simulate: " + e.getMessage());
      return 2;
    }
  }

  private void parse(Deque<String> args) {
    while (!args.isEmpty()) {
      String arg = args.remove();
      switch (arg) {
        case "--help", "-h" -> isHelp = true;
        case "--trace" -> isTraced = true;
        case "--seed" -> seed = number(arg, value(arg, args), Long.MIN_VALUE, Long.MAX_VALUE);
        case "--seeds" -> {
          seeds = (int) number(arg, value(arg, args), 1, Integer.MAX_VALUE);
          areSeedsGiven = true;
        }
        case "--scenario" -> scenario = value(arg, args);
        case "--replay" -> box = value(arg, args);
        case "--agents" -> agents = numbers(arg, value(arg, args), 2);
        case "--forger" -> isForged = true;
        case "--gateways" -> isRouted = true;
        case "--faults" -> isFaulty = true;
        case "--records" -> areRecords = true;
        case "--truth" -> isTruth = true;
        case "--tally" -> isTallied = true;
        case "--only" -> only = numbers(arg, value(arg, args), 0);
        case "--seconds" -> seconds = (int) number(arg, value(arg, args), 1, 86_400);
        case "list", "table", "crowd", "churn" -> {
          if (command != null) {
            throw new Misuse("one command at a time, not '" + command + "' and '" + arg + "'");
          }
          command = arg;
        }
        default -> throw new Misuse("unknown argument '" + arg + "'; try --help");
      }
    }
  }

  private static String value(String option, Deque<String> args) {
    if (args.isEmpty()) {
      throw new Misuse(option + " needs a value");
    }
    return args.remove();
  }

  private static long number(String option, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new Misuse(option + " needs a whole number, not '" + text + "'");
    }
    throw new Misuse(option + " is from " + min + " to " + max + ", not " + text);
  }

  private static int[] numbers(String option, String text, int min) {
    String[] parts = text.split(",", -1);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = (int) number(option, parts[i], min, 20_000);
    }
    return numbers;
  }

  private int perform() {
    if (isHelp) {
      out.print(HELP);
      return 0;
    }
    if (!isForged && only != null) {
      throw new Misuse("--only goes with --forger only");
    }
    if (!isForged && !areRecords && isTallied) {
      throw new Misuse("--tally goes with --forger or --records only");
    }
    if (isTruth && !"table".equals(command)) {
      throw new Misuse("--truth goes with 'table' only");
    }
    if (box != null) {
      return replay(box);
    }
    if (seconds != CHURN_SECONDS && !"churn".equals(command)) {
      throw new Misuse("--seconds goes with 'churn' only");
    }
    refuseWithOthers("--gateways", isRouted, isFaulty);
    refuseWithOthers("--faults", isFaulty, false);
    refuseWithOthers("--records", areRecords, isFaulty || isRouted);
    if (command == null) {
      refuseAgents();
      return areRecords ? playRecords() : isForged ? playForged() : play();
    }
    if (isForged) {
      throw new Misuse("--forger does not go with '" + command + "'");
    }
    if (scenario != null) {
      throw new Misuse("--scenario does not go with '" + command + "'");
    }
    if (isTruth) {
      return tellTruth();
    }
    if (seeds != 1) {
      throw new Misuse("--seeds does not go with '" + command + "'");
    }
    if (command.equals("list")) {
      list();
      return 0;
    }
    return measure(command, seedOr(1));
  }

  private int tellTruth() {
    if (agents != null) {
      throw new Misuse("--agents does not go with --truth: each row has its own number");
    }
    Truth.print(seedOr(1), areSeedsGiven ? seeds : TRUTH_SEEDS, out);
    return 0;
  }

  private int replay(String file) {
    boolean isAlone = command == null && scenario == null && seed == null && agents == null;
    boolean isOther = isForged || isRouted || isFaulty || areRecords;
    if (!isAlone || isOther || isTraced || seeds != 1) {
      throw new Misuse("--replay goes with nothing else: all it plays is in the box");
    }
    return Replays.play(Path.of(file), out, err);
  }

  private void refuseWithOthers(String option, boolean isGiven, boolean isFaultyToo) {
    if (isGiven && (isForged || isFaultyToo || scenario != null || command != null)) {
      String other = command == null ? "--scenario" : "'" + command + "'";
      other = isFaultyToo ? (isFaulty ? "--faults" : "--gateways") : other;
      other = isForged ? "--forger" : other;
      throw new Misuse(option + " does not go with " + other);
    }
  }

  private int measure(String table, long number) {
    try {
      if (table.equals("table")) {
        return Times.print(number, agents == null ? new int[] {2, 32, 500} : agents, out) ? 0 : 1;
      }
      if (table.equals("churn")) {
        RecordsChurn.print(number, agents == null ? new int[] {30} : agents, seconds, out);
        return 0;
      }
      Crowds.print(number, agents == null ? new int[] {1_000} : agents, out);
      return 0;
    } catch (AssertionError | IllegalStateException e) {
      out.println("FAILED with seed " + number + " of '" + table + "'");
      out.println(String.valueOf(e.getMessage()).strip());
      return 1;
    }
  }

  private void refuseAgents() {
    if (agents != null) {
      throw new Misuse("--agents goes with 'table', 'crowd' and 'churn' only");
    }
  }

  private long seedOr(long otherwise) {
    return seed == null ? otherwise : seed;
  }

  private void list() {
    refuseAgents();
    for (String name : Scenario.BUNDLED) {
      Scenario bundled = Scenario.bundled(name);
      out.printf("%-24s%s%s%n", name, bundled.isNightly() ? "(long) " : "", bundled.title());
    }
  }

  private int play() {
    Scenario played = scenario == null ? null : Scenario.find(scenario);
    long first = seedOr(System.nanoTime() % 1_000_000);
    for (long number = first; number - first < seeds; number++) {
      try {
        play(played, number);
      } catch (AssertionError | IllegalStateException e) {
        out.println("FAILED with seed " + number + (played == null ? "" : " of " + played.name()));
        out.println(String.valueOf(e.getMessage()).strip());
        out.println("again: pharos simulate --seed " + number + scenarioOption() + " --trace");
        return 1;
      }
    }
    return 0;
  }

  private int playForged() {
    if (scenario != null) {
      throw new Misuse("--forger does not go with --scenario");
    }
    if (only != null && seeds != 1) {
      throw new Misuse("--only is of one seed");
    }
    long first = seedOr(System.nanoTime() % 1_000_000);
    if (seeds == 1) {
      int[] wanted = only;
      out.println("seed " + first);
      IntPredicate isWanted =
          number -> wanted == null || Arrays.stream(wanted).anyMatch(n -> n == number);
      return Masquerades.play(first, isWanted, out) ? 0 : 1;
    }
    return Masquerades.play(first, seeds, isTallied, out) ? 0 : 1;
  }

  private int playRecords() {
    long first = seedOr(System.nanoTime() % 1_000_000);
    RecordsPromises.Tally tally = new RecordsPromises.Tally();
    int failed = 0;
    for (long number = first; number - first < seeds; number++) {
      try {
        tally.add(RecordsSwarm.run(number, isTraced || seeds == 1 ? out : null));
      } catch (AssertionError | IllegalStateException e) {
        failed++;
        out.println("FAILED with " + String.valueOf(e.getMessage()).strip());
        out.println("again: pharos simulate --records --seed " + number + " --trace");
        if (!isTallied) {
          return 1;
        }
      }
    }
    out.println("seeds " + first + " to " + (first + seeds - 1) + ": " + failed + " failed");
    out.println(tally);
    return failed == 0 ? 0 : 1;
  }

  private String scenarioOption() {
    return (isRouted ? " --gateways" : isFaulty ? " --faults" : "")
        + (scenario == null ? "" : " --scenario " + scenario);
  }

  private void play(@Nullable Scenario played, long number) {
    boolean isEchoed = isTraced || (played == null && seeds == 1);
    out.println((played == null ? "" : played.name() + ", ") + "seed " + number);
    if (isRouted) {
      GatewaySwarm.run(number, isEchoed ? out : null);
    } else if (isFaulty) {
      FaultSwarm.run(number, isEchoed ? out : null);
    } else if (played == null) {
      Swarm.run(number, isEchoed ? out : null);
    } else {
      Play.run(played, number, out::println, isEchoed ? out : null);
    }
  }
}
