package pharos.agent;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * The writing end of a feed: a PUSH in the application's context, used and closed by the call-back
 * thread alone; so no ZContext knows of it, since one closes what it knows in its own thread. Each
 * message has three frames: what it is, the id of the peer in base64 (empty for a list), and JSON.
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
 * within a twentieth of a second, and holds up the end of the context for no longer than that, or
 * than a call back takes.
 */
final class Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final byte[] NOBODY = {};

  private final ZContext context;
  private final ZMQ.Socket reader;
  private final ZMQ.Socket writer;
  private boolean begun;

  private Feed(ZContext context, ZMQ.Socket reader, ZMQ.Socket writer) {
    this.context = context;
    this.reader = reader;
    this.writer = writer;
  }

  /** In the thread of the application. The bound is of messages: as many may wait on each side. */
  static Feed open(ZContext context, int bound) {
    // The context is the application's, and may hold the feeds of several agents.
    String endpoint = "inproc://pharos-feed-" + NUMBERS.incrementAndGet();
    ZMQ.Socket reader = context.createSocket(SocketType.PULL);
    ZMQ.Socket writer = context.getContext().socket(SocketType.PUSH);
    try {
      reader.setRcvHWM(bound);
      reader.bind(endpoint);
      writer.setSndHWM(bound);
      writer.setLinger(0);
      writer.connect(endpoint);
      return new Feed(context, reader, writer);
    } catch (RuntimeException e) {
      writer.close();
      reader.close();
      throw e;
    }
  }

  ZMQ.Socket reader() {
    return reader;
  }

  /** Whether the reading end is still there: its context forgets it when it is closed. */
  boolean isWanted() {
    return !context.isClosed() && context.getSockets().contains(reader);
  }

  /** False when there is no room. */
  boolean sendList(Snapshot snapshot) {
    // A list may be long: it is not written down for a reader that still is behind.
    if (!hasRoom()) {
      return false;
    }
    boolean sent = send(begun ? "RESYNC" : "PEERS", NOBODY, Peer.toJson(snapshot.peers()));
    begun |= sent;
    return sent;
  }

  /** False when there was no room for all. */
  boolean sendEvents(List<PeerEvent> events) {
    for (PeerEvent event : events) {
      byte[] id = event.peer().id().toBase64().getBytes(StandardCharsets.US_ASCII);
      if (!send(event.kind().name(), id, event.toJson())) {
        return false;
      }
    }
    return true;
  }

  private boolean hasRoom() {
    try {
      return (writer.getEvents() & ZMQ.Poller.POLLOUT) != 0;
    } catch (RuntimeException | AssertionError e) {
      LOG.debug("a feed cannot be asked: {}", e.toString());
      return false;
    }
  }

  private boolean send(String kind, byte[] id, String json) {
    try {
      // The rest of a message has room where its first frame had.
      return writer.send(kind, ZMQ.DONTWAIT | ZMQ.SNDMORE)
          && writer.send(id, ZMQ.DONTWAIT | ZMQ.SNDMORE)
          && writer.send(json.getBytes(StandardCharsets.UTF_8), ZMQ.DONTWAIT);
    } catch (RuntimeException | AssertionError e) {
      // The context is about to end, and JeroMQ says so in many ways; the next look finds it so.
      LOG.debug("a feed cannot be written: {}", e.toString());
      return false;
    }
  }

  /** On the call-back thread. What the reader has not read by then may be lost. */
  void close() {
    try {
      writer.close();
    } catch (RuntimeException | AssertionError e) {
      LOG.debug("closing a feed: {}", e.toString());
    }
  }

  /** Both ends, when nobody was given the reading one. */
  void abandon() {
    close();
    reader.close();
  }
}
