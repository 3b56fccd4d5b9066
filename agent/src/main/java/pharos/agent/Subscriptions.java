package pharos.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * How an application follows its peers. All call backs of one agent run on one thread of their own,
 * {@code pharos-NAME-callbacks}, one at a time. A slow one delays the others, never the agent: what
 * it missed is made up for, as each method says. One that throws is logged and counted, and is
 * called again the next time. After {@link Cancellable#cancel} or the close of the agent returned,
 * none is called; from within a call back both return at once, and that call still ends.
 */
interface Subscriptions {
  /**
   * Calls with all others, by id: once now, and after each change. While a call runs, changes add
   * up to one; the last list is never left out, and no list comes after a newer one.
   */
  Cancellable onPeers(Consumer<List<Peer>> callback);

  /** The same with oneself among them, which every member of a cluster sees alike. */
  Cancellable onMembers(Consumer<List<Peer>> callback);

  /**
   * Calls with each event, in order, and with an ARRIVED for everybody who is there first. Each
   * ARRIVED is followed by exactly one GONE of the same incarnation. When too many wait, they are
   * replaced by the difference between what was told and what is.
   */
  Cancellable onEvent(Consumer<PeerEvent> callback);

  /**
   * What {@link #onPeers} tells, for as long as there is demand: a subscriber that asks late gets
   * the latest list and not those before. Completes when the agent is closed.
   */
  Flow.Publisher<List<Peer>> publisher();

  /**
   * Waits until at least this many peers offer the type and are alive.
   *
   * @return those who do, by id
   * @throws AwaitTimeoutException with who is there instead
   * @throws AgentClosedException when the agent is closed, before or meanwhile
   * @throws IllegalStateException in a call back, which would wait for itself
   * @throws PharosException when the thread is interrupted, which it is then still
   */
  List<Peer> awaitPeers(String type, int count, Duration limit);
}
