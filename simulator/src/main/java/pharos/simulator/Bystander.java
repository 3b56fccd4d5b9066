package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;

/**
 * A host without any agent, in whose name a forger may send: it counts what that brings upon it.
 */
final class Bystander implements Stranger {
  private final Host host;
  private final Map<InetAddress, Integer> datagrams = new HashMap<>();
  private final Map<InetAddress, Integer> connections = new HashMap<>();

  Bystander(Lan lan) {
    host = lan.admit(this);
  }

  InetAddress address() {
    return host.address();
  }

  @Override
  public boolean takes(Beacon beacon, InetSocketAddress from, InetSocketAddress to) {
    datagrams.merge(from.getAddress(), 1, Integer::sum);
    return false;
  }

  @Override
  public @Nullable Server server(InetSocketAddress at, Host from) {
    connections.merge(from.address(), 1, Integer::sum);
    return null;
  }

  @Override
  public void triesAgain(Host from) {
    connections.merge(from.address(), -1, Integer::sum);
  }

  /** How many datagrams came from there. */
  int datagrams(InetAddress from) {
    return datagrams.getOrDefault(from, 0);
  }

  /** How many connections were tried from there. What a kernel sends again is the same one. */
  int connections(InetAddress from) {
    return connections.getOrDefault(from, 0);
  }
}
