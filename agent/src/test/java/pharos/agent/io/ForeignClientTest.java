package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.core.Introduction;
import pharos.agent.io.Loops.Running;
import pharos.agent.wire.Offer;
import pharos.agent.wire.WireCodec;
import pharos.agent.wire.WireException;
import pharos.testkit.Needs;

/** An agent is asked by clients that know nothing of Pharos but its port. */
class ForeignClientTest {
  /** A fresh connection of a JeroMQ client stays deaf now and then: it tries again after this. */
  private static final int DEAF_MS = 2_000;

  private final Loops loops = new Loops();
  private Running alpha;

  @BeforeEach
  void start() throws IOException {
    alpha = loops.start("alpha");
  }

  @AfterEach
  void stop() throws InterruptedException {
    loops.close();
  }

  private String endpoint() {
    return "tcp://127.0.0.1:" + alpha.loop.tcpPort();
  }

  private void assertIsDocument(String answer) throws WireException {
    Introduction read = WireCodec.readIntroduction(answer.getBytes(StandardCharsets.UTF_8));
    assertEquals(alpha.settings.id(), read.id());
    assertEquals(
        List.of(new Offer("alpha.Work", 7001, "tcp", Map.of())),
        WireCodec.readOffers(read.document()));
  }

  @Test
  void aReqSocketGetsTheDocumentForTheWordHello() throws WireException {
    try (ZContext context = new ZContext()) {
      ZMQ.Socket req = context.createSocket(SocketType.REQ);
      req.setReceiveTimeOut(10_000);
      req.setHandshakeIvl(DEAF_MS);
      req.connect(endpoint());
      req.send("HELLO");
      assertIsDocument(req.recvStr());
    }
  }

  @Test
  void aDealerWithoutDelimiterGetsItToo() throws WireException {
    try (ZContext context = new ZContext()) {
      ZMQ.Socket dealer = context.createSocket(SocketType.DEALER);
      dealer.setReceiveTimeOut(10_000);
      dealer.setHandshakeIvl(DEAF_MS);
      dealer.connect(endpoint());
      dealer.send("HELLO");
      assertIsDocument(dealer.recvStr());
    }
  }

  @Test
  void pyzmqGetsItForHelloAndForADocumentAndHearsWhatIsWrong() throws Exception {
    String script =
        """
        import sys, json, zmq
        endpoint = sys.argv[1]
        context = zmq.Context()
        def ask(body, correlate):
            req = context.socket(zmq.REQ)
            req.linger = 0
            req.rcvtimeo = 5000
            req.req_correlate = correlate
            req.connect(endpoint)
            req.send(body)
            answer = req.recv()
            req.close()
            return answer.decode()
        print(ask(b"HELLO", False))
        print(ask(b"HELLO", True))
        me = {"pharos": 1, "id": "AQIDBAUGBwgJCgsMDQ4PEBESExQ=", "name": "py", "service": "",
              "incarnation": 1, "capabilities": []}
        print(ask(json.dumps(me).encode(), False))
        me["incarnation"] = "soon"
        print(ask(json.dumps(me).encode(), False))
        """;
    List<String> lines = python(script, endpoint());
    assertEquals(4, lines.size(), lines::toString);
    assertIsDocument(lines.get(0));
    assertIsDocument(lines.get(1));
    assertIsDocument(lines.get(2));
    assertTrue(lines.get(3).startsWith("{\"pharos\":1,\"error\":\"incarnation"), lines.get(3));
  }

  /** Runs a script with the first Python that has pyzmq. */
  private static List<String> python(String script, String argument)
      throws IOException, InterruptedException {
    String python =
        Stream.of("python3", "/usr/bin/python3")
            .filter(it -> run(List.of(it, "-c", "import zmq")) != null)
            .findFirst()
            .orElse("");
    Needs.that(!python.isEmpty(), "pyzmq (Debian: python3-zmq)");
    Path file = Files.createTempFile("pharos", ".py");
    try {
      Files.writeString(file, script);
      List<String> lines = run(List.of(python, file.toString(), argument));
      assertTrue(lines != null, "the script failed");
      return lines == null ? List.of() : lines;
    } finally {
      Files.delete(file);
    }
  }

  private static @org.jspecify.annotations.Nullable List<String> run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0
          ? output.lines().toList()
          : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
