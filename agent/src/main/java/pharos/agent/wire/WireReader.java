package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/** Where one document is being read, once, front to back; and what is wrong there. */
public final class WireReader {
  private final byte[] bytes;
  final JsonParser parser;

  WireReader(byte[] bytes, JsonParser parser) {
    this.bytes = bytes;
    this.parser = parser;
  }

  /** Plain or URL-safe, with or without padding. */
  byte[] base64(int minBytes, int maxBytes) throws IOException, WireException {
    String text = text();
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
      if (bytes.length >= minBytes && bytes.length <= maxBytes) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Told below, without the text that the decoder quotes.
    }
    String length = minBytes == maxBytes ? "" + maxBytes : minBytes + " to " + maxBytes;
    throw fault(shownToken() + " is not the base64 of " + length + " bytes");
  }

  /** Where the current token begins. */
  int start() {
    return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
  }

  /** The bytes from there to the end of the current token, as they stand. */
  byte[] bytesFrom(int start) {
    return Arrays.copyOfRange(
        bytes, start, Math.toIntExact(parser.currentLocation().getByteOffset()));
  }

  int version() throws IOException, WireException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || !parser.getText().equals("1")) {
      throw fault("version " + shownToken() + " is not 1, the only one known here");
    }
    return 1;
  }

  long number(long min, long max) throws IOException, WireException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = parser.getLongValue();
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw fault(shownToken() + " is not " + min + " to " + max);
  }

  boolean truth() throws IOException, WireException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw fault(shownToken() + " is not true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  String text() throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    return parser.getText();
  }

  void expect(JsonToken token, String what) throws IOException, WireException {
    if (parser.currentToken() != token) {
      throw fault(shownToken() + " is not " + what);
    }
  }

  void refuseMore(int count, int max) throws WireException {
    if (count == max) {
      throw fault("more than " + max + " are not taken");
    }
  }

  void end() throws IOException, WireException {
    if (parser.nextToken() != null) {
      throw WireException.at("", "something follows after the end of the document");
    }
  }

  String shownToken() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case VALUE_STRING -> "'" + WireText.shown(parser.getText()) + "'";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> WireText.shown(parser.getText());
    };
  }

  /** A field is; at the top it is its own path. */
  WireException missing(String field) {
    String path = path();
    return path.isEmpty()
        ? WireException.at(field, "is missing")
        : WireException.at(path, field + " is missing");
  }

  WireException fault(String fault) {
    return WireException.at(path(), fault);
  }

  /** What the parser itself did not like. */
  WireException syntax(IOException e) {
    String why = e instanceof JsonProcessingException json ? json.getOriginalMessage() : "";
    return WireException.at(
        path(),
        "no JSON at byte "
            + Math.max(0, parser.currentLocation().getByteOffset())
            + ": "
            + WireText.shown(String.valueOf(why)));
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    JsonStreamContext context = parser.getParsingContext();
    // On the opening token the parser is inside already, before the first field or element.
    if (context != null && !context.hasCurrentName() && !context.hasCurrentIndex()) {
      context = context.getParent();
    }
    for (; context != null; context = context.getParent()) {
      if (context.inArray()) {
        path.insert(0, "[" + context.getCurrentIndex() + "]");
      } else if (context.inObject() && context.hasCurrentName()) {
        path.insert(0, "." + WireText.shown(context.getCurrentName()));
      }
    }
    return path.length() > 0 && path.charAt(0) == '.' ? path.substring(1) : path.toString();
  }
}
