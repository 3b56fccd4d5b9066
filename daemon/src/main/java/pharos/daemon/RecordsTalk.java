package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.agent.json.Json;
import pharos.daemon.text.Shown;
import pharos.daemon.text.Times;

/** What {@code pharos records} asks a daemon, and prints of the answers. */
final class RecordsTalk {
  private static final String ALL = "/v1/records";
  private static final byte[] NO_BODY = {};

  /** Of a value in a line. */
  private static final int MOST_SHOWN = 100;

  /** Pages of a thousand; whoever has more keys narrows them by a prefix. */
  private static final int MOST_PAGES = 1_000;

  private final Caller caller;
  private final Daemon daemon;
  private final boolean isJson;

  RecordsTalk(Caller caller, Daemon daemon, boolean isJson) {
    this.caller = caller;
    this.daemon = daemon;
    this.isJson = isJson;
  }

  int put(String key, byte[] value, Map<String, String> headers, @Nullable Duration expiry) {
    Map<String, String> all = new java.util.LinkedHashMap<>(headers);
    all.put("Content-Length", String.valueOf(value.length));
    String query = expiry == null ? "" : "?expiry=" + Times.of(expiry);
    Map<String, Object> told = written(send("PUT", path(key) + query, all, value));
    if (!isJson) {
      boolean isNew = Boolean.TRUE.equals(told.get("isNew"));
      caller.out().println(Shown.line(key) + (isNew ? " is there" : " is replaced") + at(told));
    }
    return done();
  }

  int remove(String key, Map<String, String> headers) {
    Map<String, Object> told = written(send("DELETE", path(key), headers, NO_BODY));
    if (!isJson) {
      caller.out().println(Shown.line(key) + " is gone" + at(told));
    }
    return done();
  }

  private Map<String, Object> written(Exchange answer) {
    if (isJson) {
      caller.out().println(answer.text().strip());
    }
    return Json.members(answer.text());
  }

  private static String at(Map<String, Object> told) {
    return ": version " + told.get("version") + ", " + copies(told);
  }

  private static String copies(Map<String, Object> told) {
    return told.get("agreed") + " of " + told.get("copies") + " copies";
  }

  int get(String key, Optional<String> read) {
    String query = read.map(it -> "?read=" + it).orElse("");
    Exchange answer = send("GET", path(key) + query, Map.of(), NO_BODY);
    String version = answer.header("ETag").replace("\"", "");
    byte[] bytes = answer.bytes();
    if (isJson) {
      caller.out().println(json(key, version, answer));
    } else {
      caller.out().write(bytes, 0, bytes.length);
    }
    String conflicts = answer.header("Pharos-Conflicts");
    return done(
        "version "
            + version
            + ", "
            + answer.header("Pharos-Copies")
            + " copies agree, "
            + answer.header("Age")
            + " s old"
            + (conflicts.isEmpty() ? "" : ", won over " + conflicts + ": see 'conflicts'"));
  }

