package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.testing.TestPeers;

class GateTest {
  private static final String SECRET = "a-token-of-sorts";
  private static final String JSON = "application/json";

  private final Table table =
      Tables.of(new TestPeers(), () -> CompletableFuture.completedFuture(Reply.json(200, "{}")));
  private final Gate gate = Gate.of(table, List.of("Alpha.example"), Optional.empty());
  private final Gate locked =
      Gate.of(table, List.of(), Optional.of(new Session(Token.of(SECRET), 8670)));

  private static int status(Gate gate, Asked asked) {
    return answer(gate, asked, "{}").status();
  }

  private static Reply answer(Gate gate, Asked asked, String body) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
      return (Reply) gate.match(asked).answer(bytes).join();
    } catch (Problem e) {
      return e.reply();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.0.0.1:8670, true",
    "10.0.0.5, true",
    "[::1], true",
    "[::1]:8670, true",
    "localhost, true",
    "LocalHost:80, true",
    "alpha.example, true",
    "evil.example, false",
    "evil.example:8670, false",
    "localhost.evil.example, false",
    "127.0.0.1.evil.example, false",
    "1.2, false",
    "256.1.1.1, false",
    "[evil], false",
    "'', false",
  })
  void aNameThatIsNotOursIsRefusedSinceABrowserMayHaveBeenSentHere(String host, boolean isOurs) {
    Reply reply = answer(gate, Tables.asked("GET", "/v1/peers", "Host", host), "");
    assertEquals(isOurs ? 200 : 421, reply.status());
    assertTrue(isOurs || !reply.body().contains("peers"), reply::body);
  }

  @Test
  void whoNamesNoHostIsNoBrowser() {
    assertEquals(200, status(gate, Tables.asked("GET", "/v1/peers")));
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://evil.example, false",
    "Origin, http://localhost:8671, false",
    "Origin, http://localhost, false",
    "Origin, null, false",
    "Origin, http://localhost:8670, true",
    "Sec-Fetch-Site, cross-site, false",
    "Sec-Fetch-Site, same-site, false",
    "Sec-Fetch-Site, same-origin, true",
    "Sec-Fetch-Site, none, true",
  })
  void aPageFromElsewhereChangesNothing(String header, String value, boolean isOurs) {
    String host = "localhost:8670";
    Asked put =
        Tables.asked("PUT", "/v1/contacts?id=a", "Host", host, "Content-Type", JSON, header, value);
    Reply changed = answer(gate, put, "{\"endpoints\":[\"tcp://a:1\"]}");
    assertEquals(isOurs ? 200 : 403, changed.status(), changed::body);
    Asked delete = Tables.asked("DELETE", "/v1/contacts?id=a", "Host", host, header, value);
    assertEquals(isOurs ? 200 : 403, status(gate, delete));
    assertEquals(200, status(gate, Tables.asked("GET", "/v1/peers", "Host", host, header, value)));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "'Application/JSON; charset=utf-8', true",
    "text/plain, false",
    "application/x-www-form-urlencoded, false",
    "multipart/form-data, false",
    "application/jsonx, false",
    "'', false",
  })
  void aBodyIsJsonAndSaysSo(String type, boolean isJson) {
    Asked put = Tables.asked("PUT", "/v1/contacts?id=a", "Content-Type", type);
    Reply reply = answer(gate, put, "{\"endpoints\":[\"tcp://a:1\"]}");
    assertEquals(isJson ? 200 : 415, reply.status(), reply::body);
    assertEquals(415, status(gate, Tables.asked("PUT", "/v1/contacts?id=a")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/self", "/v1/peers", "/v1/events", "/healthz", "/nowhere", "/"})
  void withATokenNothingIsToldWithoutIt(String path) {
    for (Asked asked :
        List.of(
            Tables.asked("GET", path),
            Tables.asked("GET", path, "Authorization", "Bearer a-token-of-sortz"),
            Tables.asked("GET", path, "Authorization", "Basic " + SECRET),
            Tables.asked("GET", path, "Authorization", SECRET),
            Tables.asked("GET", path, "Authorization", "Bearer "),
            Tables.asked("GET", path, "Cookie", "pharos-8670=" + SECRET))) {
      Reply reply = answer(locked, asked, "");
      assertEquals(401, reply.status());
      assertEquals("Bearer", reply.headers().get("WWW-Authenticate"));
    }
    Asked known = Tables.asked("HEAD", path, "Authorization", "Bearer " + SECRET);
    assertFalse(status(locked, known) == 401);
  }

  @Test
  void aPageChangesTheTokenForACookieThatNoScriptCanRead() {
    Asked post = Tables.asked("POST", "/v1/session", "Content-Type", JSON);
    assertEquals(401, answer(locked, post, "{\"token\":\"a-token-of-sortz\"}").status());
    assertEquals(401, answer(locked, post, "{}").status());
    assertEquals(400, answer(locked, post, SECRET).status());
    Reply session = answer(locked, post, "{\"token\":\"" + SECRET + "\"}");
    assertEquals(204, session.status());
    String cookie = session.headers().getOrDefault("Set-Cookie", "");
    assertTrue(cookie.matches("pharos-8670=[\\w-]+; Path=/; HttpOnly; SameSite=Strict"), cookie);
    assertFalse(cookie.contains(SECRET));

    String kept = "other=1; " + cookie.substring(0, cookie.indexOf(';')) + "; more=2";
    assertEquals(200, status(locked, Tables.asked("GET", "/v1/peers", "Cookie", kept)));
    String others = kept.replace("pharos-8670", "pharos-8680");
    assertEquals(401, status(locked, Tables.asked("GET", "/v1/peers", "Cookie", others)));
  }

  @Test
  void withoutATokenThereIsNoSession() {
    Asked post = Tables.asked("POST", "/v1/session", "Content-Type", JSON);
    assertEquals(404, status(gate, post));
  }

  @Test
  void aTokenIsLongEnoughAndFitsIntoALink() {
    assertDoesNotThrow(() -> Token.of(Token.random().text()));
    for (String wrong :
        List.of("", "short", "x".repeat(257), "a token with spaces", "\"x\"".repeat(9))) {
      assertThrows(IllegalArgumentException.class, () -> Token.of(wrong));
    }
    assertFalse(Token.random().text().equals(Token.random().text()));
  }

  @Test
  void whoWatchesCallsItAsHeLikes() {
    assertEquals(
        200, status(Gate.open(table), Tables.asked("GET", "/healthz", "Host", "evil.example")));
  }
}
