package pharos.daemon;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pharos completion}: what a shell needs to complete commands and options. */
@Command(
    name = "completion",
    description = "Prints what bash and zsh need to complete commands and options.",
    footer = {
      "  source <(pharos completion)",
      "      for this shell; in ~/.bashrc or ~/.zshrc for each",
      "",
      "Ends with 0."
    })
final class CompletionCommand extends Subcommand {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    caller
        .out()
        .print(AutoComplete.bash("pharos", Objects.requireNonNull(spec).root().commandLine()));
    return 0;
  }
}
