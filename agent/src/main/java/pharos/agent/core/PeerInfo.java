package pharos.agent.core;

import java.net.InetAddress;
import java.util.List;
import pharos.beacon.NodeId;

/**
 * A peer as the application is told of it. Immutable.
 *
 * @param addresses where it was heard or asks to be reached, the first one best
 * @param hearing how it is heard
 * @param sinceNs when it arrived, in the time of {@link AgentCore#turn}
 * @param heardNs when it last gave proof of life, in the same
 */
public record PeerInfo(
    NodeId id,
    long incarnation,
    String name,
    String service,
    List<InetAddress> addresses,
    int tcpPort,
    boolean overlay,
    Document document,
    State state,
    Hearing hearing,
    long sinceNs,
    long heardNs) {
  /** Keeps a copy of the addresses. */
  public PeerInfo {
    addresses = List.copyOf(addresses);
  }

  /** The same peer, standing elsewhere. */
  public PeerInfo in(State other) {
    return new PeerInfo(
        id,
        incarnation,
        name,
        service,
        addresses,
        tcpPort,
        overlay,
        document,
        other,
        hearing,
        sinceNs,
        heardNs);
  }
}
