package pharos.agent.core.gateway;

import java.net.InetAddress;
import java.util.List;
import pharos.agent.core.Document;
import pharos.agent.core.State;
import pharos.beacon.NodeId;

/**
 * A peer of another LAN, as its gateway knows it.
 *
 * @param state ALIVE or SUSPECT
 * @param ageMs how long ago its gateway heard of it, when it told
 * @param gateway the gateway that told
 * @param site what people call that gateway
 */
public record RemotePeer(
    NodeId id,
    long incarnation,
    String name,
    String service,
    List<InetAddress> addresses,
    int tcpPort,
    Document document,
    State state,
    long ageMs,
    NodeId gateway,
    String site) {
  /** What the objects cost beside texts and document. */
  private static final int OVERHEAD_BYTES = 600;

  private static final int ADDRESS_BYTES = 64;

  /** Keeps a copy of the addresses. */
  public RemotePeer {
    addresses = List.copyOf(addresses);
  }

  /** What it costs to keep, roughly. */
  int sizeBytes() {
    int texts = 2 * (name.length() + service.length() + site.length());
    return OVERHEAD_BYTES + texts + ADDRESS_BYTES * addresses.size() + document.length();
  }
}
