package pharos.beacon;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * One way out: an address of an interface, and where a datagram from it reaches everybody on its
 * network.
 *
 * @param nic the interface's name
 * @param index the interface's number
 * @param address the own address, which the sender is bound to
 * @param prefix how many bits of it name the network
 * @param target the directed broadcast address; {@link #EVERYBODY} where two interfaces share a
 *     network; {@link #GROUP} for IPv6
 */
public record Link(String nic, int index, InetAddress address, int prefix, InetAddress target) {
  /**
   * Leaves by the interface that its sender is bound to. A directed broadcast would always leave by
   * the first of several interfaces on one network.
   */
  public static final Inet4Address EVERYBODY = (Inet4Address) Addresses.of(ipv4(0xFFFF_FFFF));

  /**
   * The group of Pharos, {@code ff12::d048:4152}: link-local, not assigned by IANA (transient),
   * with an id from the range that RFC 3307 leaves to anyone, from 8000:0000 up.
   */
  public static final Inet6Address GROUP =
      (Inet6Address) Addresses.of(ipv6(0xFF12L << 48, 0xD048_4152L));

  /** Whether broadcasts are IPv6 multicasts here. */
  public boolean isIpv6() {
    return address instanceof Inet6Address;
  }

  /** Whether only this host hears it. */
  public boolean isLoopback() {
    return address.isLoopbackAddress();
  }

  /** Whether {@code other} is a neighbour: an address of the network that this link is on. */
  public boolean isOnLink(InetAddress other) {
    return Addresses.share(address, other, prefix);
  }

  @Override
  public String toString() {
    return nic + ' ' + Addresses.text(address) + '/' + prefix + " to " + Addresses.text(target);
  }

  private static byte[] ipv4(int bits) {
    return ByteBuffer.allocate(4).putInt(bits).array();
  }

  private static byte[] ipv6(long high, long low) {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }
}
