package pharos.agent.core;

import java.net.InetSocketAddress;
import java.util.Optional;
import pharos.beacon.Beacon;
import pharos.beacon.NodeId;

/**
 * What the core wants done. Effects are done in the order they are given, and none is done while
 * the core is being called. The order is a contract:
 *
 * <ul>
 *   <li>A peer's {@link Unwatch} and {@link Forget} come before the {@link Tell} that it is gone,
 *       and its {@link Watch} after the one that it arrived.
 *   <li>Of a restart, the old incarnation is told as gone before the new one as arrived.
 *   <li>A doubt is broadcast before the subject is probed, so that the others look meanwhile.
 *   <li>A question is answered before the application hears what it brought.
 *   <li>{@link Failed} comes before the farewell that it leads to, and {@link Stopped} after that.
 * </ul>
 */
public sealed interface Effect {
  /** Send to everybody, on every interface. */
  record Broadcast(Beacon beacon) implements Effect {}

  /** Send to one, from the own socket. */
  record Send(Beacon beacon, InetSocketAddress to) implements Effect {}

  /**
   * Send to one from a socket of its own that can be refused; {@link AgentCore#onProbeRefused}
   * tells. The answer comes to the own socket like any other datagram.
   */
  record Probe(NodeId peer, long incarnation, Beacon beacon, InetSocketAddress to)
      implements Effect {}

  /** Try a plain TCP connection and close it; {@link AgentCore#onConnectRefused} tells. */
  record Connect(NodeId peer, long incarnation, InetSocketAddress to) implements Effect {}

  /**
   * Ask for capabilities, with our own introduction in the question; {@link AgentCore#onAnswer} or
   * {@link AgentCore#onQuestionFailed} tells. For the log are the name, by which the peer calls
   * itself, and whether it is met by this; else it is only looked for.
   */
  record Ask(long question, String name, boolean meets, InetSocketAddress to, Introduction self)
      implements Effect {}

  /** Nobody waits for this question any more. */
  record Forget(long question) implements Effect {}

  /** Answer what {@link AgentCore#onQuestion} brought. */
  record Reply(long token, Introduction self) implements Effect {}

  /** Keep a connection open to this peer; {@link AgentCore#onWatchBroken} tells when it ends. */
  record Watch(NodeId peer, long incarnation, InetSocketAddress to) implements Effect {}

  /** Close the connection to this peer. */
  record Unwatch(NodeId peer, long incarnation) implements Effect {}

  /** Tell the application. */
  record Tell(Change change) implements Effect {}

  /**
   * A peer moved from one state to another by this evidence; told while somebody wants to know.
   *
   * @param at where the evidence came from: the port that refused, else where it is heard
   * @param causeNs since when there was cause for it, in the time of the caller: of who is met, the
   *     first datagram; of who died, the broken watch, the doubt or the refusal; of who fell
   *     silent, its last sign of life; else the event that moved it
   * @param heardNs its last sign of life, in that time too
   * @param detail what it said itself of how it failed, in a goodbye, which nothing proves
   */
  record Moved(
      NodeId peer,
      long incarnation,
      String name,
      State from,
      State to,
      Evidence evidence,
      InetSocketAddress at,
      long causeNs,
      long heardNs,
      String detail)
      implements Effect {}

  /**
   * Something was noticed of a peer that may lead to a move, or explain one; told while somebody
   * wants to know.
   *
   * @param at which port it is about, or where the peer is heard
   * @param by whose word it is, if another's
   * @param times how many, of what is counted; else 1
   * @param causeNs since when there was cause for it, in the time of the caller: of what was
   *     missed, the last sign of life; of an answer, its question; else this moment
   */
  record Noticed(
      NodeId peer,
      long incarnation,
      String name,
      Sign sign,
      InetSocketAddress at,
      Optional<NodeId> by,
      int times,
      long causeNs)
      implements Effect {}

  /**
   * One try of a question is over; told while somebody wants to know.
   *
   * @param purpose why it was asked, as {@code Question.Purpose} has it
   */
  record Asked(
      NodeId peer,
      long incarnation,
      String purpose,
      Outcome outcome,
      InetSocketAddress at,
      long tookNs)
      implements Effect {
    /** How it ended. */
    public enum Outcome {
      /** With an answer. */
      ANSWERED,
      /** Refused, ended, or with an answer that made no sense. */
      FAILED,
      /** Its time was up. */
      LATE,
      /** Something else told what it was to tell. */
      UNWANTED
    }
  }

  /**
   * Something for the log and {@code doctor}, at most once for each kind and subject in a while.
   */
  record Note(NoteKind kind, String text) implements Effect {}

  /** Nobody is heard any more on a link where others were, and those are held; or somebody is. */
  record Isolated(boolean isIsolated) implements Effect {}

  /** The identity changed: another agent has our id, and we are the later one. */
  record Renamed(NodeId id) implements Effect {}

  /**
   * The agent cannot go on: another one has the id that the application chose for this one, and was
   * there earlier. The core takes its leave by itself: the farewell follows, and at its end, some
   * 100 ms later, {@link Stopped}. It comes at most once.
   */
  record Failed(String why) implements Effect {}

  /** The farewell is sent: close the sockets. */
  record Stopped() implements Effect {}
}
