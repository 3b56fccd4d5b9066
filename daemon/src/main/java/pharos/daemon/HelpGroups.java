package pharos.daemon;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands in the groups that a newcomer looks for them in. */
final class HelpGroups {
  private static final Map<String, List<Entry>> GROUPS = new LinkedHashMap<>();

  private record Entry(String name, String about) {}

  static {
    GROUPS.put(
        "Announce",
        List.of(
            new Entry("agent", "announce a program, and follow the others"),
            new Entry("run", "run a program, and announce it while it runs"),
            new Entry("register", "announce a contact for as long as it runs")));
    GROUPS.put(
        "See",
        List.of(
            new Entry("peers", "list who is there"),
            new Entry("watch", "show who is there as it changes, in a terminal"),
            new Entry("wait", "wait until so many of a kind are there"),
            new Entry("find", "look for a name, an id or a contact"),
            new Entry("browse", "list all of a service or type")));
    GROUPS.put(
        "Mend",
        List.of(
            new Entry("why", "tell why a peer is here, in doubt or gone"),
            new Entry("listen", "show each beacon on the wire, ours and others"),
            new Entry("doctor", "tell what is wrong with this network, and what to type"),
            new Entry("ping", "ping a peer by every path"),
            new Entry("health", "ask a running agent whether it is well")));
    GROUPS.put(
        "Build", List.of(new Entry("completion", "print what bash and zsh need to complete")));
  }

  private HelpGroups() {}

  /** Has the list of commands shown in groups; a test sees that none is left out. */
  static void applyTo(CommandLine line) {
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    line.getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpGroups::commandList);
    for (CommandLine command : line.getSubcommands().values()) {
      command
          .getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, help -> help.description() + '\n');
    }
  }

  private static String commandList(Help help) {
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (group, entries) -> {
          text.append(group).append(":\n");
          for (Entry entry : entries) {
            String pause = " ".repeat(12 - entry.name().length());
            text.append("  ").append(help.colorScheme().commandText(entry.name())).append(pause);
            text.append(entry.about()).append('\n');
          }
        });
    return text.toString();
  }

  /** All commands that are shown. */
  static Set<String> names() {
    return GROUPS.values().stream()
        .flatMap(List::stream)
        .map(Entry::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}
