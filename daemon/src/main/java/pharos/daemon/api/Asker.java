package pharos.daemon.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Who asks.
 *
 * @param address where he asks from
 * @param isHere whether that is this host: what is shared with the network is not taken from him
 */
public record Asker(InetAddress address, boolean isHere) {
  /** By the two ends of a connection: who comes from the address that he goes to is at home. */
  public static Asker of(SocketAddress remote, SocketAddress local) {
    if (!(remote instanceof InetSocketAddress from) || !(local instanceof InetSocketAddress to)) {
      throw new IllegalArgumentException("no connection of IP: " + remote + ", " + local);
    }
    InetAddress address = from.getAddress();
    return new Asker(address, address.isLoopbackAddress() || address.equals(to.getAddress()));
  }
}
