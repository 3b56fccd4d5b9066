package pharos.agent.core;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One address and port of a peer, and what happened there: a refusal counts only there. */
final class Place {
  final InetSocketAddress at;
  @Nullable Place next;

  /** It was heard from there. */
  boolean isSource;

  /** It answered a datagram there: a port unreachable counts from now on. */
  boolean hasEchoed;

  /** It took a connection there: a reset counts from now on. */
  boolean hasConnected;

  Place(InetSocketAddress at) {
    this.at = at;
  }
}
