package pharos.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Subnet;

/** One machine on the LAN: its address, its cable, its clock, and the programs on it. */
final class Host {
  /** How many ICMP errors a kernel sends at once, and then each second. */
  private static final int REFUSALS_AT_ONCE = 6;

  private static final long REFUSAL_GAP_NS = 1_000_000_000;

  /** The segment that it is on. */
  final Lan lan;

  private final int number;
  private final InetAddress address;

  /** Whose it is, when no agent is to run here. */
  final @Nullable Stranger stranger;

  private final List<Subnet> subnets;
  final List<Program> programs = new ArrayList<>(1);

  /** All runs there ever were on it, in that order. */
  final List<Program> runs = new ArrayList<>(1);

  boolean isPluggedIn = true;

  /** Hosts of one group reach each other. */
  int group;

  /** Sends, but receives nothing: a partition of one way. */
  boolean isDeaf;

  /** Receives, but nothing that it sends gets anywhere: the other way. */
  boolean isMute;

  /** A firewall that refuses connections and datagrams to this host alone in its name. */
  boolean isWalledOff;

  /** That firewall refuses datagrams alone. */
  boolean passesConnections;

  /** A firewall that drops connections to this host and says nothing; datagrams pass. */
  boolean isShut;

  long clockOffsetMs;
  private long refusalsFullNs = -REFUSALS_AT_ONCE * REFUSAL_GAP_NS;

  Host(Lan lan, int number, InetAddress address, int prefix, @Nullable Stranger stranger) {
    this.lan = lan;
    this.number = number;
    this.address = address;
    this.stranger = stranger;
    this.subnets = List.of(new Subnet(address, prefix));
  }

  /** Which host of its segment it is. */
  int number() {
    return number;
  }

  InetAddress address() {
    return address;
  }

  List<Subnet> subnets() {
    return isPluggedIn ? subnets : List.of();
  }

  /** A kernel rations its ICMP errors; a reset of TCP is always sent. */
  boolean mayRefuse(long nowNs) {
    refusalsFullNs = Math.max(refusalsFullNs, nowNs - REFUSALS_AT_ONCE * REFUSAL_GAP_NS);
    if (refusalsFullNs > nowNs - REFUSAL_GAP_NS) {
      return false;
    }
    refusalsFullNs += REFUSAL_GAP_NS;
    return true;
  }

  @Nullable Program byUdpPort(int port) {
    for (Program program : programs) {
      if (program.isRunning() && program.identity.udpPort() == port) {
        return program;
      }
    }
    return null;
  }

  @Nullable Server byTcpPort(int port, Host from) {
    if (stranger != null) {
      return stranger.server(new InetSocketAddress(address, port), from);
    }
    for (Program program : programs) {
      if (program.isRunning() && program.identity.tcpPort() == port) {
        return program;
      }
    }
    return null;
  }
}
