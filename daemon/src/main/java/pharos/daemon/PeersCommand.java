package pharos.daemon;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pharos peers}: lists who is there, as a daemon knows it or by listening, unseen. */
@Command(
    name = "peers",
    description =
        "Lists who is there: asks the agent with HTTP that this user runs in this cluster; where"
            + " there is none, it listens for a moment, unseen. Standard error tells which.",
    footer = {
      "  pharos peers",
      "      a table of all agents of this network",
      "  pharos peers --json | jq -r '.peers[].capabilities[].endpoints[0]'",
      "      where to connect to",
      "  pharos peers --at http://127.0.0.1:8680",
      "      as another agent knows it; --at off asks none, and listens",
      "",
      "Ends with 0 when somebody is there, 1 when nobody is or it failed, 2 when the options make"
          + " no sense."
    })
final class PeersCommand extends Subcommand {
  @Option(names = "--json", description = "Print the peers as one JSON document, in a line.")
  private boolean isJson;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long to listen, where no agent is asked. Default: 1500ms.")
  private Duration wait = Duration.ofMillis(1_500);

  @Option(
      names = "--all",
      description =
          "Listen, and show also those who are heard but cannot be asked: behind a firewall,"
              + " perhaps.")
  private boolean isAll;

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Override
  public Integer call() {
    Optional<Daemon> daemon = isAll ? Optional.empty() : daemons.find(caller, network::isOf);
    if (daemon.isPresent()) {
      return told(caller, daemon.get(), isJson);
    }
    List<Peer> peers = new Listening(network, isAll).peers(wait);
    if (isJson) {
      print(Peer.toJson(peers));
    }
    if (peers.isEmpty()) {
      throw new Failure(
          "nobody was heard within " + wait.toMillis() + " ms" + daemons.elsewhere(caller));
    }
    if (!isJson) {
      PeerTable.print(caller, peers);
    }
    return caller.done(
        "peers",
        "listened for " + wait.toMillis() + " ms, since no agent with HTTP could be asked");
  }

  /** Lists whom this daemon knows. */
  static int told(Caller caller, Daemon daemon, boolean isJson) {
    Members members = Members.of(daemon);
    if (isJson) {
      caller.out().println(Json.write(Json.object("peers", members.objects())));
    } else {
      PeerTable.print(caller, members.peers());
    }
    return caller.done("peers", "asked " + daemon.label());
  }
}
