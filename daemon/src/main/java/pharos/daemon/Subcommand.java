package pharos.daemon;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What all commands have, beside their own options: how their help reads, and who called. */
@Command(sortOptions = false, abbreviateSynopsis = true, footerHeading = "%nExamples:%n")
abstract class Subcommand implements Callable<Integer> {
  /** Set when it is made, before any of its options is. */
  @SuppressWarnings("NullAway.Init")
  Caller caller;

  /** A line of what was asked for, to standard output. */
  void print(String line) {
    caller.out().println(line);
  }
}
