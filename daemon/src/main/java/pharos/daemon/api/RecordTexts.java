package pharos.daemon.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import pharos.agent.json.Json;
import pharos.records.Conflict;
import pharos.records.Content;
import pharos.records.Entry;
import pharos.records.Listing;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.records.Version;
import pharos.records.Written;

/** Records, and what went wrong with them, as HTTP has it. */
final class RecordTexts {
  /**
   * A value is what somebody put there, and perhaps a page: it runs nothing, is of no origin, and
   * is no part of a page from elsewhere.
   */
  private static final Map<String, String> HARMLESS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'unsafe-inline'; sandbox",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private static final String COPIES = "Pharos-Copies";
  private static final String ETAG = "ETag";
  private static final String UNSURE =
      "; what was to be written may be there all the same, or come";

  private RecordTexts() {}

  // Values.

  /** The value as it was put. */
  static Reply value(Entry entry) {
    Content content = entry.content().orElseThrow();
    return new Reply(200, content.type(), ByteBuffer.wrap(content.bytes()), HARMLESS);
  }

  /** The same with what is known of it. */
  static Reply described(Reply reply, Entry entry) {
    Map<String, String> headers = new LinkedHashMap<>(reply.headers());
    headers.put(ETAG, Preconditions.tag(entry.version()));
    headers.put("Age", Long.toString(entry.age().toSeconds()));
    headers.put("Pharos-Written", entry.written().toString());
    headers.put(COPIES, copies(entry.agreed(), entry.copies()));
    entry
        .expiresIn()
        .ifPresent(it -> headers.put("Pharos-Expires-In", Long.toString(it.toSeconds())));
    if (entry.conflicts() > 0) {
      headers.put("Pharos-Conflicts", Integer.toString(entry.conflicts()));
    }
    return new Reply(reply.status(), reply.type(), reply.bytes(), headers);
  }

  /** That there is none. */
  static Reply absent(Entry entry) {
    Version version = entry.version();
    String detail =
        "there is no value at '"
            + entry.key()
            + (version.isNone() ? "'" : "': it was deleted, or expired, in version " + version);
    Reply reply =
        Reply.problem(404, detail, members(Reason.NOT_THERE, false))
            .with(COPIES, copies(entry.agreed(), entry.copies()));
    return entry.conflicts() == 0
        ? reply
        : reply.with("Pharos-Conflicts", Integer.toString(entry.conflicts()));
  }

  /** The answer to who meant another value: which there is. */
  static Reply tagged(Reply reply, Entry entry) {
    return entry.isThere() ? reply.with(ETAG, Preconditions.tag(entry.version())) : reply;
  }

  static Reply written(Written written, boolean isThere) {
    String body =
        Json.write(
            Json.object(
                "key", written.key(),
                "version", written.version(),
                "isNew", written.isNew(),
                "agreed", written.agreed(),
                "copies", written.copies()));
    boolean isCreated = isThere && written.isNew();
    Reply reply =
        Reply.json(isCreated ? 201 : 200, body)
            .with(COPIES, copies(written.agreed(), written.copies()));
    if (isThere) {
      reply = reply.with(ETAG, Preconditions.tag(written.version()));
    }
    return isCreated ? reply.with("Location", path(written.key())) : reply;
  }

  private static String copies(int agreed, int copies) {
    return agreed + " of " + copies;
  }

