package pharos.agent;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
   * @param detail what it said itself of how it failed, in a goodbye, which nothing proves; empty
   *     otherwise
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
      Duration unheard,
      String detail)
      implements Observation {}

  /**
   * Something was noticed of a peer that may lead to a move, or explain one.
   *
   * @param what such as {@code MISSED}, {@code PROBED} or {@code REFUSED_TCP}
   * @param where which port it is about, or where the peer is heard
   * @param by whose word it is, if another's
   * @param times how many, of what is counted, such as missed beacons; else 1
   * @param took how long ago there was cause for it: of what was missed, the last sign of life; of
   *     an answer, its question; else nothing
   */
  record Noticed(
      Instant at,
      NodeId peer,
      long incarnation,
      String name,
      String what,
      InetSocketAddress where,
      Optional<NodeId> by,
      int times,
      Duration took)
      implements Observation {}

  /**
   * One try of a question to a peer is over.
   *
   * @param incarnation which run of it was asked
   * @param purpose why: {@code MEET} for what it offers, {@code LAST} whether it is there though it
   *     answers nothing else, {@code RETURN} whether it is there after all, {@code CHECK} whether
   *     somebody is who he claims to be, {@code CLONE} whether it has our id
   * @param outcome how: {@code ANSWERED}, {@code FAILED}, {@code LATE}, or {@code UNWANTED} where
   *     something else told what it was to tell
   * @param where the port that was asked
   * @param took how long it was open
   */
  record Asked(
      Instant at,
      NodeId peer,
      long incarnation,
      String purpose,
      String outcome,
      InetSocketAddress where,
      Duration took)
      implements Observation {}

  /**
   * Something that an operator may want to know and that is no news of a peer.
   *
   * @param kind such as {@code CLONE} or {@code FALSE_REFUSAL}
   * @param text the same in words
   */
  record Noted(Instant at, String kind, String text) implements Observation {}
}
