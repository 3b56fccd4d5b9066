package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.Agent;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.daemon.json.PeersReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos browse}: lists all of a kind, here and past this network. */
@Command(
    name = "browse",
    description =
        "Lists the agents of a service, or that offer a type: on this network, and by a gateway on"
            + " all others.",
    footer = {
      "  pharos browse Alpha",
      "      all of the service Alpha",
      "  pharos browse Alpha.Orders --json | jq -r '.peers[].addresses[0]'",
      "      where Alpha.Orders is offered",
      "",
      "Ends with 0 when there is one, 1 when there is none, no gateway was heard or it failed, 2"
          + " when the options make no sense."
    })
final class BrowseCommand extends Subcommand {
  @Parameters(
      arity = "1",
      paramLabel = "SERVICE|TYPE",
      description = "The service, such as Alpha, or the type, such as Alpha.Orders.")
  private String service = "";

  @Option(names = "--json", description = "Print the agents as one JSON document.")
  private boolean isJson;

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private Visit visit = new Visit();

  @Override
  public Integer call() {
    if (service.isEmpty()) {
      throw new Misuse("the service or type is empty");
    }
    Optional<Daemon> daemon = daemons.find(caller, visit::isOf);
    if (daemon.isPresent()) {
      Daemon.Answer answer =
          daemon.get().ask("/v1/browse?service=" + URLEncoder.encode(service, UTF_8));
      // One that does not look past its network leaves it to us.
      if (answer.status() != 404) {
        return told(daemon.get(), answer);
      }
    }
    try (Agent agent = visit.join()) {
      Finding finding = visit.ask(agent, it -> it.browse(service));
      List<Peer> peers = Visit.peers(agent, finding);
      if (peers.isEmpty()) {
        caller.out().print(isJson ? FindingTable.of(finding, peers, true) : "");
        throw visit.nothing("'" + service + "'", finding);
      }
      caller.out().print(FindingTable.of(finding, peers, isJson));
      return caller.done("browse", "asked the network");
    }
  }

  private int told(Daemon daemon, Daemon.Answer answer) {
    if (!answer.isOk()) {
      throw new Failure("'" + service + "': " + answer.why() + " (asked " + daemon.label() + ")");
    }
    Map<String, Object> told = Json.members(answer.body());
    List<Peer> peers = new Members(PeersReader.objects(answer.body())).peers();
    if (peers.isEmpty()) {
      caller.out().print(isJson ? FindingTable.of(told, peers, true) : "");
      throw new Failure("nobody knows '" + service + "' (asked " + daemon.label() + ")");
    }
    caller.out().print(FindingTable.of(told, peers, isJson));
    return caller.done("browse", "asked " + daemon.label());
  }
}
