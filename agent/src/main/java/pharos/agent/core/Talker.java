package pharos.agent.core;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Presence;

/**
 * A machine that talks with those of other agents over the port of this one: it answers questions,
 * and asks. What it does not override does not matter to it.
 *
 * @param <Q> a question
 * @param <A> an answer
 * @param <E> what only its own part of the shell understands
 */
public interface Talker<Q, A, E> extends Machine {
  /** What it wants done, in this order; nothing when it was all taken. */
  List<Action<Q, A, E>> takeActions();

  /**
   * Somebody asks; one {@link Action.Answer} or {@link Action.Ignore} with this token follows, at
   * once or later.
   *
   * @param source who is accountable for it: the address that it came from
   */
  void onQuestion(long token, String source, Q question);

  /**
   * A question of its own was answered.
   *
   * @param at the address that answered
   */
  void onReply(long number, String at, A reply);

  /** A question of its own failed: refused, no route, no sense in the answer, or too late. */
  void onFailed(long number);

  /**
   * Work of its own is done.
   *
   * @param outcome what the work returned; null when it failed, or had no place in the queue
   */
  default void onWorked(long number, @Nullable Object outcome) {}

  /**
   * This agent changed: its document, its addresses, its id.
   *
   * @param endpoints where it is reached from other networks
   */
  default void onSelf(PeerInfo self, List<String> endpoints) {}

  /** Something happened to a peer of the LAN. */
  default void onChange(Change change) {}

  /** Who is there, with the times they were heard; once in a while. */
  default void onPeers(List<PeerInfo> peers) {}

  /** Whether it wants to hear of each beacon now; asked once a turn. */
  default boolean isOverhearing() {
    return false;
  }

  /**
   * A beacon arrived, whatever its cluster; only while it {@link #isOverhearing}.
   *
   * @param isShared whether it came to the port that all share; else to this agent's own
   */
  default void onOverheard(InetAddress from, boolean isShared, Presence presence) {}

  /** What it counts; the same ones all its life. */
  default List<Counter> counters() {
    return List.of();
  }
}
