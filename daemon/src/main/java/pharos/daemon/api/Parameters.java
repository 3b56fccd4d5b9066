package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.daemon.text.Times;

/** What a query says, each at most once; what makes no sense is a {@link Problem} that names it. */
final class Parameters {
  private final Map<String, List<byte[]>> values;

  private Parameters(Map<String, List<byte[]>> values) {
    this.values = values;
  }

  /** Those of this query, which may have these and no others. */
  static Parameters of(@Nullable String query, Set<String> known) {
    Map<String, List<byte[]>> values;
    try {
      values = query == null || query.isEmpty() ? Map.of() : Query.parse(query);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("the query has " + e.getMessage());
    }
    values.forEach(
        (name, given) -> {
          if (!known.contains(name)) {
            String there =
                known.isEmpty() ? "none" : String.join(", ", known.stream().sorted().toList());
            throw Problem.badRequest("unknown parameter '" + name + "'; there is " + there);
          }
          if (given.size() > 1) {
            throw Problem.badRequest(
                "the parameter '" + name + "' is given " + given.size() + " times");
          }
        });
    return new Parameters(values);
  }

  Optional<byte[]> bytes(String name) {
    return Optional.ofNullable(values.get(name)).map(given -> given.get(0));
  }

  Optional<String> text(String name) {
    return bytes(name).map(given -> text(name, given));
  }

  /** Whether it is there, without a value or with {@code true}. */
  boolean flag(String name) {
    Optional<String> given = text(name);
    if (given.isPresent() && !given.get().isEmpty() && !given.get().equals("true")) {
      throw Problem.badRequest("the parameter '" + name + "' has no value but true");
    }
    return given.isPresent();
  }

  /** A time, at most this long. */
  Optional<Duration> time(String name, Duration most) {
    return text(name)
        .map(given -> time("the parameter '" + name + "'", given, Duration.ZERO, most));
  }

  /** A time within bounds; the subject begins the sentence that says what is wrong with it. */
  static Duration time(String subject, String text, Duration least, Duration most) {
    Duration time;
    try {
      time = Times.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(subject + " is wrong: " + e.getMessage());
    }
    if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
      throw Problem.badRequest(
          subject + " is " + Times.of(least) + " to " + Times.of(most) + ", not " + text);
    }
    return time;
  }

  private static String text(String name, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.badRequest("the parameter '" + name + "' is no text in UTF-8");
    }
  }
}
