package pharos.daemon;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import pharos.agent.json.Json;
import pharos.daemon.doctor.PathTimes;
import pharos.daemon.doctor.Pinging;
import pharos.daemon.text.Shown;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos ping}: how long a peer takes to answer, by each path to it. */
@Command(
    name = "ping",
    description =
        "Pings a peer by every path in turns: by UDP from each interface, by TCP at each address,"
            + " and through the gateways of this network.",
    footer = {
      "  pharos ping alpha-1",
      "  pharos ping 192.168.1.20 -c 20",
      "      what is lost on the way there, and what on the way back",
      "  pharos ping alpha-1 --json | jq '.paths[] | {path, avgMs}'",
      "",
      "Ends with 0 when it answered by one path at least, 1 when it did not, 2 when the options"
          + " make no sense."
    })
final class PingCommand extends Subcommand {
  private static final int MOST = 10_000;

  @Parameters(
      arity = "1",
      paramLabel = "PEER",
      description = "The name of a peer, or an address; with :PORT where it answers over TCP.")
  private String peer = "";

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      converter = CountReader.class,
      description = "How often each path is tried, 1 to 10000. Default: 4.")
  private int count = 4;

  @Option(names = "--json", description = "Print what came of it as one JSON document.")
  private boolean isJson;

  @Mixin private NetworkOptions network = new NetworkOptions();

  static final class CountReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return OverlayOptions.number(text, MOST, "");
    }
  }

  @Override
  public Integer call() {
    Logs.quiet();
    List<PathTimes> paths;
    try (Pinging pinging = new Pinging(network.plan(Optional.of(Remote.parse(peer)), 0))) {
      paths = pinging.run(count, line -> tell(Shown.line(line)));
    } catch (IOException e) {
      throw new Failure(Errors.reason(e), e);
    }
    int sent = paths.stream().mapToInt(PathTimes::sent).sum();
    int answered = paths.stream().mapToInt(PathTimes::answered).sum();
    if (isJson) {
      List<?> told = paths.stream().map(PathTimes::json).toList();
      print(
          Json.write(Json.object("peer", peer, "sent", sent, "answered", answered, "paths", told)));
    } else if (!paths.isEmpty()) {
      tell("--- " + Shown.line(peer));
      paths.forEach(it -> tell(Shown.line(it.line())));
    }
    if (paths.isEmpty()) {
      throw new Failure(
          "'" + peer + "' was not heard; 'pharos doctor " + Shown.line(peer) + "' tells more");
    }
    long lost = sent == 0 ? 0 : Math.round(100.0 * (sent - answered) / sent);
    String count = paths.size() + (paths.size() == 1 ? " path" : " paths");
    tell("%s, %d sent, %d answered, %d %% lost".formatted(count, sent, answered, lost));
    caller.out().flush();
    return answered == 0 ? Main.FAILED : 0;
  }

  private void tell(String line) {
    if (!isJson) {
      print(line);
    }
  }
}
