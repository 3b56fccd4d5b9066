package pharos.daemon;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.AgentClosedException;
import pharos.agent.Peer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pharos peers}: listens for a moment, unseen, and lists who is there. */
@Command(
    name = "peers",
    description = {"Listens for a moment, unseen, and lists who is there.", ""},
    sortOptions = false,
    abbreviateSynopsis = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pharos peers",
      "      a table of all agents of this network",
      "  pharos peers --json | jq -r '.peers[].capabilities[].endpoints[0]'",
      "      where to connect to",
      "  until pharos peers --wait 5s; do echo 'nobody yet'; done",
      "      waits for the first one",
      "",
      "Ends with 0 when somebody is there, 1 when nobody is or it failed, 2 when the options make"
          + " no sense."
    })
final class PeersCommand implements Callable<Integer> {
  private final PrintStream out;

  @Option(names = "--json", description = "Print the peers as one JSON document.")
  private boolean isJson;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long to listen. Default: 1500ms.")
  private Duration wait = Duration.ofMillis(1_500);

  @Option(
      names = "--all",
      description = "Also those who are heard but cannot be asked: behind a firewall, perhaps.")
  private boolean isAll;

  @Mixin private NetworkOptions network = new NetworkOptions();

  PeersCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    Logs.quiet();
    AgentBuilder builder = Agent.builder().name("pharos-peers").observer(true);
    network.applyTo(builder);
    List<Peer> peers = listen(builder);
    if (isJson) {
      out.println(Peer.toJson(peers));
    } else if (!peers.isEmpty()) {
      out.print(PeerTable.of(peers, Instant.now(), ZoneId.systemDefault()));
    }
    if (peers.isEmpty()) {
      throw new Failure("nobody was heard within " + wait.toMillis() + " ms");
    }
    return 0;
  }

  private List<Peer> listen(AgentBuilder builder) {
    try (Agent agent = builder.start()) {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
      List<Peer> peers = new ArrayList<>(agent.peers());
      if (isAll) {
        peers.addAll(agent.heardOnly());
      }
      return peers;
    } catch (IllegalArgumentException e) {
      throw network.wrong(String.valueOf(e.getMessage()));
    } catch (AgentClosedException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }
}