  /** Where a key is to be had: what is not plain is escaped, so that nobody takes it for more. */
  static String path(String key) {
    StringBuilder path = new StringBuilder("/v1/records/");
    String[] parts = key.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean isDots = parts[i].equals(".") || parts[i].equals("..");
      path.append(i == 0 ? "" : "/");
      path.append(isDots ? parts[i].replace(".", "%2E") : escaped(parts[i]));
    }
    return path.toString();
  }

  private static String escaped(String part) {
    return java.net.URLEncoder.encode(part, UTF_8).replace("+", "%20").replace("*", "%2A");
  }

  /** An entry in JSON. */
  static Map<String, Object> entry(Entry entry) {
    Map<String, Object> all =
        Json.object(
            "key", entry.key(),
            "version", entry.version(),
            "isThere", entry.isThere(),
            "written", Optional.of(entry.written()).filter(it -> !entry.version().isNone()),
            "ageMs", entry.age().toMillis(),
            "expiresInMs", entry.expiresIn().map(it -> it.toMillis()),
            "agreed", entry.agreed(),
            "copies", entry.copies(),
            "conflicts", entry.conflicts());
    entry.content().ifPresent(it -> all.putAll(content(it)));
    return all;
  }

  private static Map<String, Object> content(Content content) {
    Map<String, Object> all = Json.object("type", content.type(), "bytes", content.size());
    try {
      all.put("text", UTF_8.newDecoder().decode(ByteBuffer.wrap(content.bytes())).toString());
    } catch (CharacterCodingException e) {
      all.put("base64", Base64.getEncoder().encodeToString(content.bytes()));
    }
    return all;
  }

  /** A page of keys. */
  static Reply list(Listing listing) {
    List<Object> items = new ArrayList<>();
    for (Listing.Item it : listing.items()) {
      items.add(
          Json.object(
              "key", it.key(),
              "href", path(it.key()),
              "version", it.version(),
              "bytes", it.bytes(),
              "type", it.type(),
              "written", it.written(),
              "conflicts", it.conflicts()));
    }
    return Reply.json(
        200,
        Json.write(
            Json.object(
                "records", items, "complete", listing.isComplete(), "next", listing.next())));
  }

  /**
   * What another value won over.
   *
   * @param withValues whether they are told too, or only how large they are
   */
  static Reply conflicts(List<Conflict> conflicts, boolean withValues) {
    List<Object> all = new ArrayList<>();
    for (Conflict it : conflicts) {
      Map<String, Object> one =
          Json.object(
              "key", it.key(),
              "version", it.version(),
              "winner", it.winner(),
              "written", it.written(),
              "ageMs", it.age().toMillis(),
              "isDeletion", it.content().isEmpty());
      it.content()
          .ifPresent(
              content ->
                  one.putAll(
                      withValues
                          ? content(content)
                          : Json.object("type", content.type(), "bytes", content.size())));
      all.add(one);
    }
    return Reply.json(200, Json.write(Json.object("conflicts", all)));
  }

  // What went wrong.

  /** What the future of a call failed with. */
  static RecordsException why(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof RecordsException why) {
      return why;
    }
    throw new CompletionException(cause);
  }

  /** The answer to a call that failed, or took too long. */
  static Reply failed(Throwable e, boolean isWrite) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    String late = "no majority answered in time";
    return cause instanceof TimeoutException
        ? problem(new RecordsException(Reason.NO_MAJORITY, late, isWrite))
        : problem(why(e));
  }

  static Reply problem(RecordsException why) {
    int status =
        switch (why.reason()) {
          case BAD_KEY, BAD_CONTENT -> 400;
          case NOT_THERE -> 404;
          case ALREADY_THERE -> 409;
          case OTHER_VERSION -> 412;
          case TOO_LARGE -> 413;
          case TOO_MANY -> 429;
          case FULL -> 507;
          case NO_MAJORITY, NO_RECORDS, CLOSED -> 503;
          default -> 502;
        };
    return problem(why, status);
  }

  static Reply problem(RecordsException why, int status) {
    String detail = why.getMessage() + (why.mayHaveHappened() ? UNSURE : "");
    Reply reply = Reply.problem(status, detail, members(why.reason(), why.mayHaveHappened()));
    return status == 503 || status == 429 ? reply.with("Retry-After", "1") : reply;
  }

  private static Map<String, Object> members(Reason reason, boolean mayHaveHappened) {
    return Json.object("reason", reason, "mayHaveHappened", mayHaveHappened);
  }
}
