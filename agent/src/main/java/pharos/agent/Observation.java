package pharos.agent;

import java.net.InetSocketAddress;
import java.time.Duration;
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
   * @param took how long ago there was cause for it: of who is met, the first datagram; of who
   *     died, the broken watch, the doubt or the refusal; of who fell silent, its last sign of
   *     life; else the event that moved it
   * @param unheard how long ago its last sign of life was
   */
  record Moved(
      Instant at,
      NodeId peer,
      long incarnation,
      String name,
      String from,
      String to,
      String evidence,
      InetSocketAddress where,
      Duration took,
      Duration unheard)
      implements Observation {}

  /**
   * One try of a question to a peer is over.
   *
   * @param outcome how: {@code ANSWERED}, {@code FAILED}, {@code LATE}, or {@code UNWANTED} where
   *     something else told what it was to tell
   * @param took how long it was open
   */
  record Asked(Instant at, NodeId peer, String outcome, Duration took) implements Observation {}

  /**
   * Something that an operator may want to know and that is no news of a peer.
   *
   * @param kind such as {@code CLONE} or {@code FALSE_REFUSAL}
   * @param text the same in words
   */
  record Noted(Instant at, String kind, String text) implements Observation {}
}
