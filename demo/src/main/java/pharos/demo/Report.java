package pharos.demo;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.json.Json;

/**
 * One line that an agent printed of its own accord.
 *
 * @param at when it knew
 * @param what the kind of event, or {@link #TOLD} for a line of its log
 * @param id whom the event is about
 * @param name what people call that one
 * @param reason why it is gone, if it is
 * @param offers what it offers and where, for people
 * @param text the line of the log
 */
record Report(
    Instant at,
    String what,
    String id,
    String name,
    String reason,
    List<String> offers,
    String text) {
  static final String STARTED = "STARTED";
  static final String TOLD = "TOLD";

  Report {
    offers = List.copyOf(offers);
  }

  /** Reads a line; empty when it is none of an agent's, such as an error of the JVM. */
  static Optional<Report> read(String line) {
    Map<String, Object> it = Json.members(line);
    Map<String, Object> peer = Json.members(it.get("peer"));
    List<String> offers = new ArrayList<>();
    for (Object one : list(peer, "capabilities")) {
      Map<String, Object> offer = Json.members(one);
      List<?> endpoints = list(offer, "endpoints");
      offers.add(text(offer, "type", "") + " at " + (endpoints.isEmpty() ? "" : endpoints.get(0)));
    }
    try {
      return Optional.of(
          new Report(
              Instant.parse(text(it, "at", "")),
              text(it, "event", TOLD),
              text(peer, "id", ""),
              text(peer, "name", ""),
              text(it, "reason", ""),
              offers,
              text(it, "told", "")));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String text(Map<String, Object> object, String name, String orElse) {
    return String.valueOf(object.getOrDefault(name, orElse));
  }

  private static List<?> list(Map<String, Object> object, String name) {
    return object.get(name) instanceof List<?> list ? list : List.of();
  }
}
