package pharos.agent;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Who is there: what a program reads of an {@link Agent}. Code that takes this instead of an agent
 * is tested with {@code pharos.agent.testing.TestPeers}, where peers come and go as the test says.
 *
 * <p>Every method may be called from any thread. The lists are snapshots: immutable, sorted by id,
 * and no call for one waits. Call backs come one at a time, on one thread of their own unless the
 * builder was given an executor. A slow one delays the others, never the agent: what it missed is
 * made up for, as each method says. One that throws is logged and counted, and is called again the
 * next time. After {@link Cancellable#cancel} or the close of the agent returned, none is called;
 * from within a call back both return at once, and that call still ends.
 */
public interface PeerView {
  /** Oneself, as the others see it. */
  Peer self();

  /** All others, by id; never oneself. */
  List<Peer> peers();

  /**
   * Those who are heard but cannot be asked, by id: behind a firewall, perhaps. And those who are
   * back after they came and went so often that it is not told yet.
   */
  List<Peer> heardOnly();

  /**
   * All others of this network and oneself, by id: the same list on every member, to hash over. An
   * observer is no member, and has the others alone.
   */
  List<Peer> members();

  /**
   * Those who offer something of this type, by id; without those who are {@link
   * PeerState#UNREACHABLE_FROM_HERE}, which {@link #peers} has.
   */
  List<Peer> peersOffering(String type);

  /**
   * Whether it is this host that is cut off: a link of it is down, or several hosts were heard
   * there and none is any more. Peers of that link are {@link Peer#isHeld held}: they stay in the
   * lists as they were, for as long as {@link AgentBuilder#hold} says.
   */
  boolean isIsolated();

  /**
   * Waits until at least this many peers offer the type and are alive; for scripts and tests.
   *
   * @return those who do, by id
   * @throws AwaitTimeoutException with who is there instead, and who is suspect
   * @throws AgentClosedException when the agent is closed, before or meanwhile
   * @throws IllegalStateException in a call back, which would wait for itself
   * @throws PharosException when the thread is interrupted, which it is then still
   */
  List<Peer> awaitPeers(String type, int count, Duration limit);

  /**
   * Calls with all others, by id: once now, and after each change. While a call runs, changes add
   * up to one; the last list is never left out, and no list comes after a newer one.
   */
  default Cancellable onPeers(Consumer<List<Peer>> callback) {
    return onPeers(callback, Duration.ZERO);
  }

  /**
   * The same, so long after the first of several changes: a burst of them, as when a rack loses its
   * power, is one list.
   *
   * @param settle up to a minute; 0 waits for nothing
   */
  Cancellable onPeers(Consumer<List<Peer>> callback, Duration settle);

  /** As {@link #onPeers(Consumer)}, with {@link #members}. */
  default Cancellable onMembers(Consumer<List<Peer>> callback) {
    return onMembers(callback, Duration.ZERO);
  }

  /** As {@link #onPeers(Consumer, Duration)}, with {@link #members}. */
  Cancellable onMembers(Consumer<List<Peer>> callback, Duration settle);

  /**
   * Calls with each event, in order, and with an ARRIVED for everybody who is there first. Each
   * ARRIVED is followed by exactly one GONE of the same incarnation. When too many wait, they are
   * replaced by the difference between what was told and what is.
   */
  Cancellable onEvent(Consumer<PeerEvent> callback);

  /**
   * The same with all events at once that came up to so long after the first of them; with all who
   * are there, first.
   *
   * @param settle up to a minute; 0 waits for nothing
   */
  Cancellable onEvents(Consumer<List<PeerEvent>> callback, Duration settle);

  /**
   * Calls with all others first, and then with each event that follows on that list. When too many
   * wait, they are dropped, and a new list makes void what was told before.
   */
  Cancellable onNews(Consumer<List<Peer>> all, Consumer<PeerEvent> event);

  /** Calls with {@link #isIsolated}: once now, and after each change. */
  Cancellable onIsolated(Consumer<Boolean> callback);

  /**
   * Calls once when the agent has ended: with nothing when it was closed, and with what went wrong
   * when it failed. Where it has ended already, that is now, in the thread that asks.
   */
  Cancellable onEnd(Consumer<Optional<Throwable>> callback);

  /**
   * What {@link #onPeers} tells, for as long as there is demand: a subscriber that asks late gets
   * the latest list and not those before. Ends with the agent.
   */
  Flow.Publisher<List<Peer>> publisher();
}
