package pharos.daemon.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One line of the table: what answers this method at paths like this one.
 *
 * @param template a path, with parts in braces that may be anything: {@code /v1/peers/{peer}}
 * @param parameters what a query may have
 * @param takesBody whether a body belongs to it, which is JSON
 * @param isOpen whether no token is wanted for it
 */
record Resource(
    String method,
    String template,
    Set<String> parameters,
    boolean takesBody,
    boolean isOpen,
    Handler handler) {
  /** Answers a request, now or later; what it throws, and how its future fails, is answered too. */
  @FunctionalInterface
  interface Handler {
    CompletableFuture<? extends Answer> answer(Call call);
  }

  /** The same where the answer is known at once. */
  @FunctionalInterface
  interface Prompt {
    Answer answer(Call call);
  }

  /**
   * A request that came to its resource.
   *
   * @param path what stood where the template has braces
   */
  record Call(Asked asked, Map<String, String> path, Parameters query, String body) {
    String path(String name) {
      return Optional.ofNullable(path.get(name)).orElseThrow();
    }
  }

  Resource {
    parameters = Set.copyOf(parameters);
  }

  static Resource get(String template, Set<String> parameters, Prompt prompt) {
    return later("GET", template, parameters, call -> now(prompt.answer(call)));
  }

  static Resource later(String method, String template, Set<String> parameters, Handler handler) {
    return new Resource(method, template, parameters, false, false, handler);
  }

  static Resource withBody(
      String method, String template, Set<String> parameters, Handler handler) {
    return new Resource(method, template, parameters, true, false, handler);
  }

  Resource open() {
    return new Resource(method, template, parameters, takesBody, true, handler);
  }

  static <A extends Answer> CompletableFuture<A> now(A answer) {
    return CompletableFuture.completedFuture(answer);
  }

  /** The parts of a path between its slashes, of a template or as it was sent. */
  static List<String> parts(String path) {
    return List.of(path.split("/", -1));
  }
}
