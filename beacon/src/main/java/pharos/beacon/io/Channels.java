package pharos.beacon.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all our sockets do alike: they never wait, and what fails is told, not thrown. */
final class Channels {
  private static final Logger log = LoggerFactory.getLogger(Channels.class);

  private Channels() {}

  /** A socket for both families, where there are two. */
  static DatagramChannel open() throws IOException {
    return unblocked(DatagramChannel.open());
  }

  static DatagramChannel open(ProtocolFamily family) throws IOException {
    try {
      return unblocked(DatagramChannel.open(family));
    } catch (UnsupportedOperationException e) {
      throw new IOException("this Java has no " + family, e);
    }
  }

  private static DatagramChannel unblocked(DatagramChannel channel) throws IOException {
    try {
      channel.configureBlocking(false);
      return channel;
    } catch (IOException e) {
      close(channel);
      throw e;
    }
  }

  /** An IPv6 socket hears IPv4 as well; where there is no IPv6, an IPv4 socket has to do. */
  static ProtocolFamily widestFamily() {
    try (DatagramChannel channel = open(StandardProtocolFamily.INET6)) {
      channel.bind(wildcard(0));
      return StandardProtocolFamily.INET6;
    } catch (IOException e) {
      log.debug("there is no IPv6: {}", e.getMessage());
      return StandardProtocolFamily.INET;
    }
  }

  /** Every address of this host; an IPv6 socket takes it for {@code ::}. */
  static InetSocketAddress wildcard(int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[4]), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** Sets an option that only makes things better, where the system has it. */
  static <T> void wish(DatagramChannel channel, SocketOption<T> option, T value) {
    if (!channel.supportedOptions().contains(option)) {
      return;
    }
    try {
      channel.setOption(option, value);
    } catch (IOException e) {
      log.debug("{} is not granted: {}", option, e.getMessage());
    }
  }

  /** Sends from position to limit, leaves the buffer as it was, and tells what went wrong. */
  static Optional<Exception> send(
      DatagramChannel channel, ByteBuffer datagram, InetSocketAddress target) {
    int start = datagram.position();
    try {
      boolean sent = channel.send(datagram, target) > 0 || start == datagram.limit();
      return sent ? Optional.empty() : Optional.of(new IOException("the send buffer is full"));
    } catch (IOException | IllegalArgumentException e) {
      // The latter: an address that is unresolved, or of a family this socket has not.
      return Optional.of(e);
    } finally {
      datagram.position(start);
    }
  }

  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("a socket did not close well: {}", e.getMessage());
    }
  }
}
