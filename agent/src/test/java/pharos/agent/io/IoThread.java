package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Does to the I/O thread of a context what JeroMQ's faults do to it, by a hook of a socket of its
 * own, which runs in that thread.
 */
public final class IoThread implements AutoCloseable {
  private final CountDownLatch released = new CountDownLatch(1);
  private final ServerSocket server;
  private final ZMQ.Socket socket;

  private IoThread(ZContext context, Runnable in) throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    // Not by the ZContext, which would close it in its own thread.
    socket = context.getContext().socket(SocketType.DEALER);
    socket.setLinger(0);
    socket.setEventHook(event -> in.run(), ZMQ.EVENT_CONNECTED);
    socket.connect("tcp://127.0.0.1:" + server.getLocalPort());
  }

  /** Holds the thread until this is closed: the context does nothing meanwhile. */
  public static IoThread hold(ZContext context) throws IOException {
    CountDownLatch held = new CountDownLatch(1);
    IoThread[] made = new IoThread[1];
    made[0] =
        new IoThread(
            context,
            () -> {
              held.countDown();
              awaitRelease(made);
            });
    await(held);
    return made[0];
  }

  private static void awaitRelease(IoThread[] made) {
    while (made[0] == null) {
      Thread.onSpinWait();
    }
    await(made[0].released);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the thread, where nobody runs it again. */
  public static void kill(ZContext context) throws IOException {
    CountDownLatch dying = new CountDownLatch(1);
    IoThread killed =
        new IoThread(
            context,
            () -> {
              dying.countDown();
              throw new OutOfMemoryError("as of a frame that is too large; planted by a test");
            });
    await(dying);
    killed.close();
  }

  /** Lets it go on. */
  @Override
  public void close() throws IOException {
    released.countDown();
    socket.close();
    server.close();
  }
}
