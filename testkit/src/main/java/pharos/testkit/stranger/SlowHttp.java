package pharos.testkit.stranger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Many HTTP connections whose requests never end: each sends the beginning of a head, and then one
 * byte a while, or nothing. Whoever is ended is not replaced unless {@link #refill} is called. For
 * one thread.
 */
public final class SlowHttp implements AutoCloseable {
  private static final byte[] BEGINNING =
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII);

  private static final int CONNECT_MS = 1_000;

  private final Optional<InetAddress> from;
  private final InetSocketAddress to;
  private final int connections;
  private final boolean isSpeaking;
  private final List<Socket> open = new ArrayList<>();

  private SlowHttp(
      Optional<InetAddress> from, InetSocketAddress to, int connections, boolean isSpeaking) {
    this.from = from;
    this.to = to;
    this.connections = connections;
    this.isSpeaking = isSpeaking;
  }

  /** So many connections that say nothing at all. */
  public static SlowHttp silent(InetSocketAddress to, int connections) {
    return new SlowHttp(Optional.empty(), to, connections, false);
  }

  /** So many that begin a request; each {@link #drip} sends another byte of it. */
  public static SlowHttp speaking(InetSocketAddress to, int connections) {
    return new SlowHttp(Optional.empty(), to, connections, true);
  }

  /** The same from one of the stranger's own addresses. */
  public SlowHttp from(InetAddress own) {
    return new SlowHttp(Optional.of(own), to, connections, isSpeaking);
  }

  /** Opens what is missing, as far as the other side takes it; returns how many are open. */
  public int refill() {
    while (open.size() < connections) {
      Socket socket = new Socket();
      try {
        if (from.isPresent()) {
          socket.bind(new InetSocketAddress(from.get(), 0));
        }
        socket.connect(to, CONNECT_MS);
        if (isSpeaking) {
          socket.getOutputStream().write(BEGINNING);
        }
        open.add(socket);
      } catch (IOException e) {
        // Taken no more: those that are open are all it can have.
        close(socket);
        return open.size();
      }
    }
    return open.size();
  }

  /** One more byte on each that is open; those that were ended are forgotten. Returns the rest. */
  public int drip() {
    open.removeIf(socket -> !isAlive(socket));
    return open.size();
  }

  private boolean isAlive(Socket socket) {
    try {
      if (isSpeaking) {
        socket.getOutputStream().write('x');
      }
      socket.setSoTimeout(1);
      if (socket.getInputStream().read() >= 0) {
        return true;
      }
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      // Ended, which is what is asked for.
    }
    close(socket);
    return false;
  }

  /** Until all were ended by the other side, or the time is over; a byte each {@code every}. */
  public boolean outlast(Duration patience, Duration every) throws InterruptedException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (drip() > 0) {
      if (System.nanoTime() - deadlineNs >= 0) {
        return false;
      }
      Thread.sleep(every.toMillis());
    }
    return true;
  }

  @Override
  public void close() {
    open.forEach(SlowHttp::close);
    open.clear();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket does not close: " + e.getMessage(), e);
    }
  }
}
