package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import pharos.agent.json.Json;

/**
 * What is answered to one request, whole.
 *
 * @param status the status of HTTP
 * @param type the media type of the body
 * @param bytes the body; who writes it takes a duplicate, since many may be answered with it
 * @param headers further headers
 */
public record Reply(int status, String type, ByteBuffer bytes, Map<String, String> headers)
    implements Answer {
  private static final String JSON = "application/json";

  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(409, "Conflict"),
          Map.entry(412, "Precondition Failed"),
          Map.entry(413, "Content Too Large"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(421, "Misdirected Request"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"),
          Map.entry(507, "Insufficient Storage"));

  /** Copies the headers. */
  public Reply {
    bytes = bytes.asReadOnlyBuffer();
    headers = Map.copyOf(headers);
  }

  static Reply json(int status, String body) {
    return text(status, JSON, body);
  }

  static Reply json(int status, ByteBuffer body) {
    return new Reply(status, JSON, body, Map.of());
  }

  /** A text, with the end of a line behind it: a terminal shows it well. */
  static Reply text(int status, String type, String body) {
    byte[] bytes = (body + "\n").getBytes(StandardCharsets.UTF_8);
    return new Reply(status, type, ByteBuffer.wrap(bytes), Map.of());
  }

  /** Without a body. */
  static Reply empty(int status) {
    return new Reply(status, "", ByteBuffer.allocate(0), Map.of());
  }

  /** As RFC 9457 has it. */
  static Reply problem(int status, String detail) {
    return problem(status, TITLES.getOrDefault(status, ""), detail);
  }

  /** The same, with more that programs may want to know. */
  static Reply problem(int status, String detail, Map<String, Object> more) {
    return problem(status, TITLES.getOrDefault(status, ""), detail, more);
  }

  /** The same for any status. */
  public static Reply problem(int status, String title, String detail) {
    return problem(status, title, detail, Map.of());
  }

  private static Reply problem(int status, String title, String detail, Map<String, Object> more) {
    Map<String, Object> all =
        Json.object("type", "about:blank", "title", title, "status", status, "detail", detail);
    all.putAll(more);
    return text(status, "application/problem+json", Json.write(all));
  }

  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, type, bytes, more);
  }

  /** The body as text, without the end of its line. */
  public String body() {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString().stripTrailing();
  }
}
