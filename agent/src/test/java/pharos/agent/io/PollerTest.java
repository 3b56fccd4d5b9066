package pharos.agent.io;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.testkit.stranger.Stranger;

class PollerTest {
  private static final long LONG_MS = 30_000;
  private static final long SHORT_MS = 300;

  private final ZContext context = new ZContext();
  private final ZMQ.Socket socket = context.createSocket(SocketType.ROUTER);
  private final AtomicInteger accepted = new AtomicInteger();
  private final WakeUp wakeUp = new WakeUp();
  private final Poller poller = new Poller(System::nanoTime);

  PollerTest() throws IOException {}

  @BeforeEach
  void listen() throws IOException {
    socket
        .base()
        .setEventHook(
            (zmq.ZMQ.EventConsummer) event -> accepted.incrementAndGet(),
            ZMQ.EVENT_HANDSHAKE_PROTOCOL);
    socket.bind("tcp://127.0.0.1:*");
    poller.add(wakeUp.channel());
    poller.add(socket);
  }

  @AfterEach
  void close() {
    poller.close();
    wakeUp.close();
    context.close();
  }

  private Stranger stranger() throws IOException {
    String endpoint = socket.getLastEndpoint();
    int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    return Stranger.shaken(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "DEALER");
  }

  @Test
  void aSignalAndAMessageEndASleep() throws Exception {
    CompletableFuture.delayedExecutor(SHORT_MS, TimeUnit.MILLISECONDS).execute(wakeUp::signal);
    assertTrue(poller.poll(LONG_MS));
    wakeUp.clear();
    assertFalse(poller.poll(0));

    try (Stranger asker = stranger()) {
      asker.send(new byte[] {0, 2}, "hi".getBytes(StandardCharsets.US_ASCII));
      assertTrue(poller.poll(LONG_MS));
      assertTrue(poller.poll(LONG_MS), "it was not read yet");
      socket.recv();
      socket.recv();
      assertFalse(poller.poll(0));
    }
  }

  /** JeroMQ's own poller would say that the signal of before is there again. */
  @Test
  void whatASocketHasToDoForItselfEndsNoSleep() throws Exception {
    wakeUp.signal();
    assertTrue(poller.poll(LONG_MS));
    wakeUp.clear();

    int before = accepted.get();
    Stranger silent = stranger();
    await().atMost(Duration.ofSeconds(10)).until(() -> accepted.get() > before);
    assertFalse(poller.poll(SHORT_MS));
    silent.close();
    assertFalse(poller.poll(SHORT_MS));
  }
}
