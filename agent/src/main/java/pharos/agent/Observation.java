package pharos.agent;

import java.net.InetSocketAddress;
import java.time.Instant;
import pharos.beacon.NodeId;

/**
 * What an agent noticed, and goes by: for those who ask why. The words in capitals are told in
 * {@code ARCHITECTURE.md}; more may come.
 */
public sealed interface Observation {
  /** When it was noticed. */
  Instant at();

  /**
   * A peer moved from one state to another.
   *
   * @param incarnation which run of it
   * @param from the state it was in, such as {@code ASKING} or {@code ALIVE}
   * @param to the state it is in now
   * @param evidence what moved it, such as {@code MET} or {@code REFUSED}
   * @param where the evidence came from: the port that refused, else where the peer is heard
   */
  record Moved(
      Instant at,
      NodeId peer,
      long incarnation,
      String name,
      String from,
      String to,
      String evidence,
      InetSocketAddress where)
      implements Observation {}

  /**
   * Something that an operator may want to know and that is no news of a peer.
   *
   * @param kind such as {@code CLONE} or {@code FALSE_REFUSAL}
   * @param text the same in words
   */
  record Noted(Instant at, String kind, String text) implements Observation {}
}
