package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.util.List;
import pharos.beacon.NodeId;

/**
 * What one agent tells another over TCP, as a question (so that the answerer need not ask back) or
 * as its answer.
 *
 * @param goodbye the hash of the secret that its goodbye will tell, see {@link
 *     pharos.beacon.Beacon#goodbyeHash}; 0 in the former format, whose goodbyes tell none
 * @param addresses where its datagrams may come from, without zone; empty in the former format
 */
public record Introduction(
    NodeId id,
    long incarnation,
    String name,
    String service,
    Document document,
    long goodbye,
    List<InetAddress> addresses)
    implements Serializable {
  /** How many addresses one can tell. */
  public static final int MAX_ADDRESSES = 16;

  /** Keeps a copy of the addresses. */
  public Introduction {
    addresses = List.copyOf(addresses);
  }

  /** One of the former format. */
  public Introduction(NodeId id, long incarnation, String name, String service, Document document) {
    this(id, incarnation, name, service, document, 0, List.of());
  }
}
