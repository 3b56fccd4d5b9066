package pharos.daemon.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import pharos.agent.json.Json;

/**
 * An object of JSON that somebody sent; what is wrong with it is a {@link Problem} that names it.
 */
final class Body {
  private final String where;
  private final Map<?, ?> members;

  private Body(String where, Map<?, ?> members, Set<String> known) {
    this.where = where;
    this.members = members;
    for (Object name : members.keySet()) {
      if (!known.contains(name)) {
        throw Problem.badRequest(
            "unknown field '%s%s'; there is %s"
                .formatted(where, name, String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  /** The body of a request, which may have these fields and no others. */
  static Body of(String text, String... known) {
    Optional<Object> read = text.isBlank() ? Optional.empty() : Json.read(text);
    if (read.isEmpty() || !(read.get() instanceof Map<?, ?> members)) {
      throw Problem.badRequest("the body is no object of JSON");
    }
    return new Body("", members, Set.of(known));
  }

  /** An object within it. */
  Optional<Body> object(String name, String... known) {
    return value(name, Map.class, "an object")
        .map(it -> new Body(where + name + ".", it, Set.of(known)));
  }

  Optional<String> text(String name) {
    return value(name, String.class, "a text");
  }

  Optional<Integer> port(String name) {
    Optional<Number> number = value(name, Number.class, "a port");
    boolean isOne =
        number
            .map(it -> it instanceof Integer && it.intValue() > 0 && it.intValue() < 65_536)
            .orElse(true);
    if (!isOne) {
      throw Problem.badRequest(
          "'" + where + name + "' is a port from 1 to 65535, not " + number.get());
    }
    return number.map(Number::intValue);
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object each : list(name)) {
      if (!(each instanceof String text)) {
        throw Problem.badRequest("'" + where + name + "' is a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  /** A list of objects. */
  List<Body> objects(String name, String... known) {
    List<Body> objects = new ArrayList<>();
    for (Object each : list(name)) {
      if (!(each instanceof Map<?, ?> object)) {
        throw Problem.badRequest("'" + where + name + "' is a list of objects");
      }
      objects.add(new Body(where + name + "[" + objects.size() + "].", object, Set.of(known)));
    }
    return objects;
  }

  /** An object whose values are texts, in its order. */
  Map<String, String> textsByName(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<?, ?> object = value(name, Map.class, "an object").orElse(Map.of());
    object.forEach(
        (key, value) -> {
          if (!(value instanceof String text)) {
            throw Problem.badRequest("'" + where + name + "." + key + "' is a text");
          }
          texts.put(String.valueOf(key), text);
        });
    return texts;
  }

  private List<?> list(String name) {
    return value(name, List.class, "a list").orElse(List.of());
  }

  private <T> Optional<T> value(String name, Class<T> type, String what) {
    Object value = members.get(name);
    if (value != null && !type.isInstance(value)) {
      throw Problem.badRequest("'" + where + name + "' is " + what);
    }
    return Optional.ofNullable(value).map(type::cast);
  }

  /** Where it is in the body, for a message: a prefix of names. */
  String where() {
    return where;
  }
}
