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

/** What all ZeroMQ sockets of an agent have in common, and how they read a message. */
final class ZeroMqOptions {
  /** Documents have at most 64 KiB; JSON around them and a generous margin. */
  static final int MAX_MESSAGE_BYTES = 128 * 1024;

  /** Identity, request id of a DEALER or of REQ_CORRELATE, delimiter, body, and some room. */
  private static final int MAX_FRAMES = 8;

  private static final int HEARTBEAT_MS = 10_000;
  private static final int HEARTBEAT_PATIENCE_MS = 30_000;

  private ZeroMqOptions() {}

  /**
   * Nothing waits when it closes; nothing large is taken; a message has its bound in number too; a
   * peer whose host vanished holds no socket for longer than half a minute, by ZeroMQ's heartbeat
   * or, where the other side has none, by that of TCP.
   */
  static void common(ZMQ.Socket socket) {
    socket.setLinger(0);
    socket.setIPv6(hasIpv6());
    socket.setMaxMsgSize(MAX_MESSAGE_BYTES);
    socket.setSndHWM(1_000);
    socket.setRcvHWM(1_000);
    socket.setHeartbeatIvl(HEARTBEAT_MS);
    socket.setHeartbeatTimeout(HEARTBEAT_PATIENCE_MS);
    socket.setHeartbeatTtl(HEARTBEAT_PATIENCE_MS);
    socket.setTCPKeepAlive(1);
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

  /** The frames of the next message, or nothing; of one with too many, only the first few. */
  static @Nullable List<byte[]> receive(ZMQ.Socket socket) {
    byte[] first = socket.recv(ZMQ.DONTWAIT);
    if (first == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(4);
    frames.add(first);
    while (socket.hasReceiveMore()) {
      byte[] frame = socket.recv(ZMQ.DONTWAIT);
      if (frame == null) {
        break;
      }
      if (frames.size() <= MAX_FRAMES) {
        frames.add(frame);
      }
    }
    return frames;
  }
}
