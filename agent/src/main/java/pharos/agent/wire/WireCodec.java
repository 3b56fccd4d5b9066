package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;

/**
 * The documents of the dialogue over TCP, as bytes and back. What we write is checked against the
 * limits that we read under, and is the caller's mistake; what others wrote is a {@link
 * WireException}. Without state, for any thread.
 */
public final class WireCodec {
  private static final byte[] HELLO = "HELLO".getBytes(StandardCharsets.US_ASCII);

  /**
   * No guessing of encodings, so that offsets are those of our bytes; and names of fields, which
   * anyone can invent, are not kept for the life of the JVM.
   */
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.DEPTH)
                  .maxDocumentLength(Limits.DOCUMENT_BYTES)
                  .maxNumberLength(Limits.DIGITS)
                  .maxStringLength(Limits.DOCUMENT_BYTES)
                  .maxNameLength(Limits.FIELD_NAME)
                  .build())
          .build();

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
        json(
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
    return json(
        (json, out) -> {
          json.writeStartObject();
          json.writeNumberField("pharos", 1);
          json.writeStringField("id", introduction.id().toBase64());
          json.writeStringField("name", introduction.name());
          json.writeStringField("service", introduction.service());
          json.writeNumberField("incarnation", introduction.incarnation());
          json.writeFieldName("capabilities");
          json.writeRawValue(new String(introduction.document().bytes(), StandardCharsets.UTF_8));
          json.writeEndObject();
        });
  }

  /** The answer to a question that is none. */
  public static byte[] writeError(String why) {
    return json(
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
    return read(bytes, WireReader::introduction);
  }

  /**
   * What a document offers.
   *
   * @throws IllegalArgumentException when it was made neither by {@link #write(List)} nor by {@link
   *     #readIntroduction}
   */
  public static List<Offer> readOffers(Document document) {
    try {
      return read(document.bytes(), WireReader::onlyOffers);
    } catch (WireException e) {
      throw new IllegalArgumentException("unchecked document: " + e.getMessage(), e);
    }
  }

  private interface Reading<T> {
    T read(WireReader reader) throws IOException, WireException;
  }

  private static <T> T read(byte[] bytes, Reading<T> reading) throws WireException {
    if (bytes.length > Limits.DOCUMENT_BYTES) {
      throw WireException.at("", bytes.length + " bytes are more than " + Limits.DOCUMENT_BYTES);
    }
    try {
      // The parser lets pass what is not the shortest form.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw WireException.at("", "not UTF-8");
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      WireReader reader = new WireReader(bytes, parser);
      try {
        return reading.read(reader);
      } catch (IOException e) {
        throw reader.syntax(e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  private interface Writing {
    void write(JsonGenerator json, ByteArrayOutputStream out) throws IOException;
  }

  private static byte[] json(Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
      writing.write(json, out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteArray();
  }
}
