package pharos.daemon;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.PrintStream;
import java.time.Instant;
import pharos.agent.Peer;
import pharos.agent.PeerEvent;

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
    print(at, "\"event\":\"STARTED\",\"peer\":" + self.toJson() + "}");
  }

  void event(Instant at, PeerEvent event) {
    print(at, event.toJson().substring(1));
  }

  void told(Instant at, String line) {
    String text = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(line));
    print(at, "\"told\":\"" + text + "\"}");
  }

  private void print(Instant at, String rest) {
    out.println("{\"at\":\"" + at + "\"," + rest);
    out.flush();
  }
}
