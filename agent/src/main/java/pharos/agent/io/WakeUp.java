package pharos.agent.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes a poller from any thread. A pipe and not a ZeroMQ socket: those belong to one thread each.
 * Both ends are non-blocking, so a caller whose interrupt flag is set does not close them.
 */
final class WakeUp implements AutoCloseable {
  private final Pipe pipe;
  private final AtomicBoolean isPending = new AtomicBoolean();
  private final ByteBuffer drain = ByteBuffer.allocate(16);

  WakeUp() throws IOException {
    pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
  }

  /** What to register with the poller, for reading. */
  SelectableChannel channel() {
    return pipe.source();
  }

  /** Wakes the poller, or lets it go on when it is about to wake already. From any thread. */
  void signal() {
    if (isPending.compareAndSet(false, true)) {
      try {
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
      } catch (IOException e) {
        // Closed: then nobody sleeps any more.
        isPending.set(false);
      }
    }
  }

  /** Takes the signal, before what it stands for is looked at. */
  void clear() throws IOException {
    drain.clear();
    while (pipe.source().read(drain) > 0) {
      drain.clear();
    }
    isPending.set(false);
  }

  /** Unregister the channel from its poller first. */
  @Override
  public void close() {
    try {
      pipe.source().close();
      pipe.sink().close();
    } catch (IOException e) {
      throw new IllegalStateException("a pipe cannot be closed", e);
    }
  }
}
