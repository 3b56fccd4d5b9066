package pharos.daemon;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pharos watch}: who is there, live. */
@Command(
    name = "watch",
    description =
        "Shows who is there as it changes, with the page and the story of each: in a terminal. Asks"
            + " the agent with HTTP that this user runs in this cluster; where there is none, it"
            + " listens, unseen. '?' shows the keys.",
    footer = {
      "  pharos watch",
      "      / filters, s sorts, Enter is the page of a peer, w is why, q quits",
      "  pharos watch --at http://10.0.0.7:8670",
      "      as another agent sees it",
      "",
      "Ends with 0 when it is left, 1 when it failed or there is no terminal, 2 when the options"
          + " make no sense, 130 at Ctrl-C."
    })
final class WatchCommand extends Subcommand {
  static final String NO_TERMINAL =
      "this is no terminal: 'pharos peers' lists once, 'pharos peers --json' for scripts, and"
          + " 'pharos agent --json' or curl -N at /v1/events tells what changes";

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Override
  public Integer call() throws InterruptedException {
    if (caller.isPiped()) {
      throw new Failure(NO_TERMINAL);
    }
    Logs.quiet();
    try (Sight sight = sight();
        Window window = Window.open(caller.isPainted(Caller.Stream.OUT))) {
      return new Watching(window, sight).run();
    }
  }

  private Sight sight() {
    Optional<Daemon> daemon = daemons.find(caller, network::isOf);
    return daemon.isPresent()
        ? new DaemonSight(daemon.get(), this::again)
        : new ListeningSight(network);
  }

  /** Without a word: the terminal shows something else. */
  private Optional<Daemon> again() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Caller silent = new Caller(nowhere, nowhere, caller.environment(), caller.system());
    return daemons.find(silent, network::isOf);
  }
}
