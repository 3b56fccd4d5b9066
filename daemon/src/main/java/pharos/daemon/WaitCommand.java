package pharos.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import pharos.agent.Peer;
import pharos.agent.PeerState;
import pharos.agent.json.Json;
import pharos.daemon.json.PeersReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos wait}: until so many of a kind are there. */
@Command(
    name = "wait",
    description =
        "Waits until so many of a service, a type or a name are there: for scripts, compose files"
            + " and tests.",
    footer = {
      "  pharos wait Alpha --count 3 --timeout 30s",
      "      until three of the service Alpha are there, and lists them",
      "  pharos wait Alpha.Orders && ./start-the-shop",
      "      until somebody offers this",
      "",
      "Ends with 0 when they are there; with 1 when they are not in time, and then tells who is and"
          + " who is suspect; with 2 when the options make no sense."
    })
final class WaitCommand extends Subcommand {
  /** A daemon of this host answers within a millisecond or two. */
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  @Parameters(
      arity = "1",
      paramLabel = "SERVICE|TYPE|NAME",
      description = "The service, the type that is offered, or the name.")
  private String wanted = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = CountReader.class,
      description = "How many. Default: 1.")
  private int count = 1;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait at most. Default: 30s.")
  private Duration timeout = Duration.ofSeconds(30);

  @Option(names = "--json", description = "Print them as one JSON document, in a line.")
  private boolean isJson;

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  static final class CountReader implements picocli.CommandLine.ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return OverlayOptions.number(text, 100_000, "");
    }
  }

  @Override
  public Integer call() {
    if (wanted.isEmpty()) {
      throw new Misuse("the service, type or name is empty");
    }
    Optional<Daemon> daemon = daemons.find(caller, network::isOf);
    List<Map<String, Object>> found =
        daemon
            .map(this::follow)
            .orElseGet(
                () ->
                    new Listening(network, false)
                        .await(timeout, peers -> alive(matching(peers)).size() >= count).stream()
                            .map(peer -> Json.members(peer.toJson()))
                            .toList());
    List<Peer> peers = matching(found.stream().map(PeersReader::peer).toList());
    tell(peers, found);
    if (alive(peers).size() < count) {
      throw new Failure(missing(peers));
    }
    return caller.done("wait", daemon.map(it -> "asked " + it.label()).orElse("listened"));
  }

  private List<Map<String, Object>> follow(Daemon daemon) {
    long beganNs = System.nanoTime();
    while (true) {
      Members members = Members.of(daemon);
      boolean isLate = System.nanoTime() - beganNs >= timeout.toNanos();
      if (isLate || alive(matching(members.peers())).size() >= count) {
        return members.objects();
      }
      Visit.sleep(PAUSE_NS);
    }
  }

  private List<Peer> matching(List<Peer> peers) {
    return peers.stream().filter(this::isWanted).toList();
  }

  private boolean isWanted(Peer peer) {
    return peer.service().equals(wanted) || peer.name().equals(wanted) || peer.offers(wanted);
  }

  private static List<Peer> alive(List<Peer> peers) {
    return peers.stream().filter(peer -> peer.state() == PeerState.ALIVE).toList();
  }

  private void tell(List<Peer> peers, List<Map<String, Object>> found) {
    if (isJson) {
      List<Map<String, Object>> wantedOnes = new ArrayList<>(found);
      wantedOnes.removeIf(it -> !isWanted(PeersReader.peer(it)));
      print(Json.write(Json.object("peers", wantedOnes)));
    } else if (!peers.isEmpty()) {
      PeerTable.print(caller, peers);
    }
  }

  private String missing(List<Peer> peers) {
    List<Peer> alive = alive(peers);
    List<Peer> suspect = peers.stream().filter(it -> it.state() != PeerState.ALIVE).toList();
    return (alive.isEmpty() ? "none" : String.valueOf(alive.size()))
        + " of %d '%s' came within %s".formatted(count, wanted, DurationText.of(timeout))
        + (alive.isEmpty() ? "" : "; there: " + names(alive))
        + (suspect.isEmpty() ? "" : "; suspect: " + names(suspect));
  }

  private static String names(List<Peer> peers) {
    return peers.stream().map(Peer::name).sorted().collect(Collectors.joining(", "));
  }
}
