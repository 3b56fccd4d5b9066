package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import pharos.agent.GoneReason;
import pharos.agent.Peer;
import pharos.agent.PeerState;
import pharos.agent.json.Json;
import pharos.agent.testing.TestPeers;

class PeerResourcesTest {
  private static final Peer ALPHA =
      TestPeers.peer("alpha").service("Alpha").offer("Orders", 7001).build();
  private static final Peer BETA =
      TestPeers.peer("beta").service("Beta").offer("Web", 8080, "http", Map.of()).build();

  private final TestPeers peers = new TestPeers();
  private final Table table = Tables.of(peers, CompletableFuture::new);

  private static List<String> names(Reply reply, String list) {
    List<String> names = new ArrayList<>();
    for (Object each : (List<?>) Json.members(reply.body()).getOrDefault(list, List.of())) {
      names.add(String.valueOf(Json.members(each).get("name")));
    }
    return names;
  }

  private String tag(String target) {
    return Tables.get(table, target).headers().getOrDefault("ETag", "");
  }

  private CompletableFuture<Answer> await(String target, String tag) {
    return Tables.ask(table, Tables.asked("GET", target, "If-None-Match", tag), "");
  }

  @Test
  void oneselfIsToldOfAndCounted() {
    peers.put(ALPHA);
    assertEquals("self", Json.members(Tables.get(table, "/v1/self").body()).get("name"));
    assertEquals(List.of("alpha"), names(Tables.get(table, "/v1/peers"), "peers"));
    assertEquals(List.of("alpha", "self"), names(Tables.get(table, "/v1/members"), "members"));
  }

  @Test
  void aPeerHasTheNamesThatItIsAskedForBy() {
    peers.put(ALPHA);
    Map<String, Object> alpha = Json.members(Tables.get(table, "/v1/peers/alpha").body());
    assertEquals(ALPHA.id().toBase64(), alpha.get("id"));
    assertEquals(ALPHA.id().toShortString(), alpha.get("short"));
    assertEquals("/v1/peers/" + ALPHA.id(), alpha.get("href"));
    for (Object name : List.of(alpha.getOrDefault("href", ""), "/v1/peers/" + alpha.get("short"))) {
      assertEquals(alpha, Json.members(Tables.get(table, name.toString()).body()));
    }
    assertEquals(200, Tables.get(table, "/v1/peers/self").status());
  }

  @Test
  void ofTwoWithOneNameBothAreToldOf() {
    peers.put(ALPHA);
    peers.put(TestPeers.peer("other").name("alpha").build());
    Reply both = Tables.get(table, "/v1/peers/alpha");
    assertEquals(300, both.status());
    assertEquals(List.of("alpha", "alpha"), names(both, "peers"));
    assertEquals(200, Tables.get(table, "/v1/peers/" + ALPHA.id()).status());
  }

  @Test
  void aNameMayHaveAnyLetters() {
    peers.put(TestPeers.peer("a/b +ö").build());
    assertEquals(200, Tables.get(table, "/v1/peers/a%2Fb%20+%C3%B6").status());
    assertEquals(404, Tables.get(table, "/v1/peers/a/b").status());
  }

  @Test
  void aListIsNarrowedByWhatItIsAskedFor() {
    peers.put(ALPHA);
    peers.put(BETA);
    assertEquals(List.of("alpha"), names(Tables.get(table, "/v1/peers?service=Alpha"), "peers"));
    assertEquals(List.of("beta"), names(Tables.get(table, "/v1/peers?offers=Web"), "peers"));
    assertEquals(List.of("beta"), names(Tables.get(table, "/v1/peers?name=beta"), "peers"));
    assertEquals(List.of(), names(Tables.get(table, "/v1/peers?name=beta&service=Alpha"), "peers"));
  }

  @Test
  void theTagStaysUntilSomethingChangesThatAReaderCaresAbout() {
    peers.put(ALPHA);
    String tag = tag("/v1/peers");
    assertTrue(tag.matches("W/\"[\\w-]+\""), tag);
    assertEquals(tag, tag("/v1/peers"));
    peers.put(
        TestPeers.peer("alpha")
            .service("Alpha")
            .offer("Orders", 7001)
            .times(Instant.EPOCH, Instant.MAX)
            .build());
    assertEquals(tag, tag("/v1/peers"));
    assertEquals(304, Tables.get(table, "/v1/peers", "If-None-Match", tag).status());
    assertEquals(304, Tables.get(table, "/v1/peers", "If-None-Match", "\"x\", " + tag).status());
    assertEquals(304, Tables.get(table, "/v1/peers", "If-None-Match", tag.substring(2)).status());
    assertEquals(200, Tables.get(table, "/v1/peers", "If-None-Match", "\"x\"").status());

    peers.put(
        TestPeers.peer("alpha")
            .service("Alpha")
            .offer("Orders", 7001)
            .state(PeerState.SUSPECT)
            .build());
    assertNotEquals(tag, tag("/v1/peers"));
    peers.put(ALPHA);
    assertEquals(tag, tag("/v1/peers"));
    assertEquals(tag, tag("/v1/peers?service=Alpha"));
    assertNotEquals(tag, tag("/v1/peers?service=Beta"));
  }

