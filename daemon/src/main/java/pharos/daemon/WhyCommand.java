package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pharos why}: the story of a peer, as a running agent noticed it. */
@Command(
    name = "why",
    description =
        "Tells why a peer is here, in doubt or gone: what was heard and missed of it, who was"
            + " asked, what refused where, and what followed, in milliseconds, newest last. The"
            + " agent with HTTP that this user runs in this cluster is asked; it remembers who is"
            + " gone for a day.",
    footer = {
      "  pharos why web-1",
      "      its story; its last line says where it stands",
      "  pharos why web-1 --json | jq -r .summary",
      "      what led to that, in one line",
      "  pharos why krmt --at http://10.0.0.7:8670",
      "      by the letters of its id, as another agent noticed it",
      "",
      "Ends with 0 when it is remembered, 1 when it is not or nobody could be asked, 2 when the"
          + " options make no sense."
    })
final class WhyCommand extends Subcommand {
  @Parameters(
      arity = "1",
      paramLabel = "PEER",
      description = "Its name, its letters, its id, or the beginning of its id.")
  private String peer = "";

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description =
          "Write the agent's black box to this file: what it heard, asked and decided lately, at"
              + " most a mebibyte, for 'pharos simulate --replay FILE'. It has names, addresses and"
              + " offers; no secrets, no keys.")
  private @Nullable Path export;

  @Option(names = "--json", description = "Print the story as one JSON document, in a line.")
  private boolean isJson;

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Override
  public Integer call() {
    if (peer.isEmpty()) {
      throw new Misuse("the name or id of a peer is empty");
    }
    if (daemons.isOff()) {
      throw new Misuse("--at off asks none, and only an agent that runs can remember");
    }
    Optional<Daemon> daemon = daemons.find(caller, network::isOf);
    if (daemon.isEmpty()) {
      throw new Failure(
          "no agent with HTTP of this user runs in this cluster, and only one that runs can"
              + " remember: start it with 'pharos agent' and ask it later, or name one by --at"
              + daemons.elsewhere(caller));
    }
    Daemon.Answer answer = ask(daemon.get(), peer);
    Path file = export;
    if (file != null) {
      write(daemon.get(), file);
    }
    if (isJson) {
      print(answer.body().strip());
    } else {
      Paint paint = Paint.of(caller, Caller.Stream.OUT);
      WhyLines.of(answer.body(), Instant.now(), ZoneId.systemDefault(), paint).forEach(this::print);
    }
    return caller.done("why", "asked " + daemon.get().label());
  }

  private void write(Daemon daemon, Path file) {
    byte[] box = daemon.bytes("/v1/box");
    try {
      Files.write(file, box);
    } catch (IOException e) {
      throw new Failure("--export '" + file + "': it cannot be written: " + Errors.reason(e), e);
    }
    caller.err().println("pharos why: wrote the black box of " + daemon.label() + " to " + file);
  }

  static Daemon.Answer ask(Daemon daemon, String peer) {
    String path = URLEncoder.encode(peer, UTF_8).replace("+", "%20");
    Daemon.Answer answer = daemon.ask("/v1/peers/" + path + "/why");
    if (!answer.isOk()) {
      throw new Failure(daemon.label() + ": " + answer.why());
    }
    return answer;
  }
}
