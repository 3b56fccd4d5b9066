package pharos.daemon.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import pharos.agent.Agent;
import pharos.agent.Finding;
import pharos.daemon.json.FindingJson;
import pharos.kademlia.ContactId;

/**
 * Answers {@code /v1/contacts?id=TEXT} and {@code ?id64=BASE64} when the network has. No thread
 * waits meanwhile, and the network is asked only so many questions at a time: one more is told at
 * once to come again. Those from elsewhere have half of them, and one address there a part of that.
 * A question counts until the network has answered, whether somebody waits for it or not. For any
 * thread; answers come on the thread that found them.
 */
public final class Contacts {
  private static final int MOST_OPEN = 64;

  /** What part those from elsewhere have, and what part one address of theirs. */
  private static final int ELSEWHERE = 2;

  private static final int ADDRESS = 8;

  /** Less than a connection may be idle. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final String WANTED = "one of id=TEXT and id64=BASE64, once";

  private final Function<ContactId, CompletableFuture<Reply>> finder;
  private final int mostOpen;
  private final Duration patience;
  private final List<Asker> open = new ArrayList<>();

  Contacts(Function<ContactId, CompletableFuture<Reply>> finder, int mostOpen, Duration patience) {
    this.finder = finder;
    this.mostOpen = mostOpen;
    this.patience = patience;
  }

  /** Those that this agent finds. */
  public static Contacts of(Agent agent) {
    return new Contacts(id -> agent.find(id).thenApply(Contacts::reply), MOST_OPEN, PATIENCE);
  }

  CompletableFuture<Reply> answer(Asked asked) {
    ContactId id;
    String query = asked.query();
    try {
      id = id(query == null ? "" : query);
    } catch (IllegalArgumentException e) {
      return done(Reply.problem(400, "Bad Request", String.valueOf(e.getMessage())));
    }
    if (!enter(asked.by())) {
      String detail = "too many others wait for an answer: ask again";
      return done(unavailable(detail).with("Retry-After", "1"));
    }
    return finder
        .apply(id)
        .whenComplete((reply, e) -> leave(asked.by()))
        .copy()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(Contacts::failed);
  }

  private synchronized boolean enter(Asker asker) {
    boolean fits = open.size() < mostOpen && (asker.isHere() || fitsFromElsewhere(asker));
    return fits && open.add(asker);
  }

  private boolean fitsFromElsewhere(Asker asker) {
    long others = open.stream().filter(it -> !it.isHere()).count();
    long same = open.stream().filter(asker::equals).count();
    return others < Math.max(1, mostOpen / ELSEWHERE) && same < Math.max(1, mostOpen / ADDRESS);
  }

  private synchronized void leave(Asker asker) {
    open.remove(asker);
  }

  private static CompletableFuture<Reply> done(Reply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  /** The messages are ours: nothing that was asked for goes into an answer unescaped. */
  private static ContactId id(String query) {
    Map<String, List<byte[]>> values = Query.parse(query);
    List<byte[]> texts = values.getOrDefault("id", List.of());
    List<byte[]> base64s = values.getOrDefault("id64", List.of());
    if (texts.size() + base64s.size() != 1) {
      throw new IllegalArgumentException(WANTED);
    }
    if (!texts.isEmpty()) {
      return text(texts.get(0));
    }
    // A plus sign that was not escaped came as a blank, which base64 has none of.
    String base64 = new String(base64s.get(0), StandardCharsets.UTF_8).replace(' ', '+');
    try {
      return ContactId.ofBase64(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "id64 is no base64 of 1 to " + ContactId.MAX_LENGTH + " bytes", e);
    }
  }

  private static ContactId text(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > ContactId.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "id has 1 to " + ContactId.MAX_LENGTH + " bytes, not " + bytes.length);
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("id is no text in UTF-8: use id64 for other bytes", e);
    }
    return ContactId.of(bytes);
  }

  private static Reply failed(Throwable e) {
    return e instanceof TimeoutException
        ? late()
        : unavailable("the agent is stopping, or could not ask");
  }

  private static Reply reply(Finding finding) {
    return switch (finding.status()) {
      case FOUND -> Reply.json(200, FindingJson.of(finding, finding.peers()));
      case NO_GATEWAY ->
          unavailable("it is not on this network, and there is no gateway to others");
      case NO_NETWORK ->
          unavailable("it is not on this network, and no other network can be reached");
      case TIMED_OUT -> late();
      case REFUSED ->
          unavailable("a gateway has too much to do, or the id begins with pharos:, a reserved id");
      default -> Reply.problem(404, "Not Found", "nobody knows a contact or a peer of this id");
    };
  }

  private static Reply late() {
    return Reply.problem(504, "Gateway Timeout", "whether it exists was not certain in time");
  }

  private static Reply unavailable(String detail) {
    return Reply.problem(503, "Service Unavailable", detail);
  }
}
