package pharos.agent.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import pharos.agent.core.Settings;
import pharos.agent.core.gateway.GatewaySettings;
import pharos.beacon.BeaconKey;
import pharos.beacon.InterfaceFilter;
import pharos.beacon.NodeId;

/**
 * What a loop needs to know to open its sockets; all of it was checked by who made it.
 *
 * @param isIdFixed whether the application chose the id
 * @param cluster the hash of the cluster's name
 * @param keys with which beacons are signed, the first, and believed; empty without security
 * @param advertised where this agent asks to be reached; empty for where its datagrams come from
 * @param filter which interfaces to use
 * @param isLoopback whether the TCP port is bound on the loopback alone
 * @param beaconPort the UDP port that all agents share
 * @param firstPort the first TCP port to try; 0 for any that is free
 * @param lastPort the last TCP port to try
 * @param fixed agents that are told by unicast what the others are told by broadcast
 * @param seeds where the overlay is joined
 * @param hasPresence whether it beacons at all; without, the overlay is all there is
 * @param gateway what it is set to past its subnet
 * @param core what the core is set to
 * @param world where time and chance come from
 */
public record LoopSettings(
    NodeId id,
    boolean isIdFixed,
    String name,
    String service,
    int cluster,
    List<BeaconKey> keys,
    List<InetAddress> advertised,
    InterfaceFilter filter,
    boolean isLoopback,
    int beaconPort,
    int firstPort,
    int lastPort,
    List<InetSocketAddress> fixed,
    List<Seed> seeds,
    boolean hasPresence,
    GatewaySettings gateway,
    Settings core,
    World world) {
  /** Copies the lists. */
  public LoopSettings {
    keys = List.copyOf(keys);
    advertised = List.copyOf(advertised);
    fixed = List.copyOf(fixed);
    seeds = List.copyOf(seeds);
  }
}
