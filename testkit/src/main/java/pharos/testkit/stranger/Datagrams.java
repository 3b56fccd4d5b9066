package pharos.testkit.stranger;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sends any bytes as datagrams from one of the stranger's own addresses, and hears what comes back:
 * at a port of his own, or beside the agents at the port for everybody. The bytes of a beacon come
 * from the codec of the test, or are made up. For one thread, or one that sends and one that hears.
 */
public final class Datagrams implements AutoCloseable {
  private static final int MAX_BYTES = 2_048;

  private final DatagramSocket socket;
  private final byte[] buffer = new byte[MAX_BYTES];

  /** What came, and from where. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Heard(byte[] bytes, InetSocketAddress from) {}

  private Datagrams(DatagramSocket socket) {
    this.socket = socket;
  }

  /** A port of its own at this address. */
  public static Datagrams at(InetAddress own) throws IOException {
    return at(new InetSocketAddress(own, 0));
  }

  /** Hears what is broadcast to this port, beside all others who do. */
  public static Datagrams everybody(int port) throws IOException {
    return at(new InetSocketAddress(port));
  }

  private static Datagrams at(InetSocketAddress at) throws IOException {
    // Null: not bound yet, so that the port can be shared.
    DatagramSocket socket = new DatagramSocket(null);
    try {
      socket.setReuseAddress(true);
      if (at.getPort() != 0
          && socket.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      socket.setBroadcast(true);
      socket.bind(at);
      return new Datagrams(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The port where answers come. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Sends to one, or to a broadcast address. */
  public void send(byte[] bytes, InetSocketAddress to) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  /** The next that comes within that time. */
  public Optional<Heard> hear(Duration patience) throws IOException {
    socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
    return Optional.of(new Heard(bytes, (InetSocketAddress) packet.getSocketAddress()));
  }

  @Override
  public void close() {
    socket.close();
  }
}
