package pharos.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.AgentClosedException;
import pharos.agent.Peer;

/** How a command hears by itself who is there: by an agent that nobody sees, for the moment. */
final class Listening {
  private final NetworkOptions network;
  private final boolean isAll;

  /**
   * Nothing yet.
   *
   * @param isAll whether those count who are heard, but cannot be asked
   */
  Listening(NetworkOptions network, boolean isAll) {
    this.network = network;
    this.isAll = isAll;
  }

  /** Who is there after this time. */
  List<Peer> peers(Duration limit) {
    return await(limit, peers -> false);
  }

  /** Who is there as soon as they are all that is waited for, or when the time is over. */
  List<Peer> await(Duration limit, Predicate<List<Peer>> isEnough) {
    Logs.quiet();
    AgentBuilder builder = Agent.builder().name("pharos-peers").observer(true);
    network.applyTo(builder);
    CountDownLatch enough = new CountDownLatch(1);
    try (Agent agent = builder.start()) {
      agent.onPeers(
          peers -> {
            if (isEnough.test(peers)) {
              enough.countDown();
            }
          });
      boolean isThere = enough.await(limit.toNanos(), TimeUnit.NANOSECONDS);
      List<Peer> peers = new ArrayList<>(agent.peers());
      if (isAll && !isThere) {
        peers.addAll(agent.heardOnly());
      }
      return peers;
    } catch (IllegalArgumentException e) {
      throw new Misuse(String.valueOf(e.getMessage()), e);
    } catch (AgentClosedException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
  }
}
