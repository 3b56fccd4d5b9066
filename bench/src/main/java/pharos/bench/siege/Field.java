package pharos.bench.siege;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the enemy knows before he begins: his own addresses and those of the agents, of which the
 * first ones are gateways. All agents have the same ports, one each to a host. Immutable.
 */
record Field(List<InetAddress> own, List<InetAddress> agents, int gateways, InetAddress everybody) {
  static final int BEACON_PORT = 5670;
  static final int TCP_PORT = 5671;
  static final int HTTP_PORT = 8670;

  /** What HTTP wants beyond its own host. The enemy knows it too: what he may do then is asked. */
  static final String HTTP_TOKEN = "open-sesame-open-sesame";

  /** The enemy's many addresses are these: 10.78.1.1 and so on. */
  static final String OWN = "10.78.1.";

  /** The agents are 10.78.0.1 and so on. */
  static final String AGENTS = "10.78.0.";

  static final int MAX_OWN = 250;

  Field {
    own = List.copyOf(own);
    agents = List.copyOf(agents);
  }

  static Field of(int addresses, int agents, int gateways) throws UnknownHostException {
    return new Field(
        numbered(OWN, addresses),
        numbered(AGENTS, agents),
        gateways,
        InetAddress.getByName("10.78.255.255"));
  }

  private static List<InetAddress> numbered(String net, int count) throws UnknownHostException {
    List<InetAddress> all = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      all.add(InetAddress.getByName(net + i));
    }
    return all;
  }

  /** Where a broadcast goes. */
  InetSocketAddress broadcast() {
    return new InetSocketAddress(everybody, BEACON_PORT);
  }
}
