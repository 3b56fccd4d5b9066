package pharos.agent.core;

import java.net.InetAddress;
import pharos.beacon.Addresses;

/** A network that this host is on. */
public record Subnet(InetAddress address, int prefix) {
  /** Whether this address is on it. */
  public boolean contains(InetAddress other) {
    return Addresses.share(address, other, prefix);
  }
}
