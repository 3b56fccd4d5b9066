package pharos.daemon.api;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Addresses;

/**
 * What stands in front of a {@link Table} where browsers and other hosts can reach it. No sockets,
 * for any thread.
 *
 * <p>A page that a browser loaded from elsewhere may have its name point here (DNS rebinding), and
 * would then be allowed to read the answers. So a request has to name this host by address, as
 * {@code localhost}, or as it was told to be named. Such a page may also have a browser send
 * requests whose answers it cannot read: what changes something is refused when it comes from
 * another page than ours, and a body that is read has to be told to be JSON, which no form can do.
 * With a token, all but what is open wants it.
 */
public final class Gate {
  private static final Set<String> HARMLESS = Set.of("GET", "HEAD");
  private static final Set<String> OURS = Set.of("same-origin", "none");

  /** What is looked at here or by a resource: a door hands on these. */
  public static final List<String> HEADERS =
      List.of(
          "Host",
          "Origin",
          "Sec-Fetch-Site",
          "Content-Type",
          "Authorization",
          "Cookie",
          "If-None-Match",
          "If-Match",
          "Content-Encoding",
          "Content-Range",
          "Last-Event-ID",
          "Accept");

  private final Table table;
  private final boolean checksHost;
  private final Set<String> names;
  private final @Nullable Session session;

  private Gate(
      Table table, boolean checksHost, Collection<String> names, @Nullable Session session) {
    this.table = table;
    this.checksHost = checksHost;
    this.names =
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    this.session = session;
  }

  /**
   * For everybody who can reach it.
   *
   * @param names the host names that it may be called by
   * @param session who knows the token; nothing when there is none
   */
  public static Gate of(Table table, Collection<String> names, Optional<Session> session) {
    List<Resource> all =
        Stream.concat(
                table.resources().stream(), session.stream().flatMap(it -> it.resources().stream()))
            .toList();
    return new Gate(new Table(all), true, names, session.orElse(null));
  }

  /** For a table that anybody may read by any name: it changes nothing, and names nobody. */
  public static Gate open(Table table) {
    return new Gate(table, false, Set.of(), null);
  }

  /**
   * The resource for a request that may pass.
   *
   * @throws Problem when it may not, or there is none
   */
  public Table.Match match(Asked asked) {
    Optional<String> host = asked.header("Host").map(Gate::withoutPort);
    if (checksHost && !host.map(this::isUs).orElse(true)) {
      throw new Problem(
          421, "call it by address, as localhost, or by a name given with --http-name");
    }
    if (!HARMLESS.contains(asked.method()) && isFromAnotherPage(asked)) {
      throw new Problem(403, "a page from elsewhere changes nothing here");
    }
    boolean isKnown = session == null || session.knows(asked);
    Table.Match match;
    try {
      match = table.match(asked);
    } catch (Problem e) {
      throw isKnown ? e : Session.unknown();
    }
    if (!isKnown && !match.isOpen()) {
      throw Session.unknown();
    }
    if (match.takesJson() && !asked.header("Content-Type").map(Gate::isJson).orElse(false)) {
      throw new Problem(415, "a body wants Content-Type: application/json");
    }
    return match;
  }

  private static boolean isFromAnotherPage(Asked asked) {
    boolean isElsewhere =
        asked
            .header("Origin")
            .map(
                origin ->
                    !origin.replaceFirst("^https?://", "").equals(asked.header("Host").orElse("")))
            .orElse(false);
    return isElsewhere
        || asked.header("Sec-Fetch-Site").filter(it -> !OURS.contains(it)).isPresent();
  }

  private static boolean isJson(String type) {
    int end = type.indexOf(';');
    String bare = end < 0 ? type : type.substring(0, end);
    return bare.strip().equalsIgnoreCase("application/json");
  }

  private boolean isUs(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return bare.equalsIgnoreCase("localhost")
        || names.contains(bare.toLowerCase(Locale.ROOT))
        || Addresses.parse(bare).isPresent();
  }

  private static String withoutPort(String host) {
    return host.replaceFirst(":\\d*$", "");
  }
}
