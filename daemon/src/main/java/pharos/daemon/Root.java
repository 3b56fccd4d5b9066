package pharos.daemon;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pharos.daemon.text.Shown;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pharos}, which all others are commands of. */
@Command(
    name = "pharos",
    description = "Finds the other programs on your network.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'pharos COMMAND --help' tells more, with examples."})
final class Root implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this, and end.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean isHelp;

  @Option(names = "--version", versionHelp = true, description = "Show the version, and end.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean isVersion;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = CommandLine.ScopeType.INHERIT,
      description =
          "Take from this file what is set neither here nor by a variable PHAROS_*. Default:"
              + " ~/.config/pharos/config, else /etc/pharos/config.")
  @SuppressWarnings("UnusedVariable") // Settled before the command runs.
  private @Nullable Path config;

  @Option(
      names = "--show-config",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show what is set, and where, and end.")
  @SuppressWarnings("UnusedVariable") // Settled before the command runs.
  private boolean isShowConfig;

  /** Reads the arguments, and runs what they say; returns the exit code. */
  static int run(Caller caller, String... given) {
    PrintStream err = caller.err();
    String[] args = withFilesOfData(given);
    Optional<String> unreadable = unreadable(args);
    if (unreadable.isPresent()) {
      err.println("pharos: cannot read the options file " + Shown.line(unreadable.get()));
      return Main.MISUSED;
    }
    try {
      return new Invocation(line(caller, args), caller).run(args);
    } catch (CommandLine.InitializationException e) {
      err.println("pharos: " + Errors.line(e));
      return Main.FAILED;
    }
  }

  private static final Map<String, Class<?>> COMMANDS = HelpGroups.commands();

  /** With the one command that is called: to describe the others takes longer than most run. */
  private static CommandLine line(Caller caller, String... args) {
    for (String arg : args) {
      Class<?> called = COMMANDS.get(arg);
      if (called != null && called != CompletionCommand.class) {
        return line(caller, Map.of(arg, called));
      }
      if (!arg.startsWith("-")) {
        break;
      }
    }
    return line(caller, COMMANDS);
  }

  /** With all commands. */
  static CommandLine line(Caller caller) {
    return line(caller, COMMANDS);
  }

  private static CommandLine line(Caller caller, Map<String, Class<?>> commands) {
    CommandLine line = new CommandLine(new Root(), new Commands(caller));
    commands.forEach(line::addSubcommand);
    CommandLine run = line.getSubcommands().get("run");
    if (run != null) {
      run.setStopAtPositional(true); // what follows is the program's
    }
    line.setOut(writer(caller.out()));
    line.setErr(writer(caller.err()));
    line.registerConverter(java.time.Duration.class, DurationText::parse);
    line.setUsageHelpAutoWidth(true);
    boolean isPainted = caller.isPainted(Caller.Stream.OUT);
    line.setColorScheme(Help.defaultColorScheme(isPainted ? Help.Ansi.ON : Help.Ansi.OFF));
    HelpGroups.applyTo(line);
    return line;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        java.util.Objects.requireNonNull(spec).commandLine(), "which command?");
  }

  /**
   * The file behind {@code --data} is no file of options, and neither is what a program is given;
   * two signs make picocli hand on one.
   */
  private static String[] withFilesOfData(String... given) {
    String[] args = given.clone();
    int program = List.of(args).indexOf("--");
    for (int i = 1; i < args.length; i++) {
      boolean isOfProgram = program >= 0 && i > program;
      if (args[i].startsWith("@") && (args[i - 1].equals("--data") || isOfProgram)) {
        args[i] = "@" + args[i];
      }
    }
    return args;
  }

  /** The first file named by {@code @FILE} that is none; picocli would take it for an argument. */
  private static Optional<String> unreadable(String... args) {
    List<String> files = Arrays.stream(args).filter(it -> it.matches("(?s)@[^@].*")).toList();
    for (String file : files) {
      Path path = Path.of(file.substring(1));
      if (!Files.isReadable(path) || Files.isDirectory(path)) {
        String why = Files.exists(path) ? "it is not readable" : "there is none";
        return Optional.of("'" + path + "': " + why);
      } else if (!Files.isRegularFile(path)) {
        return Optional.of("'" + path + "': it is no file, and might have no end");
      }
    }
    return Optional.empty();
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Hands each command who called it. */
  private record Commands(Caller caller) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      K made = CommandLine.defaultFactory().create(type);
      if (made instanceof Subcommand command) {
        command.caller = caller;
      }
      return made;
    }
  }
}
