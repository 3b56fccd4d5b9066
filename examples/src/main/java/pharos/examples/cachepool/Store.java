package pharos.examples.cachepool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.examples.Inbox;
import pharos.examples.Threads;

/**
 * What one member keeps: asked for a key it does not have, it loads it. A thread of its own answers
 * on a ZeroMQ REP socket.
 */
final class Store implements AutoCloseable {
  private static final int MAX_KEYS = 10_000;
  private static final int LOOK_MS = 50;

  private final ZMQ.Socket socket;
  private final int port;
  private final Thread thread = new Thread(this::serve, "cache-store");
  private volatile boolean isClosed;
  private final AtomicLong loaded = new AtomicLong();

  /** The key that was not asked for the longest time makes room. */
  private final Map<String, String> values =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MAX_KEYS;
        }
      };

  private Store(ZContext context) {
    socket = Inbox.replying(context);
    socket.setReceiveTimeOut(LOOK_MS);
    port = socket.bindToRandomPort("tcp://*");
  }

  static Store open(ZContext context) {
    return new Store(context);
  }

  int port() {
    return port;
  }

  /** How many keys it did not have when asked. */
  long loaded() {
    return loaded.get();
  }

  void start() {
    thread.start();
  }

  private void serve() {
    while (!isClosed) {
      String key = Inbox.take(socket);
      if (key != null) {
        socket.send(values.computeIfAbsent(key, this::load));
      }
    }
  }

  /** Stands for a data base that one would rather not ask. */
  private String load(String key) {
    loaded.incrementAndGet();
    return "value of " + key;
  }

  @Override
  public void close() {
    isClosed = true;
    Threads.join(thread);
    socket.close();
  }
}
