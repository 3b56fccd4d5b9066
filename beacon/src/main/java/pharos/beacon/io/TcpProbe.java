package pharos.beacon.io;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/**
 * Connects to a TCP port, says nothing, and hangs up when closed.
 *
 * <p>A {@link java.nio.channels.Selector} wakes for {@link #channel} with {@code OP_CONNECT}. A
 * ZeroMQ poller cannot ask for that: it would not see the connection made, and spin until its
 * time-out. A loop around one polls its few open probes every few milliseconds instead, which is
 * one system call each.
 *
 * <p>Close it within a minute or so. Kernels give up a silent host after about two, and only the
 * English message of the exception tells that from a refusal.
 */
public final class TcpProbe extends Probe {
  private final SocketChannel channel;

  private TcpProbe(InetSocketAddress target, SocketChannel channel) {
    super(target);
    this.channel = channel;
  }

  /**
   * Begins to connect. What the network says is told by {@link #poll}, even when it is known at
   * once.
   *
   * @throws IOException when this process can have no more sockets, which says nothing of the peer
   */
  public static TcpProbe connect(InetSocketAddress target) throws IOException {
    SocketChannel channel = SocketChannel.open();
    TcpProbe probe = new TcpProbe(target, channel);
    try {
      channel.configureBlocking(false);
    } catch (IOException e) {
      probe.close();
      throw e;
    }
    probe.attempt(() -> probe.outcome(channel.connect(target)));
    return probe;
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  Outcome look() throws IOException {
    return outcome(channel.finishConnect());
  }

  private Outcome outcome(boolean connected) throws IOException {
    if (!connected) {
      return Outcome.PENDING;
    }
    return isItself(channel, target()) ? Outcome.REFUSED : Outcome.ANSWERED;
  }

  /** Java has one exception for the host that refuses and for the one that stays silent. */
  @Override
  boolean isRefusal(Exception e) {
    return e instanceof ConnectException
        && !String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("timed out");
  }
}
