package pharos.daemon;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import pharos.agent.Peer;
import pharos.agent.PeerEvent;
import pharos.agent.json.Json;

/**
 * What an agent sees, as lines of JSON for a program that reads them: {@code at} (when, ISO 8601)
 * and what the library's own JSON of an event has; a first line with the event {@code STARTED} and
 * oneself; and lines of the story with {@code told}. For any thread.
 */
final class EventLines {
  private final PrintStream out;

  EventLines(PrintStream out) {
    this.out = out;
  }

  void started(Instant at, Peer self) {
    print(Json.object("at", at, "event", "STARTED", "peer", new Json.Raw(self.toJson())));
  }

  void event(Instant at, PeerEvent event) {
    Map<String, Object> line = Json.object("at", at);
    line.putAll(Json.members(event.toJson()));
    print(line);
  }

  void told(Instant at, String line) {
    print(Json.object("at", at, "told", line));
  }

  private void print(Map<String, Object> line) {
    out.println(Json.write(line));
    out.flush();
  }
}
