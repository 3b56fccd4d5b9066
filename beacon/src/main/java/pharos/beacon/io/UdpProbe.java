package pharos.beacon.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import pharos.beacon.BeaconCodec;

/**
 * Sends one datagram from a connected socket, the only kind that is told of a refusal. Kernels
 * limit how many refusals they send, so silence may also be a dead port; {@link TcpProbe} has no
 * such limit. Any poller wakes for {@link #channel} when it waits for reading.
 */
public final class UdpProbe extends Probe {
  private final DatagramChannel channel;
  private final ByteBuffer answer = ByteBuffer.allocate(BeaconCodec.MAX_LENGTH + 1).limit(0);

  private UdpProbe(InetSocketAddress target, DatagramChannel channel) {
    super(target);
    this.channel = channel;
  }

  /**
   * Sends from position to limit, and leaves the buffer as it was. What the network says is told by
   * {@link #poll}, even when it is known at once.
   *
   * @throws IOException when this process can have no more sockets, which says nothing of the peer
   */
  public static UdpProbe send(ByteBuffer datagram, InetSocketAddress target) throws IOException {
    UdpProbe probe = new UdpProbe(target, Channels.open());
    probe.attempt(() -> probe.ask(datagram));
    return probe;
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  /** What came back from exactly the port that was asked; empty until {@link Outcome#ANSWERED}. */
  public ByteBuffer answer() {
    return answer.asReadOnlyBuffer();
  }

  private Outcome ask(ByteBuffer datagram) throws IOException {
    channel.connect(target());
    if (isItself(channel, target())) {
      return Outcome.REFUSED;
    }
    channel.write(datagram.duplicate());
    return Outcome.PENDING;
  }

  @Override
  Outcome look() throws IOException {
    answer.clear();
    try {
      return channel.receive(answer) == null ? Outcome.PENDING : Outcome.ANSWERED;
    } finally {
      answer.flip();
    }
  }
}
