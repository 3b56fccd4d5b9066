package pharos.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.BeaconCodec;

/**
 * UDP ports of the enemy that answer each nonce in the name that they were given: who asks gets the
 * echo that proves, as far as UDP can, that somebody of this name is there. One thread answers for
 * all; another one sends.
 */
final class Masks implements AutoCloseable {
  private static final int TICK_MS = 50;

  private final Selector selector;

  /** One port, and in whose name it speaks. */
  static final class Mask {
    private final DatagramChannel channel;
    private volatile @Nullable Beacon as;

    private Mask(DatagramChannel channel) {
      this.channel = channel;
    }

    int port() throws IOException {
      return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    InetAddress address() throws IOException {
      return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
    }

    /** The last name that it was given. */
    @Nullable Beacon as() {
      return as;
    }

    /** Answers in this name from now on, and sends this beacon, with its own UDP port in it. */
    void speak(Beacon.Builder beacon, SocketAddress to) throws IOException {
      Beacon built = beacon.udpPort(port()).build();
      as = built;
      send(bytes(built), to);
    }

    void send(byte[] bytes, SocketAddress to) throws IOException {
      channel.send(ByteBuffer.wrap(bytes), to);
    }
  }

  Masks() throws IOException {
    selector = Selector.open();
    Thread thread = new Thread(this::run, "masks");
    thread.setDaemon(true);
    thread.start();
  }

  /** One more port at this address. */
  Mask open(InetAddress own) throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
    channel.bind(new InetSocketAddress(own, 0));
    channel.configureBlocking(false);
    Mask mask = new Mask(channel);
    channel.register(selector, SelectionKey.OP_READ, mask);
    return mask;
  }

  /** A beacon as it is sent. */
  static byte[] bytes(Beacon beacon) {
    ByteBuffer buffer = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH);
    new BeaconCodec().encode(beacon, buffer);
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  private void run() {
    BeaconCodec codec = new BeaconCodec();
    ByteBuffer buffer = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH + 1);
    try {
      while (selector.isOpen()) {
        selector.select(TICK_MS);
        for (SelectionKey key : selector.selectedKeys()) {
          answer(codec, buffer, (Mask) key.attachment());
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException | ClosedSelectorException e) {
      // Closed: there is nobody to answer any more.
    }
  }

  private static void answer(BeaconCodec codec, ByteBuffer buffer, Mask mask) throws IOException {
    try {
      while (mask.channel.receive(buffer.clear()) instanceof InetSocketAddress from) {
        Beacon as = mask.as;
        if (as != null
            && codec.decode(buffer.flip()) instanceof Beacon asked
            && asked.isSolicit()) {
          Beacon answer = as.toBuilder().echo(asked.nonce()).sequence(as.sequence() + 1).build();
          mask.as = as.toBuilder().sequence(as.sequence() + 1).build();
          mask.send(bytes(answer), new InetSocketAddress(from.getAddress(), asked.udpPort()));
        }
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      // A refusal that came back: who asked is gone.
    }
  }

  @Override
  public void close() {
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException("sockets do not close: " + e.getMessage(), e);
    }
  }
}
