package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP as a user meets it, of agents in processes of their own. */
class HttpProcessTest {
  private static final Pattern URL = Pattern.compile("HTTP is at (http://\\S+?:(\\d+))(/\\S*)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Agents agents = new Agents();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void closeAll() {
    agents.close();
  }

  private static Matcher link(Program agent) {
    agent.awaitErr("HTTP is at ");
    String line = agent.err().stream().filter(it -> it.contains("HTTP is at ")).findAny().get();
    Matcher matcher = URL.matcher(line);
    assertTrue(matcher.find(), line);
    return matcher;
  }

  private HttpRequest.Builder request(String base, String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String base, String path)
      throws IOException, InterruptedException {
    return send(request(base, path));
  }

  @Test
  void itIsThereUnaskedAndTakesTheNextPortsWhereItsOwnAreTaken() throws Exception {
    String first = link(agents.start("--name", "alpha")).group(1);
    Program beta = agents.start("--name", "beta", "--management");
    String second = link(beta).group(1);
    int port = Integer.parseInt(second.substring(second.lastIndexOf(':') + 1));
    assertEquals(0, port % 10, second);
    assertTrue(port > 8670, second);
    beta.awaitErr("HTTP port 8670 is taken, so this agent has " + port);
    beta.awaitErr("health and metrics are at port " + (port + 1));
    assertTrue(get(first, "/v1/self").body().contains("\"name\":\"alpha\""));
    await()
        .atMost(PATIENCE)
        .until(() -> get(second, "/v1/members").body().contains("\"name\":\"alpha\""));
    String management = "http://127.0.0.1:" + (port + 1);
    assertEquals(200, get(management, "/readyz").statusCode());
    assertTrue(get(management, "/metrics").body().contains("pharos_peers{state=\"alive\"} 1.0"));
    assertEquals(404, get(management, "/v1/peers").statusCode());
    assertEquals(0, Ran.of("health", management).code());
  }

  @Test
  void whoIsBrowsedIsToldAsTheCommandTellsItWhichAsksHere() throws Exception {
    Program alpha =
        agents.start("--name", "alpha", "--service", "Alpha", "--gateway", "--http", "0");
    agents.start("--name", "beta", "--service", "Beta", "--http", "off");
    String base = link(alpha).group(1);
    await()
        .atMost(PATIENCE)
        .until(() -> get(base, "/v1/browse?service=Beta").body().contains("\"name\":\"beta\""));
    assertTrue(get(base, "/v1/browse?service=Alpha").body().contains("\"name\":\"alpha\""));
    assertEquals(400, get(base, "/v1/browse").statusCode());
    Ran browse = Ran.of("browse", "Beta", "--at", base);
    assertEquals(0, browse.code(), browse::err);
    assertTrue(browse.out().contains("beta"), browse.out());
    assertTrue(browse.err().contains("pharos browse: asked "), browse.err());
    // Alone with its network it cannot be sure that there is nobody elsewhere.
    HttpResponse<String> nobody = get(base, "/v1/browse?service=Gamma");
    assertEquals(503, nobody.statusCode(), nobody::body);
    assertTrue(nobody.body().contains("no other network can be reached"), nobody.body());
  }

