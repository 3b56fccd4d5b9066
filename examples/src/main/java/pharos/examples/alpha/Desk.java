package pharos.examples.alpha;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.examples.Inbox;
import pharos.examples.Threads;

/**
 * Takes orders ({@code 3 anchors}) on one port and gives quotes ({@code anchors}) on another, both
 * ZeroMQ REP sockets on ports that are free. One thread of its own does both.
 */
final class Desk implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Desk.class);
  private static final long LOOK_MS = 50;

  private final ZContext context;
  private final ZMQ.Socket orders;
  private final ZMQ.Socket quotes;
  private final int ordersPort;
  private final int quotesPort;
  private final Thread thread = new Thread(this::serve, "alpha-desk");
  private volatile boolean isClosed;
  private volatile String name = "";
  private int orderCount;

  private Desk(ZContext context) {
    this.context = context;
    orders = Inbox.replying(context);
    quotes = Inbox.replying(context);
    ordersPort = orders.bindToRandomPort("tcp://*");
    quotesPort = quotes.bindToRandomPort("tcp://*");
  }

  /** Binds both ports; questions wait until {@link #start}. */
  static Desk open(ZContext context) {
    return new Desk(context);
  }

  int ordersPort() {
    return ordersPort;
  }

  int quotesPort() {
    return quotesPort;
  }

  /** Answers from now on, in this name. */
  void start(String name) {
    this.name = name;
    thread.start();
  }

  /** From here on the sockets are the thread's. */
  private void serve() {
    try (ZMQ.Poller poller = context.createPoller(2)) {
      poller.register(orders, ZMQ.Poller.POLLIN);
      poller.register(quotes, ZMQ.Poller.POLLIN);
      while (!isClosed) {
        poller.poll(LOOK_MS);
        if (poller.pollin(0)) {
          orders.send(take(Inbox.take(orders)));
        }
        if (poller.pollin(1)) {
          quotes.send(quote(Inbox.take(quotes)));
        }
      }
    }
  }

  private String take(@Nullable String order) {
    orderCount++;
    log.info("took order {}: {}", orderCount, order);
    return "order " + orderCount + " of " + name + ": " + order;
  }

  /** A price that each desk makes up for itself, and keeps to. */
  private String quote(@Nullable String ware) {
    double price = 1 + Math.floorMod((name + ware).hashCode(), 9_900) / 100.0;
    log.info("quoted {}", ware);
    return String.format(Locale.ROOT, "%s at %.2f from %s", ware, price, name);
  }

  @Override
  public void close() {
    isClosed = true;
    Threads.join(thread);
    orders.close();
    quotes.close();
  }
}
