package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.agent.testing.TestPeers;

class TableTest {
  private final Table table =
      Tables.of(
          new TestPeers(), () -> CompletableFuture.completedFuture(Reply.json(200, "{\"a\":1}")));

  private Reply ask(String method, String target, String body) {
    return (Reply) Tables.ask(table, Tables.asked(method, target), body).join();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/self, 200",
    "GET, /v1/peers, 200",
    "HEAD, /v1/peers, 200",
    "GET, /v1/peers/self, 200",
    "GET, /v1/peers/nobody, 404",
    "GET, /v1/peers/a/b, 404",
    "GET, /v1/members, 200",
    "GET, /v1/targets, 200",
    "HEAD, /v1/events, 200",
    "GET, /healthz, 200",
    "GET, /readyz, 200",
    "GET, /v1/contacts, 400",
    "GET, /v1/contacts?id=a, 200",
    "DELETE, /v1/contacts?id=a, 200",
    "POST, /v1/contacts?id=a, 405",
    "GET, /, 404",
    "GET, /v1, 404",
    "GET, /v1/peers/, 404",
    "GET, //v1/peers, 404",
    "GET, /v1/../healthz, 404",
    "GET, /HEALTHZ, 404",
    "POST, /nowhere, 404",
    "POST, /v1/peers, 405",
    "DELETE, /healthz, 405",
    "get, /healthz, 405",
  })
  void eachPathAndMethodHasItsStatus(String method, String target, int status) {
    Reply reply = ask(method, target, "");
    assertEquals(status, reply.status(), reply::body);
    assertEquals(status >= 400, reply.type().equals("application/problem+json"));
  }

  @Test
  void whatIsNotThereTellsWhatIs() {
    Reply notFound = ask("GET", "/nowhere", "");
    assertEquals(
        "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"no resource"
            + " '/nowhere'; there is /healthz, /readyz, /v1/browse, /v1/contacts, /v1/events,"
            + " /v1/members, /v1/peers, /v1/peers/{peer}, /v1/self, /v1/targets\"}",
        notFound.body());
    assertEquals("GET, HEAD", ask("PUT", "/healthz", "").headers().get("Allow"));
    assertEquals("DELETE, GET, HEAD, PUT", ask("POST", "/v1/contacts", "").headers().get("Allow"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/self?x=1|unknown parameter 'x'; there is none",
        "/v1/peers?servce=A|unknown parameter 'servce'; there is name, offers, service, wait",
        "/v1/peers?%6eame=A&name=B|the parameter 'name' is given 2 times",
        "/v1/peers?name=%zz|the query has a percent sign without two hexadecimal digits",
        "/v1/peers?name=%ff|the parameter 'name' is no text in UTF-8",
        "/v1/peers?wait=5|the parameter 'wait' is wrong: '5' is no time: write a number and ms, s,"
            + " min or h, such as 500ms",
        "/v1/peers?wait=61s|the parameter 'wait' is 0s to 1min, not 61s",
        "/v1/peers?wait=5s|the parameter 'wait' wants the header If-None-Match: what is known",
        "/v1/events?lists=no|the parameter 'lists' has no value but true",
        "/v1/peers/%ff|the peer in the path has bytes that are no text in UTF-8",
        "/v1/peers/%f|the peer in the path has a percent sign without two hexadecimal digits",
      })
  void whatMakesNoSenseIsNamed(String target, String detail) {
    Reply reply = ask("GET", target, "");
    assertEquals(400, reply.status());
    assertTrue(reply.body().contains("\"detail\":\"" + detail + "\""), reply::body);
  }

  @Test
  void aFailureIsAProblemAndNoException() {
    Table failing =
        new Table(
            List.of(
                Resource.get(
                    "/now",
                    java.util.Set.of(),
                    call -> {
                      throw new IllegalStateException("a bug");
                    }),
                Resource.later(
                    "GET",
                    "/later",
                    java.util.Set.of(),
                    call -> CompletableFuture.failedFuture(new IllegalStateException("a bug")))));
    for (String path : List.of("/now", "/later")) {
      Reply reply = Tables.get(failing, path);
      assertEquals(500, reply.status());
      assertTrue(!reply.body().contains("bug"), reply::body);
    }
  }
}
