package pharos.beacon;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A network interface as the system lists it, odd values included: {@link Interfaces#choose} makes
 * sense of it. A plain value, so that the machines of bug reports can be test data.
 *
 * @param name as the system calls it, such as {@code eth0}
 * @param index the system's number for it; not positive when it has none
 * @param up whether it is up
 * @param loopback whether it is the loopback
 * @param pointToPoint whether it has one other end instead of a network, as tunnels do
 * @param multicast whether it can do multicast
 * @param addresses what it is bound to, in any order
 */
public record Nic(
    String name,
    int index,
    boolean up,
    boolean loopback,
    boolean pointToPoint,
    boolean multicast,
    List<Address> addresses) {

  /** Copies the list. */
  public Nic {
    addresses = List.copyOf(addresses);
  }

  /**
   * One address of an interface.
   *
   * @param address the interface's own address
   * @param prefix how many bits name the network; some systems say -1, 0, or 128 for IPv4
   * @param broadcast the IPv4 broadcast address, when the system tells one
   */
  public record Address(InetAddress address, int prefix, Optional<InetAddress> broadcast) {}
}
