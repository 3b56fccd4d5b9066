package pharos.daemon;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pharos.agent.PharosException;
import pharos.daemon.text.Shown;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** One call of a command: what is set elsewhere goes before its own arguments, and it runs. */
final class Invocation {
  private static final String CONFIG = "--config";
  private static final Pattern BEGINS_WITH_OPTION = Pattern.compile("--([a-z-]+).*");

  private final CommandLine line;
  private final Caller caller;
  private @Nullable Presets presets;

  Invocation(CommandLine line, Caller caller) {
    this.line = line;
    this.caller = caller;
    line.setParameterExceptionHandler((wrong, all) -> misused(wrong));
    line.setExecutionExceptionHandler((failed, command, parsed) -> failed(failed, command));
  }

  /** Runs it, and returns the exit code. */
  int run(String... args) {
    ParseResult parsed;
    try {
      parsed = line.parseArgs(args);
    } catch (ParameterException wrong) {
      return misused(wrong);
    }
    if (!parsed.hasSubcommand() || isHelp(parsed) || isHelp(parsed.subcommand())) {
      return line.execute(args);
    }
    ParseResult given = parsed.subcommand();
    try {
      Optional<Path> file = file(parsed.hasMatchedOption(CONFIG) ? parsed : given);
      Presets set = presets(given.commandSpec(), file);
      presets = set;
      if (given.hasMatchedOption("--show-config")) {
        return show(set, given, file);
      }
      return set.isEmpty() ? line.execute(args) : execute(set, parsed);
    } catch (Misuse e) {
      return misused(new ParameterException(given.commandSpec().commandLine(), Errors.line(e)));
    }
  }

  private static boolean isHelp(ParseResult parsed) {
    return parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested();
  }

  private Optional<Path> file(ParseResult given) {
    if (given.hasMatchedOption(CONFIG)) {
      return Optional.of(given.matchedOptionValue(CONFIG, Path.of("")));
    }
    String named = caller.variable("PHAROS_CONFIG");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    return Optional.of(PresetFile.usual(caller)).filter(it -> PresetFile.isThere(caller));
  }

  private Presets presets(CommandSpec command, Optional<Path> file) {
    boolean isAnySet = file.isPresent() || PresetVariables.isAny(caller.environment());
    if (!isAnySet) {
      return new Presets(command, List.of());
    }
    // What another command has is no mistake, so all are described.
    Set<String> known = Presets.known(Root.line(caller));
    PresetVariables variables = new PresetVariables(caller.environment(), known);
    variables.warnings().forEach(it -> caller.err().println("pharos: " + it));
    List<Preset> ofFile = file.map(it -> PresetFile.read(it, known)).orElse(List.of());
    return new Presets(command, List.of(variables.presets(), ofFile));
  }

  /** Files named by @ are in the arguments already. */
  private int execute(Presets set, ParseResult parsed) {
    String command = parsed.subcommand().commandSpec().name();
    List<String> args = new ArrayList<>(parsed.expandedArgs());
    args.addAll(args.indexOf(command) + 1, set.arguments(parsed.subcommand()));
    line.setExpandAtFiles(false);
    return line.execute(args.toArray(String[]::new));
  }

  private int show(Presets set, ParseResult given, Optional<Path> file) {
    PrintWriter out = line.getOut();
    out.println("# " + given.commandSpec().qualifiedName());
    out.println("# file: " + file.map(Path::toString).orElse("none"));
    set.shown(given).forEach(out::println);
    return 0;
  }

  private int misused(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String said = Shown.line(message(wrong)) + hint(wrong) + from(wrong);
    command.getErr().println(name + ": " + said + "; try '" + name + " --help'");
    return Main.MISUSED;
  }

  /** What is wrong; of an argument too many the parser tells its index, which helps nobody. */
  private static String message(ParameterException wrong) {
    Optional<String> typed = argument(wrong);
    if (typed.isEmpty()) {
      return String.valueOf(wrong.getMessage()).strip();
    }
    boolean isCommand = wrong.getCommandLine().getParent() == null;
    return "'" + typed.get() + "' is " + (isCommand ? "no command" : "one argument too many");
  }

  private static Optional<String> argument(ParameterException wrong) {
    return wrong instanceof UnmatchedArgumentException unmatched
        ? unmatched.getUnmatched().stream().findFirst().filter(it -> !it.startsWith("-"))
        : Optional.empty();
  }

  /** What was mistyped, and what was meant by it. */
  private static String hint(ParameterException wrong) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return "";
    }
    String typed = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
    CommandLine command = wrong.getCommandLine();
    if (typed.startsWith("-")) {
      List<String> known = new ArrayList<>();
      for (OptionSpec option : command.getCommandSpec().options()) {
        known.addAll(List.of(option.names()));
      }
      return Nearest.hint(typed, known);
    }
    return Nearest.hint(typed, command.getSubcommands().keySet());
  }

  /** Whoever set an option elsewhere looks for the mistake there. */
  private String from(ParameterException wrong) {
    Presets set = presets;
    if (set == null) {
      return "";
    }
    String option = "";
    if (wrong.getArgSpec() instanceof OptionSpec spec) {
      option = spec.longestName().replaceFirst("^--", "");
    } else {
      Matcher matcher = BEGINS_WITH_OPTION.matcher(String.valueOf(wrong.getMessage()));
      option = matcher.matches() ? matcher.group(1) : "";
    }
    return set.from(option).map(it -> " (from " + it + ")").orElse("");
  }

  private int failed(Exception failed, CommandLine command) throws Exception {
    if (failed instanceof ParameterException wrong) {
      return misused(wrong);
    }
    if (failed instanceof Misuse) {
      return misused(new ParameterException(command, Errors.line(failed)));
    }
    if (failed instanceof Failure || failed instanceof PharosException) {
      String name = command.getCommandSpec().qualifiedName();
      command.getErr().println(name + ": " + Errors.line(failed));
      return Main.FAILED;
    }
    throw failed;
  }
}
