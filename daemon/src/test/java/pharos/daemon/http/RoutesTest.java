package pharos.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
  private final AtomicReference<Condition> condition = new AtomicReference<>(Condition.OK);
  private final Routes routes =
      new Routes(
          () -> "{\"peers\":[]}",
          new Contacts(
              id -> CompletableFuture.completedFuture(Reply.json(200, id.toBase64())),
              1,
              Duration.ofSeconds(1)),
          condition::get,
          List.of("Alpha.example"));

  private Reply answer(String method, String path) {
    return answer(method, path, null, Optional.of("localhost"));
  }

  private Reply answer(String method, String path, @Nullable String query, Optional<String> host) {
    Asker asker = new Asker(InetAddress.getLoopbackAddress(), true);
    return routes.answer(new Asked(method, path, query, host, asker)).join();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/peers, 200",
    "HEAD, /v1/peers, 200",
    "GET, /healthz, 200",
    "GET, /v1/contacts, 400",
    "DELETE, /v1/contacts, 405",
    "GET, /, 404",
    "GET, /v1, 404",
    "GET, /v1/peers/, 404",
    "GET, /HEALTHZ, 404",
    "POST, /nowhere, 404",
    "POST, /v1/peers, 405",
    "DELETE, /healthz, 405",
    "get, /healthz, 405",
  })
  void eachPathAndMethodHasItsStatus(String method, String path, int status) {
    assertEquals(status, answer(method, path).status());
  }

  @Test
  void whatIsWrongIsAProblemDocument() {
    Reply notFound = answer("GET", "/nowhere");
    assertEquals("application/problem+json", notFound.type());
    assertEquals(
        "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
            + "\"detail\":\"there are /healthz, /v1/contacts, /v1/peers\"}",
        notFound.body());
    assertEquals("GET, HEAD", answer("PUT", "/healthz").headers().get("Allow"));
  }

  @Test
  void aQueryIsForTheContactsAlone() {
    Optional<String> host = Optional.of("localhost");
    assertEquals("Zm9v", answer("GET", "/v1/contacts", "id=foo", host).body());
    assertEquals(200, answer("GET", "/healthz", "id=%", host).status());
  }

  @Test
  void healthFollowsTheAgent() {
    assertEquals("{\"status\":\"ok\"}", answer("GET", "/healthz").body());
    condition.set(Condition.STOPPING);
    assertEquals(503, answer("GET", "/healthz").status());
    assertEquals("{\"status\":\"stopping\"}", answer("GET", "/healthz").body());
    condition.set(new Condition("deaf", "\"3\" questions\u001b"));
    assertEquals(503, answer("GET", "/healthz").status());
    assertEquals(
        "{\"status\":\"deaf\",\"why\":\"\\\"3\\\" questions\\u001B\"}",
        answer("GET", "/healthz").body());
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "10.0.0.5, true",
    "[::1], true",
    "localhost, true",
    "LocalHost, true",
    "alpha.example, true",
    "evil.example, false",
    "localhost.evil.example, false",
    "127.0.0.1.evil.example, false",
    "1.2, false",
    "256.1.1.1, false",
    "[evil], false",
    "'', false",
  })
  void aNameThatIsNotOursIsRefusedSinceABrowserMayHaveBeenSentHere(String host, boolean isOurs) {
    Reply reply = answer("GET", "/v1/peers", null, Optional.of(host));
    assertEquals(isOurs ? 200 : 421, reply.status());
    assertTrue(isOurs || !reply.body().contains("peers"), reply::body);
  }

  @Test
  void whoNamesNoHostIsNoBrowser() {
    assertEquals(200, answer("GET", "/v1/peers", null, Optional.empty()).status());
  }
}
