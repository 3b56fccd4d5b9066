package pharos.beacon.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;

/**
 * A question to one port of one host that only the kernel there needs to answer: is anybody bound
 * to it? Asks once, with a socket of its own, and is thrown away.
 *
 * <p>For one thread. It calls {@link #poll} at once (much is known by then), again whenever the
 * network may have said something, and closes the probe after an outcome or when it has waited long
 * enough: silence is no outcome. After an outcome Java may have closed the channel already, so it
 * is unregistered from a poller before anything else is polled.
 */
public abstract sealed class Probe implements AutoCloseable permits UdpProbe, TcpProbe {
  private final InetSocketAddress target;
  private Outcome outcome = Outcome.PENDING;

  /** What is known so far. */
  public enum Outcome {
    /** Nothing yet. */
    PENDING,
    /** Somebody is there: a datagram came back, or the connection was accepted. */
    ANSWERED,
    /**
     * The host says that nobody is bound to the port. A firewall can say so as well, so this counts
     * only where the peer was reached before.
     */
    REFUSED,
    /** There is no way to that host; nothing is known about the peer. */
    UNREACHABLE
  }

  Probe(InetSocketAddress target) {
    this.target = target;
  }

  /** Whom it asks. */
  public InetSocketAddress target() {
    return target;
  }

  /** What tells that the network said something. How to wait for it differs between the kinds. */
  public abstract SelectableChannel channel();

  /** Looks, without waiting, whether there is an outcome. An outcome is final. */
  public Outcome poll() {
    if (outcome == Outcome.PENDING) {
      attempt(this::look);
    }
    return outcome;
  }

  /** Ends the question; a second time, nothing happens. */
  @Override
  public void close() {
    Channels.close(channel());
  }

  abstract Outcome look() throws IOException;

  /** One step towards the outcome. The refusal may come from any call on the channel. */
  final void attempt(Step step) {
    try {
      outcome = step.run();
    } catch (IOException | IllegalArgumentException e) {
      outcome = isRefusal(e) ? Outcome.REFUSED : Outcome.UNREACHABLE;
    }
  }

  boolean isRefusal(Exception e) {
    return e instanceof PortUnreachableException;
  }

  /**
   * A socket asking its own host may be given, as its own port, the very one it asks for; then it
   * talks to itself, and nobody else is there.
   */
  static boolean isItself(NetworkChannel channel, InetSocketAddress target) throws IOException {
    return target.equals(channel.getLocalAddress());
  }

  @FunctionalInterface
  interface Step {
    Outcome run() throws IOException;
  }
}
