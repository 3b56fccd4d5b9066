package pharos.daemon.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Peer;
import pharos.agent.PeerEvent;
import pharos.agent.json.Json;

/** Programs that are announced, as an agent beside them sees them. */
class ProgramsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WEB =
      "{\"service\":\"Web\",\"offers\":[{\"type\":\"Web\",\"port\":8080,\"protocol\":\"http\"}],"
          + "\"ttl\":\"1h\"}";

  private final int beaconPort = freePort();
  private final Agent other = builder().name("other").start();
  private final List<String> gone = new CopyOnWriteArrayList<>();
  private final List<Map<String, Object>> told = new CopyOnWriteArrayList<>();
  private final Programs programs = new Programs(this::builder, InstantSource.system(), told::add);
  private final Table table = new Table(programs.resources());

  ProgramsTest() {
    var unused =
        other.onEvent(
            event -> {
              if (event.kind() == PeerEvent.Kind.GONE) {
                gone.add(event.peer().name() + " " + event.reason().orElseThrow());
              }
            });
  }

  private static int freePort() {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private AgentBuilder builder() {
    return Agent.builder().loopback(true).beaconPort(beaconPort);
  }

  @AfterEach
  void close() {
    programs.close();
    other.close();
  }

  private static Reply ask(Table table, String method, String target, String body)
      throws Exception {
    return (Reply) Tables.ask(table, Tables.asked(method, target), body).get(60, TimeUnit.SECONDS);
  }

  private Reply ask(String method, String target, String body) throws Exception {
    return ask(table, method, target, body);
  }

  private Reply put(String name, String body) throws Exception {
    return ask("PUT", "/v1/programs/" + name, body);
  }

  private static String member(Reply reply, String name) {
    return String.valueOf(Json.members(reply.body()).get(name));
  }

  private static String with(String body, String more) {
    return body.substring(0, body.length() - 1) + "," + more + "}";
  }

  private Peer awaitPeer(String type) {
    return other.awaitPeers(type, 1, PATIENCE).get(0);
  }

  @Test
  void aProgramIsAPeerOfItsOwnUntilItIsDeleted() throws Exception {
    Reply created = put("web", WEB);
    assertEquals(201, created.status(), created::body);
    assertTrue(Instant.parse(member(created, "expires")).isAfter(Instant.now()));
    Peer web = awaitPeer("Web");
    assertEquals("web", web.name());
    assertEquals("Web", web.service());
    assertEquals(member(created, "id"), web.id().toBase64());
    assertEquals("/v1/peers/" + web.id(), member(created, "href"));
    assertEquals("http://127.0.0.1:8080", web.capabilities().get(0).endpoint());

    Reply known = ask("GET", "/v1/programs/web", "");
    assertEquals(member(created, "id"), member(known, "id"));
    assertFalse(Json.members(known.body()).containsKey("lease"));

    assertEquals(204, ask("DELETE", "/v1/programs/web", "").status());
    await().atMost(PATIENCE).until(() -> gone.contains("web LEFT"));
    Reply after = ask("GET", "/v1/programs/web", "");
    assertEquals(404, after.status());
    assertTrue(after.body().contains("no program of this name: it was deleted at "), after::body);
  }

  @Test
  void theSameAgainRenewsAndAnotherNeedsTheLease() throws Exception {
    Reply created = put("web", WEB);
    String lease = "\"lease\":\"" + member(created, "lease") + "\"";
    Reply renewed = put("web", WEB);
    assertEquals(200, renewed.status());
    assertEquals(member(created, "id"), member(renewed, "id"));
    assertFalse(member(renewed, "expires").compareTo(member(created, "expires")) < 0);

    String moved = WEB.replace("8080", "8081").replace("\"Web\",\"port\"", "\"Web2\",\"port\"");
    for (String body : List.of(moved, with(moved, "\"lease\":\"x\""))) {
      Reply refused = put("web", body);
      assertEquals(409, refused.status());
      assertEquals("application/problem+json", refused.type());
      assertEquals(
          "another program has this name; who holds its lease sends it", member(refused, "detail"));
    }
    Reply his = put("web", with(moved, lease));
    assertEquals(200, his.status(), his::body);
    assertEquals(member(created, "lease"), member(his, "lease"));
    assertEquals(8081, awaitPeer("Web2").capabilities().get(0).port());
    assertEquals(1, awaitPeer("Web2").capabilities().size());
    assertEquals(409, ask("DELETE", "/v1/programs/web?lease=x", "").status());
    assertEquals(409, put("web", with(moved.replace("\"Web\"", "\"Other\""), lease)).status());
  }

  @Test
  void theEndOfALeaseIsToldAsSuch() throws Exception {
    put("web", WEB.replace("1h", "1s"));
    awaitPeer("Web");
    await().atMost(PATIENCE).until(() -> gone.contains("web LEFT"));
    await().atMost(PATIENCE).until(() -> told.size() == 2);
    assertEquals("OPENED", told.get(0).get("event"));
    assertEquals("ENDED", told.get(1).get("event"));
    assertEquals("its lease ended", told.get(1).get("why"));
    Reply after = ask("GET", "/v1/programs/web", "");
    assertEquals(404, after.status());
    assertTrue(after.body().contains("no program of this name: its lease ended at "), after::body);
    assertEquals(201, put("web", WEB).status());
  }

  /** The check of a program that is there, and then fails it. */
  private void awaitChecked(String body) throws Exception {
    Reply created = put("db", body);
    assertEquals(201, created.status(), created::body);
    assertEquals("passing", member(created, "check"));
    assertFalse(Json.members(created.body()).containsKey("expires"), created::body);
    await().atMost(PATIENCE).until(() -> !other.peers().isEmpty());
  }

  /** That its end is told to its peers, in an event, and to whoever asks for it. */
  private void assertEndedFor(String why) throws Exception {
    await().atMost(PATIENCE).until(() -> gone.contains("db LEFT"));
    await().atMost(PATIENCE).until(() -> told.size() == 2);
    assertEquals("ENDED", told.get(1).get("event"));
    String inEvent = String.valueOf(told.get(1).get("why"));
    assertTrue(inEvent.startsWith("its check failed: " + why), inEvent);
    Reply after = ask("GET", "/v1/programs/db", "");
    assertEquals(404, after.status());
    String detail = member(after, "detail");
    assertTrue(detail.startsWith("no program of this name: " + inEvent + " at "), detail);
  }

  @Test
  void whoAcceptsNoConnectionAnyMoreFailsItsCheck() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
      awaitChecked("{\"service\":\"Db\",\"check\":{\"tcp\":" + port + ",\"every\":\"200ms\"}}");
    }
    assertEndedFor("port " + port + ": ");
  }

  @Test
  void whoSpeaksNoZeroMqAnyMoreFailsItsCheck() throws Exception {
    int port;
    try (ZContext context = new ZContext()) {
      port = context.createSocket(SocketType.ROUTER).bindToRandomPort("tcp://127.0.0.1");
      awaitChecked("{\"service\":\"Db\",\"check\":{\"zmq\":" + port + ",\"every\":\"1s\"}}");
    }
    assertEndedFor("port " + port + ": ");
  }

  @Test
  void whoGreetsInAnotherWaySpeaksNoZeroMq() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread mail =
          new Thread(
              () -> {
                try (Socket visitor = server.accept()) {
                  visitor.getOutputStream().write("220 mail.example\r\n".getBytes(US_ASCII));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              "mail");
      mail.start();
      int port = server.getLocalPort();
      Check check = new Check(Check.Kind.ZMQ, port, "", Duration.ofSeconds(2));
      assertEquals(Optional.of("port " + port + " speaks no ZeroMQ"), check.ask());
      mail.join();
    }
  }

  @Test
  void oneFailedAnswerOfHttpIsForgivenAndTwoInARowAreNot() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean isDown = new AtomicBoolean();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health",
        exchange -> {
          boolean isWell = !isDown.get() && asked.getAndIncrement() % 2 == 0;
          exchange.sendResponseHeaders(isWell ? 204 : 500, -1);
          exchange.close();
        });
    server.start();
    try {
      String offer = "{\"type\":\"Db\",\"port\":" + server.getAddress().getPort() + "}";
      String check = "\"check\":{\"http\":\"/health\",\"every\":\"1s\"}";
      awaitChecked("{\"service\":\"Db\",\"offers\":[" + offer + "]," + check + "}");
      await().atMost(PATIENCE).until(() -> asked.get() >= 4);
      assertEquals(200, ask("GET", "/v1/programs/db", "").status());
      isDown.set(true);
      assertEndedFor("/health answers 500");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void thereIsRoomForSoManyAndForOneMoreWhenOneIsGone() throws Exception {
    try (Programs crowd =
        new Programs(() -> builder().beaconPort(freePort()), InstantSource.system(), event -> {})) {
      Table full = new Table(crowd.resources());
      for (int i = 0; i < Programs.MOST; i++) {
        assertEquals(201, ask(full, "PUT", "/v1/programs/p" + i, WEB).status());
      }
      Reply refused = ask(full, "PUT", "/v1/programs/one-more", WEB);
      assertEquals(503, refused.status());
      assertEquals("application/problem+json", refused.type());
      assertEquals(
          "there are 64 programs, and there is room for no more", member(refused, "detail"));
      assertEquals("1", refused.headers().get("Retry-After"));
      assertEquals(200, ask(full, "PUT", "/v1/programs/p7", WEB).status());
      assertEquals(204, ask(full, "DELETE", "/v1/programs/p7", "").status());
      assertEquals(201, ask(full, "PUT", "/v1/programs/one-more", WEB).status());
    }
  }

  @Test
  void whenTheAgentStopsAllSayGoodbye() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals(201, put("p" + i, WEB.replace("8080", "808" + i)).status());
    }
    await().atMost(PATIENCE).until(() -> other.peersOffering("Web").size() == 5);
    programs.close();
    await().atMost(PATIENCE).until(() -> gone.size() == 5);
    assertTrue(gone.stream().allMatch(it -> it.endsWith("LEFT")), gone::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|one of 'ttl' and 'check' is wanted: how it is known to be there",
        "{\"ttl\":\"5\"}|'ttl' is wrong: '5' is no time: write a number and ms, s, min or h, such"
            + " as 500ms",
        "{\"ttl\":\"5ms\"}|'ttl' is 1s to 24h, not 5ms",
        "{\"ttl\":5}|'ttl' is a text",
        "{\"tll\":\"5s\"}|unknown field 'tll'; there is check, lease, offers, service, ttl",
        "{\"ttl\":\"5s\",\"offers\":[{\"type\":\"A\"}]}|'offers[0].port' is missing",
        "{\"ttl\":\"5s\",\"offers\":[{\"type\":\"A\",\"port\":0}]}|'offers[0].port' is a port from"
            + " 1 to 65535, not 0",
        "{\"ttl\":\"5s\",\"offers\":[{\"typ\":\"A\"}]}|unknown field 'offers[0].typ'; there is"
            + " attributes, port, protocol, type",
        "{\"check\":{}}|'check' wants one of 'http' (a path), 'tcp' and 'zmq' (a port)",
        "{\"check\":{\"http\":\"/\"}}|'check.port' is missing",
        "{\"check\":{\"http\":\"x y\",\"port\":1}}|'check.http' is a path that begins with a slash,"
            + " as it is sent",
      })
  void whatMakesNoSenseIsNamed(String body, String detail) throws Exception {
    Reply reply = put("web", body);
    assertEquals(400, reply.status());
    assertEquals(detail, member(reply, "detail"));
  }

  @Test
  void aNameThatNobodyCouldHaveIsNamed() throws Exception {
    assertEquals(400, put("x".repeat(64), WEB).status());
    assertEquals(400, put("", WEB).status());
    assertEquals(400, put("a%0Ab", WEB).status());
  }
}