  private static String json(String key, String version, Exchange answer) {
    byte[] bytes = answer.bytes();
    Map<String, Object> all =
        Json.object(
            "key", key,
            "version", version,
            "type", answer.header("Content-Type"),
            "bytes", bytes.length,
            "age", answer.header("Age"),
            "written", answer.header("Pharos-Written"),
            "copies", answer.header("Pharos-Copies"));
    try {
      all.put("text", UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      all.put("base64", Base64.getEncoder().encodeToString(bytes));
    }
    return Json.write(all);
  }

  int list(String prefix) {
    List<Map<String, Object>> items = new ArrayList<>();
    boolean isComplete = true;
    String next = "";
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      String query =
          "?prefix=" + escaped(prefix) + (next.isEmpty() ? "" : "&after=" + escaped(next));
      Map<String, Object> page = Json.members(send("GET", ALL + query, Map.of(), NO_BODY).text());
      items.addAll(objects(page.get("records")));
      isComplete &= Boolean.TRUE.equals(page.get("complete"));
      next = String.valueOf(page.getOrDefault("next", ""));
      if (next.isEmpty()) {
        break;
      }
    }
    boolean isWhole = isComplete && next.isEmpty();
    if (isJson) {
      caller.out().println(Json.write(Json.object("records", items, "complete", isWhole)));
    }
    if (items.isEmpty()) {
      throw new Failure(
          (prefix.isEmpty() ? "there are no records" : "no key begins with '" + prefix + "'")
              + (isWhole ? "" : " on those nodes that answered"));
    }
    if (!isJson) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("KEY", "VERSION", "BYTES", "TYPE", "WRITTEN"));
      items.forEach(it -> rows.add(row(it, "key", "version", "bytes", "type", "written")));
      caller.out().print(Columns.aligned(rows));
    }
    return done(isWhole ? "" : "a node that may have more did not answer");
  }

  int conflicts(String key) {
    String path = key.isEmpty() ? ALL : path(key);
    Exchange answer = send("GET", path + "?conflicts", Map.of(), NO_BODY);
    List<Map<String, Object>> all = objects(Json.members(answer.text()).get("conflicts"));
    if (isJson) {
      caller.out().println(answer.text().strip());
    } else if (!all.isEmpty()) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("KEY", "LOST", "TO", "WRITTEN", "VALUE"));
      for (Map<String, Object> it : all) {
        List<String> row = new ArrayList<>(row(it, "key", "version", "winner", "written"));
        row.add(Boolean.TRUE.equals(it.get("isDeletion")) ? "a deletion" : value(it));
        rows.add(row);
      }
      caller.out().print(Columns.aligned(rows));
    }
    return done(all.isEmpty() ? "no value was lost to another" : "");
  }

  int forget(String node) {
    send("DELETE", "/v1/ring/" + escaped(node), Map.of(), NO_BODY);
    caller.out().println(Shown.line(node) + " counts no more");
    return done();
  }

  /** Until somebody ends it, or the stream does. */
  int watch(String key) {
    try (EventStream events = EventStream.open(daemon, path(key) + "?watch")) {
      for (EventStream.Event it = events.next(); it != null; it = events.next()) {
        Map<String, Object> told = Json.members(it.data());
        if (it.kind().equals("failed")) {
          throw new Failure(daemon.label() + ": " + told.get("detail"));
        }
        boolean isThere = Boolean.TRUE.equals(told.get("isThere"));
        String value = isThere ? value(told) : "no value";
        caller.out().println(isJson ? it.data() : told.get("version") + "  " + value);
        caller.out().flush();
      }
    } catch (IOException e) {
      throw new Failure(daemon.label() + " tells no more: " + Errors.reason(e), e);
    }
    throw new Failure(daemon.label() + " tells no more: the connection ended");
  }

  // How it is.

  int status() {
    Exchange answer = send("GET", "/v1/ring", Map.of(), NO_BODY);
    if (isJson) {
      caller.out().println(answer.text().strip());
      return done();
    }
    Map<String, Object> ring = Json.members(answer.text());
    Map<String, Object> records = Json.members(ring.get("records"));
    if (records.isEmpty()) {
      throw new Failure(daemon.label() + ": " + ring.getOrDefault("note", "no records here"));
    }
    boolean isComplete = Boolean.TRUE.equals(records.get("complete"));
    boolean isWhole = Boolean.TRUE.equals(records.get("whole"));
    String whole =
        isWhole ? "all copies are where they should be" : "copies are missing, or under way";
    caller
        .out()
        .println(
            "Kept by "
                + Shown.line(String.valueOf(records.get("engine")))
                + ": "
                + (isComplete ? whole : whole + ", as far as those know who answered"));
    Object of = records.get("majorityOf");
    caller.out().println("Copies: " + records.get("copies") + ", and a majority is of " + of);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NODE", "ADDRESS", "STATE", "RECORDS", "BYTES", "DISK"));
    for (Map<String, Object> it : objects(ring.get("nodes"))) {
      if (it.containsKey("holds")) {
        List<String> row = new ArrayList<>(row(it, "name", "address", "holds", "records", "bytes"));
        row.add(disk(it));
        rows.add(row);
      }
    }
    caller.out().print(rows.size() > 1 ? Columns.aligned(rows) : "");
    return done();
  }

  private static String disk(Map<String, Object> node) {
    boolean isDurable = Boolean.TRUE.equals(node.get("durable"));
    return isDurable ? (Boolean.TRUE.equals(node.get("forced")) ? "forced" : "not forced") : "-";
  }

  // All.

  private Exchange send(String method, String path, Map<String, String> headers, byte[] body) {
    Exchange answer = Exchange.of(daemon, method, path, headers, body);
    if (answer.status() >= 300) {
      String there = answer.header("ETag").replace("\"", "");
      throw new Failure(
          daemon.label()
              + ": "
              + answer.why()
              + (there.isEmpty() ? "" : "; version " + there + " is there"));
    }
    return answer;
  }

  /** Slashes and dots within it are for nobody on the way. */
  private static String path(String key) {
    return ALL + "/" + escaped(key).replace(".", "%2E");
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static List<Map<String, Object>> objects(@Nullable Object value) {
    return value instanceof List<?> all ? all.stream().map(Json::members).toList() : List.of();
  }

  private static List<String> row(Map<String, Object> item, String... names) {
    List<String> row = new ArrayList<>();
    for (String name : names) {
      row.add(Columns.orDash(String.valueOf(item.getOrDefault(name, ""))));
    }
    return row;
  }

  private static String value(Map<String, Object> told) {
    Object text = told.get("text");
    if (text == null) {
      return told.get("bytes") + " bytes of " + told.get("type");
    }
    String shown = Shown.line(text.toString());
    return shown.length() > MOST_SHOWN ? shown.substring(0, MOST_SHOWN) + "…" : shown;
  }

  private int done() {
    return done("");
  }

  private int done(String told) {
    return caller.done("records", (told.isEmpty() ? "" : told + "; ") + "asked " + daemon.label());
  }
}
