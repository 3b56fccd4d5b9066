package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Addresses;
import pharos.kademlia.Quotas;

/**
 * Who may take how much of what an agent has for others, by address: an address is all that one can
 * know of a stranger, and all that he cannot have thousands of in a subnet. This host, by whatever
 * address, is one of them, with half of everything. For any thread.
 */
final class Shares {
  private static final String OWN = Addresses.text(InetAddress.getLoopbackAddress());

  private final AtomicBoolean expected = new AtomicBoolean();
  private volatile Set<InetAddress> own = Set.of();
  private volatile Map<InetAddress, Integer> proven = Map.of();
  private volatile Map<String, Integer> provenTexts = Map.of();
  private final Predicate<InetAddress> isLoopback;
  private volatile @Nullable SocketAddress mine;

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
    Map<String, Integer> texts = new HashMap<>();
    agents.forEach(
        (address, count) -> {
          if (!isOwn(address)) {
            texts.merge(Addresses.text(address), count, Integer::sum);
          }
        });
    proven = Map.copyOf(agents);
    provenTexts = texts;
  }

  /** How many agents proved to be there. */
  int provenAt(InetAddress address) {
    return proven.getOrDefault(address, 0);
  }

  /**
   * The same for an address as {@link Addresses#text} writes it, as the stores of the overlay ask;
   * {@link Quotas#OWN} for this host.
   */
  int agentsAt(String source) {
    Integer agents = provenTexts.get(source);
    if (agents != null) {
      return agents;
    }
    // Most often it is the group, as which this host is counted.
    boolean isOwn = source.equals(OWN) || Addresses.parse(source).filter(this::isOwn).isPresent();
    return isOwn ? Quotas.OWN : 0;
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

  /** The agent is about to connect to its own port; nobody else's connections may stop it. */
  void expectMine() {
    expected.set(true);
  }

  /** Lets one in from this host that may be that one; once for each time it is expected. */
  boolean takeExpected(InetAddress address) {
    return isOwn(address) && expected.getAndSet(false);
  }

  /** That connection, by the end that connected; it is the only one from now on. */
  void mine(SocketChannel channel) {
    try {
      mine = channel.getLocalAddress();
    } catch (IOException e) {
      // Gone again already: it will be opened anew.
      mine = null;
    }
  }

  /** Whether that is the agent's own connection, by the end that was connected. */
  boolean isMine(SocketAddress remote) {
    return remote.equals(mine);
  }
}
