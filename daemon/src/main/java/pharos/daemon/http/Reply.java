package pharos.daemon.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import pharos.agent.json.Json;

/**
 * What is answered to one request.
 *
 * @param status the status of HTTP
 * @param type the media type of the body
 * @param body JSON, in one line
 * @param headers further headers
 */
public record Reply(int status, String type, String body, Map<String, String> headers) {
  /** Copies the headers. */
  public Reply {
    headers = Map.copyOf(headers);
  }

  static Reply json(int status, String body) {
    return new Reply(status, "application/json", body, Map.of());
  }

  /** As RFC 9457 has it. */
  static Reply problem(int status, String title, String detail) {
    String body =
        Json.write(
            Json.object("type", "about:blank", "title", title, "status", status, "detail", detail));
    return new Reply(status, "application/problem+json", body, Map.of());
  }

  Reply with(String header, String value) {
    return new Reply(status, type, body, Map.of(header, value));
  }

  byte[] bytes() {
    return (body + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
