package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import pharos.agent.core.Document;
import pharos.agent.core.State;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.core.gateway.Reply;
import pharos.agent.core.gateway.Subject;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;
import pharos.kademlia.Announcement;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Held;
import pharos.kademlia.Request;
import pharos.kademlia.Response;
import pharos.kademlia.Verdict;
import pharos.kademlia.Version;

/**
 * The frames of the dialogue past the subnet, as bytes and back, beside the introductions of {@link
 * WireCodec}. What others wrote is a {@link WireException}. What was read here can be written, and
 * so can contacts that passed {@link #check}: nobody far away can make us write what we cannot. A
 * list that is too long for a frame is cut at its end, where the less important are; a page tells
 * that there are more. Without state, for any thread.
 */
public final class OverlayCodec {
  private static final WireJson JSON = new WireJson(Limits.FRAME_BYTES, Limits.FRAME_DEPTH);

  /** As far as we look for what kind of question a body is. */
  private static final int HEAD_BYTES = 64;

  private static final Pattern HEAD =
      Pattern.compile(
          "~\\{~\"pharos\"~:~1~,~\"(KINDS)\"~:"
              .replace("KINDS", String.join("|", OverlayReader.QUESTIONS))
              .replace("~", "[ \\t\\r\\n]*"));

  private OverlayCodec() {}

  /**
   * Whether this is a question for {@link #readQuestion}, by the names of its first two fields; all
   * else is an introduction or none.
   */
  public static boolean isOverlay(byte[] body) {
    int length = Math.min(body.length, HEAD_BYTES);
    return HEAD.matcher(new String(body, 0, length, StandardCharsets.ISO_8859_1)).lookingAt();
  }

  /**
   * Refuses a contact that cannot be told on the wire.
   *
   * @throws IllegalArgumentException when an endpoint is no text; names contact and endpoint
   */
  public static void check(Contact contact) {
    for (String endpoint : contact.endpoints()) {
      check("contact " + contact.id() + ": endpoint", endpoint, 1, Limits.ENDPOINT_BYTES);
    }
  }

  /**
   * The frame that asks this. A lease longer than 10¹² ms is told as that.
   *
   * @throws IllegalArgumentException when it cannot be told; names the field and the value
   */
  public static byte[] write(Question question) {
    if (question instanceof Question.Node node) {
      return write(node.request());
    } else if (question instanceof Question.Who who) {
      return frame("who", (json, out) -> writeWho(json, who));
    } else if (question instanceof Question.Find find) {
      return frame("find", (json, out) -> write(json, "id", find.id()));
    } else if (question instanceof Question.Browse browse) {
      return frame(
          "browse",
          (json, out) -> {
            writeText(json, "service", browse.service(), 1, Limits.TYPE_BYTES);
            writeAfter(json, browse.after());
          });
    } else if (question instanceof Question.Register register) {
      return frame(
          "register",
          (json, out) -> {
            write(json, "contact", register.contact());
            checkLeast("lease", register.leaseMs(), 1);
            json.writeNumberField("lease", Math.min(register.leaseMs(), Limits.MAX_MS));
          });
    } else if (question instanceof Question.Unregister unregister) {
      return frame("unregister", (json, out) -> write(json, "id", unregister.id()));
    }
    throw new AssertionError(question);
  }

  private static byte[] write(Request request) {
    if (request instanceof Request.Ping ping) {
      return frame("ping", (json, out) -> writeFrom(json, ping));
    } else if (request instanceof Request.FindNode findNode) {
      return frame(
          "find-node",
          (json, out) -> {
            writeFrom(json, findNode);
            json.writeStringField("target", base64(findNode.target().toBytes()));
            if (findNode.announcement().isPresent()) {
              write(json, findNode.announcement().get());
            }
          });
    }
    throw new AssertionError(request);
  }

  /**
   * Reads a question for which {@link #isOverlay} is true.
   *
   * @throws WireException when it is none
   */
  public static Question readQuestion(byte[] bytes) throws WireException {
    return JSON.read(bytes, OverlayReader::new, OverlayReader::question);
  }

  /**
   * The frame that answers this; the nearest, the peers and the path as far as they fit. An age
   * above 10¹² ms is told as that.
   *
   * @throws IllegalArgumentException when it cannot be told; names the field and the value
   */
  public static byte[] write(Reply reply) {
    if (reply instanceof Reply.Node node) {
      return frame("node", (json, out) -> write(json, out, node.response()));
    } else if (reply instanceof Reply.Page page) {
      return frame("page", (json, out) -> write(json, out, page));
    } else if (reply instanceof Reply.Ended ended) {
      return frame("ended", (json, out) -> write(json, out, ended));
    }
    throw new AssertionError(reply);
  }

