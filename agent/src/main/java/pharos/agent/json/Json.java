package pharos.agent.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON as values of Java and back: objects are maps in their order, arrays are lists. For what we
 * print and read ourselves; what strangers send is read by the wire, under its limits. Without
 * state, for any thread.
 */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** JSON that stands in other JSON as it is. */
  public record Raw(String json) {}

  private Json() {}

  /** An object of these: name, value, name, value. One whose value is an empty Optional is none. */
  public static Map<String, Object> object(Object... members) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < members.length; i += 2) {
      Object value = members[i + 1] instanceof Optional<?> it ? it.orElse(null) : members[i + 1];
      if (value != null) {
        object.put(String.valueOf(members[i]), value);
      }
    }
    return object;
  }

  /** The value in one line; what is no map, list, number, truth or Raw is a text. */
  public static String write(Object value) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toString();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Map<?, ?> object) {
      json.writeStartObject();
      for (Map.Entry<?, ?> member : object.entrySet()) {
        json.writeFieldName(String.valueOf(member.getKey()));
        write(json, member.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof List<?> array) {
      json.writeStartArray();
      for (Object element : array) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (value instanceof Raw raw) {
      json.writeRawValue(raw.json());
    } else if (value instanceof Number || value instanceof Boolean) {
      json.writeRawValue(value.toString());
    } else {
      json.writeString(value instanceof Enum<?> one ? one.name() : value.toString());
    }
  }

  /** The one value that this is; empty when it is no JSON, more than that, or null. */
  public static Optional<Object> read(String text) {
    try (JsonParser json = FACTORY.createParser(text)) {
      json.nextToken();
      Optional<Object> value = read(json);
      return json.nextToken() == null ? value : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Object> read(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> object = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        read(json).ifPresent(value -> object.put(name, value));
      }
      return Optional.of(object);
    } else if (token == JsonToken.START_ARRAY) {
      List<Object> array = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        read(json).ifPresent(array::add);
      }
      return Optional.of(array);
    } else if (token == null || token == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    return Optional.of(
        token.isNumeric()
            ? json.getNumberValue()
            : token.isBoolean() ? json.getBooleanValue() : json.getText());
  }

  /** The members of an object, or of the text of one; none when it is none. */
  public static Map<String, Object> members(@Nullable Object value) {
    Object object = value instanceof String text ? read(text).orElse("") : value;
    Map<String, Object> members = new LinkedHashMap<>();
    if (object instanceof Map<?, ?> map) {
      map.forEach((name, member) -> members.put(String.valueOf(name), member));
    }
    return members;
  }

  /** A member of this object as it was written; empty where there is none. */
  public static Optional<String> raw(String object, String member) {
    try (JsonParser json = FACTORY.createParser(object)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMeant = json.currentName().equals(member);
        json.nextToken();
        int begin = (int) json.currentTokenLocation().getCharOffset();
        json.skipChildren();
        json.finishToken();
        if (isMeant) {
          return Optional.of(object.substring(begin, (int) json.currentLocation().getCharOffset()));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether this is one value of JSON, and nothing else. */
  public static boolean isJson(String text) {
    return read(text).isPresent() || text.strip().equals("null");
  }
}
