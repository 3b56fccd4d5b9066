package pharos.daemon;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pharos.kademlia.ContactId;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which id is meant: text, unless base64 is asked for; nothing guesses. */
final class IdOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Parameters(
      arity = "1",
      paramLabel = "ID",
      description = "The id or name: text, also where it could be read as base64.")
  private String id = "";

  @Option(names = "--base64", description = "The id is written in base64.")
  private boolean isBase64;

  ContactId read() {
    try {
      return isBase64 ? ContactId.ofBase64(id) : ContactId.ofText(id);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
    }
  }
}
