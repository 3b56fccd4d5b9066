package pharos.agent.wire;

import static pharos.agent.wire.Shape.may;
import static pharos.agent.wire.Shape.must;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.core.Document;
import pharos.agent.core.Introduction;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;

/**
 * The documents of the dialogue over TCP, as bytes and back. What we write is checked against the
 * limits that we read under, and is the caller's mistake; what others wrote is a {@link
 * WireException}. Without state, for any thread.
 */
public final class WireCodec {
  private static final byte[] HELLO = "HELLO".getBytes(StandardCharsets.US_ASCII);

  private static final WireJson JSON = new WireJson(Limits.DOCUMENT_BYTES, Limits.DEPTH);

  /** What is told apart by its beginning may be longer than an introduction. */
  private static final WireJson FRAME = new WireJson(Limits.FRAME_BYTES, Limits.FRAME_DEPTH);

  private static final Value<Map<String, String>> ATTRIBUTES =
      new Value<>() {
        private final Value<String> value = text(0, Limits.VALUE_BYTES);

        @Override
        public Map<String, String> read(WireReader in) throws IOException, WireException {
          in.expect(JsonToken.START_OBJECT, "an object");
          Map<String, String> attributes = new LinkedHashMap<>();
          while (in.parser.nextToken() != JsonToken.END_OBJECT) {
            String key = in.parser.currentName();
            in.parser.nextToken();
            Optional<String> fault = WireText.fault(key, 1, Limits.KEY_BYTES);
            if (fault.isPresent()) {
              throw in.fault("its name " + fault.get());
            }
            in.refuseMore(attributes.size(), Limits.ATTRIBUTES);
            if (attributes.put(key, value.read(in)) != null) {
              throw in.fault("is there twice");
            }
          }
          return attributes;
        }

        @Override
        public void write(JsonGenerator out, Map<String, String> attributes) throws IOException {
          if (attributes.size() > Limits.ATTRIBUTES) {
            throw mistake(out, attributes.size() + " are more than " + Limits.ATTRIBUTES);
          }
          out.writeStartObject();
          for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            String key = attribute.getKey();
            WireText.check("name of an attribute", key, 1, Limits.KEY_BYTES);
            String what = "attribute '" + WireText.shown(key) + "'";
            WireText.check(what, attribute.getValue(), 0, Limits.VALUE_BYTES);
            out.writeStringField(key, attribute.getValue());
          }
          out.writeEndObject();
        }
      };

  private static final Shape<Offer> OFFER =
      Shape.of(
              Offer.class,
              must("type", Value.text(1, Limits.TYPE_BYTES)),
              must("port", Value.number(1, Limits.MAX_PORT)),
              may("protocol", Value.text(WireText::protocolFault), "tcp").always(),
              may("attributes", ATTRIBUTES, Map.of()))
          .called("offer");

  private static final Value<List<Offer>> OFFERS = Value.list(Limits.CAPABILITIES, OFFER);

  /** Checked when it is read, and kept as it stands: its digest is that of its bytes. */
  static final Value<Document> DOCUMENT =
      new Value<>() {
        @Override
        public Document read(WireReader in) throws IOException, WireException {
          int start = in.start();
          boolean isEmpty = OFFERS.read(in).isEmpty();
          return isEmpty ? Document.EMPTY : Document.of(in.bytesFrom(start));
        }

        @Override
        public void write(JsonGenerator out, Document document) throws IOException {
          int length = document.length();
          if (length > Limits.DOCUMENT_BYTES) {
            throw mistake(out, length + " bytes are more than " + Limits.DOCUMENT_BYTES);
          }
          out.writeRawValue(new String(document.bytes(), StandardCharsets.UTF_8));
        }
      };

  /** A literal address. */
  public static final Value<InetAddress> ADDRESS =
      new Value<>() {
        /** Never a name: nothing is looked up. */
        @Override
        public InetAddress read(WireReader in) throws IOException, WireException {
          Optional<InetAddress> address = Addresses.parse(in.text());
          if (address.isEmpty()) {
            throw in.fault(in.shownToken() + " is not the number of an address");
          }
          return address.get();
        }

        @Override
        public void write(JsonGenerator out, InetAddress address) throws IOException {
          out.writeString(Addresses.text(address));
        }
      };

  static final Value<List<InetAddress>> ADDRESSES = Value.list(Limits.ADDRESSES, ADDRESS);

  /** The id of an agent. */
  public static final Value<NodeId> NODE_ID = Value.id(NodeId.LENGTH, NodeId::of, NodeId::toBytes);

  static final Value<Long> INCARNATION = Value.number(1, Long.MAX_VALUE);
  static final Value<String> NAME = Value.text(0, Limits.NAME_BYTES);

  private static final Value<Long> GOODBYE =
      Value.id(
          Long.BYTES,
          bytes -> ByteBuffer.wrap(bytes).getLong(),
          goodbye -> ByteBuffer.allocate(Long.BYTES).putLong(goodbye).array());

  private static final Shape<Introduction> INTRODUCTION =
      Shape.document(
          Introduction.class,
          must("id", NODE_ID),
          may("name", NAME, "").always(),
          may("service", NAME, "").always(),
          must("incarnation", INCARNATION),
          may("goodbye", GOODBYE, 0L),
          may("addresses", ADDRESSES, List.of()),
          may("capabilities", DOCUMENT, Document.EMPTY).of("document").always());

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
                OFFER.write(json, offer);
                json.flush();
                if (out.size() >= Limits.ARRAY_BYTES) {
                  throw new IllegalArgumentException(
                      "offer '%s': size: with this one all offers have more than %d bytes"
                          .formatted(WireText.shown(offer.type()), Limits.ARRAY_BYTES));
                }
              }
              json.writeEndArray();
            }));
  }

  /**
   * What kind of question this is, by the name of the field that follows the version: one of {@link
   * OverlayCodec#KINDS}, or whatever an introduction begins with; empty when it begins as none.
   */
  public static String kind(byte[] body) {
    return FRAME.kind(body);
  }

  /** The question or answer that says this, with the bytes of the document as they stand. */
  public static byte[] write(Introduction introduction) {
    return JSON.write(INTRODUCTION, introduction);
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
    return JSON.read(bytes, INTRODUCTION);
  }

  /**
   * What a document offers.
   *
   * @throws IllegalArgumentException when it was made neither by {@link #write(List)} nor by {@link
   *     #readIntroduction}
   */
  public static List<Offer> readOffers(Document document) {
    try {
      return JSON.read(document.bytes(), OFFERS);
    } catch (WireException e) {
      throw new IllegalArgumentException("unchecked document: " + e.getMessage(), e);
    }
  }
}
