package pharos.testkit.stranger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that means ill: each connection that comes is handed to a script, on a thread of its
 * own. When the script returns or fails the connection stays open, unless the script closed it. At
 * most {@value #MAX_OPEN} are served at once; who comes later is closed. Any thread may ask and
 * close.
 */
public final class HostileServer implements AutoCloseable {
  private static final int MAX_OPEN = 256;
  private static final int BACKLOG = 512;

  private final ServerSocket socket;
  private final Script script;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<Stranger> open = new HashSet<>();
  private boolean isClosed;

  /** What it does with each who connects. */
  public interface Script {
    /** Speaks with one; what it throws ends its part. */
    void play(Stranger client) throws IOException, InterruptedException;
  }

  private HostileServer(ServerSocket socket, Script script) {
    this.socket = socket;
    this.script = script;
  }

  /** Listens at this address, at any free port. */
  public static HostileServer at(InetAddress address, Script script) throws IOException {
    return at(new InetSocketAddress(address, 0), script);
  }

  /** Listens there. */
  public static HostileServer at(InetSocketAddress at, Script script) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(at, BACKLOG);
    HostileServer server = new HostileServer(socket, script);
    daemon(server::accept, "hostile server");
    return server;
  }

  /** The port that a beacon may name. */
  public int port() {
    return socket.getLocalPort();
  }

  /** How many came so far. */
  public int accepted() {
    return accepted.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        accepted.incrementAndGet();
        serve(client);
      } catch (IOException e) {
        // Closed, or the client was gone already: the next one, if there is any.
      }
    }
  }

  private void serve(Socket client) throws IOException {
    Stranger stranger = new Stranger(client);
    synchronized (open) {
      open.removeIf(it -> it.isClosed());
      if (isClosed || open.size() >= MAX_OPEN) {
        stranger.close();
        return;
      }
      open.add(stranger);
    }
    daemon(() -> play(stranger), "hostile to " + stranger.remote());
  }

  private void play(Stranger stranger) {
    try {
      script.play(stranger);
    } catch (IOException e) {
      // The client had enough, which is what a test looks for in the client.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    List<Stranger> left;
    synchronized (open) {
      isClosed = true;
      left = new ArrayList<>(open);
      open.clear();
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a server does not close: " + e.getMessage(), e);
    }
    left.forEach(Stranger::close);
  }

  private static void daemon(Runnable runnable, String name) {
    Thread thread = new Thread(runnable, name);
    thread.setDaemon(true);
    thread.start();
  }
}
