package pharos.daemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What options of one command are set to without being on its line: by variables, else by a file.
 * Who gives an option on the line, or by a variable, gives all its values.
 */
final class Presets {
  /** What would make no sense in a file, or for all commands. */
  private static final Set<String> FLAGS_ONLY =
      Set.of("help", "version", "config", "show-config", "json", "all", "base64");

  /** What gateways decide; another command that joins none must not fail since an agent has it. */
  private static final Set<String> OF_GATEWAYS = Set.of("arbiter", "k", "alpha", "cache");

  /** What is said of one program: others that are run beside it are not that one. */
  private static final Set<String> OF_ONE = Set.of("name", "service", "offer", "port", "wait-port");

  private final CommandSpec command;
  private final Map<String, List<Preset>> byOption = new LinkedHashMap<>();

  /** For this command; what comes first counts. */
  Presets(CommandSpec command, List<List<Preset>> sources) {
    this.command = command;
    for (List<Preset> source : sources) {
      Map<String, List<Preset>> added = new LinkedHashMap<>();
      for (Preset preset : source) {
        if (isFor(preset.option())) {
          added.computeIfAbsent(preset.option(), it -> new ArrayList<>()).add(preset);
        }
      }
      added.forEach(byOption::putIfAbsent);
    }
    byOption.forEach(this::check);
  }

  /** All options of these commands that can be set so, without their dashes. */
  static Set<String> known(CommandLine all) {
    Set<String> known = new TreeSet<>();
    for (CommandLine each : all.getSubcommands().values()) {
      for (OptionSpec option : each.getCommandSpec().options()) {
        String name = option.longestName();
        if (name.startsWith("--") && !FLAGS_ONLY.contains(name.substring(2))) {
          known.add(name.substring(2));
        }
      }
    }
    return known;
  }

  private boolean isFor(String option) {
    boolean isGateways = OF_GATEWAYS.contains(option) && command.findOption("--gateway") == null;
    boolean isOfAnother = OF_ONE.contains(option) && command.name().equals("run");
    return !isGateways && !isOfAnother && command.findOption("--" + option) != null;
  }

  private OptionSpec spec(String option) {
    return java.util.Objects.requireNonNull(command.findOption("--" + option));
  }

  private void check(String option, List<Preset> set) {
    OptionSpec spec = spec(option);
    for (Preset preset : set) {
      if (preset.value().isEmpty() && spec.arity().min() > 0) {
        throw new Misuse(preset.from() + ": '" + option + "' wants a value: " + spec.paramLabel());
      }
    }
    if (set.size() > 1 && !spec.isMultiValue()) {
      throw new Misuse(set.get(1).from() + ": '" + option + "' is there twice");
    }
  }

  /** Whether nothing is set. */
  boolean isEmpty() {
    return byOption.isEmpty();
  }

  /** As arguments of the command: all that were not given on its line. */
  List<String> arguments(ParseResult given) {
    List<String> arguments = new ArrayList<>();
    byOption.forEach(
        (option, set) -> {
          if (!given.hasMatchedOption("--" + option)) {
            set.forEach(preset -> arguments.addAll(arguments(preset)));
          }
        });
    return arguments;
  }

  private List<String> arguments(Preset preset) {
    OptionSpec spec = spec(preset.option());
    String flag = "--" + preset.option();
    if (spec.arity().max() == 0) {
      return switches(flag, preset, spec.isMultiValue());
    }
    if (preset.value().isEmpty()) {
      return List.of(flag);
    }
    boolean isList = spec.isMultiValue() && preset.from().startsWith(PresetVariables.PREFIX);
    String[] values = isList ? preset.value().split(";") : new String[] {preset.value()};
    List<String> arguments = new ArrayList<>();
    for (String value : values) {
      arguments.add(flag + "=" + value.strip());
    }
    return arguments;
  }

  /** One that may be repeated may be a number, too: {@code verbose = 2}. */
  private static List<String> switches(String flag, Preset preset, boolean mayRepeat) {
    String value = preset.value().toLowerCase(Locale.ROOT);
    if (mayRepeat && value.matches("[0-9]")) {
      return java.util.Collections.nCopies(Integer.parseInt(value), flag);
    }
    return switch (value) {
      case "", "true", "yes", "on", "1" -> List.of(flag);
      case "false", "no", "off", "0" -> List.of();
      default ->
          throw new Misuse(
              "%s: '%s' is true or false, not '%s'"
                  .formatted(preset.from(), preset.option(), preset.value()));
    };
  }

  /** Where an option got its value from, if it was set here. */
  Optional<String> from(String option) {
    return Optional.ofNullable(byOption.get(option)).map(set -> set.get(0).from());
  }

  /** What is set and where, as a file of options could have it. */
  List<String> shown(ParseResult given) {
    List<String> lines = new ArrayList<>();
    for (OptionSpec spec : command.options()) {
      String name = spec.longestName().replaceFirst("^--", "");
      if (FLAGS_ONLY.contains(name)) {
        continue;
      }
      if (given.hasMatchedOption(spec)) {
        List<String> values = given.matchedOption(spec.longestName()).originalStringValues();
        values.forEach(value -> lines.add(shown(name, value, "flag")));
      } else {
        byOption
            .getOrDefault(name, List.of())
            .forEach(preset -> lines.add(shown(name, preset.value(), preset.from())));
      }
    }
    return lines;
  }

  private static String shown(String name, String value, String from) {
    String line = value.isEmpty() ? name : name + " = " + value;
    return String.format("%-40s  # %s", line, from);
  }
}
