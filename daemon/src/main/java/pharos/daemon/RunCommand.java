package pharos.daemon;

import static pharos.daemon.NetworkOptions.set;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.beacon.NodeId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos run}: announces a program that knows nothing of it, for as long as it runs. */
@Command(
    name = "run",
    description = {
      "Runs a program, and announces it for as long as it runs. The program is not touched: its"
          + " input and output are its own, signals go on to it, and its exit code is that of this"
          + " command.",
      "When it ends the others are told at once: with exit code 0 that it left, else that it"
          + " crashed, and how (exit 3, SIGKILL, out of memory). One that is stopped is told as"
          + " gone, and announced anew when it goes on."
    },
    footer = {
      "  pharos run --name web-1 --offer Web=8080,protocol=http -- ./server --port 8080",
      "      announces a server",
      "  pharos run --offer Web=8080,protocol=http --wait-port -- python3 -m http.server 8080",
      "      and does so only when the port answers",
      "",
      "Ends with the exit code of the program; with 128 and the number of the signal that ended it;"
          + " with 127 when there is no such program, 126 when it cannot be run, 2 when the options"
          + " make no sense. Who cannot be announced (a port is taken, there is no interface) runs"
          + " all the same: that is told on standard error, and tried again every 5 s. Not passed"
          + " on are SIGQUIT, and files other than input, output and errors."
    })
final class RunCommand extends Subcommand {
  private static final int NOT_FOUND = 127;
  private static final int NOT_RUN = 126;

  /** How often it is looked at whether it is stopped, or its ports answer; its end tells itself. */
  private static final long LOOK_MS = 100;

  /**
   * How a Java says that the system refused: {@code error=2, No…}, a later one {@code error: 2
   * (No…)}.
   */
  private static final Pattern ERROR = Pattern.compile("error[=:] ?(\\d+)(?:, | \\()([^)]*)");

  private static final String NO_SUCH_FILE = "2";

  /** Stopped and continued it is the same one. */
  private final NodeId id = NodeId.random(new Random());

  @Mixin private AnnounceOptions announced = new AnnounceOptions();

  @Option(
      names = "--wait-port",
      description = "Announce it only when all ports that it offers take connections.")
  private boolean waitsForPorts;

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell on standard error who comes and goes; twice, everything.")
  private boolean[] verbose = {};

  @Parameters(
      paramLabel = "PROGRAM",
      arity = "1..*",
      description = "The program and its arguments; after --, as they are.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    if (verbose.length == 0) {
      Logs.quiet();
    } else {
      Logs.tell(verbose.length - 1);
    }
    if (command.get(0).isEmpty()) {
      throw new Misuse("the program's name is empty");
    }
    builder(); // what makes no sense is told before anything runs
    if (waitsForPorts && announced.ports().isEmpty()) {
      throw new Misuse("--wait-port wants an --offer, whose port it waits for");
    }
    ProgramProcess program = new ProgramProcess(caller);
    try {
      program.start(command);
    } catch (IOException e) {
      return notRun(e);
    }
    return announce(program);
  }

  private int announce(ProgramProcess program) throws InterruptedException {
    Announcement announcement = new Announcement(caller, this::builder);
    boolean isReady = !waitsForPorts;
    do {
      String stoppedBy = program.stoppedBy();
      isReady = isReady || areAnswered();
      if (!stoppedBy.isEmpty()) {
        announcement.withdraw(stoppedBy);
      } else if (isReady) {
        announcement.raise(System.nanoTime());
      }
    } while (!program.awaitEnd(LOOK_MS));
    ProgramEnd end = program.end();
    announcement.withdraw(end.detail());
    return end.code();
  }

  private boolean areAnswered() {
    try {
      return Announcement.areAnswered(announced.ports());
    } catch (IOException e) {
      return false; // the interfaces cannot be listed now
    }
  }

  private int notRun(IOException e) {
    String said = String.valueOf(e.getMessage());
    Matcher number = ERROR.matcher(said);
    boolean isTold = number.find();
    boolean isMissing = isTold && number.group(1).equals(NO_SUCH_FILE);
    String why = isMissing ? "there is no such program" : isTold ? number.group(2) : said;
    caller.err().println("pharos run: cannot run '" + command.get(0) + "': " + why);
    return isMissing ? NOT_FOUND : NOT_RUN;
  }

  private AgentBuilder builder() {
    AgentBuilder builder = Agent.builder();
    String program = ProgramProcess.nameOf(command.get(0));
    if (!announced.isNamed()) {
      set("--service, by the program's name '" + program + "',", program, builder::service);
    }
    announced.applyTo(builder);
    network.applyTo(builder);
    return builder.id(id);
  }
}
