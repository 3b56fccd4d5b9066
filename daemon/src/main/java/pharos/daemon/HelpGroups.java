package pharos.daemon;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands in the groups that a newcomer looks for them in. */
final class HelpGroups {
  private static final Map<String, List<Entry>> GROUPS = new LinkedHashMap<>();

  private record Entry(String name, Class<?> command, String about) {}

  static {
    GROUPS.put(
        "Announce",
        List.of(
            new Entry("agent", AgentCommand.class, "announce a program, and follow the others"),
            new Entry("run", RunCommand.class, "run a program, and announce it while it runs"),
            new Entry(
                "register", RegisterCommand.class, "announce a contact for as long as it runs")));
    GROUPS.put(
        "See",
        List.of(
            new Entry("peers", PeersCommand.class, "list who is there"),
            new Entry(
                "watch", WatchCommand.class, "show who is there as it changes, in a terminal"),
            new Entry("wait", WaitCommand.class, "wait until so many of a kind are there"),
            new Entry("find", FindCommand.class, "look for a name, an id or a contact"),
            new Entry("browse", BrowseCommand.class, "list all of a service or type"),
            new Entry("ring", RingCommand.class, "draw the ring of keys, and where records lie")));
    GROUPS.put(
        "Keep",
        List.of(
            new Entry(
                "records", RecordsCommand.class, "read and write values that several hosts have")));
    GROUPS.put(
        "Mend",
        List.of(
            new Entry("why", WhyCommand.class, "tell why a peer is here, in doubt or gone"),
            new Entry(
                "listen", ListenCommand.class, "show each beacon on the wire, ours and others"),
            new Entry(
                "doctor",
                DoctorCommand.class,
                "tell what is wrong with this network, and what to type"),
            new Entry("ping", PingCommand.class, "ping a peer by every path"),
            new Entry("health", HealthCommand.class, "ask a running agent whether it is well")));
    GROUPS.put(
        "Build",
        List.of(
            new Entry(
                "completion",
                CompletionCommand.class,
                "print what bash and zsh need to complete")));
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

  /** All commands by their names, as they are listed. */
  static Map<String, Class<?>> commands() {
    Map<String, Class<?>> commands = new LinkedHashMap<>();
    GROUPS.values().stream()
        .flatMap(List::stream)
        .forEach(it -> commands.put(it.name(), it.command()));
    return commands;
  }
}
