package pharos.agent.zeromq;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import pharos.agent.AgentClosedException;
import pharos.agent.Cancellable;
import pharos.agent.Peer;
import pharos.agent.PeerEvent;
import pharos.agent.PeerView;

/**
 * Every change of the peers as messages of a socket in the application's own context. Each has
 * three frames: what it is, the id of the peer in base64 (empty for a list), and JSON.
 *
 * <ul>
 *   <li>{@code PEERS} comes first, with {@link Peer#toJson(java.util.Collection) all peers};
 *   <li>then {@code ARRIVED}, {@code UPDATED}, {@code SUSPECT}, {@code RECOVERED} and {@code GONE},
 *       one for each {@link PeerEvent#toJson() event}, in order;
 *   <li>{@code RESYNC}, with all peers, when the reader was behind and events were dropped: what it
 *       knew before is void.
 * </ul>
 *
 * <p>The application may close the reading end or its context at any time: the writing end notices
 * within a twentieth of a second, and holds up the end of the context for no longer than that. It
 * is a PUSH, used and closed by a thread of its own, {@code pharos-feed-N}; no ZContext knows of
 * it, since one closes what it knows in its own thread.
 */
public final class Feed {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);
  private static final AtomicLong NUMBERS = new AtomicLong();

  /** How many messages may wait, in each of the sockets and before them. */
  private static final int BOUND = 10_000;

  /** How often it looks after its reader. */
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private record Message(String kind, String id, String json) {}

  private final PeerView peers;
  private final ZContext context;
  private final int bound;
  private final ZMQ.Socket reader;
  private final ZMQ.Socket writer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ready = lock.newCondition();
  // Guarded by the lock.
  private final ArrayDeque<Message> waiting = new ArrayDeque<>();
  private @Nullable List<Peer> list;
  private boolean isBehind;
  private boolean isOver;
  // Of the thread.
  private boolean hasBegun;

  /**
   * A PULL socket in your own context, yours to poll and close, that gets every change. Ends with
   * the socket, its context or the agent.
   *
   * @throws AgentClosedException when the agent is closed
   */
  public static ZMQ.Socket open(PeerView peers, ZContext yours) {
    return open(peers, yours, BOUND);
  }

  static ZMQ.Socket open(PeerView peers, ZContext yours, int bound) {
    long number = NUMBERS.incrementAndGet();
    Feed feed = new Feed(peers, yours, "inproc://pharos-feed-" + number, bound);
    Cancellable news;
    try {
      news = feed.follow();
    } catch (AgentClosedException e) {
      feed.writer.close();
      feed.reader.close();
      throw e;
    }
    Thread thread = new Thread(() -> feed.run(news), "pharos-feed-" + number);
    thread.setDaemon(true);
    thread.start();
    return feed.reader;
  }

  /** In the thread of the application, whose context may hold the feeds of several agents. */
  private Feed(PeerView peers, ZContext context, String endpoint, int bound) {
    this.peers = peers;
    this.context = context;
    this.bound = bound;
    reader = context.createSocket(SocketType.PULL);
    writer = context.getContext().socket(SocketType.PUSH);
    try {
      reader.setRcvHWM(bound);
      reader.bind(endpoint);
      writer.setSndHWM(bound);
      writer.setLinger(0);
      writer.connect(endpoint);
    } catch (RuntimeException e) {
      writer.close();
      reader.close();
      throw e;
    }
  }

  // On the thread of the call backs.

  private Cancellable follow() {
    return peers.onNews(this::onList, this::onEvent);
  }

  private void onList(List<Peer> all) {
    change(
        () -> {
          waiting.clear();
          list = all;
        });
  }

  private void onEvent(PeerEvent event) {
    Message message =
        new Message(event.kind().name(), event.peer().id().toBase64(), event.toJson());
    change(
        () -> {
          if (waiting.size() < bound) {
            waiting.add(message);
          } else {
            fallBehind();
          }
        });
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      ready.signal();
    } finally {
      lock.unlock();
    }
  }

  private void fallBehind() {
    waiting.clear();
    isBehind = true;
  }

  // On its own thread.

  private void run(Cancellable first) {
    Cancellable end = peers.onEnd(why -> change(() -> isOver = true));
    Cancellable news = first;
    try {
      while (isWanted()) {
        if (isBehind()) {
          news = catchUp(news);
        } else {
          write();
        }
        awaitNews();
      }
    } catch (AgentClosedException e) {
      log.debug("the agent of a feed is closed", e);
    } finally {
      end.cancel();
      news.cancel();
      close();
    }
  }

  /** Whether it runs, and its reading end is there: a context forgets what is closed. */
  private boolean isWanted() {
    lock.lock();
    try {
      return !isOver && !context.isClosed() && context.getSockets().contains(reader);
    } finally {
      lock.unlock();
    }
  }

  private boolean isBehind() {
    lock.lock();
    try {
      return isBehind;
    } finally {
      lock.unlock();
    }
  }

  /** Follows anew once there is room, which begins with everybody. */
  private Cancellable catchUp(Cancellable news) {
    // A list may be long: it is not written down for a reader that still is behind.
    if (!hasRoom()) {
      return news;
    }
    news.cancel();
    change(
        () -> {
          waiting.clear();
          isBehind = false;
        });
    return follow();
  }

  private void write() {
    List<Peer> all;
    List<Message> messages;
    lock.lock();
    try {
      all = list;
      list = null;
      messages = List.copyOf(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    boolean isWritten = all == null || sendList(all);
    for (Message message : messages) {
      isWritten = isWritten && send(message);
    }
    if (!isWritten) {
      change(this::fallBehind);
    }
  }

  private void awaitNews() {
    lock.lock();
    try {
      long leftNs = LOOK_NS;
      while (leftNs > 0 && !isOver && (isBehind || (list == null && waiting.isEmpty()))) {
        leftNs = ready.awaitNanos(leftNs);
      }
    } catch (InterruptedException e) {
      log.debug("nobody has a reason to interrupt a feed", e);
    } finally {
      lock.unlock();
    }
  }

  private boolean sendList(List<Peer> all) {
    boolean isSent = send(new Message(hasBegun ? "RESYNC" : "PEERS", "", Peer.toJson(all)));
    hasBegun |= isSent;
    return isSent;
  }

  private boolean hasRoom() {
    try {
      return (writer.getEvents() & ZMQ.Poller.POLLOUT) != 0;
    } catch (RuntimeException | AssertionError e) {
      log.debug("a feed cannot be asked: {}", e.toString());
      return false;
    }
  }

  /** False when there is no room. */
  private boolean send(Message message) {
    try {
      // The rest of a message has room where its first frame had.
      return writer.send(message.kind(), ZMQ.DONTWAIT | ZMQ.SNDMORE)
          && writer.send(message.id(), ZMQ.DONTWAIT | ZMQ.SNDMORE)
          && writer.send(message.json(), ZMQ.DONTWAIT);
    } catch (RuntimeException | AssertionError e) {
      // The context is about to end, and JeroMQ says so in many ways; the next look finds it so.
      log.debug("a feed cannot be written: {}", e.toString());
      return false;
    }
  }

  /** What the reader has not read by then may be lost. */
  private void close() {
    try {
      writer.close();
    } catch (RuntimeException | AssertionError e) {
      log.debug("closing a feed: {}", e.toString());
    }
  }
}
