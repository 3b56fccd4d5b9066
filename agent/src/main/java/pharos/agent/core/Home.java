package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import pharos.beacon.Presence;

/**
 * Where a peer was before a claim displaced it. It is remembered for a while: when it speaks there
 * again, the claim was a lie, or there are two of it.
 */
record Home(InetAddress address, int tcpPort, int udpPort, long incarnation, long untilNs)
    implements Serializable {
  static Home of(Peer peer, long untilNs) {
    return new Home(
        peer.source.getAddress(), peer.tcpPort, peer.udpPort, peer.incarnation, untilNs);
  }

  boolean isOf(Presence presence, InetSocketAddress from) {
    return presence.incarnation() == incarnation
        && presence.tcpPort() == tcpPort
        && presence.udpPort() == udpPort
        && from.getAddress().equals(address);
  }
}
