package pharos.examples.cachepool;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Peer;
import pharos.agent.PharosException;
import pharos.examples.Threads;

/**
 * One member of the pool: a {@link Store} for the keys that it owns, and a client that asks the
 * owner of each key, itself or another, in a thread of its own. The members may disagree for a
 * moment while news spreads: then a key is loaded once more than needed, no worse.
 */
final class Node implements AutoCloseable {
  static final String CACHE = "Cache";

  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final List<String> KEYS =
      IntStream.range(0, 1_000).mapToObj(i -> "key-" + i).collect(Collectors.toList());
  private static final int PATIENCE_MS = 500;
  private static final int HANDSHAKE_MS = 250;

  private final ZContext context;
  private final Store store;
  private final Agent agent;
  private final int getsPerSecond;
  private final Thread client = new Thread(this::getInTurn, "cache-client");
  private final CountDownLatch closing = new CountDownLatch(1);

  // Told by the call-back thread, read by the client.
  private volatile Pool pool = new Pool(List.of());
  private final AtomicLong gets = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  private Node(ZContext context, Store store, Agent agent, int getsPerSecond) {
    this.context = context;
    this.store = store;
    this.agent = agent;
    this.getsPerSecond = getsPerSecond;
  }

  static Node start(AgentBuilder builder, int getsPerSecond) {
    ZContext context = new ZContext();
    Store store = Store.open(context);
    Agent agent;
    try {
      agent = builder.context(context).offer(CACHE, store.port()).start();
    } catch (PharosException | IllegalArgumentException e) {
      store.close();
      context.close();
      throw e;
    }
    Node node = new Node(context, store, agent, getsPerSecond);
    store.start();
    agent.onMembers(node::follow);
    node.client.start();
    return node;
  }

  /** The same list on every member, so the same owners. */
  private void follow(List<Peer> members) {
    Pool next = new Pool(members.stream().filter(member -> member.offers(CACHE)).toList());
    Pool before = pool;
    double ideal = before.ideal(next);
    if (ideal > 0) {
      double moved = (double) before.moved(next, KEYS) / KEYS.size();
      log.info(
          "members: {}; {} of the keys moved, the ideal is {}; so far {} gets, {} failed, and {}"
              + " keys loaded",
          next.size(),
          percent(moved),
          percent(ideal),
          gets,
          failed,
          store.loaded());
    }
    pool = next;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private void getInTurn() {
    SplittableRandom random = new SplittableRandom();
    try {
      while (!closing.await(1_000_000 / getsPerSecond, TimeUnit.MICROSECONDS)) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        Optional<Peer> owner = pool.owner(key);
        if (owner.isPresent()) {
          gets.incrementAndGet();
          if (get(owner.get(), key).isEmpty()) {
            failed.incrementAndGet();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the owner has or loads; nothing when it does not answer. */
  private Optional<String> get(Peer owner, String key) {
    ZMQ.Socket socket = context.createSocket(SocketType.REQ);
    try {
      socket.setLinger(0);
      socket.setIPv6(true);
      // A new connection of JeroMQ 0.6 may stall: then it is made anew.
      socket.setHandshakeIvl(HANDSHAKE_MS);
      socket.setReceiveTimeOut(PATIENCE_MS);
      socket.connect(owner.capability(CACHE).orElseThrow().endpoint());
      socket.send(key);
      return Optional.ofNullable(socket.recvStr());
    } catch (ZMQException e) {
      return Optional.empty();
    } finally {
      socket.close();
    }
  }

  @Override
  public void close() {
    agent.close();
    closing.countDown();
    Threads.join(client);
    store.close();
    context.close();
  }
}
