package pharos.daemon.http;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import pharos.beacon.Addresses;

/**
 * Which request gets which answer. No sockets, for any thread.
 *
 * <p>A page that a browser loaded from elsewhere may have its name point here (DNS rebinding), and
 * would then be allowed to read the answers. So a request has to name this host by address, as
 * {@code localhost}, or as it was told to be named.
 */
public final class Routes {
  private static final String METHODS = "GET, HEAD";

  private final Map<String, Function<Asked, CompletableFuture<Reply>>> routes;
  private final Set<String> names;

  /**
   * Answers by these.
   *
   * @param peers the document with all peers
   * @param contacts those that can be looked for
   * @param condition how the agent is
   * @param names the host names that it may be called by
   */
  public Routes(
      Supplier<String> peers,
      Contacts contacts,
      Supplier<Condition> condition,
      Collection<String> names) {
    this.names =
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    routes =
        Map.of(
            "/v1/peers",
            asked -> done(Reply.json(200, peers.get())),
            "/v1/contacts",
            contacts::answer,
            "/healthz",
            asked -> done(condition.get().reply()));
  }

  private static CompletableFuture<Reply> done(Reply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  /** The answer to one request, now or later; never an exception. */
  CompletableFuture<Reply> answer(Asked asked) {
    if (!asked.host().map(this::isUs).orElse(true)) {
      return done(
          Reply.problem(
              421,
              "Misdirected Request",
              "call it by address, as localhost, or by a name given with --http-name"));
    }
    Function<Asked, CompletableFuture<Reply>> route = routes.get(asked.path());
    if (route == null) {
      return done(Reply.problem(404, "Not Found", "there are " + String.join(", ", paths())));
    }
    if (!asked.method().equals("GET") && !asked.method().equals("HEAD")) {
      return done(
          Reply.problem(405, "Method Not Allowed", "only " + METHODS).with("Allow", METHODS));
    }
    return route.apply(asked);
  }

  private Iterable<String> paths() {
    return routes.keySet().stream().sorted().toList();
  }

  private boolean isUs(String host) {
    String bare = host.startsWith("[") && host.endsWith("]") ? inner(host) : host;
    return bare.equalsIgnoreCase("localhost")
        || names.contains(bare.toLowerCase(Locale.ROOT))
        || Addresses.parse(bare).isPresent();
  }

  private static String inner(String host) {
    return host.substring(1, host.length() - 1);
  }
}
