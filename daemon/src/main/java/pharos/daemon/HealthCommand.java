package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URL;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code pharos health}: whether an agent with HTTP runs. It is run every few seconds by whoever
 * watches a container, so it uses what the JVM starts with.
 */
@Command(
    name = "health",
    description = {"Asks a running agent by HTTP whether it is well.", ""},
    footerHeading = "%nExamples:%n",
    footer = {
      "  pharos health",
      "  pharos health http://127.0.0.1:8671",
      "",
      "Ends with 0 when it is, 1 when it is not or does not answer, 2 when the URL makes no sense."
    })
final class HealthCommand implements Callable<Integer> {
  private static final int PATIENCE_MS = 2_000;

  /** Of what it says; more is not of an agent. */
  private static final int SAID_BYTES = 1_000;

  private static final String USUAL =
      "http://" + HttpAddress.DEFAULT_HOST + ":" + HttpAddress.DEFAULT_PORT;

  private final Caller caller;

  @Spec private @Nullable CommandSpec spec;

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

  HealthCommand(Caller caller) {
    this.caller = caller;
  }

  @Override
  public Integer call() {
    String token = caller.variable("PHAROS_HTTP_TOKEN");
    String at = url;
    if (at == null) {
      Optional<Daemon> found = daemons.find(caller, daemon -> true);
      at = found.map(Daemon::url).orElse(USUAL);
      token = found.map(Daemon::token).orElse(token);
    }
    URL asked = parsed(at);
    try {
      HttpURLConnection connection = (HttpURLConnection) asked.openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(PATIENCE_MS);
      connection.setReadTimeout(PATIENCE_MS);
      connection.setInstanceFollowRedirects(false);
      if (!token.isEmpty()) {
        connection.setRequestProperty("Authorization", "Bearer " + token);
      }
      cutOff(connection);
      int status = connection.getResponseCode();
      if (status != 200) {
        String said = new Daemon.Answer(status, read(connection.getErrorStream())).why();
        throw new Failure(asked + " answers " + status + (said.isEmpty() ? "" : ": " + said));
      }
      caller.out().println(isJson ? read(connection.getInputStream()) : "ok");
      return 0;
    } catch (IOException e) {
      throw new Failure(asked + " does not answer: " + Errors.reason(e), e);
    }
  }

  /** Whoever answers there may do so letter by letter. */
  private static void cutOff(HttpURLConnection connection) {
    CompletableFuture.delayedExecutor(2 * PATIENCE_MS, TimeUnit.MILLISECONDS)
        .execute(connection::disconnect);
  }

  private static String read(@Nullable InputStream stream) throws IOException {
    try (InputStream in = stream) {
      return in == null ? "" : new String(in.readNBytes(SAID_BYTES), UTF_8).strip();
    }
  }

  private URL parsed(String at) {
    URL given = Daemon.url(at).orElseThrow(() -> wrong(at));
    boolean isBare = given.getPath().isEmpty() || given.getPath().equals("/");
    try {
      return isBare ? new URL(given, "/healthz") : given;
    } catch (MalformedURLException e) {
      throw wrong(at);
    }
  }

  private RuntimeException wrong(String at) {
    return new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "'" + at + "' is no URL: write http://HOST:PORT");
  }
}
