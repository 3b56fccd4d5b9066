package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** JSON of at most so many bytes and levels, for the codecs. Without state, for any thread. */
public final class WireJson {
  private final int maxBytes;
  private final JsonFactory factory;

  public WireJson(int maxBytes, int maxDepth) {
    this.maxBytes = maxBytes;
    // No guessing of encodings, so that offsets are those of our bytes; and names of fields, which
    // anyone can invent, are not kept for the life of the JVM.
    factory =
        new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxDocumentLength(maxBytes)
                    .maxNumberLength(Limits.DIGITS)
                    .maxStringLength(maxBytes)
                    .maxNameLength(Limits.FIELD_NAME)
                    .build())
            .build();
  }

  public <T> T read(byte[] bytes, Value<T> value) throws WireException {
    if (bytes.length > maxBytes) {
      throw WireException.at("", bytes.length + " bytes are more than " + maxBytes);
    }
    try {
      // The parser lets pass what is not the shortest form.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw WireException.at("", "not UTF-8");
    }
    try (JsonParser parser = factory.createParser(bytes)) {
      WireReader in = new WireReader(bytes, parser);
      try {
        parser.nextToken();
        T read = value.read(in);
        in.end();
        return read;
      } catch (IOException e) {
        throw in.syntax(e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  /**
   * What kind of body this is: the name of its second field, after a first one that says {@code
   * "pharos":1}. Empty for all else. What follows the name is for who reads the body.
   */
  String kind(byte[] body) {
    try (JsonParser parser = factory.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT
          || !"pharos".equals(parser.nextFieldName())
          || parser.nextToken() != JsonToken.VALUE_NUMBER_INT
          || !parser.getText().equals("1")) {
        return "";
      }
      String name = parser.nextFieldName();
      return name == null ? "" : name;
    } catch (IOException e) {
      return "";
    }
  }

  public <T> byte[] write(Value<T> value, T it) {
    return write((json, out) -> value.write(json, it));
  }

  /** The same; empty as soon as it is more than may be read. */
  <T> Optional<byte[]> writeWithin(Value<T> value, T it) {
    ByteArrayOutputStream bounded =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int offset, int length) {
            if (length > maxBytes - count) {
              throw new BufferOverflowException();
            }
            super.write(bytes, offset, length);
          }
        };
    try {
      return Optional.of(write(bounded, (json, out) -> value.write(json, it)));
    } catch (BufferOverflowException e) {
      return Optional.empty();
    }
  }

  interface Writing {
    void write(JsonGenerator json, ByteArrayOutputStream out) throws IOException;
  }

  byte[] write(Writing writing) {
    return write(new ByteArrayOutputStream(), writing);
  }

  private byte[] write(ByteArrayOutputStream out, Writing writing) {
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
      writing.write(json, out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteArray();
  }
}
