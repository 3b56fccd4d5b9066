package pharos.agent.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Who may take how much of what an agent has for others, by address: an address is all that one can
 * know of a stranger, and all that he cannot have thousands of in a subnet. This host, by whatever
 * address, is one of them, with half of everything. For any thread.
 */
final class Shares {
  private final Set<SocketAddress> mine = ConcurrentHashMap.newKeySet();
  private volatile Set<InetAddress> own = Set.of();
  private volatile Map<InetAddress, Integer> proven = Map.of();
  private final Predicate<InetAddress> isLoopback;
  private volatile int port;
  private volatile boolean expectsMine;

  Shares() {
    this(InetAddress::isLoopbackAddress);
  }

  /** For tests, which have nothing but the loopback to be strangers on. */
  Shares(Predicate<InetAddress> isLoopback) {
    this.isLoopback = isLoopback;
  }

  /** The addresses of this host. */
  void own(Collection<InetAddress> addresses) {
    own = Set.copyOf(addresses);
  }

  /** How many agents proved to be where. */
  void proven(Map<InetAddress, Integer> agents) {
    proven = Map.copyOf(agents);
  }

  /** How many agents proved to be there. */
  int provenAt(InetAddress address) {
    return proven.getOrDefault(address, 0);
  }

  /** Whether that is this host. */
  boolean isOwn(InetAddress address) {
    return isLoopback.test(address) || own.contains(address);
  }

  /** Under which address it is counted: all of this host are one. */
  InetAddress group(InetAddress address) {
    return isOwn(address) ? InetAddress.getLoopbackAddress() : address;
  }

  /** One thing that is shared out, so much of it in all. */
  Quota quota(long total) {
    return new Quota(this, total);
  }

  /** How much of a total this group may have: nobody proven there, or so many agents. */
  long most(InetAddress group, long total) {
    if (isOwn(group)) {
      return total / 2;
    }
    long one = Math.max(1, total / 16);
    return Math.min(Math.max(1, total / 4), one * Math.max(1, provenAt(group)));
  }

  /** Where the agent itself can be asked. */
  void port(int port) {
    this.port = port;
  }

  /** Whether that is where the agent itself can be asked. */
  boolean isSelf(InetSocketAddress to) {
    return to.getPort() == port && isOwn(to.getAddress());
  }

  /** The agent is about to connect to its own port; no quota counts that connection. */
  void expectMine(boolean isExpected) {
    expectsMine = isExpected;
  }

  boolean expectsMine() {
    return expectsMine;
  }

  /** A connection of the agent to its own port, by the end that connected. */
  void mine(SocketAddress local) {
    mine.add(local);
  }

  void notMine(SocketAddress local) {
    mine.remove(local);
  }

  boolean isMine(SocketAddress remote) {
    return mine.contains(remote);
  }
}
