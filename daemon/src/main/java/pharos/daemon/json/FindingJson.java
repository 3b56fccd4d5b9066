package pharos.daemon.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;

/**
 * What was found, as one line of JSON: {@code contact} (when there is one: {@code id} in base64,
 * {@code text} when it can be read so, {@code endpoints}, {@code data}, {@code ageMs}), {@code
 * peers} (as the library writes them) and {@code path}. More fields may be added.
 */
public final class FindingJson {
  private static final JsonFactory JSON = new JsonFactory();

  private FindingJson() {}

  /**
   * The document.
   *
   * @param peers those of the finding that are to be told of
   */
  public static String of(Finding finding, List<Peer> peers) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      if (finding.contact().isPresent()) {
        json.writeFieldName("contact");
        write(json, finding.contact().get(), finding.age().toMillis());
      }
      json.writeArrayFieldStart("peers");
      for (Peer peer : peers) {
        json.writeRawValue(peer.toJson());
      }
      json.writeEndArray();
      strings(json, "path", finding.path());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, Contact contact, long ageMs) throws IOException {
    ContactId id = contact.id();
    json.writeStartObject();
    json.writeStringField("id", id.toBase64());
    if (id.toText().isPresent()) {
      json.writeStringField("text", id.toText().get());
    }
    strings(json, "endpoints", contact.endpoints());
    write(json, contact.data());
    json.writeNumberField("ageMs", ageMs);
    json.writeEndObject();
  }

  /** Nobody on the way has looked inside: what is no JSON would break the document around it. */
  private static void write(JsonGenerator json, ContactData data) throws IOException {
    String text = data.toString();
    if (isJson(text)) {
      json.writeFieldName("data");
      // Between the values of JSON alone there are ends of lines.
      json.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
    } else if (data.length() > 0) {
      json.writeStringField("data64", Base64.getEncoder().encodeToString(data.toBytes()));
    }
  }

  private static void strings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  /** Whether this is one value of JSON, and nothing else. */
  public static boolean isJson(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
