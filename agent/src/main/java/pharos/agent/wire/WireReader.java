package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;

/** Reads one document, once, front to back. What it does not know it skips. */
class WireReader {
  private final byte[] bytes;
  final JsonParser parser;

  WireReader(byte[] bytes, JsonParser parser) {
    this.bytes = bytes;
    this.parser = parser;
  }

  Introduction introduction() throws IOException, WireException {
    parser.nextToken();
    expect(JsonToken.START_OBJECT, "an object");
    Set<String> seen = new HashSet<>();
    @Nullable NodeId id = null;
    @Nullable String error = null;
    long incarnation = 0;
    String name = "";
    String service = "";
    Document document = Document.EMPTY;
    long goodbye = 0;
    List<InetAddress> addresses = List.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "pharos" -> {
          once(seen, field);
          version();
        }
        case "id" -> {
          once(seen, field);
          id = id();
        }
        case "incarnation" -> {
          once(seen, field);
          incarnation = number(1, Long.MAX_VALUE);
        }
        case "name" -> {
          once(seen, field);
          name = text(0, Limits.NAME_BYTES);
        }
        case "service" -> {
          once(seen, field);
          service = text(0, Limits.NAME_BYTES);
        }
        case "capabilities" -> {
          once(seen, field);
          document = document();
        }
        case "goodbye" -> {
          once(seen, field);
          goodbye = goodbye();
        }
        case "addresses" -> {
          once(seen, field);
          addresses = addresses();
        }
        case "error" -> {
          once(seen, field);
          error = error();
        }
        default -> parser.skipChildren();
      }
    }
    end();
    if (!seen.contains("pharos")) {
      throw WireException.at("pharos", "is missing");
    }
    if (error != null) {
      throw WireException.told(error);
    }
    if (id == null) {
      throw WireException.at("id", "is missing");
    }
    if (incarnation == 0) {
      throw WireException.at("incarnation", "is missing");
    }
    return new Introduction(id, incarnation, name, service, document, goodbye, addresses);
  }

  private long goodbye() throws IOException, WireException {
    long goodbye = ByteBuffer.wrap(base64(Long.BYTES, Long.BYTES)).getLong();
    if (goodbye == 0) {
      throw fault("is all zero");
    }
    return goodbye;
  }

  /** Plain or URL-safe, with or without padding. */
  final byte[] base64(int minBytes, int maxBytes) throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    try {
      byte[] bytes =
          Base64.getUrlDecoder().decode(parser.getText().replace('+', '-').replace('/', '_'));
      if (bytes.length >= minBytes && bytes.length <= maxBytes) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Told below, without the text that the decoder quotes.
    }
    String length = minBytes == maxBytes ? "" + maxBytes : minBytes + " to " + maxBytes;
    throw fault(shownToken() + " is not the base64 of " + length + " bytes");
  }

  private List<InetAddress> addresses() throws IOException, WireException {
    expect(JsonToken.START_ARRAY, "an array");
    List<InetAddress> addresses = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (addresses.size() == Limits.ADDRESSES) {
        throw fault("more than " + Limits.ADDRESSES + " are not taken");
      }
      addresses.add(address());
    }
    return addresses;
  }

  /** Never a name: nothing is looked up. */
  final InetAddress address() throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    Optional<InetAddress> address = Addresses.parse(parser.getText());
    if (address.isEmpty()) {
      throw fault(shownToken() + " is not the number of an address");
    }
    return address.get();
  }

  /** The array alone. */
  List<Offer> onlyOffers() throws IOException, WireException {
    parser.nextToken();
    List<Offer> offers = offers();
    end();
    return offers;
  }

  final Document document() throws IOException, WireException {
    int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    List<Offer> offers = offers();
    int to = Math.toIntExact(parser.currentLocation().getByteOffset());
    if (offers.isEmpty()) {
      return Document.EMPTY;
    }
    return Document.of(Arrays.copyOfRange(bytes, from, to));
  }

  private List<Offer> offers() throws IOException, WireException {
    expect(JsonToken.START_ARRAY, "an array");
    List<Offer> offers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (offers.size() == Limits.CAPABILITIES) {
        throw fault("more than " + Limits.CAPABILITIES + " are not taken");
      }
      offers.add(offer());
    }
    return offers;
  }

  private Offer offer() throws IOException, WireException {
    expect(JsonToken.START_OBJECT, "an object");
    Set<String> seen = new HashSet<>();
    String type = "";
    int port = 0;
    String protocol = Offers.DEFAULT_PROTOCOL;
    Map<String, String> attributes = Map.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "type" -> {
          once(seen, field);
          type = text(1, Limits.TYPE_BYTES);
        }
        case "port" -> {
          once(seen, field);
          port = (int) number(1, Limits.MAX_PORT);
        }
        case "protocol" -> {
          once(seen, field);
          protocol = protocol();
        }
        case "attributes" -> {
          once(seen, field);
          attributes = attributes();
        }
        default -> parser.skipChildren();
      }
    }
    if (type.isEmpty()) {
      throw fault("type is missing");
    }
    if (port == 0) {
      throw fault("port is missing");
    }
    return new Offer(type, port, protocol, attributes);
  }

  private Map<String, String> attributes() throws IOException, WireException {
    expect(JsonToken.START_OBJECT, "an object");
    Map<String, String> attributes = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      Optional<String> fault = WireText.fault(key, 1, Limits.KEY_BYTES);
      if (fault.isPresent()) {
        throw fault("its name " + fault.get());
      }
      if (attributes.size() == Limits.ATTRIBUTES) {
        throw fault("more than " + Limits.ATTRIBUTES + " are not taken");
      }
      if (attributes.put(key, text(0, Limits.VALUE_BYTES)) != null) {
        throw fault("is there twice");
      }
    }
    return attributes;
  }

  final void version() throws IOException, WireException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || !parser.getText().equals("1")) {
      throw fault("version " + shownToken() + " is not 1, the only one known here");
    }
  }

  /** What the other says was wrong; anything, and shortened where it is shown. */
  final String error() throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    return parser.getText();
  }

  final NodeId id() throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    NodeId id;
    try {
      id = NodeId.ofBase64(parser.getText());
    } catch (IllegalArgumentException e) {
      throw fault(shownToken() + " is not the base64 of " + NodeId.LENGTH + " bytes");
    }
    if (Arrays.equals(id.toBytes(), new byte[NodeId.LENGTH])) {
      throw fault("is all zero");
    }
    return id;
  }

  final long number(long min, long max) throws IOException, WireException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = parser.getLongValue();
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw fault(shownToken() + " is not " + min + " to " + max);
  }

  private String protocol() throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    Optional<String> fault = WireText.protocolFault(parser.getText());
    if (fault.isPresent()) {
      throw fault(shownToken() + " " + fault.get());
    }
    return parser.getText();
  }

  final String text(int minBytes, int maxBytes) throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    String text = parser.getText();
    Optional<String> fault = WireText.fault(text, minBytes, maxBytes);
    if (fault.isPresent()) {
      throw fault(shownToken() + " " + fault.get());
    }
    return text;
  }

  final void expect(JsonToken token, String what) throws IOException, WireException {
    if (parser.currentToken() != token) {
      throw fault(shownToken() + " is not " + what);
    }
  }

  final void once(Set<String> seen, String field) throws WireException {
    if (!seen.add(field)) {
      throw fault("is there twice");
    }
  }

  final void end() throws IOException, WireException {
    if (parser.nextToken() != null) {
      throw WireException.at("", "something follows after the end of the document");
    }
  }

  final String shownToken() throws IOException {
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

  final WireException fault(String fault) {
    return WireException.at(path(), fault);
  }

  /** What the parser itself did not like. */
  final WireException syntax(IOException e) {
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
