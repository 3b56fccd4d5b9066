package pharos.daemon.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import pharos.agent.json.Json;
import pharos.records.Content;
import pharos.records.RecordsException;
import pharos.records.testing.TestRecords;

/** What is answered at {@code /v1/records}. */
class RecordResourcesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestRecords records = new TestRecords();
  private final Table table = Tables.records(records, PATIENCE);

  @AfterEach
  void close() {
    records.close();
  }

  private Reply ask(String method, String target, byte[] body, String... headers) {
    Asked asked = Tables.asked(method, target, headers);
    return (Reply) table.answer(asked, ByteBuffer.wrap(body)).join();
  }

  private Reply ask(String method, String target, String body, String... headers) {
    return ask(method, target, body.getBytes(UTF_8), headers);
  }

  private Reply get(String target, String... headers) {
    return ask("GET", target, "", headers);
  }

  private Reply put(String key, String value, String... headers) {
    return ask("PUT", "/v1/records/" + key, value, headers);
  }

  private static byte[] bytes(Reply reply) {
    byte[] bytes = new byte[reply.bytes().remaining()];
    reply.bytes().duplicate().get(bytes);
    return bytes;
  }

  private static Object member(Reply reply, String name) {
    return String.valueOf(Json.members(reply.body()).get(name));
  }

  private static String detail(Reply reply) {
    assertEquals("application/problem+json", reply.type());
    return String.valueOf(Json.members(reply.body()).get("detail"));
  }

  @Test
  void aValueIsWrittenReadReplacedAndDeleted() {
    Reply made = put("web/one", "10.0.0.7", "Content-Type", "text/plain");
    assertEquals(201, made.status(), made::body);
    assertEquals("/v1/records/web/one", made.headers().get("Location"));
    assertEquals("\"1\"", made.headers().get("ETag"));
    assertEquals("1 of 1", made.headers().get("Pharos-Copies"));
    assertEquals(
        "{\"key\":\"web/one\",\"version\":\"1\",\"isNew\":true,\"agreed\":1,\"copies\":1}",
        made.body());
    Reply read = get("/v1/records/web/one");
    assertEquals(200, read.status());
    assertEquals("10.0.0.7", read.body());
    assertEquals("text/plain", read.type());
    assertEquals("0", read.headers().get("Age"));
    Reply replaced = put("web/one", "10.0.0.8", "If-Match", "\"1\"");
    assertEquals(200, replaced.status(), replaced::body);
    assertEquals("\"2\"", replaced.headers().get("ETag"));
    assertEquals("false", member(replaced, "isNew"));
    Reply gone = ask("DELETE", "/v1/records/web/one", "", "If-Match", "2");
    assertEquals(200, gone.status(), gone::body);
    Reply none = get("/v1/records/web/one");
    assertEquals(404, none.status());
    assertEquals(
        "there is no value at 'web/one': it was deleted, or expired, in version 3", detail(none));
    assertEquals(404, ask("DELETE", "/v1/records/web/one", "").status());
    assertEquals(404, ask("DELETE", "/v1/records/web/one", "", "If-Match", "2").status());
  }

  @Test
  void whatIsThereIsNotCreatedAgainAndItsVersionIsTold() {
    assertEquals(201, ask("POST", "/v1/records/a", "x").status());
    Reply again = ask("POST", "/v1/records/a", "y");
    assertEquals(409, again.status());
    assertEquals("\"1\"", again.headers().get("ETag"));
    assertEquals("ALREADY_THERE", member(again, "reason"));
    assertEquals("false", member(again, "mayHaveHappened"));
    Reply absent = put("a", "y", "If-None-Match", "*");
    assertEquals(412, absent.status());
    assertEquals("\"1\"", absent.headers().get("ETag"));
    Reply other = put("a", "y", "If-Match", "\"7\"");
    assertEquals(412, other.status());
    assertEquals("\"1\"", other.headers().get("ETag"));
    assertEquals(412, put("b", "y", "If-Match", "*").status());
    assertEquals(412, ask("DELETE", "/v1/records/a", "", "If-Match", "\"7\"").status());
    assertEquals("x", get("/v1/records/a").body());
    assertEquals(200, put("a", "z", "If-Match", "*").status());
  }

  @Test
  void bytesComeBackAsTheyWerePutAndAPageRunsNothing() {
    byte[] all = new byte[Content.MAX_BYTES];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertEquals(201, ask("PUT", "/v1/records/b", all).status());
    Reply read = get("/v1/records/b");
    assertArrayEquals(all, bytes(read));
    assertEquals("application/octet-stream", read.type());
    put("page", "<script>alert(1)</script>", "Content-Type", "text/html");
    Reply page = get("/v1/records/page");
    assertEquals("text/html", page.type());
    String policy = String.valueOf(page.headers().get("Content-Security-Policy"));
    assertTrue(policy.endsWith("sandbox") && policy.startsWith("default-src 'none'"), policy);
    assertEquals("same-origin", page.headers().get("Cross-Origin-Resource-Policy"));
    assertEquals(201, put("empty", "").status());
    assertEquals(0, bytes(get("/v1/records/empty")).length);
  }

  @Test
  void whoHasItIsToldThatItIsAsItWas() {
    put("a", "x");
    for (String known : List.of("\"1\"", "W/\"1\"", "\"0\", \"1\"", "*")) {
      Reply same = get("/v1/records/a", "If-None-Match", known);
      assertEquals(304, same.status(), known);
      assertEquals("\"1\"", same.headers().get("ETag"));
    }
    assertEquals(200, get("/v1/records/a", "If-None-Match", "\"2\"").status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a%2Fb|a/b",
        "a/b|a/b",
        "/a//b/|/a//b/",
        "%2E%2E|..",
        "a/%2e%2E/b|a/../b",
        "a+b%20c|a+b c",
        "%C3%A4;x=1|ä;x=1",
        "a%25b|a%b",
        "a%3Fb%23|a?b#",
        "%F0%9F%90%A7|🐧",
      })
  void theKeyIsAllThatFollows(String path, String key) {
    Reply made = put(path, "x");
    assertEquals(key, member(made, "key"));
    String location = String.valueOf(made.headers().get("Location"));
    assertEquals("x", get(location).body());
    assertTrue(location.chars().allMatch(it -> it > ' ' && it < 0x7F), location);
    Object list = Json.members(get("/v1/records").body()).get("records");
    assertEquals(key, Json.members(list(list).get(0)).get("key"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/v1/records/||a key has 1 to 256 bytes of UTF-8, and this one 0",
        "GET|/v1/records/%00||a key has no control characters, nor half characters",
        "GET|/v1/records/a%0Ab||a key has no control characters, nor half characters",
        "GET|/v1/records/%ff||the key in the path has bytes that are no text in UTF-8",
        "GET|/v1/records/%ED%A0%80||the key in the path has bytes that are no text in UTF-8",
        "GET|/v1/records/%2||the key in the path has a percent sign without two hexadecimal digits",
        "GET|/v1/records/a/../b||the path has '.' or '..' between slashes: write a dot as %2E",
        "GET|/v1/records/a?read=fast||the parameter 'read' is quorum or local, not 'fast'",
        "GET|/v1/records/a?read=local&watch||of the parameters 'read', 'conflicts' and 'watch' one"
            + " is enough",
        "GET|/v1/records/a?reed=x||unknown parameter 'reed'; there is conflicts, read, watch",
        "GET|/v1/records?limit=0||the parameter 'limit' is 1 to 1000, not '0'",
        "GET|/v1/records?limit=1001||the parameter 'limit' is 1 to 1000, not '1001'",
        "GET|/v1/records?prefix=%0a||the parameter 'prefix' is no key: a key has no control"
            + " characters, nor half characters",
        "GET|/v1/records?conflicts&prefix=a||the conflicts of one key are at its own resource",
        "PUT|/v1/records/a?expiry=5||the parameter 'expiry' is wrong: '5' is no time: write a"
            + " number and ms, s, min or h, such as 500ms",
        "PUT|/v1/records/a?expiry=10ms||the parameter 'expiry' is 1s to 8784h, not 10ms",
        "PUT|/v1/records/a|If-Match=W/\"1\"|If-Match: one version as an ETag told it, or *;"
            + " 'W/\"1\"' is no version: it is a number, or a number, - and 16 digits of hex",
        "PUT|/v1/records/a|If-Match=\"1\", \"2\"|If-Match: one version as an ETag told it, or *;"
            + " '1\", \"2' is no version: it is a number, or a number, - and 16 digits of hex",
        "PUT|/v1/records/a|If-None-Match=\"1\"|If-None-Match: what writes may say * there, not"
            + " \"1\"",
        "PUT|/v1/records/a|Content-Range=bytes 0-1/2|Content-Range: a value is written whole",
        "PUT|/v1/records/a|Content-Type=ä|a type of content has 1 to 127 printable letters of"
            + " ASCII",
        "POST|/v1/records/a|If-Match=*|If-Match: POST creates what is not there; PUT replaces",
        "DELETE|/v1/records/a|If-None-Match=*|If-None-Match: what is not there cannot be deleted",
      })
  void whatMakesNoSenseIsNamed(String method, String target, String header, String detail) {
    int equal = header == null ? 0 : header.indexOf('=');
    String[] headers =
        header == null
            ? new String[0]
            : new String[] {header.substring(0, equal), header.substring(equal + 1)};
    Reply reply = ask(method, target, "", headers);
    assertEquals(400, reply.status(), reply::body);
    assertEquals(detail, detail(reply));
  }

  @Test
  void aKeyHas256BytesAtMost() {
    assertEquals(201, put("ä".repeat(128).replace("ä", "%C3%A4"), "x").status());
    Reply long1 = put("a".repeat(257), "x");
    assertEquals(400, long1.status());
    assertEquals("a key has 1 to 256 bytes of UTF-8, and this one 257", detail(long1));
    assertEquals("BAD_KEY", member(long1, "reason"));
  }

  @Test
  void otherMethodsAreNoneAndOtherCodingsAreNotKept() {
    Reply patch = ask("PATCH", "/v1/records/a/b", "x");
    assertEquals(405, patch.status());
    assertEquals("DELETE, GET, HEAD, POST, PUT", patch.headers().get("Allow"));
    assertEquals(405, ask("DELETE", "/v1/records", "").status());
    assertEquals(415, put("a", "x", "Content-Encoding", "gzip").status());
    assertEquals(413, ask("PUT", "/v1/records/a", new byte[Content.MAX_BYTES + 1]).status());
  }

  @ParameterizedTest
  @EnumSource(RecordsException.Reason.class)
  void eachReasonHasItsStatusAndSaysWhetherItMayHaveHappened(RecordsException.Reason reason) {
    put("a", "x");
    records.failWith(new RecordsException(reason, "so it is", true));
    Reply reply = put("a", "y");
    int status =
        switch (reason) {
          case BAD_KEY, BAD_CONTENT -> 400;
          case TOO_LARGE -> 413;
          case ALREADY_THERE, NOT_THERE, OTHER_VERSION -> 412;
          case TOO_MANY -> 429;
          case FULL -> 507;
          case NO_MAJORITY, NO_RECORDS, CLOSED -> 503;
          default -> 502;
        };
    assertEquals(status, reply.status());
    assertEquals("true", member(reply, "mayHaveHappened"));
    assertEquals(reason.name(), member(reply, "reason"));
    assertEquals(
        "so it is; what was to be written may be there all the same, or come", detail(reply));
    assertFalse(String.valueOf(member(reply, "title")).isEmpty());
    assertEquals(status == 503 || status == 429, reply.headers().containsKey("Retry-After"));
  }

  @Test
  void keysAreListedInPages() {
    for (String key : List.of("web/2", "web/1", "db/1", "web/3")) {
      put(key, "xy", "Content-Type", "text/plain");
    }
    Map<String, Object> first = Json.members(get("/v1/records?prefix=web%2F&limit=2").body());
    assertEquals(true, first.get("complete"));
    assertEquals("web/2", first.get("next"));
    assertEquals(2, list(first.get("records")).size());
    Map<String, Object> item = Json.members(list(first.get("records")).get(0));
    assertEquals("web/1", item.get("key"));
    assertEquals("/v1/records/web/1", item.get("href"));
    assertEquals(2, item.get("bytes"));
    assertEquals("text/plain", item.get("type"));
    Map<String, Object> last = Json.members(get("/v1/records?prefix=web/&after=web/2").body());
    assertEquals(1, list(last.get("records")).size());
    assertFalse(last.containsKey("next"));
  }

  @Test
  void aValueExpires() {
    ask("PUT", "/v1/records/lease?expiry=1s", "x");
    assertEquals("0", get("/v1/records/lease").headers().get("Pharos-Expires-In"));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> get("/v1/records/lease?read=local").status() == 404);
  }

  private static String event(Live live) {
    List<String> told = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Optional<ByteBuffer> piece = live.next();
              piece.ifPresent(it -> told.add(UTF_8.decode(it).toString()));
              return piece.isPresent();
            });
    return told.get(0);
  }

  @Test
  void whoWatchesIsToldHowItIsAndOfEachChange() {
    Asked asked = Tables.asked("GET", "/v1/records/a?watch");
    Live live = (Live) Tables.ask(table, asked, "").join();
    assertEquals("retry: 1000\n\n", event(live));
    String none = event(live);
    assertTrue(none.startsWith("id: 0\nevent: record\ndata: {\"key\":\"a\""), none);
    assertTrue(none.contains("\"isThere\":false") && none.endsWith("}\n\n"), none);
    put("a", "one\ntwo", "Content-Type", "text/plain");
    String value = event(live);
    assertTrue(value.contains("\"text\":\"one\\ntwo\""), value);
    ask("PUT", "/v1/records/a", new byte[] {(byte) 0xFF});
    String binary = event(live);
    assertTrue(binary.contains("\"base64\":\"/w==\""), binary);
    assertEquals(":\n\n", UTF_8.decode(live.heartbeat()).toString());
    records.close();
    String over = event(live);
    assertTrue(over.startsWith("event: failed\ndata: {") && over.contains("CLOSED"), over);
    live.close(Live.Ending.READER_LEFT);
  }

  @Test
  void soManyWatchAndOneMoreComesAgain() {
    Asked asked = Tables.asked("GET", "/v1/records/a?watch");
    Live first = (Live) Tables.ask(table, asked, "").join();
    Tables.ask(table, asked, "").join();
    Reply refused = (Reply) Tables.ask(table, asked, "").join();
    assertEquals(503, refused.status());
    assertEquals(
        200,
        ((Reply) Tables.ask(table, Tables.asked("HEAD", "/v1/records/a?watch"), "").join())
            .status());
    first.close(Live.Ending.READER_LEFT);
    first.close(Live.Ending.READER_LEFT);
    assertTrue(Tables.ask(table, asked, "").join() instanceof Live);
  }

  @Test
  void whereNobodyHoldsRecordsEachCallIsTold() {
    Table none = Tables.records(new NoRecords(), PATIENCE);
    for (String target :
        List.of("/v1/records", "/v1/records/a", "/v1/records/a?watch", "/v1/records/a?conflicts")) {
      Reply reply = Tables.get(none, target);
      assertEquals(503, reply.status(), target);
      assertTrue(detail(reply).startsWith("no records here"), reply::body);
      assertEquals("1", reply.headers().get("Retry-After"));
    }
  }

  @Test
  void aCallThatNobodyAnswersEndsAndMoreThanSoManyAreRefused() {
    Unanswered never = new Unanswered();
    Table slow = Tables.records(never, Duration.ofMillis(100));
    CompletableFuture<Answer> first = Tables.ask(slow, Tables.asked("PUT", "/v1/records/a"), "x");
    CompletableFuture<Answer> second = Tables.ask(slow, Tables.asked("GET", "/v1/records/a"), "");
    Reply refused = Tables.get(slow, "/v1/records/a");
    assertEquals(429, refused.status());
    assertEquals("1", refused.headers().get("Retry-After"));
    Reply late = (Reply) first.join();
    assertEquals(503, late.status());
    assertEquals("true", member(late, "mayHaveHappened"));
    assertEquals("false", member((Reply) second.join(), "mayHaveHappened"));
    // They count until the records have answered.
    assertEquals(429, Tables.get(slow, "/v1/records/a").status());
  }

  @Test
  void conflictsAreListed() {
    assertEquals("{\"conflicts\":[]}", get("/v1/records/a?conflicts").body());
    assertEquals("{\"conflicts\":[]}", get("/v1/records?conflicts").body());
    Table other = Tables.records(new Conflicting(), PATIENCE);
    String all = Tables.get(other, "/v1/records?conflicts").body();
    assertTrue(all.contains("\"winner\":\"3-000000000000000b\""), all);
    assertTrue(all.contains("\"bytes\":5") && !all.contains("loser"), all);
    String one = Tables.get(other, "/v1/records/a?conflicts").body();
    assertTrue(one.contains("\"text\":\"loser\""), one);
  }

  @Test
  void aNodeIsForgotten() {
    Reply refused = ask("DELETE", "/v1/ring/abc%2Fd%3D", "");
    assertEquals(502, refused.status());
    assertTrue(detail(refused).contains("'abc/d='"), refused::body);
  }

  /** Records that answer nothing. */
  private static class Unanswered extends FakeRecords {}

  /** Records that have one conflict. */
  private static final class Conflicting extends FakeRecords {
    @Override
    public CompletableFuture<List<pharos.records.Conflict>> conflicts(String key) {
      return CompletableFuture.completedFuture(
          List.of(
              new pharos.records.Conflict(
                  "a",
                  new pharos.records.Version(3, 10),
                  Optional.of(Content.text("loser")),
                  java.time.Instant.EPOCH,
                  Duration.ofSeconds(5),
                  new pharos.records.Version(3, 11))));
    }
  }

  private static List<?> list(@Nullable Object value) {
    return (List<?>) Objects.requireNonNull(value);
  }
}
