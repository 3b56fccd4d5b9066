package pharos.agent.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Document;
import pharos.agent.core.State;
import pharos.agent.core.gateway.Question;
import pharos.agent.core.gateway.RemotePeer;
import pharos.agent.core.gateway.Reply;
import pharos.agent.core.gateway.Subject;
import pharos.beacon.NodeId;
import pharos.kademlia.Announcement;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import pharos.kademlia.Held;
import pharos.kademlia.Key;
import pharos.kademlia.Request;
import pharos.kademlia.Response;
import pharos.kademlia.Verdict;
import pharos.kademlia.Version;

/** Reads one frame of the dialogue past the subnet. */
final class OverlayReader extends WireReader {
  static final Set<String> QUESTIONS =
      Set.of("ping", "find-node", "who", "find", "browse", "register", "unregister");

  private static final Set<String> REPLIES = Set.of("node", "page", "ended");

  OverlayReader(byte[] bytes, JsonParser parser) {
    super(bytes, parser);
  }

  Question question() throws IOException, WireException {
    return frame(QUESTIONS, "question", this::question);
  }

  Reply reply() throws IOException, WireException {
    return frame(REPLIES, "reply", this::reply);
  }

  private interface Content<T> {
    T read(String kind) throws IOException, WireException;
  }

  private <T> T frame(Set<String> kinds, String what, Content<T> content)
      throws IOException, WireException {
    parser.nextToken();
    Set<String> known = new HashSet<>(kinds);
    known.addAll(List.of("pharos", "error"));
    Fields fields = new Fields(known);
    @Nullable T read = null;
    @Nullable String error = null;
    while (fields.next()) {
      switch (fields.name()) {
        case "pharos" -> version();
        case "error" -> error = error();
        default -> {
          if (read != null) {
            throw fault("is a second " + what + " in one frame");
          }
          read = content.read(fields.name());
        }
      }
    }
    end();
    if (!fields.has("pharos")) {
      throw WireException.at("pharos", "is missing");
    }
    if (error != null) {
      throw WireException.told(error);
    }
    if (read == null) {
      throw WireException.at("", "there is no " + what + " that is known here");
    }
    return read;
  }

  private Question question(String kind) throws IOException, WireException {
    return switch (kind) {
      case "ping" -> ping();
      case "find-node" -> findNode();
      case "who" -> who();
      case "find" -> new Question.Find(onlyId());
      case "browse" -> browse();
      case "register" -> register();
      case "unregister" -> new Question.Unregister(onlyId());
      default -> throw new AssertionError(kind);
    };
  }

  private Reply reply(String kind) throws IOException, WireException {
    return switch (kind) {
      case "node" -> node();
      case "page" -> page();
      case "ended" -> ended();
      default -> throw new AssertionError(kind);
    };
  }

  private Question ping() throws IOException, WireException {
    Fields fields = new Fields(Set.of("from"));
    @Nullable Contact from = null;
    while (fields.next()) {
      from = contact();
    }
    return new Question.Node(new Request.Ping(Optional.ofNullable(from)));
  }

  private Question findNode() throws IOException, WireException {
    Fields fields = new Fields(Set.of("from", "target", "announce"));
    @Nullable Contact from = null;
    @Nullable Key target = null;
    @Nullable Announcement announcement = null;
    while (fields.next()) {
      switch (fields.name()) {
        case "from" -> from = contact();
        case "target" -> target = key();
        case "announce" -> announcement = announcement();
        default -> throw new AssertionError(fields.name());
      }
    }
    if (target == null) {
      throw fault("target is missing");
    }
    if (announcement != null && !announcement.contact().key().equals(target)) {
      throw fault("target is not the key of the contact that is announced");
    }
    return new Question.Node(
        new Request.FindNode(Optional.ofNullable(from), target, Optional.ofNullable(announcement)));
  }

  private Announcement announcement() throws IOException, WireException {
    Fields fields = new Fields(Set.of("contact", "age", "withdrawal"));
    @Nullable Contact contact = null;
    long ageMs = 0;
    boolean isWithdrawal = false;
    while (fields.next()) {
      switch (fields.name()) {
        case "contact" -> contact = contact();
        case "age" -> ageMs = number(0, Limits.MAX_MS);
        case "withdrawal" -> isWithdrawal = truth();
        default -> throw new AssertionError(fields.name());
      }
    }
    return new Announcement(present(contact, "contact"), ageMs, isWithdrawal);
  }

  private Question who() throws IOException, WireException {
    Fields fields = new Fields(Set.of("id", "service", "after"));
    @Nullable Subject subject = null;
    @Nullable NodeId after = null;
    while (fields.next()) {
      if (fields.name().equals("after")) {
        after = id();
        continue;
      }
      if (subject != null) {
        throw fault("id and service are two questions");
      }
      subject =
          fields.name().equals("id")
              ? new Subject.Holder(contactId())
              : new Subject.Service(text(1, Limits.TYPE_BYTES));
    }
    return new Question.Who(present(subject, "id or service"), Optional.ofNullable(after));
  }

