package pharos.daemon.api;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import pharos.agent.Agent;
import pharos.agent.Counted;
import pharos.agent.Finding;
import pharos.agent.json.Json;
import pharos.daemon.json.FindingJson;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;

/**
 * {@code /v1/contacts?id=TEXT} and {@code ?id64=BASE64}: looks for a contact, registers or
 * withdraws it, and answers when the network has; {@code /v1/browse?service=NAME} for all of a
 * kind. No thread waits meanwhile, and the network is asked only so many questions at a time: one
 * more is told at once to come again. A question counts until the network has answered, whether
 * somebody waits for it or not. For any thread; answers come on the thread that found them.
 */
final class Contacts {
  private static final int MOST_OPEN = 64;

  /** Less than a connection may be idle. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Set<String> PARAMETERS = Set.of("id", "id64");
  private static final Pattern ENDPOINT = Pattern.compile("[\\w.+-]+://\\S+");

  /** What asks the network. */
  record Network(
      Function<ContactId, CompletableFuture<Reply>> find,
      Function<String, CompletableFuture<Reply>> browse,
      Function<Contact, CompletableFuture<Reply>> register,
      Function<ContactId, CompletableFuture<Reply>> unregister) {}

  private final Network network;
  private final Duration patience;
  private final Places open;

  Contacts(Network network, int mostOpen, Duration patience) {
    this.network = network;
    this.patience = patience;
    open = new Places(mostOpen);
  }

  /** Those that this agent finds, and registers. */
  static Contacts of(Agent agent) {
    return new Contacts(
        new Network(
            id -> agent.find(id).thenApply(Contacts::reply),
            service -> agent.browse(service).thenApply(Contacts::browsed),
            contact -> agent.register(contact).thenApply(Contacts::registered),
            id -> agent.unregister(id).thenApply(Contacts::kept)),
        MOST_OPEN,
        PATIENCE);
  }

  List<Resource> resources() {
    String path = "/v1/contacts";
    return List.of(
        Resource.later(
            "GET", path, PARAMETERS, call -> ask(call, () -> network.find().apply(id(call)))),
        Resource.later(
            "GET",
            "/v1/browse",
            Set.of("service"),
            call -> ask(call, () -> network.browse().apply(service(call)))),
        Resource.withBody(
            "PUT",
            path,
            PARAMETERS,
            call -> ask(call, () -> network.register().apply(contact(call)))),
        Resource.later(
            "DELETE",
            path,
            PARAMETERS,
            call -> ask(call, () -> network.unregister().apply(id(call)))));
  }

  Counted counted() {
    return open.counted("NETWORK_QUESTIONS_OPEN", "questions");
  }

  private CompletableFuture<Reply> ask(
      Resource.Call call, Supplier<CompletableFuture<Reply>> question) {
    Asker asker = call.asked().by();
    if (!open.enter(asker)) {
      throw Problem.busy("too many others wait for an answer: ask again");
    }
    CompletableFuture<Reply> asked;
    try {
      asked = question.get();
    } catch (RuntimeException e) {
      open.leave(asker);
      throw e;
    }
    return asked
        .whenComplete((reply, e) -> open.leave(asker))
        .copy()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(Contacts::failed);
  }

  /** What a body tells: {@code endpoints}, {@code data}, both may be left out, not all. */
  private static Contact contact(Resource.Call call) {
    ContactId id = id(call);
    Body body = Body.of(call.body(), "endpoints", "data");
    List<String> endpoints = body.texts("endpoints");
    Optional<String> data = Json.raw(call.body(), "data");
    if (endpoints.isEmpty() && data.isEmpty()) {
      throw Problem.badRequest(
          "one of 'endpoints' and 'data' is needed: there would be nothing to find");
    }
    for (String endpoint : endpoints) {
      if (!ENDPOINT.matcher(endpoint).matches()) {
        throw Problem.badRequest("an endpoint is no PROTOCOL://WHERE, such as tcp://10.0.0.7:7001");
      }
    }
    try {
      Contact contact = Contact.of(id, endpoints.toArray(String[]::new));
      contact = contact.withData(ContactData.ofText(data.orElse("")));
      return contact;
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private static ContactId id(Resource.Call call) {
    Optional<byte[]> text = call.query().bytes("id");
    Optional<byte[]> base64 = call.query().bytes("id64");
    if (text.isPresent() == base64.isPresent()) {
      throw Problem.badRequest("one of id=TEXT and id64=BASE64 is wanted");
    }
    if (text.isPresent()) {
      return text(text.get());
    }
    // A plus sign that was not escaped came as a blank, which base64 has none of.
    String plain = new String(base64.get(), StandardCharsets.UTF_8).replace(' ', '+');
    try {
      return ContactId.ofBase64(plain);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("id64 is no base64 of 1 to " + ContactId.MAX_LENGTH + " bytes");
    }
  }

  private static ContactId text(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > ContactId.MAX_LENGTH) {
      throw Problem.badRequest(
          "id has 1 to " + ContactId.MAX_LENGTH + " bytes, not " + bytes.length);
    }
    ContactId id = ContactId.of(bytes);
    if (id.toText().isEmpty()) {
      throw Problem.badRequest("id is no text in UTF-8: use id64 for other bytes");
    }
    return id;
  }

  private static Reply failed(Throwable e) {
    return e instanceof TimeoutException
        ? late()
        : unavailable("the agent is stopping, or could not ask");
  }

  private static String service(Resource.Call call) {
    return call.query()
        .text("service")
        .filter(it -> !it.isEmpty())
        .orElseThrow(() -> Problem.badRequest("service=NAME is wanted: a service or a type"));
  }

  /** That there is none is a list too. */
  private static Reply browsed(Finding finding) {
    return finding.status() == Finding.Status.NOT_FOUND
        ? Reply.json(200, FindingJson.of(finding, finding.peers()))
        : reply(finding);
  }

  /** A gateway that is alone keeps it, and is found by whoever joins it. */
  private static Reply registered(Finding finding) {
    return finding.status() == Finding.Status.NO_NETWORK
        ? Reply.json(202, FindingJson.of(finding, finding.peers()))
        : kept(finding);
  }

  /** What one keeps or withdraws is not sought here. */
  private static Reply kept(Finding finding) {
    return finding.status() == Finding.Status.NO_GATEWAY
        ? unavailable(
            "nobody keeps it: there is no gateway to others; start one with 'pharos agent"
                + " --gateway'")
        : reply(finding);
  }

  private static Reply reply(Finding finding) {
    return switch (finding.status()) {
      case FOUND, REGISTERED, UNREGISTERED ->
          Reply.json(200, FindingJson.of(finding, finding.peers()));
      case NO_GATEWAY ->
          unavailable(
              "it is not on this network, and there is no gateway to others; start one with"
                  + " 'pharos agent --gateway'");
      case NO_NETWORK ->
          unavailable("it is not on this network, and no other network can be reached");
      case TIMED_OUT -> late();
      case REFUSED ->
          unavailable("a gateway has too much to do, or the id begins with pharos:, a reserved id");
      default -> Reply.problem(404, "nobody knows a contact or a peer of this id");
    };
  }

  private static Reply late() {
    return Reply.problem(504, "whether it exists was not certain in time");
  }

  private static Reply unavailable(String detail) {
    return Reply.problem(503, detail);
  }
}
