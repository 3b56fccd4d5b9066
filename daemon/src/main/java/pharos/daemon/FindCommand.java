package pharos.daemon;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import pharos.agent.Agent;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.kademlia.ContactId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pharos find}: looks for one thing, here and past this network. */
@Command(
    name = "find",
    description = {
      "Looks for a contact that was registered, and for agents of this name or id: on this network,"
          + " and by a gateway on all others.",
      ""
    },
    sortOptions = false,
    abbreviateSynopsis = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pharos find beta-1",
      "      by the name of an agent; several may have it",
      "  pharos find receptionist --json | jq -r '.contact.endpoints[0]'",
      "      where to connect to",
      "  pharos find --base64 bXkuc2VjcmV0LmRucy5jb20=",
      "      by the bytes of an id; without --base64 this is text like any other",
      "  pharos find beta-1 --seed gate.example:5671",
      "      where no gateway is on this network",
      "",
      "Ends with 0 when it is found, 1 when it is not, no gateway was heard or it failed, 2 when"
          + " the options make no sense."
    })
final class FindCommand implements Callable<Integer> {
  private final PrintStream out;

  @Mixin private IdOptions id = new IdOptions();

  @Option(names = "--json", description = "Print what was found as one JSON document.")
  private boolean isJson;

  @Mixin private Visit visit = new Visit();

  FindCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    ContactId sought = id.read();
    try (Agent agent = visit.join()) {
      Finding finding = visit.ask(agent, it -> it.find(sought));
      List<Peer> peers = Visit.peers(agent, finding);
      if (finding.contact().isEmpty() && peers.isEmpty()) {
        throw visit.nothing(sought.toString(), finding);
      }
      out.print(Visit.text(finding, peers, isJson));
      return 0;
    }
  }
}
