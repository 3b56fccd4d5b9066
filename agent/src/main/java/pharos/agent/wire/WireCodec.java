package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.beacon.Addresses;

/**
 * The documents of the dialogue over TCP, as bytes and back. What we write is checked against the
 * limits that we read under, and is the caller's mistake; what others wrote is a {@link
 * WireException}. Without state, for any thread.
 */
public final class WireCodec {
  private static final byte[] HELLO = "HELLO".getBytes(StandardCharsets.US_ASCII);

  private static final WireJson JSON = new WireJson(Limits.DOCUMENT_BYTES, Limits.DEPTH);

  private WireCodec() {}

  /** Whether this is the question of somebody who tells nothing of itself. */
  public static boolean isHello(byte[] question) {
    return Arrays.equals(question, HELLO);
  }

  /** A copy of that question. */
  public static byte[] hello() {
    return HELLO.clone();
  }

  /**
   * The document of these offers, in their order.
   *
   * @throws IllegalArgumentException when one of them cannot be told on the wire, or all are too
   *     much; names offer, field and value
   */
  public static Document write(List<Offer> offers) {
    if (offers.isEmpty()) {
      return Document.EMPTY;
    }
    if (offers.size() > Limits.CAPABILITIES) {
      throw new IllegalArgumentException(
          offers.size() + " offers are more than " + Limits.CAPABILITIES);
    }
    return Document.of(
        JSON.write(
            (json, out) -> {
              json.writeStartArray();
              for (Offer offer : offers) {
                Offers.check(offer);
                write(json, offer);
                json.flush();
                if (out.size() >= Limits.ARRAY_BYTES) {
                  throw Offers.refused(
                      offer,
                      "size",
                      "with this one all offers have more than " + Limits.ARRAY_BYTES + " bytes");
                }
              }
              json.writeEndArray();
            }));
  }

  private static void write(JsonGenerator json, Offer offer) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", offer.type());
    json.writeNumberField("port", offer.port());
    json.writeStringField("protocol", offer.protocol());
    if (!offer.attributes().isEmpty()) {
      json.writeObjectFieldStart("attributes");
      for (Map.Entry<String, String> attribute : offer.attributes().entrySet()) {
        json.writeStringField(attribute.getKey(), attribute.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** The question or answer that says this, with the bytes of the document as they stand. */
  public static byte[] write(Introduction introduction) {
    return JSON.write(
        (json, out) -> {
          json.writeStartObject();
          json.writeNumberField("pharos", 1);
          json.writeStringField("id", introduction.id().toBase64());
          json.writeStringField("name", introduction.name());
          json.writeStringField("service", introduction.service());
          json.writeNumberField("incarnation", introduction.incarnation());
          if (introduction.goodbye() != 0) {
            json.writeStringField("goodbye", base64(introduction.goodbye()));
          }
          if (!introduction.addresses().isEmpty()) {
            json.writeArrayFieldStart("addresses");
            for (InetAddress address : introduction.addresses()) {
              json.writeString(Addresses.text(address));
            }
            json.writeEndArray();
          }
          json.writeFieldName("capabilities");
          json.writeRawValue(new String(introduction.document().bytes(), StandardCharsets.UTF_8));
          json.writeEndObject();
        });
  }

  private static String base64(long eightBytes) {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(eightBytes).array());
  }

  /** The answer to a question that is none. */
  public static byte[] writeError(String why) {
    return JSON.write(
        (json, out) -> {
          json.writeStartObject();
          json.writeNumberField("pharos", 1);
          json.writeStringField("error", WireText.shown(why, WireText.MESSAGE));
          json.writeEndObject();
        });
  }

  /**
   * Reads a question or an answer; the capabilities are checked too.
   *
   * @throws WireException when it is none; or an error that the other answers with
   */
  public static Introduction readIntroduction(byte[] bytes) throws WireException {
    return JSON.read(bytes, WireReader::new, WireReader::introduction);
  }

  /**
   * What a document offers.
   *
   * @throws IllegalArgumentException when it was made neither by {@link #write(List)} nor by {@link
   *     #readIntroduction}
   */
  public static List<Offer> readOffers(Document document) {
    try {
      return JSON.read(document.bytes(), WireReader::new, WireReader::onlyOffers);
    } catch (WireException e) {
      throw new IllegalArgumentException("unchecked document: " + e.getMessage(), e);
    }
  }
}
