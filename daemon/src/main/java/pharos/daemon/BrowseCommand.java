package pharos.daemon;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import pharos.agent.Agent;
import pharos.agent.Finding;
import pharos.agent.Peer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos browse}: lists all of a kind, here and past this network. */
@Command(
    name = "browse",
    description = {
      "Lists the agents of a service, or that offer a type: on this network, and by a gateway on"
          + " all others.",
      ""
    },
    sortOptions = false,
    abbreviateSynopsis = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pharos browse Alpha",
      "      all of the service Alpha",
      "  pharos browse Alpha.Orders --json | jq -r '.peers[].addresses[0]'",
      "      where Alpha.Orders is offered",
      "",
      "Ends with 0 when there is one, 1 when there is none, no gateway was heard or it failed, 2"
          + " when the options make no sense."
    })
final class BrowseCommand implements Callable<Integer> {
  private final PrintStream out;

  @Parameters(
      arity = "1",
      paramLabel = "SERVICE|TYPE",
      description = "The service, such as Alpha, or the type, such as Alpha.Orders.")
  private String service = "";

  @Option(names = "--json", description = "Print the agents as one JSON document.")
  private boolean isJson;

  @Mixin private Visit visit = new Visit();

  BrowseCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    if (service.isEmpty()) {
      throw visit.wrong("the service or type is empty");
    }
    try (Agent agent = visit.join()) {
      Finding finding = visit.ask(agent, it -> it.browse(service));
      List<Peer> peers = Visit.peers(agent, finding);
      if (peers.isEmpty()) {
        throw visit.nothing("'" + service + "'", finding);
      }
      out.print(Visit.text(finding, peers, isJson));
      return 0;
    }
  }
}
