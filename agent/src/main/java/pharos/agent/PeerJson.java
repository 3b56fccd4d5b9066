package pharos.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;

/** Peers as JSON, for people and scripts; fields are only ever added. */
final class PeerJson {
  private static final JsonFactory JSON = new JsonFactory();

  private PeerJson() {}

  static String of(Peer peer) {
    return json(json -> write(json, peer));
  }

  static String of(Collection<Peer> peers) {
    return json(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("peers");
          for (Peer peer : peers) {
            write(json, peer);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  static String of(PeerEvent event) {
    return json(
        json -> {
          json.writeStartObject();
          json.writeStringField("event", event.kind().name());
          if (event.reason().isPresent()) {
            json.writeStringField("reason", event.reason().get().name());
          }
          json.writeFieldName("peer");
          write(json, event.peer());
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, Peer peer) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", peer.id().toBase64());
    json.writeStringField("name", peer.name());
    json.writeStringField("service", peer.service());
    json.writeStringField("state", peer.state().name());
    json.writeNumberField("incarnation", peer.incarnation());
    json.writeNumberField("port", peer.port());
    json.writeArrayFieldStart("addresses");
    for (InetAddress address : peer.addresses()) {
      json.writeString(address.getHostAddress());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("capabilities");
    for (Capability capability : peer.capabilities()) {
      write(json, capability);
    }
    json.writeEndArray();
    json.writeStringField("since", peer.since().toString());
    json.writeStringField("lastHeard", peer.lastHeard().toString());
    json.writeStringField("source", peer.source().name());
    if (!peer.site().isEmpty()) {
      json.writeStringField("site", peer.site());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Capability capability) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", capability.type());
    json.writeNumberField("port", capability.port());
    json.writeStringField("protocol", capability.protocol());
    json.writeObjectFieldStart("attributes");
    for (Map.Entry<String, String> attribute : capability.attributes().entrySet()) {
      json.writeStringField(attribute.getKey(), attribute.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("endpoints");
    for (String endpoint : capability.endpoints()) {
      json.writeString(endpoint);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  private static String json(Writing writing) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      writing.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toString();
  }
}
