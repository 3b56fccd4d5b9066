package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One line of the table: what answers this method at paths like this one.
 *
 * @param template a path, with parts in braces that may be anything: {@code /v1/peers/{peer}}; what
 *     begins with a plus sign, as the last part, is all that follows, slashes too
 * @param parameters what a query may have
 * @param takes what body belongs to it
 * @param isOpen whether no token is wanted for it
 */
record Resource(
    String method,
    String template,
    Set<String> parameters,
    Takes takes,
    boolean isOpen,
    Handler handler) {
  /** The body of a request. */
  enum Takes {
    NOTHING,
    JSON,
    /** Bytes of any type. */
    BYTES
  }

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
  record Call(Asked asked, Map<String, String> path, Parameters query, ByteBuffer bytes) {
    /** The body where it is a text. */
    String body() {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
      } catch (CharacterCodingException e) {
        throw Problem.badRequest("the body is no text in UTF-8");
      }
    }

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
    return new Resource(method, template, parameters, Takes.NOTHING, false, handler);
  }

  static Resource withBody(
      String method, String template, Set<String> parameters, Handler handler) {
    return new Resource(method, template, parameters, Takes.JSON, false, handler);
  }

  static Resource withBytes(
      String method, String template, Set<String> parameters, Handler handler) {
    return new Resource(method, template, parameters, Takes.BYTES, false, handler);
  }

  boolean takesBody() {
    return takes != Takes.NOTHING;
  }

  Resource open() {
    return new Resource(method, template, parameters, takes, true, handler);
  }

  static <A extends Answer> CompletableFuture<A> now(A answer) {
    return CompletableFuture.completedFuture(answer);
  }

  /** The parts of a path between its slashes, of a template or as it was sent. */
  static List<String> parts(String path) {
    return List.of(path.split("/", -1));
  }
}