  @Test
  void anUnchangedListIsMadeOnce() {
    peers.put(ALPHA);
    PeerTexts texts = new PeerTexts();
    PeerResources resources = new PeerResources(peers, texts);
    Table one = new Table(resources.resources());
    Reply first = Tables.get(one, "/v1/peers");
    Reply second = Tables.get(one, "/v1/peers");
    assertEquals(first, second);
    assertSame(peers.peers(), peers.peers());
  }

  @Test
  void whoWaitsIsAnsweredWhenThatListDiffers() throws Exception {
    peers.put(ALPHA);
    CompletableFuture<Answer> all = await("/v1/peers?wait=60s", tag("/v1/peers"));
    CompletableFuture<Answer> some =
        await("/v1/peers?service=Alpha&wait=60s", tag("/v1/peers?service=Alpha"));
    assertFalse(all.isDone());
    peers.put(BETA);
    assertEquals(List.of("alpha", "beta"), names((Reply) all.get(9, TimeUnit.SECONDS), "peers"));
    assertFalse(some.isDone());
    peers.remove(ALPHA, GoneReason.CRASHED);
    assertEquals(List.of(), names((Reply) some.get(9, TimeUnit.SECONDS), "peers"));
    assertEquals(200, Tables.get(table, "/v1/peers?wait=60s", "If-None-Match", "\"x\"").status());
  }

  @Test
  void whoWaitsInVainIsToldThatNothingChanged() throws Exception {
    String tag = tag("/v1/peers");
    Reply same = (Reply) await("/v1/peers?wait=20ms", tag).get(9, TimeUnit.SECONDS);
    assertEquals(304, same.status());
    assertEquals(tag, same.headers().get("ETag"));
    assertEquals("", same.body());
  }

  @Test
  void onlySoManyWait() {
    PeerResources resources = new PeerResources(peers, new PeerTexts(), 2);
    Table few = new Table(resources.resources());
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    Asked asked = Tables.asked("GET", "/v1/peers?wait=60s", "If-None-Match", tag("/v1/peers"));
    for (int i = 0; i < 2; i++) {
      waiting.add(Tables.ask(few, asked, ""));
    }
    Reply refused = (Reply) Tables.ask(few, asked, "").join();
    assertEquals(503, refused.status());
    assertEquals("1", refused.headers().get("Retry-After"));
    peers.put(ALPHA);
    resources.changed();
    waiting.forEach(it -> assertTrue(it.isDone()));
    CompletableFuture<Answer> more =
        Tables.ask(
            few, Tables.asked("GET", "/v1/peers?wait=60s", "If-None-Match", tag("/v1/peers")), "");
    assertFalse(more.isDone());
  }

  @Test
  void prometheusGetsWhatIsOfferedByHttp() {
    peers.put(ALPHA);
    peers.put(
        TestPeers.peer("beta")
            .service("Beta")
            .offer("Web", 8080, "http", Map.of("metrics", "/m"))
            .build());
    assertEquals(
        "[{\"targets\":[\"127.0.0.1:8080\"],\"labels\":{\"__scheme__\":\"http\","
            + "\"__metrics_path__\":\"/m\",\"__meta_pharos_id\":\""
            + BETA.id()
            + "\","
            + "\"__meta_pharos_name\":\"beta\",\"__meta_pharos_service\":\"Beta\","
            + "\"__meta_pharos_state\":\"ALIVE\",\"__meta_pharos_type\":\"Web\","
            + "\"__meta_pharos_attribute_metrics\":\"/m\"}}]",
        Tables.get(table, "/v1/targets").body());
    assertEquals("[]", Tables.get(table, "/v1/targets?service=Alpha").body());
    assertEquals("[]", Tables.get(table, "/v1/targets?offers=Metrics").body());
  }
}
