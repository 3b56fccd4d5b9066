package pharos.daemon.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pharos.agent.json.Json;
import pharos.agent.testing.TestPeers;
import pharos.kademlia.Contact;
import pharos.records.Content;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.testing.TestRecords;

class RingResourcesTest {
  private static Table table(Records records) {
    CompletableFuture<List<Contact>> nobody = CompletableFuture.completedFuture(List.of());
    return new Table(
        new RingResources(new TestPeers(), () -> nobody, records, Optional.empty()).resources());
  }

  @Test
  void whereNobodyHoldsRecordsTheRingSaysSoAndHasTheNodes() {
    Map<String, Object> ring = Json.members(Tables.get(table(new NoRecords()), "/v1/ring").body());
    assertEquals("nobody here holds records", ring.get("note"));
    assertEquals(1, list(ring.get("nodes")).size());
    assertEquals(List.of(), ring.get("keys"));
  }

  @Test
  void recordsAndTheirHoldersAreTold() {
    try (TestRecords records = new TestRecords()) {
      records.put("a/b", Content.text("x")).join();
      Map<String, Object> ring = Json.members(Tables.get(table(records), "/v1/ring").body());
      Map<String, Object> key = Json.members(list(ring.get("keys")).get(0));
      assertEquals("a/b", key.get("key"));
      assertEquals(1, list(key.get("holders")).size());
      assertTrue(Json.members(ring.get("records")).containsKey("engine"));
    }
  }

  @Test
  void whyTheRecordsDoNotTellIsTold() {
    try (TestRecords records = new TestRecords()) {
      records.failWith(new RecordsException(RecordsException.Reason.NO_MAJORITY, "2 of 3 silent"));
      Map<String, Object> ring = Json.members(Tables.get(table(records), "/v1/ring").body());
      assertEquals("nobody tells of the records: 2 of 3 silent", ring.get("note"));
    }
  }

  @Test
  void thePictureRunsNothing() {
    Reply picture = Tables.get(table(new NoRecords()), "/v1/ring.svg");
    assertEquals("image/svg+xml", picture.type());
    assertTrue(
        String.valueOf(picture.headers().get("Content-Security-Policy"))
            .startsWith("default-src 'none'"));
    assertTrue(Tables.get(table(new NoRecords()), "/v1/ring.dot").body().startsWith("digraph"));
  }

  @Test
  void whoAskAtTheSameTimeCostOneQuestion() {
    CompletableFuture<List<Contact>> open = new CompletableFuture<>();
    int[] asked = {0};
    RingResources resources =
        new RingResources(
            new TestPeers(),
            () -> {
              asked[0]++;
              return open;
            },
            new NoRecords(),
            Optional.empty());
    Table table = new Table(resources.resources());
    CompletableFuture<Answer> one = Tables.ask(table, Tables.asked("GET", "/v1/ring"), "");
    CompletableFuture<Answer> other = Tables.ask(table, Tables.asked("GET", "/v1/ring.dot"), "");
    open.complete(List.of());
    assertEquals(200, ((Reply) one.join()).status());
    assertEquals(200, ((Reply) other.join()).status());
    assertEquals(1, asked[0]);
  }

  private static final class Programs implements Backstage {
    @Override
    public Map<String, Object> programs() {
      return Json.object("programs", List.of());
    }

    @Override
    public String act(String act, String name) {
      if (!act.equals("kill")) {
        throw new IllegalArgumentException("nothing is done by '" + act + "'");
      }
      return name + " is killed";
    }
  }

  private static Reply post(Gate gate, String body, String... headers) {
    try {
      Table.Match match = gate.match(Tables.asked("POST", "/v1/stage", headers));
      return (Reply) match.answer(ByteBuffer.wrap(body.getBytes(UTF_8))).join();
    } catch (Problem e) {
      return e.reply();
    }
  }

  @Test
  void onlyTheOwnPageOfADemoDoesSomethingToItsPrograms() {
    CompletableFuture<List<Contact>> nobody = CompletableFuture.completedFuture(List.of());
    RingResources resources =
        new RingResources(
            new TestPeers(), () -> nobody, new NoRecords(), Optional.of(new Programs()));
    Token token = Token.random();
    Gate gate =
        Gate.of(new Table(resources.resources()), List.of(), Optional.of(new Session(token, 8670)));
    String kill = "{\"act\":\"kill\",\"name\":\"beta\"}";
    String[] json = {"Content-Type", "application/json", "Host", "127.0.0.1:8670"};
    String[] known = with(json, "Authorization", "Bearer " + token.text());
    assertEquals("{\"done\":\"beta is killed\"}", post(gate, kill, known).body());
    assertEquals(401, post(gate, kill, json).status());
    assertEquals(403, post(gate, kill, with(known, "Origin", "http://elsewhere")).status());
    assertEquals(403, post(gate, kill, with(known, "Sec-Fetch-Site", "cross-site")).status());
    assertEquals(421, post(gate, kill, with(known, "Host", "rebound.example")).status());
    assertEquals(415, post(gate, kill, with(known, "Content-Type", "text/plain")).status());
    assertEquals(409, post(gate, "{\"act\":\"sing\"}", known).status());
    assertEquals(400, post(gate, "{}", known).status());
    assertEquals(
        404,
        ((Reply) Tables.ask(table(new NoRecords()), Tables.asked("POST", "/v1/stage"), kill).join())
            .status());
  }

  private static String[] with(String[] headers, String name, String value) {
    String[] more = Arrays.copyOf(headers, headers.length + 2);
    more[headers.length] = name;
    more[headers.length + 1] = value;
    return more;
  }

  private static List<?> list(@Nullable Object value) {
    return (List<?>) Objects.requireNonNull(value);
  }
}
