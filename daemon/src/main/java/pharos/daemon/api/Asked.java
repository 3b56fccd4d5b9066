package pharos.daemon.api;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request without its body, as far as it counts.
 *
 * @param path as it was sent: parts of it may be percent-encoded
 * @param query what is behind the question mark, as it was sent
 * @param headers those that anybody here may look at, by their names in small letters
 * @param by who asks
 */
public record Asked(
    String method, String path, @Nullable String query, Map<String, String> headers, Asker by) {
  /** Copies the headers. */
  public Asked {
    headers = Map.copyOf(headers);
  }

  /** One without headers, for a path that may have a query behind it. */
  public static Asked of(String method, String target, Asker by) {
    int mark = target.indexOf('?');
    return mark < 0
        ? new Asked(method, target, null, Map.of(), by)
        : new Asked(method, target.substring(0, mark), target.substring(mark + 1), Map.of(), by);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }
}
