package pharos.daemon.doctor;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import pharos.agent.core.Sight;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;

/**
 * All that an examination gathered, as values: what of it is wrong is for {@link Diagnosis}.
 *
 * @param own this host
 * @param ways the links that beacons leave by
 * @param unused each interface and address that is not used, and why
 * @param holders who has the beacon port
 * @param firewall what is known of this host's
 * @param heard who was heard
 * @param sources how much came from which address
 * @param clones ids that several run at once
 * @param doubles other hosts with an address of this one
 * @param legs the others that were measured
 */
public record Facts(
    Own own,
    List<Way> ways,
    List<String> unused,
    Holders holders,
    Firewall firewall,
    List<Heard> heard,
    List<Source> sources,
    List<Clone> clones,
    List<Twin> doubles,
    List<Leg> legs) {
  /** Keeps copies. */
  public Facts {
    ways = List.copyOf(ways);
    unused = List.copyOf(unused);
    heard = List.copyOf(heard);
    sources = List.copyOf(sources);
    clones = List.copyOf(clones);
    doubles = List.copyOf(doubles);
    legs = List.copyOf(legs);
  }

  /** Something that was tried. */
  public enum Tried {
    NOT,
    ANSWERED,
    REFUSED,
    SILENT,
    NO_ROUTE
  }

  /**
   * This host.
   *
   * @param system {@code Linux}, {@code Mac OS X}, {@code Windows 11}
   * @param isArpAsked whether everybody was asked who has our addresses
   * @param isWithin whether nothing but this host is looked at
   * @param cluster the hash of the cluster that is looked for
   * @param listenedMs how long it was listened
   * @param clockMs what it takes for the time, since 1970
   * @param clockJumpMs by how much its clock went another way than time meanwhile
   */
  public record Own(
      String system,
      boolean isRoot,
      boolean isArpAsked,
      boolean isWithin,
      int beaconPort,
      int cluster,
      long listenedMs,
      long clockMs,
      long clockJumpMs) {
    boolean isLinux() {
      return system.equals("Linux");
    }
  }

  /**
   * A link of this host.
   *
   * @param link what it has, as other agents tell it of theirs
   * @param sent how many beacons were sent there
   * @param heardBack how many of them came back
   * @param failure why they did not leave; empty when they did
   */
  public record Way(Sight.Way link, int sent, int heardBack, String failure) {
    boolean isIpv4() {
      return link.address().getAddress().length == 4;
    }

    boolean isLoopback() {
      return link.address().isLoopbackAddress();
    }

    boolean reaches(InetAddress other) {
      return Addresses.share(link.address(), other, link.prefix());
    }

    @Override
    public String toString() {
      return link.nic() + " " + Addresses.text(link.address()) + "/" + link.prefix();
    }
  }

  /**
   * Who has the beacon port.
   *
   * @param isShared whether it could be opened beside them
   * @param programs their names, as far as they may be seen
   * @param unseen how many could not be named
   */
  public record Holders(boolean isShared, List<String> programs, int unseen, String failure) {
    /** Keeps a copy. */
    public Holders {
      programs = List.copyOf(programs);
    }
  }

  /**
   * A firewall of this host.
   *
   * @param tool what manages it: {@code ufw}, {@code firewalld}, {@code nft}, or empty
   * @param blocks what it drops of ours
   * @param unseen why it could not be looked at; empty when it was
   */
  public record Firewall(String tool, List<Block> blocks, String unseen) {
    /** Keeps a copy. */
    public Firewall {
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * Something of ours that a rule drops.
   *
   * @param what for people
   * @param port as a rule has it, such as {@code udp dport 5670}
   * @param rule the rule or policy
   * @param where family, table and chain
   * @param isIncoming whether it arrives
   */
  public record Block(String what, String port, String rule, String where, boolean isIncoming) {}

  /**
   * An agent, as one of its addresses was heard.
   *
   * @param broadcasts how many announcements came to everybody's port
   * @param echoes how many answers came to what was broadcast here
   * @param isHere whether it is on this host
   * @param isGateway whether it looks past this network
   */
  public record Heard(
      NodeId id,
      String name,
      long incarnation,
      int cluster,
      int tcpPort,
      int udpPort,
      int nextMs,
      InetAddress address,
      int broadcasts,
      int echoes,
      boolean isHere,
      boolean isGateway) {
    String shown() {
      return (name.isEmpty() ? id.toShortString() : name) + " at " + Addresses.text(address);
    }
  }

  /**
   * How much came from an address.
   *
   * @param kind whose protocol, for people
   * @param ids how many agents speak there
   */
  public record Source(InetAddress address, int datagrams, int ids, String kind) {}

  /** One id, of which several runs speak in turns. */
  public record Clone(NodeId id, List<String> places) {
    /** Keeps a copy. */
    public Clone {
      places = List.copyOf(places);
    }
  }

  /**
   * Another host with an address.
   *
   * @param mac its hardware address; empty when unknown
   * @param how it was found, for people
   */
  public record Twin(InetAddress address, String mac, String how, boolean isOurs) {}

  /**
   * Another agent or host, as it was measured.
   *
   * @param isWanted whether it was asked for by name or address
   * @param address where it was measured
   * @param agent what it beacons, if it was heard or answered
   * @param probes how many unicast datagrams were sent to it
   * @param echoes how many of them it answered
   * @param broadcasts how many broadcasts left here while it listened
   * @param unicasts how many unicast datagrams did
   * @param tcp what became of a connection to it
   * @param seen what it saw
   * @param unseen why it told nothing; empty when it did
   * @param large whether a question longer than a packet arrived there
   * @param largeBack whether an answer longer than a packet arrived here
   * @param ping ICMP echo
   * @param refusal whether a closed UDP port of it refused
   * @param neighbour its MAC, as this host's table has it; empty when it has none
   * @param clockDiffMs by how much its clock is ahead
   * @param localPort which TCP port of this host it was asked to connect to
   * @param isLocalAgents whether that is an agent's, not one of the examination's
   */
  public record Leg(
      String name,
      boolean isWanted,
      InetAddress address,
      Optional<Heard> agent,
      int probes,
      int echoes,
      int broadcasts,
      int unicasts,
      Tried tcp,
      Optional<Sight.Seen> seen,
      String unseen,
      Tried large,
      Tried largeBack,
      Tried ping,
      Tried refusal,
      String neighbour,
      long clockDiffMs,
      int localPort,
      boolean isLocalAgents) {
    boolean isHere(List<Way> ways) {
      return address.isLoopbackAddress()
          || ways.stream().anyMatch(way -> way.link().address().equals(address));
    }
  }
}
