package pharos.agent.core.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import pharos.agent.core.PeerInfo;
import pharos.beacon.Addresses;

/** Where somebody is spoken to, as ZeroMQ writes it. */
public final class Endpoints {
  private Endpoints() {}

  /** Such as {@code tcp://10.0.0.7:5671} or {@code tcp://[fd00::7]:5671}. */
  public static String of(InetAddress address, int port) {
    return of("tcp", address, port);
  }

  /** The same by another protocol; with the zone, without which a link-local one leads nowhere. */
  public static String of(String protocol, InetAddress address, int port) {
    String host = Addresses.zonedText(address);
    boolean isIpv6 = address instanceof Inet6Address;
    return protocol + "://" + (isIpv6 ? "[" + host + "]" : host) + ":" + port;
  }

  /** All those of a peer. */
  static List<String> of(PeerInfo peer) {
    return peer.addresses().stream().map(address -> of(address, peer.tcpPort())).toList();
  }

  /** The address of a peer that it is counted by; empty for one without. */
  static String at(PeerInfo peer) {
    return peer.addresses().isEmpty() ? "" : Addresses.text(peer.addresses().get(0));
  }
}
