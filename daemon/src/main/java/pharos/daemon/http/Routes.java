package pharos.daemon.http;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Which request gets which answer. No sockets, for any thread.
 *
 * <p>A page that a browser loaded from elsewhere may have its name point here (DNS rebinding), and
 * would then be allowed to read the answers. So a request has to name this host by address, as
 * {@code localhost}, or as it was told to be named.
 */
public final class Routes {
  private static final String METHODS = "GET, HEAD";

  private final Map<String, Supplier<Reply>> routes;
  private final Set<String> names;

  /**
   * Answers by these.
   *
   * @param peers the document with all peers
   * @param isRunning whether the agent runs
   * @param names the host names that it may be called by
   */
  public Routes(Supplier<String> peers, BooleanSupplier isRunning, Collection<String> names) {
    this.names =
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    routes =
        Map.of(
            "/v1/peers",
            () -> Reply.json(200, peers.get()),
            "/healthz",
            () ->
                isRunning.getAsBoolean()
                    ? Reply.json(200, "{\"status\":\"ok\"}")
                    : Reply.json(503, "{\"status\":\"stopping\"}"));
  }

  /**
   * The answer to one request.
   *
   * @param host whom the request is for, without a port; an old or simple client does not say
   */
  public Reply answer(String method, String path, Optional<String> host) {
    if (!host.map(this::isUs).orElse(true)) {
      return Reply.problem(
          421,
          "Misdirected Request",
          "call it by address, as localhost, or by a name given with --http-name");
    }
    Supplier<Reply> route = routes.get(path);
    if (route == null) {
      return Reply.problem(404, "Not Found", "there are " + String.join(" and ", paths()));
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Reply.problem(405, "Method Not Allowed", "only " + METHODS).with("Allow", METHODS);
    }
    return route.get();
  }

  private Iterable<String> paths() {
    return routes.keySet().stream().sorted().toList();
  }

  private boolean isUs(String host) {
    String bare = host.startsWith("[") && host.endsWith("]") ? inner(host) : host;
    return bare.equalsIgnoreCase("localhost")
        || names.contains(bare.toLowerCase(Locale.ROOT))
        || IpLiteral.parse(bare).isPresent();
  }

  private static String inner(String host) {
    return host.substring(1, host.length() - 1);
  }
}
