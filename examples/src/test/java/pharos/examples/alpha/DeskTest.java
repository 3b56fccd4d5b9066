package pharos.examples.alpha;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Whoever asks, and however: the desk stays open. */
class DeskTest {
  private static final int PATIENCE_MS = 20_000;

  private final ZContext context = new ZContext();
  private final Desk desk = Desk.open(context);

  @BeforeEach
  void open() {
    desk.start("desk");
  }

  @AfterEach
  void close() {
    desk.close();
    context.close();
  }

  private ZMQ.Socket customer(int port) {
    ZMQ.Socket socket = context.createSocket(SocketType.REQ);
    socket.setReceiveTimeOut(PATIENCE_MS);
    socket.setLinger(0);
    socket.connect("tcp://127.0.0.1:" + port);
    return socket;
  }

  private String ask(int port, String... frames) {
    try (ZMQ.Socket customer = customer(port)) {
      for (int i = 0; i < frames.length; i++) {
        customer.send(frames[i], i < frames.length - 1 ? ZMQ.SNDMORE : 0);
      }
      return String.valueOf(customer.recvStr());
    }
  }

  @Test
  void anOrderOfSeveralFramesIsOneToo() {
    assertEquals("order 1 of desk: ropes", ask(desk.ordersPort(), "ropes", "and", "more"));
    assertEquals("order 2 of desk: charts", ask(desk.ordersPort(), "charts"));
    assertEquals(ask(desk.quotesPort(), "ropes"), ask(desk.quotesPort(), "ropes", "more"));
  }

  @Test
  void anOrderThatIsTooLongCostsItsSenderTheConnectionAlone() {
    try (ZMQ.Socket customer = customer(desk.ordersPort())) {
      customer.send("x".repeat(1 << 20));
      assertEquals("order 1 of desk: charts", ask(desk.ordersPort(), "charts"));
    }
  }
}
