package pharos.daemon;

import java.io.IOException;
import java.net.URL;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code pharos health}: whether an agent with HTTP runs. It is run every few seconds by whoever
 * watches a container, so it uses what the JVM starts with.
 */
@Command(
    name = "health",
    description = "Asks a running agent by HTTP whether it is well.",
    footer = {
      "  pharos health",
      "  pharos health http://127.0.0.1:8671",
      "",
      "Ends with 0 when it is, 1 when it is not or does not answer, 2 when the URL makes no sense."
    })
final class HealthCommand extends Subcommand {
  private static final int PATIENCE_MS = 2_000;

  private static final String USUAL =
      "http://" + HttpAddress.DEFAULT_HOST + ":" + HttpAddress.DEFAULT_PORT;

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      description =
          "Where it is, with /healthz unless it has a path. Default: the agent with HTTP of this"
              + " user that was started last, else http://127.0.0.1:8670.")
  private @Nullable String url;

  @Option(names = "--json", description = "Print what it says as one JSON document.")
  private boolean isJson;

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Override
  public Integer call() {
    String given = url;
    if (given == null && daemons.isOff()) {
      throw new Misuse("--at off asks none, which tells nothing of its health");
    }
    Daemon daemon =
        given == null
            ? daemons.find(caller, it -> true).orElseGet(() -> Daemon.at(USUAL, token()))
            : Daemon.at(given, token());
    String path = path(given == null ? USUAL : given);
    try {
      Daemon.Answer answer = daemon.get(path, PATIENCE_MS);
      if (!answer.isOk()) {
        String why = answer.why().isEmpty() ? "" : ": " + answer.why();
        throw new Failure(daemon.url() + path + " answers " + answer.status() + why);
      }
      print(isJson ? answer.said() : "ok");
      return 0;
    } catch (IOException e) {
      throw new Failure(daemon.url() + path + " does not answer: " + Errors.reason(e), e);
    }
  }

  private String token() {
    return caller.variable("PHAROS_HTTP_TOKEN");
  }

  private static String path(String url) {
    String path = Daemon.url(url).map(URL::getFile).orElse("");
    return path.isEmpty() || path.equals("/") ? "/healthz" : path;
  }
}
