package pharos.beacon.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectableChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.beacon.BeaconCodec;
import pharos.beacon.Link;

/**
 * A socket to read beacons from. The thread that polls calls {@link #receive}; the counters can be
 * read from any thread.
 */
public final class Receiver {
  /** One call of {@link #receive} takes at most this many datagrams; a flood must not hold it. */
  public static final int MAX_DRAINED = 1_024;

  private static final Logger log = LoggerFactory.getLogger(Receiver.class);

  private final String name;
  private final DatagramChannel channel;
  private final int port;
  private final int bufferBytes;

  /** One byte more than any beacon, so that a longer datagram shows. */
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BeaconCodec.MAX_LENGTH + 1);

  private final AtomicLong received = new AtomicLong();
  private final AtomicLong oversize = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private boolean failing;

  /** Takes what was received. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Called by the thread that receives, once per datagram.
     *
     * @param datagram from position to limit; overwritten when this returns
     * @param sender where it came from
     */
    void onDatagram(ByteBuffer datagram, InetSocketAddress sender);
  }

  /** Takes over a bound, non-blocking channel. */
  Receiver(String name, DatagramChannel channel) throws IOException {
    this.name = name;
    this.channel = channel;
    this.port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    this.bufferBytes = channel.getOption(StandardSocketOptions.SO_RCVBUF);
  }

  /**
   * What to register with a poller, for reading. It stays the same until the sockets are closed,
   * and must be unregistered before that: JeroMQ's poller does not bear a closed channel.
   */
  public SelectableChannel channel() {
    return channel;
  }

  /** The UDP port it is bound to. */
  public int port() {
    return port;
  }

  /**
   * The receive buffer that the system granted, in its own counting: Linux doubles what was asked
   * for, and counts its bookkeeping of some 500 bytes per datagram.
   */
  public int bufferBytes() {
    return bufferBytes;
  }

  /**
   * Hands over what has arrived, and returns when there is nothing more, after an error, or after
   * {@link #MAX_DRAINED} datagrams; then a poller tells at once that there is more. What the
   * network does is never thrown; what the handler throws passes through. A handler may close the
   * sockets; then there is nothing more.
   *
   * @return how many datagrams there were, those too long for a beacon included
   */
  public int receive(Handler handler) {
    int count = 0;
    while (count < MAX_DRAINED && channel.isOpen()) {
      InetSocketAddress sender = receiveOne();
      if (sender == null) {
        break;
      }
      count++;
      if (buffer.remaining() > BeaconCodec.MAX_LENGTH) {
        oversize.incrementAndGet();
      } else {
        received.incrementAndGet();
        handler.onDatagram(buffer, sender);
      }
    }
    return count;
  }

  private @Nullable InetSocketAddress receiveOne() {
    buffer.clear();
    try {
      InetSocketAddress sender = (InetSocketAddress) channel.receive(buffer);
      buffer.flip();
      failing = false;
      return sender;
    } catch (IOException e) {
      errors.incrementAndGet();
      if (!failing) {
        log.warn("cannot receive on the {} UDP socket {}: {}", name, port, e.toString());
      }
      failing = true;
      return null;
    }
  }

  /** How many datagrams the handler got. */
  public long received() {
    return received.get();
  }

  /** How many datagrams were longer than any beacon. */
  public long oversize() {
    return oversize.get();
  }

  /** How many attempts to receive failed. */
  public long errors() {
    return errors.get();
  }

  /** Hears the IPv6 group on this interface, too. */
  MembershipKey join(NetworkInterface nic) throws IOException {
    try {
      return channel.join(Link.GROUP, nic);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new IOException("IPv6 groups cannot be joined here: " + e.getMessage(), e);
    }
  }

  Optional<SendFailure> send(ByteBuffer datagram, InetSocketAddress target) {
    return Channels.send(channel, datagram, target)
        .map(cause -> new SendFailure(Optional.empty(), target, cause));
  }

  void close() {
    Channels.close(channel);
  }
}
