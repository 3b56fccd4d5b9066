package pharos.agent.core;

import java.net.InetAddress;
import java.util.List;
import pharos.beacon.NodeId;

/** The answer to a {@link Look}. */
public sealed interface Sight {
  /** Not to this asker; the reason is for people. */
  record Refused(String why) implements Sight {}

  /**
   * What this agent sees.
   *
   * @param id its own
   * @param clockMs what it takes for the time, since 1970
   * @param asker where the question came from
   * @param mac the asker's, as this host's table of neighbours has it; empty when it has none
   * @param heard the beacons that were to be counted
   * @param others who else beacons from the asker's address
   * @param ways its links
   * @param connected what became of the connection back
   * @param fillBytes how long the answer shall be
   */
  record Seen(
      NodeId id,
      String name,
      long clockMs,
      InetAddress asker,
      String mac,
      List<Heard> heard,
      List<Other> others,
      List<Way> ways,
      Connected connected,
      int fillBytes)
      implements Sight {
    /** Keeps copies. */
    public Seen {
      heard = List.copyOf(heard);
      others = List.copyOf(others);
      ways = List.copyOf(ways);
    }
  }

  /**
   * Beacons that were counted.
   *
   * @param from their source
   * @param isShared whether they came to everybody's port, as broadcasts do; else to its own
   * @param agoMs how long ago the last one came
   */
  record Heard(InetAddress from, boolean isShared, int count, long agoMs) {}

  /** Somebody else at the asker's address, and the TCP port that its beacons tell. */
  record Other(NodeId id, int port) {}

  /**
   * A link.
   *
   * @param prefix how many bits name the network
   * @param mtu the longest packet that it takes, in bytes; 0 when the system does not tell
   * @param mac its own; empty when it has none
   */
  record Way(String nic, InetAddress address, int prefix, int mtu, String mac) {}

  /** What became of the connection back to the asker. */
  enum Connected {
    NOT_TRIED,
    ANSWERED,
    REFUSED,
    SILENT
  }
}
