package pharos.simulator;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;

/** Whoever is on the LAN and is no agent. Each of his hosts is {@link Lan#admit admitted}. */
interface Stranger {
  /** A broadcast came by. */
  default void overhears(Beacon beacon, InetSocketAddress from) {}

  /** A datagram came to one of his hosts; false when its port is to refuse. */
  boolean takes(Beacon beacon, InetSocketAddress from, InetSocketAddress to);

  /** Who takes connections from that host there; nobody, and they are refused. */
  @Nullable Server server(InetSocketAddress at, Host from);

  /** That host did not hear that it was refused, and so will try the same connection again. */
  default void triesAgain(Host from) {}
}
