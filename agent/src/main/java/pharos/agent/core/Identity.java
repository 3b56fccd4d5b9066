package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.util.List;
import pharos.beacon.NodeId;

/**
 * Who an agent is when it starts.
 *
 * @param isFixed whether the application chose the id: then a clone is an error, not renamed away
 * @param incarnation the time of the start in milliseconds since 1970
 * @param cluster the hash of the cluster's name
 * @param advertised where it wants to be reached; empty for where its datagrams come from
 */
public record Identity(
    NodeId id,
    boolean isFixed,
    long incarnation,
    String name,
    String service,
    int cluster,
    int tcpPort,
    int udpPort,
    boolean overlay,
    List<InetAddress> advertised)
    implements Serializable {
  /** Keeps a copy of the addresses. */
  public Identity {
    advertised = List.copyOf(advertised);
  }
}
