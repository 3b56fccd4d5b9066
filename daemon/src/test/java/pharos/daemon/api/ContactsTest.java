package pharos.daemon.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.beacon.Addresses;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

class ContactsTest {
  private static final Asker HERE = new Asker(InetAddress.getLoopbackAddress(), true);

  private final List<Contact> registered = new ArrayList<>();
  private final List<ContactId> asked = new ArrayList<>();
  private final List<CompletableFuture<Reply>> open = new ArrayList<>();

  private CompletableFuture<Reply> register(Contact contact) {
    registered.add(contact);
    return find(contact.id());
  }

  private CompletableFuture<Reply> find(ContactId id) {
    asked.add(id);
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    open.add(answer);
    return answer;
  }

  private CompletableFuture<Reply> browse(String service) {
    return find(ContactId.ofText(service));
  }

  private static Asked asked(@Nullable String query, Asker by) {
    return new Asked("GET", "/v1/contacts", query, Map.of(), by);
  }

  private static Asked asked(@Nullable String query) {
    return asked(query, HERE);
  }

  private static Asked from(int host) {
    InetAddress address = Addresses.parse("10.0.0." + host).orElseThrow();
    return asked("id=a", new Asker(address, false));
  }

  private Table contacts(Duration patience) {
    return contacts(3, patience);
  }

  private Table contacts(int most, Duration patience) {
    Contacts.Network network =
        new Contacts.Network(this::find, this::browse, this::register, this::find);
    return new Table(new Contacts(network, most, patience).resources());
  }

  private static CompletableFuture<Reply> answer(Table contacts, Asked asked) {
    return Tables.ask(contacts, asked, "").thenApply(it -> (Reply) it);
  }

  private ContactId idOf(String query) {
    assertFalse(answer(contacts(Duration.ofMinutes(1)), asked(query)).isDone(), query);
    return asked.get(asked.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"receptionist", "alpha-1", "Zm9v"})
  void textIsTextAlsoWhereItCouldBeBase64(String text) {
    assertEquals(ContactId.ofText(text), idOf("id=" + text));
  }

