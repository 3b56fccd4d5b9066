package pharos.examples;

import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * What comes to a socket that everybody on the network can reach: it may be longer, have more
 * frames and say something else than what a friend would send.
 */
public final class Inbox {
  /** Whoever sends more loses his connection. */
  private static final long FRAME_BYTES = 4_096;

  private Inbox() {}

  /** A socket for questions, which takes none that is long. */
  public static ZMQ.Socket replying(ZContext context) {
    ZMQ.Socket socket = context.createSocket(SocketType.REP);
    socket.setMaxMsgSize(FRAME_BYTES);
    return socket;
  }

  /**
   * The first frame, if a message is there. The others are taken too: a REP socket that is to
   * answer before it has them throws, and would end the thread that serves everybody.
   */
  public static @Nullable String take(ZMQ.Socket socket) {
    String first = socket.recvStr();
    while (first != null && socket.hasReceiveMore()) {
      socket.recv();
    }
    return first;
  }
}
