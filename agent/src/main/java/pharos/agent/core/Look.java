package pharos.agent.core;

import java.net.InetAddress;
import java.util.Optional;
import pharos.beacon.NodeId;

/**
 * What a neighbour wants to know of the network between us: what of it do you hear?
 *
 * @param asker where its connection comes from, which TCP has proven
 * @param id whose beacons are to be counted; empty for nobody's
 * @param withinMs for how long, before the answer is given: 0 to {@link #MAX_WITHIN_MS}
 * @param port where it listens over TCP, to be connected to once; 0 for nowhere
 * @param fillBytes how long the answer shall be; no longer than the question was
 */
public record Look(InetAddress asker, Optional<NodeId> id, long withinMs, int port, int fillBytes) {
  /** The longest that anybody listens for another. */
  public static final long MAX_WITHIN_MS = 5_000;
}
