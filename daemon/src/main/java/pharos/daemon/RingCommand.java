package pharos.daemon;

import java.util.Optional;
import pharos.daemon.ring.RingJson;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pharos ring}: draws the ring of keys. */
@Command(
    name = "ring",
    description = {
      "Draws the ring of keys: the nodes in their places, where each record and its copies lie, who"
          + " watches whom, and whom the agent has in its table. The agent with HTTP that this user"
          + " runs in this cluster is asked.",
      ""
    },
    footer = {
      "  pharos ring",
      "      3 is a node, + a record; behind a name: how many records it has (! not forced to"
          + " disk),",
      "      >4 5 whom it watches, ~ that it is in the table of the agent that was asked",
      "  pharos ring --svg > ring.svg",
      "  pharos ring --dot | dot -Tpdf > ring.pdf",
      "  pharos ring --json | jq '.keys[] | {key, holders}'",
      "",
      "Ends with 0 when an agent told it, 1 when none could be asked, 2 when the options make no"
          + " sense."
    })
final class RingCommand extends Subcommand {
  @ArgGroup private Form form = new Form();

  /** One of them. */
  static final class Form {
    @Option(names = "--json", description = "Print it as one JSON document, in a line.")
    private boolean isJson;

    @Option(names = "--dot", description = "Print it as a graph for Graphviz.")
    private boolean isDot;

    @Option(names = "--svg", description = "Print it as a picture that stands alone.")
    private boolean isSvg;
  }

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Override
  public Integer call() {
    if (daemons.isOff()) {
      throw new Misuse("--at off asks none, and only an agent that runs knows the ring");
    }
    Optional<Daemon> found = daemons.find(caller, network::isOf);
    if (found.isEmpty()) {
      throw new Failure(
          "no agent with HTTP of this user runs in this cluster, and only one that runs knows the"
              + " ring: start it with 'pharos agent', or name one by --at"
              + daemons.elsewhere(caller));
    }
    Daemon daemon = found.get();
    Daemon.Answer answer =
        daemon.ask("/v1/ring" + (form.isDot ? ".dot" : form.isSvg ? ".svg" : ""));
    if (!answer.isOk()) {
      throw new Failure(daemon.label() + ": " + answer.why());
    }
    if (form.isJson || form.isDot || form.isSvg) {
      caller.out().println(answer.body().strip());
    } else {
      Paint paint = Paint.of(caller, Caller.Stream.OUT);
      RingLines.of(RingJson.read(answer.body()), caller.columns(), paint)
          .forEach(caller.out()::println);
    }
    return caller.done("ring", "asked " + daemon.label());
  }
}
