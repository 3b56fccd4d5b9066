package pharos.daemon.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Counted;
import pharos.daemon.api.Asker;

/**
 * Where connections come in, and are closed when {@link Visitors} says so. One thread waits at the
 * port: a selector that cannot accept would try again at once, and for ever.
 */
final class Door extends ServerConnector implements SelectorManager.AcceptListener {
  private static final Logger log = LoggerFactory.getLogger(Door.class);

  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = 1;
  private static final long LOOK_MS = 250;

  /** Until somebody may have given back what the system has none of. */
  private static final long NO_DESCRIPTORS_MS = 200;

  /** So long who comes has to ask until it may be his turn to go, however many come after him. */
  private static final long GRACE_MS = 250;

  private final Visitors<SelectableChannel> visitors;
  private final AtomicBoolean looks = new AtomicBoolean();

  Door(Server server, HttpConnectionFactory http, Limits limits) {
    super(server, ACCEPTORS, SELECTORS, http);
    visitors = new Visitors<>(limits);
    addBean(this);
  }

  /** Before a connection costs more than its descriptor. */
  @Override
  public void onAccepting(SelectableChannel channel) {
    try {
      SocketChannel socket = (SocketChannel) channel;
      Asker asker = Asker.of(socket.getRemoteAddress(), socket.getLocalAddress());
      long graceNs = TimeUnit.MILLISECONDS.toNanos(GRACE_MS);
      while (isRunning() && visitors.waitNs(asker, graceNs, System.nanoTime()) > 0) {
        pause(1);
      }
      close(visitors.enter(channel, asker, System.nanoTime()));
      lookSoon();
    } catch (IOException | IllegalArgumentException e) {
      log.debug("a connection ended before it began", e);
      close(channel);
    }
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable why) {
    visitors.leave(channel);
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    super.onEndPointClosed(endPoint);
    if (endPoint.getTransport() instanceof SelectableChannel channel) {
      visitors.leave(channel);
    }
  }

  /** The head of this request is whole. */
  void asked(Request request) {
    visitors.ask(channel(request), System.nanoTime());
  }

  /** What this request asks for may take its time. */
  void awaits(Request request) {
    visitors.await(channel(request));
  }

  /** What this request asks for is a stream. */
  void follows(Request request) {
    visitors.follow(channel(request));
  }

  /** This goes out to who sent this request; its octets tell whether others read the same. */
  @SuppressWarnings("ByteBufferBackingArray")
  void answers(Request request, ByteBuffer sent) {
    Object body = sent.hasArray() ? sent.array() : sent;
    close(visitors.answer(channel(request), body, sent.remaining(), System.nanoTime()));
  }

  /** He has read it. */
  void answered(Request request) {
    visitors.read(channel(request), System.nanoTime());
  }

  /** What clients hold. */
  List<Counted> counted() {
    return visitors.counted();
  }

  /** How many connections there are. */
  int visitors() {
    return visitors.count();
  }

  private static SelectableChannel channel(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    return (SelectableChannel) endPoint.getTransport();
  }

  /** As long as there are any; nothing wakes an agent that nobody asks. */
  private void lookSoon() {
    if (looks.compareAndSet(false, true)) {
      var unused = getScheduler().schedule(this::look, LOOK_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    looks.set(false);
    close(visitors.late(System.nanoTime()));
    if (visitors.count() > 0) {
      lookSoon();
    }
  }

  private void close(List<SelectableChannel> channels) {
    channels.forEach(this::close);
  }

  private void close(SelectableChannel channel) {
    for (EndPoint endPoint : getConnectedEndPoints()) {
      if (endPoint.getTransport() == channel) {
        // Tells whoever writes to it, too.
        endPoint.close();
        return;
      }
    }
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("a connection cannot be closed", e);
    }
  }

  /** No descriptors, as a rule. One of ours is given back; without one it is for others to do. */
  @Override
  protected boolean handleAcceptFailure(Throwable why) {
    boolean isOurs = isRunning() && isOpen() && why instanceof IOException;
    if (!isOurs || Thread.currentThread().isInterrupted()) {
      return super.handleAcceptFailure(why);
    }
    log.warn("HTTP accepts nobody for now: {}", String.valueOf(why.getMessage()));
    List<SelectableChannel> gone = visitors.makeRoom(System.nanoTime());
    close(gone);
    pause(gone.isEmpty() ? NO_DESCRIPTORS_MS : GRACE_MS / Math.max(1, visitors.count()));
    return !Thread.currentThread().isInterrupted();
  }

  /** Only the thread that accepts waits, and whoever wants to come in. */
  private static void pause(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