  @ParameterizedTest
  @CsvSource({
    "id=a%20b+c, YSBiIGM=",
    "id=Z%C3%BCrich, WsO8cmljaA==",
    "id=a%2Bb%3D, YStiPQ==",
    "id64=Zm9v, Zm9v",
    "id64=%2B%2F%2B%2F, +/+/",
    "id64=+/+/, +/+/",
    "id64=-_-_, +/+/",
    "id64=Zg, Zg==",
    "id64=Zg==, Zg==",
    "i%64=foo, Zm9v",
  })
  void anIdIsReadAsItIsWritten(String query, String base64) {
    assertEquals(base64, idOf(query).toBase64());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|one of id=TEXT and id64=BASE64 is wanted",
        "''|one of id=TEXT and id64=BASE64 is wanted",
        "name=a|unknown parameter 'name'; there is id, id64",
        "id=a&id=b|the parameter 'id' is given 2 times",
        "id=a&id64=Zm9v|one of id=TEXT and id64=BASE64 is wanted",
        "id=|id has 1 to 256 bytes, not 0",
        "id|id has 1 to 256 bytes, not 0",
        "id64=|id64 is no base64 of 1 to 256 bytes",
        "id64=a*b|id64 is no base64 of 1 to 256 bytes",
        "id=%|the query has a percent sign without two hexadecimal digits",
        "id=%4|the query has a percent sign without two hexadecimal digits",
        "id=%zz|the query has a percent sign without two hexadecimal digits",
        "id=%ff|id is no text in UTF-8: use id64 for other bytes",
      })
  void whatMakesNoSenseIsNamed(@Nullable String query, String detail) {
    Reply reply = answer(contacts(Duration.ofMinutes(1)), asked(query)).join();
    assertEquals(400, reply.status());
    assertEquals("application/problem+json", reply.type());
    assertTrue(reply.body().contains("\"detail\":\"" + detail + "\""), reply::body);
    assertEquals(List.of(), asked);
  }

  @Test
  void anIdThatIsTooLongIsNamed() {
    Table contacts = contacts(Duration.ofMinutes(1));
    assertEquals(400, answer(contacts, asked("id=" + "x".repeat(257))).join().status());
    assertEquals(400, answer(contacts, asked("id64=" + "x".repeat(400))).join().status());
  }

  @Test
  void soManyWaitAndOneMoreIsSentAwayUntilOneIsAnswered() {
    Table contacts = contacts(Duration.ofMinutes(1));
    List<CompletableFuture<Reply>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(answer(contacts, asked("id=a")));
    }
    Reply sentAway = answer(contacts, asked("id=a")).join();
    assertEquals(503, sentAway.status());
    assertEquals("1", sentAway.headers().get("Retry-After"));
    assertEquals(3, asked.size());

    open.get(0).complete(Reply.json(200, "{}"));
    assertEquals(200, answers.get(0).join().status());
    open.get(1).completeExceptionally(new IllegalStateException("closed"));
    assertEquals(503, answers.get(1).join().status());

    assertFalse(answer(contacts, asked("id=a")).isDone());
    assertFalse(answer(contacts, asked("id=a")).isDone());
    assertEquals(503, answer(contacts, asked("id=a")).join().status());
  }

  @Test
  void nobodyWaitsForEverButTheNetworkIsAskedNoMoreThanItAnswers() throws Exception {
    Table contacts = contacts(Duration.ofMillis(20));
    for (int i = 0; i < 3; i++) {
      Reply late = answer(contacts, asked("id=a")).get(10, TimeUnit.SECONDS);
      assertEquals(504, late.status());
      assertEquals("application/problem+json", late.type());
    }
    assertEquals(503, answer(contacts, asked("id=a")).join().status());

    open.get(0).complete(Reply.json(200, "{}"));
    assertFalse(answer(contacts, asked("id=a")).isDone());
    assertEquals(4, asked.size());
  }

  @Test
  void oneAddressLeavesRoomForAnotherAndAllOfThemForThisHost() {
    Table contacts = contacts(16, Duration.ofMinutes(1));
    assertFalse(answer(contacts, from(1)).isDone());
    assertFalse(answer(contacts, from(1)).isDone());
    assertEquals(503, answer(contacts, from(1)).join().status());
    for (int host = 2; host <= 4; host++) {
      assertFalse(answer(contacts, from(host)).isDone());
      assertFalse(answer(contacts, from(host)).isDone());
    }
    assertEquals(503, answer(contacts, from(5)).join().status());
    for (int i = 0; i < 8; i++) {
      assertFalse(answer(contacts, asked("id=a")).isDone());
    }
    assertEquals(503, answer(contacts, asked("id=a")).join().status());

    open.get(0).complete(Reply.json(200, "{}"));
    assertFalse(answer(contacts, from(5)).isDone());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|service=NAME is wanted: a service or a type",
        "service=|service=NAME is wanted: a service or a type",
        "service=%ff|the parameter 'service' is no text in UTF-8",
        "name=a|unknown parameter 'name'; there is service",
      })
  void whatCannotBeBrowsedIsNamed(String query, String detail) {
    Reply reply = browsed(query);
    assertEquals(400, reply.status());
    assertTrue(reply.body().contains("\"detail\":\"" + detail + "\""), reply::body);
    assertEquals(List.of(), asked);
  }

  @Test
  void aServiceIsBrowsedByItsName() {
    CompletableFuture<Answer> answer = browse(Duration.ofMinutes(1), "service=Alpha.Orders");
    assertEquals(List.of(ContactId.ofText("Alpha.Orders")), asked);
    open.get(0).complete(Reply.json(200, "{}"));
    assertEquals(200, ((Reply) answer.join()).status());
  }

  private Reply browsed(String query) {
    return (Reply) browse(Duration.ofMinutes(1), query).join();
  }

  private CompletableFuture<Answer> browse(Duration patience, String query) {
    return Tables.ask(
        contacts(patience), new Asked("GET", "/v1/browse", query, Map.of(), HERE), "");
  }

  private Reply put(String query, String body) {
    CompletableFuture<Answer> answer =
        Tables.ask(
            contacts(Duration.ofMinutes(1)),
            new Asked("PUT", "/v1/contacts", query, Map.of(), HERE),
            body);
    if (!open.isEmpty()) {
      open.get(open.size() - 1).complete(Reply.json(200, "{}"));
    }
    return (Reply) answer.join();
  }

  @Test
  void whatIsRegisteredIsAsItWasWritten() {
    String data = "{ \"a\": null, \"b\":[1.50, \"x\"] }";
    Reply reply =
        put("id=desk", "{\"endpoints\":[\"tcp://a:1\",\"udp://b:2\"],\"data\":" + data + "}");
    assertEquals(200, reply.status(), reply::body);
    Contact contact = registered.get(0);
    assertEquals(ContactId.ofText("desk"), contact.id());
    assertEquals(List.of("tcp://a:1", "udp://b:2"), contact.endpoints());
    assertEquals(data, contact.data().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|the body is no object of JSON",
        "[]|the body is no object of JSON",
        "{|the body is no object of JSON",
        "{}|one of 'endpoints' and 'data' is needed: there would be nothing to find",
        "{\"endpoint\":1}|unknown field 'endpoint'; there is data, endpoints",
        "{\"endpoints\":\"tcp://a:1\"}|'endpoints' is a list",
        "{\"endpoints\":[1]}|'endpoints' is a list of texts",
        "{\"endpoints\":[\"a:1\"]}|an endpoint is no PROTOCOL://WHERE, such as tcp://10.0.0.7:7001",
      })
  void whatCannotBeRegisteredIsNamed(String body, String detail) {
    Reply reply = put("id=desk", body);
    assertEquals(400, reply.status());
    assertTrue(reply.body().contains("\"detail\":\"" + detail + "\""), reply::body);
    assertEquals(List.of(), registered);
  }

  @Test
  void tooMuchDataIsNamed() {
    Reply reply = put("id=desk", "{\"data\":\"" + "x".repeat(5_000) + "\"}");
    assertEquals(400, reply.status());
    assertTrue(reply.body().contains("at most 4096 bytes"), reply::body);
  }

  /** An agent of a network of its own. */
  private static AgentBuilder apart() throws IOException {
    try (DatagramSocket free = new DatagramSocket()) {
      return Agent.builder().loopback(true).beaconPort(free.getLocalPort());
    }
  }

  private static Reply ask(Agent agent, String method, String body) throws Exception {
    Table contacts = new Table(Contacts.of(agent).resources());
    Asked asked = new Asked(method, "/v1/contacts", "id=desk", Map.of(), HERE);
    return (Reply) Tables.ask(contacts, asked, body).get(60, TimeUnit.SECONDS);
  }

  @Test
  void aGatewayThatReachesNoOtherKeepsItForWhoeverJoins() throws Exception {
    try (Agent alone = apart().name("alone").gateway(true).start()) {
      Reply kept = ask(alone, "PUT", "{\"endpoints\":[\"tcp://a:1\"]}");
      assertEquals(202, kept.status(), kept::body);
      try (Agent joins = apart().name("joins").seeds("127.0.0.1:" + alone.port()).start()) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> ask(joins, "GET", "").body().contains("\"tcp://a:1\""));
      }
    }
    try (Agent none = apart().name("none").start()) {
      Reply refused = ask(none, "PUT", "{\"endpoints\":[\"tcp://a:1\"]}");
      assertEquals(503, refused.status());
      assertTrue(refused.body().contains("there is no gateway to others"), refused::body);
    }
  }
}
