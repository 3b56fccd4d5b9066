package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.Msg;

/** What all ZeroMQ sockets of an agent have in common, and how they read a message. */
final class ZeroMqOptions {
  /** Documents have at most 64 KiB; JSON around them and a generous margin. */
  static final int MAX_MESSAGE_BYTES = 128 * 1024;

  /** Identity, request id of a DEALER or of REQ_CORRELATE, delimiter, body, and some room. */
  private static final int MAX_FRAMES = 8;

  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final int KEEP_ALIVE_AGAIN_SECONDS = 5;
  private static final int KEEP_ALIVE_COUNT = 4;

  private ZeroMqOptions() {}

  /**
   * Nothing waits when it closes; nothing large is taken; a message has its bound in number too; a
   * peer whose host vanished holds no socket for longer than half a minute.
   *
   * <p>That is by TCP's keep-alive alone. The heartbeat of JeroMQ 0.6.0 sets its timer again after
   * the ping that found the connection broken; when that fires, it ends the I/O thread of the whole
   * context, and with it all that the agent says over TCP.
   */
  static void common(ZMQ.Socket socket) {
    socket.setLinger(0);
    socket.setIPv6(hasIpv6());
    socket.setMaxMsgSize(MAX_MESSAGE_BYTES);
    socket.setSndHWM(1_000);
    // What comes faster than it is read stays with who sends it.
    socket.setRcvHWM(16);
    socket.setTCPKeepAlive(1);
    socket.setTCPKeepAliveIdle(KEEP_ALIVE_SECONDS);
    socket.setTCPKeepAliveInterval(KEEP_ALIVE_AGAIN_SECONDS);
    socket.setTCPKeepAliveCount(KEEP_ALIVE_COUNT);
  }

  /** Where IPv6 is switched off, a socket for both families cannot be bound. */
  private static boolean hasIpv6() {
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 0));
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * One message.
   *
   * @param frames the first is the connection's route; of too many, only the first few are here
   * @param line the connection it came by; null when JeroMQ does not say
   */
  record Message(List<byte[]> frames, @Nullable Line line) {}

  /** The next message, or nothing. */
  static @Nullable Message receive(ZMQ.Socket socket) {
    Msg route = frame(socket);
    if (route == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(4);
    frames.add(route.data());
    // The route is the socket's own making; what came by the connection knows whence it came.
    Line line = null;
    for (Msg last = route; last.hasMore(); ) {
      Msg next = frame(socket);
      if (next == null) {
        break;
      }
      if (frames.size() <= MAX_FRAMES) {
        frames.add(next.data());
      }
      if (next instanceof Frame frame) {
        frame.read();
        line = frame.line();
      }
      last = next;
    }
    return new Message(frames, line);
  }

  private static @Nullable Msg frame(ZMQ.Socket socket) {
    Msg frame = socket.base().recv(ZMQ.DONTWAIT);
    if (frame == null && socket.errno() != 0 && socket.errno() != ZMQ.Error.EAGAIN.getCode()) {
      throw new ZMQException(socket.errno());
    }
    return frame;
  }
}