  @Test
  void aPortThatWasAskedForAndIsTakenIsAnError() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Program agent = agents.start("--http", "0", "--management", port);
      assertEquals(1, agent.awaitEnd());
      String all = String.join("\n", agent.err());
      assertTrue(all.contains("--management 127.0.0.1:" + port + ": cannot listen there"), all);
    }
  }

  @Test
  void beyondThisHostEveryRequestWantsTheTokenOfTheFirstLines() throws Exception {
    Matcher link =
        link(agents.start("--name", "alpha", "--http", "0.0.0.0:0", "--management", "0"));
    String base = "http://127.0.0.1:" + link.group(2);
    assertTrue(link.group(3).startsWith("/#token="), link.group(3));
    String token = link.group(3).substring("/#token=".length());
    for (String path : List.of("/v1/self", "/v1/peers", "/healthz", "/metrics", "/v1/")) {
      assertEquals(401, get(base, path).statusCode());
    }
    String bearer = "Bearer " + token;
    assertEquals(200, send(request(base, "/v1/self").header("Authorization", bearer)).statusCode());
    // Who started it has its token in a file; somebody else is told what to do.
    await().atMost(PATIENCE).until(() -> Ran.of("peers", "--at", base).code() == 0);
    assertEquals(0, Ran.of("health", "--at", base).code());
    assertEquals(1, Ran.of("health", base).code());
    Map<String, String> another = Map.of("XDG_RUNTIME_DIR", "/nowhere");
    for (String at : List.of("health", "peers", "find x", "browse x", "wait x")) {
      String[] asked = (at + " --at " + base).split(" ");
      Ran refused = Ran.in(another, Path.of("/nowhere"), asked);
      assertEquals(1, refused.code(), refused::toString);
      assertTrue(refused.err().contains("token: set PHAROS_HTTP_TOKEN to"), refused::toString);
    }
    Map<String, String> variables = Map.of("PHAROS_HTTP_TOKEN", token);
    assertEquals(0, Ran.in(variables, Path.of("/nowhere"), "health", base).code());
    HttpResponse<String> session =
        send(
            request(base, "/v1/session")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"token\":\"" + token + "\"}")));
    assertEquals(204, session.statusCode());
    String cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    assertEquals(200, send(request(base, "/v1/self").header("Cookie", cookie)).statusCode());
  }

  @Test
  void aTokenMayBeInAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "a-token-of-sorts\n");
    Program agent = agents.start("--http", "0", "--http-token-file", file.toString());
    String base = link(agent).group(1);
    assertEquals(401, get(base, "/v1/self").statusCode());
    String bearer = "Bearer a-token-of-sorts";
    assertEquals(200, send(request(base, "/v1/self").header("Authorization", bearer)).statusCode());
  }

  @Test
  void aProgramInAnyLanguageIsAPeerWithNoMoreThanHttp() throws Exception {
    Program alpha = agents.start("--name", "alpha");
    String base = link(alpha).group(1);
    Program beta = agents.start("--name", "beta");
    beta.awaitErr("alpha offers nothing");
    String body =
        "{\"service\":\"Web\",\"offers\":[{\"type\":\"Web\",\"port\":8080,\"protocol\":\"http\"}],"
            + "\"ttl\":\"1h\"}";
    HttpRequest.Builder put =
        request(base, "/v1/programs/web")
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body));
    assertEquals(201, send(put).statusCode());
    beta.awaitErr("web offers Web at http://127.0.0.1:8080");
    assertEquals(200, send(put).statusCode());
    await()
        .atMost(PATIENCE)
        .until(() -> get(base, "/v1/targets").body().contains("[\"127.0.0.1:8080\"]"));
    HttpRequest.Builder brief =
        request(base, "/v1/programs/brief")
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"ttl\":\"1s\"}"));
    assertEquals(201, send(brief).statusCode());
    alpha.awaitErr("brief is announced no more: its lease ended");
    alpha.terminate();
    assertEquals(0, alpha.awaitEnd());
    beta.awaitErr("web left");
    beta.awaitErr("alpha left");
  }

  @Test
  void aCrashIsReadAsAnEvent() throws Exception {
    String base = link(agents.start("--name", "alpha")).group(1);
    Program beta = agents.start("--name", "beta");
    beta.awaitErr("alpha offers nothing");
    HttpResponse<java.util.stream.Stream<String>> events =
        client.send(request(base, "/v1/events").build(), BodyHandlers.ofLines());
    assertEquals("text/event-stream", events.headers().firstValue("Content-Type").orElse(""));
    List<String> lines = new java.util.concurrent.CopyOnWriteArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                events.body().forEach(lines::add);
              } catch (java.io.UncheckedIOException e) {
                lines.add("end");
              }
            },
            "events");
    reader.setDaemon(true);
    reader.start();
    await().atMost(PATIENCE).until(() -> lines.stream().anyMatch(it -> it.contains("beta")));
    beta.kill();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                lines.contains("event: gone")
                    && lines.stream().anyMatch(it -> it.contains("\"reason\":\"CRASHED\"")));
  }

  @Test
  void eachRouteIsThereForAProgramOfAnotherProcess() throws Exception {
    String base = link(agents.start("--name", "alpha")).group(1);
    String body =
        "{\"service\":\"Beta\",\"offers\":[{\"type\":\"Work\",\"port\":1}],\"ttl\":\"1h\"}";
    HttpResponse<String> made = send(put(base, "/v1/programs/beta", body));
    assertEquals(201, made.statusCode(), made::body);
    String lease = field(made.body(), "lease");
    String others = "/v1/peers?name=beta&service=Beta&offers=Work";
    await().atMost(PATIENCE).until(() -> get(base, others).body().contains("\"name\":\"beta\""));
    String peer = get(base, "/v1/peers/beta").body();
    for (String path :
        List.of(
            field(peer, "href"),
            "/v1/peers/" + field(peer, "short"),
            "/v1/contacts?id=beta",
            "/v1/browse?service=Work")) {
      assertTrue(get(base, path).body().contains(field(peer, "id")), path);
    }
    assertEquals(404, get(base, "/v1/peers/nobody").statusCode());
    assertTrue(get(base, "/v1/openapi.json").body().contains("/v1/programs/{name}"));
    assertEquals("event: peers", firstEvent(request(base, "/v1/events?lists")));
    assertEquals(
        "event: resync", firstEvent(request(base, "/v1/events").header("Last-Event-ID", "x.1")));

    String other = body.replace("\"port\":1", "\"port\":2");
    assertEquals(409, send(put(base, "/v1/programs/beta", other)).statusCode());
    String held = other.replace("{\"service", "{\"lease\":\"" + lease + "\",\"service");
    assertEquals(200, send(put(base, "/v1/programs/beta", held)).statusCode());
    assertEquals(409, send(request(base, "/v1/programs/beta?lease=x").DELETE()).statusCode());
    String right = "/v1/programs/beta?lease=" + lease;
    assertEquals(204, send(request(base, right).DELETE()).statusCode());
    assertTrue(get(base, "/v1/programs/beta").body().contains("it was deleted at "));
  }

  @Test
  void anObserverIsUnseenAndSeesAndAnotherNameOfTheHostIsGood() throws Exception {
    Program watcher =
        agents.start("--name", "watcher", "--observer", "--question-timeout", "2s", "-vv");
    watcher.awaitErr("watcher is ");
    watcher.awaitErr("DEBUG interface lo 127.0.0.1: used");
    String seen = link(watcher).group(1);
    Program alpha = agents.start("--name", "alpha", "--http-name", "web.example");
    Matcher link = link(alpha);
    await()
        .atMost(PATIENCE)
        .until(() -> get(seen, "/v1/peers").body().contains("\"name\":\"alpha\""));
    assertEquals("{\"peers\":[]}", get(link.group(1), "/v1/peers").body().strip());
    int port = Integer.parseInt(link.group(2));
    assertTrue(named(port, "web.example").startsWith("HTTP/1.1 200 "));
    assertTrue(named(port, "other.example").startsWith("HTTP/1.1 421 "));
  }

  /** What is answered to one who calls this host so. */
  private static String named(int port, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String question = "GET /healthz HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n";
      socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private HttpRequest.Builder put(String base, String path, String body) {
    return request(base, path)
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(body));
  }

  private static String field(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    assertTrue(matcher.find(), json);
    return matcher.group(1);
  }

  private String firstEvent(HttpRequest.Builder request) throws Exception {
    try (Stream<String> lines = client.send(request.build(), BodyHandlers.ofLines()).body()) {
      return lines.filter(it -> it.startsWith("event:")).findFirst().orElseThrow();
    }
  }
}
