package pharos.examples.alpha;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Agent;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.beacon.NodeId;
import pharos.examples.Threads;

/**
 * Looks every few seconds for alphas that no beacon reaches from here, by a gateway if there is
 * one: tells who is new there and who is gone, and asks each new one for a quote, which it answers
 * if there is a route. One thread of its own.
 */
final class Horizon implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Horizon.class);

  private final Agent agent;
  private final Caller caller;
  private final Duration every;
  private final Thread thread = new Thread(this::look, "alpha-horizon");
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<NodeId, String> known = new TreeMap<>();

  Horizon(Agent agent, Caller caller, Duration every) {
    this.agent = agent;
    this.caller = caller;
    this.every = every;
  }

  void start() {
    thread.start();
  }

  private void look() {
    try {
      while (!closing.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        Finding finding = agent.browse(agent.self().service()).get();
        // We are an Alpha ourselves: what does not even find us is no news of the others.
        if (finding.isFound()) {
          compare(finding);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      log.debug("looks no further: {}", e.getMessage());
    }
  }

  private void compare(Finding finding) {
    Set<NodeId> near = new HashSet<>();
    agent.members().forEach(member -> near.add(member.id()));
    Map<NodeId, Peer> far = new TreeMap<>();
    for (Peer peer : finding.peers()) {
      if (!near.contains(peer.id())) {
        far.put(peer.id(), peer);
      }
    }
    for (NodeId id : List.copyOf(known.keySet())) {
      if (!far.containsKey(id)) {
        log.info("{} is seen on the other side no more", known.remove(id));
      }
    }
    List<Peer> arrived = new ArrayList<>();
    for (Peer peer : far.values()) {
      if (known.put(peer.id(), peer.name()) == null) {
        log.info("{} is on the other side, told by {}", peer.name(), peer.site());
        arrived.add(peer);
      }
    }
    for (Peer peer : arrived) {
      if (closing.getCount() > 0) {
        caller.call(peer, Alpha.QUOTES, "ropes");
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    Threads.join(thread);
  }
}
