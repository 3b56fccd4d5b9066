package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One address of a peer, and what happened at its ports there: a refusal counts only there. */
final class Place implements Serializable {
  static final int NO_PORT = 0;

  final InetAddress address;
  @Nullable Place next;

  /** What it is asked there differs from what it is asked elsewhere by this; 0 for not asked. */
  long salt;

  /** It was heard from there; an address that is only advertised was not. */
  boolean isSource;

  /** When it was last heard from there; kept only while it is heard from several places. */
  long heardNs = Peer.NEVER;

  /** From where it speaks to everybody; what is for one comes from its own port. */
  int senderPort = NO_PORT;

  /** Where it answered a datagram: a port unreachable counts from now on. */
  int echoedPort = NO_PORT;

  /** Where it took a connection: a reset counts from now on. */
  int connectedPort = NO_PORT;

  /** It answered or asked us from there over TCP, which nobody can with a forged source. */
  boolean hasSpoken;

  Place(InetAddress address) {
    this.address = address;
  }

  /** Whether it answered or took a connection there, at whatever port. */
  boolean isProven() {
    return echoedPort != NO_PORT || connectedPort != NO_PORT;
  }

  /** Whether an agent is there: it takes connections, and says who it is. */
  boolean isAgent() {
    return connectedPort != NO_PORT && hasSaidWho();
  }

  /** Whether it said there who it is, by an echo or over TCP: the address is no forgery. */
  boolean hasSaidWho() {
    return echoedPort != NO_PORT || hasSpoken;
  }
}
