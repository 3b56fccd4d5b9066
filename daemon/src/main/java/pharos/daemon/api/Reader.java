package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Somebody who follows what happens: a place in the ring of an {@link EventHub}. What it has not
 * read costs nothing but its place, until the ring has gone past it.
 */
final class Reader implements Live {
  /** Events that wait are sent together up to this. */
  private static final int BATCH_BYTES = 16 * 1024;

  private static final byte[] BEGIN = "retry: 1000\n\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] BEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private final EventHub hub;
  private final boolean wantsLists;
  private final ArrayDeque<ByteBuffer> pieces = new ArrayDeque<>();
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final List<Runnable> wakes = new ArrayList<>();
  private Runnable onClose = () -> {};
  private long at;

  Reader(EventHub hub, long at, boolean wantsLists, List<ByteBuffer> begin) {
    this.hub = hub;
    this.at = at;
    this.wantsLists = wantsLists;
    pieces.add(ByteBuffer.wrap(BEGIN));
    pieces.addAll(begin);
  }

  /** What else ends with it. */
  Reader closing(Runnable onClose) {
    this.onClose = onClose;
    return this;
  }

  @Override
  public Optional<ByteBuffer> next() {
    if (pieces.isEmpty() && wantsLists && at < hub.next()) {
      // However much happened meanwhile, the last list tells it.
      synchronized (hub) {
        at = hub.next();
        pieces.addAll(hub.wholeList("peers"));
      }
    }
    if (!pieces.isEmpty()) {
      return Optional.of(pieces.remove());
    }
    return wantsLists ? Optional.empty() : events();
  }

  private Optional<ByteBuffer> events() {
    List<ByteBuffer> batch = new ArrayList<>();
    int size = 0;
    while (at < hub.next() && size < BATCH_BYTES) {
      ByteBuffer event = hub.event(at);
      if (event == null) {
        throw new LostException();
      }
      if (!batch.isEmpty() && size + event.remaining() > BATCH_BYTES) {
        break;
      }
      batch.add(event);
      size += event.remaining();
      at++;
    }
    if (batch.size() < 2) {
      return batch.stream().findFirst();
    }
    ByteBuffer together = ByteBuffer.allocate(size);
    batch.forEach(together::put);
    return Optional.of(together.flip());
  }

  @Override
  public ByteBuffer heartbeat() {
    return ByteBuffer.wrap(BEAT);
  }

  @Override
  public void onMore(Runnable wake) {
    wakes.add(wake);
    hub.afterNews(wake);
  }

  @Override
  public void close(Ending why) {
    if (isClosed.compareAndSet(false, true)) {
      wakes.forEach(hub::forget);
      hub.leave(why == Ending.READER_SLOW);
      onClose.run();
    }
  }
}
