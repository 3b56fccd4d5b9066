package pharos.daemon.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request, as far as it counts.
 *
 * @param query what is behind the question mark
 * @param host whom the request is for, without a port; an old or simple client does not say
 * @param by who asks
 */
record Asked(String method, String path, @Nullable String query, Optional<String> host, Asker by) {}
