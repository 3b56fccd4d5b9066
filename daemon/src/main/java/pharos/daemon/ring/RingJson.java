package pharos.daemon.ring;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;

/** A ring as JSON, for programs and the page; and read again, for who asked for it. */
public final class RingJson {
  private RingJson() {}

  /** What is told of it. */
  public static Map<String, Object> of(Ring ring) {
    return Json.object(
        "seenBy",
        ring.seenBy(),
        "records",
        ring.records().map(RingJson::holding),
        "note",
        Optional.of(ring.note()).filter(it -> !it.isEmpty()),
        "nodes",
        ring.nodes().stream().map(RingJson::node).toList(),
        "moreNodes",
        ring.moreNodes(),
        "keys",
        ring.keys().stream().map(RingJson::key).toList());
  }

  private static Map<String, Object> holding(Ring.Holding it) {
    return Json.object(
        "engine", it.engine(),
        "copies", it.copies(),
        "majorityOf", it.majorityOf(),
        "whole", it.isWhole(),
        "complete", it.isComplete());
  }

  private static Map<String, Object> node(Ring.Node it) {
    Map<String, Object> node =
        Json.object(
            "id", it.id(),
            "short", it.shortId(),
            "name", it.name(),
            "address", it.address(),
            "place", it.place(),
            "here", it.isHere(),
            "seen", Optional.of(it.seen()).filter(seen -> !seen.isEmpty()),
            "holds", Optional.of(it.holds()).filter(holds -> !holds.isEmpty()));
    if (it.isHolder()) {
      node.putAll(
          Json.object(
              "durable", it.isDurable(),
              "forced", it.isForced(),
              "records", it.records(),
              "bytes", it.bytes()));
    }
    node.putAll(Json.object("inTable", it.isInTable(), "watches", it.watches()));
    return node;
  }

  private static Map<String, Object> key(Ring.Key it) {
    return Json.object(
        "key", it.key(),
        "version", it.version(),
        "place", it.place(),
        "bytes", it.bytes(),
        "holders", it.holders(),
        "meant", it.meant());
  }

  /** What an agent told; what it left out, or what makes no sense, is as if it were not there. */
  public static Ring read(String body) {
    Map<String, Object> all = Json.members(body);
    List<Ring.Node> nodes = list(all, "nodes").stream().map(RingJson::readNode).toList();
    return new Ring(
        text(all, "seenBy"),
        Optional.of(Json.members(all.get("records")))
            .filter(it -> !it.isEmpty())
            .map(
                it ->
                    new Ring.Holding(
                        text(it, "engine"),
                        (int) number(it, "copies"),
                        (int) number(it, "majorityOf"),
                        is(it, "whole"),
                        is(it, "complete"))),
        text(all, "note"),
        nodes,
        list(all, "keys").stream().map(it -> readKey(it, nodes.size())).toList(),
        (int) number(all, "moreNodes"));
  }

  private static Ring.Node readNode(Map<String, Object> it) {
    return new Ring.Node(
        text(it, "id"),
        text(it, "short"),
        text(it, "name"),
        text(it, "address"),
        place(it),
        is(it, "here"),
        text(it, "seen"),
        text(it, "holds"),
        is(it, "durable"),
        is(it, "forced"),
        number(it, "records"),
        number(it, "bytes"),
        is(it, "inTable"),
        it.get("watches") instanceof List<?> ids
            ? ids.stream().map(String::valueOf).toList()
            : List.of());
  }

  private static Ring.Key readKey(Map<String, Object> it, int nodes) {
    return new Ring.Key(
        text(it, "key"),
        text(it, "version"),
        place(it),
        (int) number(it, "bytes"),
        places(it.get("holders"), nodes),
        places(it.get("meant"), nodes));
  }

  private static List<Integer> places(@Nullable Object value, int nodes) {
    return value instanceof List<?> all
        ? all.stream()
            .filter(Number.class::isInstance)
            .map(it -> ((Number) it).intValue())
            .filter(it -> it >= 0 && it < nodes)
            .toList()
        : List.of();
  }

  private static double place(Map<String, Object> it) {
    double place = it.get("place") instanceof Number number ? number.doubleValue() : 0;
    return place >= 0 && place < 1 ? place : 0;
  }

  private static long number(Map<String, Object> object, String name) {
    return object.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static boolean is(Map<String, Object> object, String name) {
    return Boolean.TRUE.equals(object.get(name));
  }

  private static String text(Map<String, Object> object, String name) {
    return String.valueOf(object.getOrDefault(name, ""));
  }

  private static List<Map<String, Object>> list(Map<String, Object> object, String name) {
    return object.get(name) instanceof List<?> all
        ? all.stream().map(Json::members).toList()
        : List.of();
  }
}
