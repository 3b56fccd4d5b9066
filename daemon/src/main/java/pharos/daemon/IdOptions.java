package pharos.daemon;

import pharos.kademlia.ContactId;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which id is meant: text, unless base64 is asked for; nothing guesses. */
final class IdOptions {
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
      throw new Misuse(String.valueOf(e.getMessage()), e);
    }
  }
}
