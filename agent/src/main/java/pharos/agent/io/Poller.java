package pharos.agent.io;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.zeromq.ZMQ;

/**
 * Sleeps until something can be read. JeroMQ's own poller takes a channel that was ready once for
 * ready whenever one of its sockets has a command to do, of which each message makes several; here
 * a command is done and the sleep goes on. For the loop's thread.
 */
final class Poller implements AutoCloseable {
  private final Selector selector;
  private final LongSupplier nanoTime;
  private final List<ZMQ.Socket> sockets = new ArrayList<>();

  /**
   * Sleeps on nothing yet.
   *
   * @param nanoTime as the machine's, which the sleep goes by
   */
  Poller(LongSupplier nanoTime) throws IOException {
    this.nanoTime = nanoTime;
    selector = Selector.open();
  }

  /** What can be read here ends a sleep. */
  void add(SelectableChannel channel) throws IOException {
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** A message that can be read here ends a sleep. */
  void add(ZMQ.Socket socket) throws IOException {
    socket.getFD().register(selector, SelectionKey.OP_READ, socket);
    sockets.add(socket);
  }

  /** Whether there was something to read before the time was over. */
  @SuppressWarnings("ThreadPriorityCheck") // it is no hint about speed: another has to run
  boolean poll(long millis) throws IOException {
    long endNs = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    long leftMs = millis;
    boolean isReady = hasMessage();
    while (true) {
      if (isReady || leftMs <= 0) {
        selector.selectNow();
      } else {
        selector.select(leftMs);
      }
      for (SelectionKey key : selector.selectedKeys()) {
        isReady |= key.attachment() == null;
      }
      selector.selectedKeys().clear();
      isReady = isReady || hasMessage();
      if (isReady) {
        return true;
      }
      long leftNs = endNs - nanoTime.getAsLong();
      leftMs = (leftNs + 999_999) / 1_000_000;
      if (leftNs <= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      // JeroMQ signals before it counts the signal: who signalled may have to run for that.
      Thread.yield();
    }
  }

  /** Does what the sockets have to do, too; one whose context has ended says so when it is read. */
  private boolean hasMessage() {
    for (ZMQ.Socket socket : sockets) {
      if ((socket.getEvents() & ZMQ.Poller.POLLIN) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Close it before its channels. */
  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException("a selector cannot be closed", e);
    }
  }
}