  private Question browse() throws IOException, WireException {
    Fields fields = new Fields(Set.of("service", "after"));
    @Nullable String service = null;
    @Nullable NodeId after = null;
    while (fields.next()) {
      switch (fields.name()) {
        case "service" -> service = text(1, Limits.TYPE_BYTES);
        case "after" -> after = id();
        default -> throw new AssertionError(fields.name());
      }
    }
    return new Question.Browse(present(service, "service"), Optional.ofNullable(after));
  }

  private Question register() throws IOException, WireException {
    Fields fields = new Fields(Set.of("contact", "lease"));
    @Nullable Contact contact = null;
    long leaseMs = 0;
    while (fields.next()) {
      switch (fields.name()) {
        case "contact" -> contact = contact();
        case "lease" -> leaseMs = number(1, Limits.MAX_MS);
        default -> throw new AssertionError(fields.name());
      }
    }
    if (leaseMs == 0) {
      throw fault("lease is missing");
    }
    return new Question.Register(present(contact, "contact"), leaseMs);
  }

  private ContactId onlyId() throws IOException, WireException {
    Fields fields = new Fields(Set.of("id"));
    @Nullable ContactId id = null;
    while (fields.next()) {
      id = contactId();
    }
    return present(id, "id");
  }

  private Reply node() throws IOException, WireException {
    Fields fields = new Fields(Set.of("from", "held", "verdict", "nearest"));
    @Nullable Contact from = null;
    @Nullable Held held = null;
    Verdict verdict = Verdict.NONE;
    List<Contact> nearest = List.of();
    while (fields.next()) {
      switch (fields.name()) {
        case "from" -> from = contact();
        case "held" -> held = held();
        case "verdict" -> verdict = verdict();
        case "nearest" -> nearest = list(Limits.CONTACTS, this::contact);
        default -> throw new AssertionError(fields.name());
      }
    }
    return new Reply.Node(
        new Response(present(from, "from"), Optional.ofNullable(held), nearest, verdict));
  }

  private Held held() throws IOException, WireException {
    Fields fields = new Fields(Set.of("contact", "age"));
    @Nullable Contact contact = null;
    long ageMs = 0;
    while (fields.next()) {
      switch (fields.name()) {
        case "contact" -> contact = contact();
        case "age" -> ageMs = number(0, Limits.MAX_MS);
        default -> throw new AssertionError(fields.name());
      }
    }
    return new Held(present(contact, "contact"), ageMs);
  }

