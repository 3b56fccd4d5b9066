package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The table of resources, and what happens, for programs of this host that speak ZeroMQ. */
class ZmqProcessTest {
  private static final Pattern PORTS =
      Pattern.compile("a REQ asks at tcp://127\\.0\\.0\\.1:(\\d+), a SUB listens at (\\d+)");

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PATIENCE_MS = 10_000;

  private final Agents agents = new Agents();
  private final ZContext context = new ZContext();

  @AfterEach
  void closeAll() {
    context.close();
    agents.close();
  }

  private static Matcher ports(Program agent) {
    agent.awaitErr("a SUB listens at ");
    return agent.err().stream().map(PORTS::matcher).filter(Matcher::find).findAny().orElseThrow();
  }

  /** Status and body. */
  private List<String> ask(String port, String... frames) {
    ZMQ.Socket socket = context.createSocket(SocketType.REQ);
    try {
      socket.setReceiveTimeOut(PATIENCE_MS);
      socket.setHandshakeIvl(300);
      socket.connect("tcp://127.0.0.1:" + port);
      for (int i = 0; i < frames.length; i++) {
        socket.send(frames[i], i < frames.length - 1 ? ZMQ.SNDMORE : 0);
      }
      List<String> answer = new ArrayList<>();
      answer.add(socket.recvStr());
      while (socket.hasReceiveMore()) {
        answer.add(socket.recvStr());
      }
      return answer;
    } finally {
      socket.close();
    }
  }

  @Test
  void aReqSpeaksTheSameTable() {
    String port = ports(agents.start("--name", "alpha", "--http", "0")).group(1);
    List<String> self = ask(port, "GET", "/v1/self");
    assertEquals(List.of("200"), self.subList(0, 1));
    assertTrue(self.get(1).contains("\"name\":\"alpha\""), self::toString);
    assertEquals("404", ask(port, "GET", "/v1/nothing").get(0));
    assertEquals("405", ask(port, "DELETE", "/v1/self").get(0));
    assertEquals("400", ask(port, "GET", "/v1/events").get(0));
    assertEquals("400", ask(port, "GET").get(0));

    String body =
        "{\"service\":\"Web\",\"offers\":[{\"type\":\"Web\",\"port\":8080}],\"ttl\":\"15s\"}";
    assertEquals("201", ask(port, "PUT", "/v1/programs/client1", body).get(0));
    await()
        .atMost(PATIENCE)
        .until(() -> ask(port, "GET", "/v1/members").get(1).contains("\"name\":\"client1\""));
  }

  @Test
  void aSubHearsTheListAtOnceAndAfterEachChange() {
    String port = ports(agents.start("--name", "alpha", "--http", "0")).group(2);
    ZMQ.Socket socket = context.createSocket(SocketType.SUB);
    socket.setReceiveTimeOut(PATIENCE_MS);
    socket.setHandshakeIvl(300);
    socket.connect("tcp://127.0.0.1:" + port);
    socket.subscribe("peers".getBytes(StandardCharsets.UTF_8));
    assertEquals("peers", socket.recvStr());
    assertTrue(socket.recvStr().contains("{\"peers\":[]}"));

    socket.subscribe("events".getBytes(StandardCharsets.UTF_8));
    Program beta = agents.start("--name", "beta", "--http", "off");
    assertTrue(hears(socket, "peers", "\"name\":\"beta\""));
    beta.kill();
    assertTrue(hears(socket, "events", "CRASHED"));
  }

  private static boolean hears(ZMQ.Socket socket, String topic, String text) {
    for (int i = 0; i < 50; i++) {
      String heard = socket.recvStr();
      String told = heard == null ? null : socket.recvStr();
      if (topic.equals(heard) && told != null && told.contains(text)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void itIsTwoPortsAfterHttpAndElsewhereWhereThoseAreTaken() throws Exception {
    int http = Ports.http();
    Program first = agents.start("--http", String.valueOf(http));
    assertEquals(String.valueOf(http + 2), ports(first).group(1));
    assertEquals(String.valueOf(http + 3), ports(first).group(2));

    int other = Ports.http();
    try (ServerSocket taken = new ServerSocket(other + 2, 1, InetAddress.getLoopbackAddress())) {
      Program second = agents.start("--name", "beta", "--http", String.valueOf(other));
      String port = ports(second).group(1);
      assertFalse(port.equals(String.valueOf(taken.getLocalPort())), port);
      assertTrue(ask(port, "GET", "/v1/self").get(1).contains("\"name\":\"beta\""));
      assertTrue(second.http().endsWith(":" + other), second.http());
      assertFalse(second.err().stream().anyMatch(it -> it.contains("HTTP port 8670 is taken")));
    }
  }

  @Test
  void itCanBeOffAndAPortThatIsTakenIsAnError() throws Exception {
    Program off = agents.start("--name", "alpha", "--http", "0", "--zmq", "off");
    off.awaitErr("HTTP is at ");
    assertFalse(off.err().stream().anyMatch(it -> it.contains("ZeroMQ")), off.err()::toString);

    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Program agent = agents.start("--http", "0", "--zmq", port);
      assertEquals(1, agent.awaitEnd());
      String all = String.join("\n", agent.err());
      assertTrue(all.contains("--zmq " + port + ": port " + port + " is taken"), all);
    }
    Ran wrong = Ran.of("agent", "--zmq", "many");
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("--zmq: 'many' is neither 'off' nor a port"), wrong.err());
  }
}