  /**
   * Reads an answer; the capabilities of peers are checked too.
   *
   * @throws WireException when it is none; or an error that the other answers with
   */
  public static Reply readReply(byte[] bytes) throws WireException {
    return JSON.read(bytes, OverlayReader::new, OverlayReader::reply);
  }

  private static byte[] frame(String kind, WireJson.Writing content) {
    return JSON.write(
        (json, out) -> {
          json.writeStartObject();
          json.writeNumberField("pharos", 1);
          json.writeObjectFieldStart(kind);
          content.write(json, out);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void writeFrom(JsonGenerator json, Request request) throws IOException {
    if (request.from().isPresent()) {
      write(json, "from", request.from().get());
    }
  }

  private static void write(JsonGenerator json, Announcement announcement) throws IOException {
    json.writeObjectFieldStart("announce");
    write(json, "contact", announcement.contact());
    writeAge(json, announcement.ageMs());
    if (announcement.isWithdrawal()) {
      json.writeBooleanField("withdrawal", true);
    }
    json.writeEndObject();
  }

  private static void writeWho(JsonGenerator json, Question.Who who) throws IOException {
    if (who.subject() instanceof Subject.Holder holder) {
      write(json, "id", holder.id());
    } else if (who.subject() instanceof Subject.Service service) {
      writeText(json, "service", service.name(), 1, Limits.TYPE_BYTES);
    } else {
      throw new AssertionError(who);
    }
    writeAfter(json, who.after());
  }

  private static void writeAfter(JsonGenerator json, Optional<NodeId> after) throws IOException {
    if (after.isPresent()) {
      json.writeStringField("after", after.get().toBase64());
    }
  }

  private static void write(JsonGenerator json, ByteArrayOutputStream out, Response response)
      throws IOException {
    write(json, "from", response.from());
    if (response.held().isPresent()) {
      Held held = response.held().get();
      json.writeObjectFieldStart("held");
      write(json, "contact", held.contact());
      writeAge(json, held.ageMs());
      json.writeEndObject();
    }
    if (response.verdict() != Verdict.NONE) {
      json.writeStringField("verdict", response.verdict().name());
    }
    writeWhatFits(
        json, out, "nearest", response.nearest(), Limits.CONTACTS, OverlayCodec::writeContact);
  }

  private static void write(JsonGenerator json, ByteArrayOutputStream out, Reply.Page page)
      throws IOException {
    if (page.hasMore() && page.peers().isEmpty()) {
      throw new IllegalArgumentException("page: more after none is not possible");
    }
    int written =
        writeWhatFits(json, out, "peers", page.peers(), Limits.PEERS, OverlayCodec::writePeer);
    if (page.hasMore() || written < page.peers().size()) {
      json.writeBooleanField("more", true);
    }
  }

  private static void write(JsonGenerator json, ByteArrayOutputStream out, Reply.Ended ended)
      throws IOException {
    json.writeStringField("status", ended.status().name());
    if (ended.contact().isPresent()) {
      write(json, "contact", ended.contact().get());
    }
    writeAge(json, ended.ageMs());
    writeWhatFits(
        json,
        out,
        "path",
        ended.path(),
        Limits.PATH,
        // For people, and may name whatever somebody chose as an id.
        (step, text) -> step.writeString(WireText.shown(text, Limits.STEP_POINTS)));
    writeWhatFits(json, out, "peers", ended.peers(), Limits.PEERS, OverlayCodec::writePeer);
  }

  private interface Element<T> {
    void write(JsonGenerator json, T value) throws IOException;
  }

  /** Returns how many it wrote; the field is left out when there are none. */
  private static <T> int writeWhatFits(
      JsonGenerator json,
      ByteArrayOutputStream out,
      String field,
      List<T> list,
      int max,
      Element<T> element)
      throws IOException {
    if (list.isEmpty()) {
      return 0;
    }
    json.writeArrayFieldStart(field);
    json.flush();
    int left = Limits.FRAME_BYTES - Limits.FRAME_TAIL - out.size();
    int written = 0;
    for (T value : list) {
      byte[] bytes = JSON.write((one, ignored) -> element.write(one, value));
      left -= bytes.length + 1;
      if (left < 0 || written == max) {
        break;
      }
      json.writeRawValue(new String(bytes, StandardCharsets.UTF_8));
      written++;
    }
    json.writeEndArray();
    return written;
  }

  private static void write(JsonGenerator json, String field, Contact contact) throws IOException {
    json.writeFieldName(field);
    writeContact(json, contact);
  }

  private static void writeContact(JsonGenerator json, Contact contact) throws IOException {
    check(contact);
    json.writeStartObject();
    write(json, "id", contact.id());
    if (!contact.endpoints().isEmpty()) {
      json.writeArrayFieldStart("endpoints");
      for (String endpoint : contact.endpoints()) {
        json.writeString(endpoint);
      }
      json.writeEndArray();
    }
    if (!contact.data().equals(ContactData.NONE)) {
      json.writeStringField("data", base64(contact.data().toBytes()));
    }
    if (!contact.version().equals(Version.NONE)) {
      json.writeArrayFieldStart("version");
      json.writeNumber(contact.version().incarnation());
      json.writeNumber(contact.version().clock());
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void writePeer(JsonGenerator json, RemotePeer peer) throws IOException {
    check(peer);
    json.writeStartObject();
    json.writeStringField("id", peer.id().toBase64());
    json.writeNumberField("incarnation", peer.incarnation());
    writeUnlessEmpty(json, "name", peer.name());
    writeUnlessEmpty(json, "service", peer.service());
    if (!peer.addresses().isEmpty()) {
      json.writeArrayFieldStart("addresses");
      int count = Math.min(peer.addresses().size(), Limits.ADDRESSES);
      for (int i = 0; i < count; i++) {
        json.writeString(Addresses.text(peer.addresses().get(i)));
      }
      json.writeEndArray();
    }
    if (peer.tcpPort() != 0) {
      json.writeNumberField("port", peer.tcpPort());
    }
    if (!peer.document().equals(Document.EMPTY)) {
      json.writeFieldName("capabilities");
      json.writeRawValue(new String(peer.document().bytes(), StandardCharsets.UTF_8));
    }
    if (peer.state() != State.ALIVE) {
      json.writeStringField("state", peer.state().name());
    }
    writeAge(json, peer.ageMs());
    json.writeStringField("gateway", peer.gateway().toBase64());
    writeUnlessEmpty(json, "site", peer.site());
    json.writeEndObject();
  }

  private static void check(RemotePeer peer) {
    String who = "peer " + peer.id() + ": ";
    check(who + "name", peer.name(), 0, Limits.NAME_BYTES);
    check(who + "service", peer.service(), 0, Limits.NAME_BYTES);
    check(who + "site", peer.site(), 0, Limits.SITE_BYTES);
    checkLeast(who + "incarnation", peer.incarnation(), 1);
    checkLeast(who + "port", peer.tcpPort(), 0);
    if (peer.tcpPort() > Limits.MAX_PORT) {
      throw new IllegalArgumentException(
          who + "port: " + peer.tcpPort() + " is more than " + Limits.MAX_PORT);
    }
    if (!peer.state().isShown()) {
      throw new IllegalArgumentException(who + "state: " + peer.state() + " is not told");
    }
    if (peer.document().length() > Limits.DOCUMENT_BYTES) {
      throw new IllegalArgumentException(
          who
              + "capabilities: "
              + peer.document().length()
              + " bytes are more than "
              + Limits.DOCUMENT_BYTES);
    }
  }

  private static void write(JsonGenerator json, String field, ContactId id) throws IOException {
    json.writeStringField(field, id.toBase64());
  }

  private static void writeAge(JsonGenerator json, long ageMs) throws IOException {
    checkLeast("age", ageMs, 0);
    if (ageMs > 0) {
      json.writeNumberField("age", Math.min(ageMs, Limits.MAX_MS));
    }
  }

  private static void writeUnlessEmpty(JsonGenerator json, String field, String text)
      throws IOException {
    if (!text.isEmpty()) {
      json.writeStringField(field, text);
    }
  }

  private static void writeText(
      JsonGenerator json, String field, String text, int minBytes, int maxBytes)
      throws IOException {
    check(field, text, minBytes, maxBytes);
    json.writeStringField(field, text);
  }

  private static void check(String what, String text, int minBytes, int maxBytes) {
    Optional<String> fault = WireText.fault(text, minBytes, maxBytes);
    if (fault.isPresent()) {
      throw new IllegalArgumentException(what + ": '" + WireText.shown(text) + "' " + fault.get());
    }
  }

  private static void checkLeast(String what, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(what + ": " + value + " is less than " + min);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