  /** A verdict of later versions is none: the asker does not take its contact for held. */
  private Verdict verdict() throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    return value(Verdict.values(), parser.getText()).orElse(Verdict.NONE);
  }

  private Reply page() throws IOException, WireException {
    Fields fields = new Fields(Set.of("peers", "more"));
    List<RemotePeer> peers = List.of();
    boolean hasMore = false;
    while (fields.next()) {
      switch (fields.name()) {
        case "peers" -> peers = list(Limits.PEERS, this::peer);
        case "more" -> hasMore = truth();
        default -> throw new AssertionError(fields.name());
      }
    }
    if (hasMore && peers.isEmpty()) {
      // Who believes it would ask for the same page for ever.
      throw fault("more after none is not possible");
    }
    return new Reply.Page(peers, hasMore);
  }

  private Reply ended() throws IOException, WireException {
    Fields fields = new Fields(Set.of("status", "contact", "age", "path", "peers"));
    Reply.@Nullable Status status = null;
    @Nullable Contact contact = null;
    long ageMs = 0;
    List<String> path = List.of();
    List<RemotePeer> peers = List.of();
    while (fields.next()) {
      switch (fields.name()) {
        case "status" -> status = oneOf(Reply.Status.values(), "a status");
        case "contact" -> contact = contact();
        case "age" -> ageMs = number(0, Limits.MAX_MS);
        case "path" -> path = list(Limits.PATH, () -> text(0, Limits.STEP_BYTES));
        case "peers" -> peers = list(Limits.PEERS, this::peer);
        default -> throw new AssertionError(fields.name());
      }
    }
    return new Reply.Ended(
        present(status, "status"), Optional.ofNullable(contact), ageMs, peers, path);
  }

  private Contact contact() throws IOException, WireException {
    Fields fields = new Fields(Set.of("id", "endpoints", "data", "version"));
    @Nullable ContactId id = null;
    List<String> endpoints = List.of();
    ContactData data = ContactData.NONE;
    Version version = Version.NONE;
    while (fields.next()) {
      switch (fields.name()) {
        case "id" -> id = contactId();
        case "endpoints" -> endpoints = list(Contact.MAX_ENDPOINTS, this::endpoint);
        case "data" -> data = ContactData.of(base64(0, ContactData.MAX_LENGTH));
        case "version" -> version = contactVersion();
        default -> throw new AssertionError(fields.name());
      }
    }
    return new Contact(present(id, "id"), endpoints, data, version);
  }

  private String endpoint() throws IOException, WireException {
    String endpoint = text(1, Limits.ENDPOINT_BYTES);
    if (endpoint.isBlank()) {
      throw fault("is blank");
    }
    if (endpoint.length() > Contact.MAX_ENDPOINT_LENGTH) {
      throw fault("has more than " + Contact.MAX_ENDPOINT_LENGTH + " characters");
    }
    return endpoint;
  }

  private Version contactVersion() throws IOException, WireException {
    List<Long> numbers = list(2, () -> number(0, Long.MAX_VALUE));
    if (numbers.size() != 2) {
      throw fault("is not two numbers");
    }
    return new Version(numbers.get(0), numbers.get(1));
  }

  private RemotePeer peer() throws IOException, WireException {
    Fields fields =
        new Fields(
            Set.of(
                "id",
                "incarnation",
                "name",
                "service",
                "addresses",
                "port",
                "capabilities",
                "state",
                "age",
                "gateway",
                "site"));
    @Nullable NodeId id = null;
    @Nullable NodeId gateway = null;
    long incarnation = 0;
    String name = "";
    String service = "";
    String site = "";
    List<InetAddress> addresses = List.of();
    int port = 0;
    Document document = Document.EMPTY;
    State state = State.ALIVE;
    long ageMs = 0;
    while (fields.next()) {
      switch (fields.name()) {
        case "id" -> id = id();
        case "incarnation" -> incarnation = number(1, Long.MAX_VALUE);
        case "name" -> name = text(0, Limits.NAME_BYTES);
        case "service" -> service = text(0, Limits.NAME_BYTES);
        case "addresses" -> addresses = list(Limits.ADDRESSES, this::address);
        case "port" -> port = (int) number(0, Limits.MAX_PORT);
        case "capabilities" -> document = document();
        case "state" ->
            state = oneOf(new State[] {State.ALIVE, State.SUSPECT}, "a state of a remote peer");
        case "age" -> ageMs = number(0, Limits.MAX_MS);
        case "gateway" -> gateway = id();
        case "site" -> site = text(0, Limits.SITE_BYTES);
        default -> throw new AssertionError(fields.name());
      }
    }
    if (incarnation == 0) {
      throw fault("incarnation is missing");
    }
    return new RemotePeer(
        present(id, "id"),
        incarnation,
        name,
        service,
        addresses,
        port,
        document,
        state,
        ageMs,
        present(gateway, "gateway"),
        site);
  }

  private ContactId contactId() throws IOException, WireException {
    return ContactId.of(base64(1, ContactId.MAX_LENGTH));
  }

  private Key key() throws IOException, WireException {
    return Key.of(base64(Key.LENGTH, Key.LENGTH));
  }

  private boolean truth() throws IOException, WireException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw fault(shownToken() + " is not true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  private <E extends Enum<E>> E oneOf(E[] values, String what) throws IOException, WireException {
    expect(JsonToken.VALUE_STRING, "a text");
    Optional<E> value = value(values, parser.getText());
    if (value.isEmpty()) {
      throw fault(shownToken() + " is not " + what + " that is known here");
    }
    return value.get();
  }

  private static <E extends Enum<E>> Optional<E> value(E[] values, String name) {
    for (E value : values) {
      if (value.name().equals(name)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private interface Element<T> {
    T read() throws IOException, WireException;
  }

  private <T> List<T> list(int max, Element<T> element) throws IOException, WireException {
    expect(JsonToken.START_ARRAY, "an array");
    List<T> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (list.size() == max) {
        throw fault("more than " + max + " are not taken");
      }
      list.add(element.read());
    }
    return list;
  }

  private <T> T present(@Nullable T value, String field) throws WireException {
    if (value == null) {
      throw fault(field + " is missing");
    }
    return value;
  }

  /** Walks the object that the parser is at, from one known field to the next. */
  private final class Fields {
    private final Set<String> known;
    private final Set<String> seen = new HashSet<>();
    private String name = "";

    Fields(Set<String> known) throws IOException, WireException {
      expect(JsonToken.START_OBJECT, "an object");
      this.known = known;
    }

    /** Goes to the value of the next; false at the end of the object. */
    boolean next() throws IOException, WireException {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        name = parser.currentName();
        parser.nextToken();
        if (known.contains(name)) {
          once(seen, name);
          return true;
        }
        parser.skipChildren();
      }
      return false;
    }

    String name() {
      return name;
    }

    boolean has(String field) {
      return seen.contains(field);
    }
  }
}
