package pharos.agent.core;

import java.net.InetAddress;

/** A network that this host is on. */
public record Subnet(InetAddress address, int prefix) {
  /** Whether this address is on it. */
  public boolean contains(InetAddress other) {
    byte[] a = address.getAddress();
    byte[] b = other.getAddress();
    if (a.length != b.length) {
      return false;
    }
    int whole = Math.min(prefix / 8, a.length);
    for (int i = 0; i < whole; i++) {
      if (a[i] != b[i]) {
        return false;
      }
    }
    int mask = (0xFF00 >> (prefix % 8)) & 0xFF;
    return whole == a.length || ((a[whole] ^ b[whole]) & mask) == 0;
  }
}
