package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import pharos.beacon.Addresses;

/**
 * A network whose hosts may be answered.
 *
 * @param address of this host in that network; of the other, if it is a single one
 * @param isOurs whether this host is on it, and sends from that address
 */
public record Subnet(InetAddress address, int prefix, boolean isOurs) implements Serializable {
  /** A network that this host is on. */
  public Subnet(InetAddress address, int prefix) {
    this(address, prefix, true);
  }

  /** A single host, wherever it is. */
  public static Subnet ofHost(InetAddress address) {
    return new Subnet(address, address.getAddress().length * 8, false);
  }

  /** Whether this address is on it. */
  public boolean contains(InetAddress other) {
    return Addresses.share(address, other, prefix);
  }
}
