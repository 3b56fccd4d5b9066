package pharos.daemon.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  private static final JsonFactory JSON = new JsonFactory();

  Report {
    offers = List.copyOf(offers);
  }

  /** Reads a line; empty when it is none of an agent's, such as an error of the JVM. */
  static Optional<Report> read(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try (JsonParser json = JSON.createParser(line)) {
      return Optional.of(new Reader().read(json));
    } catch (IOException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Takes the fields that the demo shows, wherever they come, and skips all others. */
  private static final class Reader {
    private @Nullable Instant at;
    private String what = TOLD;
    private String id = "";
    private String name = "";
    private String reason = "";
    private String text = "";
    private final List<String> offers = new ArrayList<>();

    Report read(JsonParser json) throws IOException {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "at" -> at = Instant.parse(json.getText());
          case "event" -> what = json.getText();
          case "reason" -> reason = json.getText();
          case "told" -> text = json.getText();
          case "peer" -> readPeer(json);
          default -> json.skipChildren();
        }
      }
      if (at == null) {
        throw new IOException("a report without a time");
      }
      return new Report(at, what, id, name, reason, offers, text);
    }

    private void readPeer(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "id" -> id = json.getText();
          case "name" -> name = json.getText();
          case "capabilities" -> readCapabilities(json);
          default -> json.skipChildren();
        }
      }
    }

    private void readCapabilities(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        String type = "";
        String endpoint = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          json.nextToken();
          if (field.equals("type")) {
            type = json.getText();
          } else if (field.equals("endpoints") && json.nextToken() == JsonToken.VALUE_STRING) {
            endpoint = json.getText();
            skipRest(json);
          } else {
            json.skipChildren();
          }
        }
        offers.add(type + " at " + endpoint);
      }
    }

    private static void skipRest(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.VALUE_STRING) {
        // Further addresses of the same.
      }
    }
  }
}
