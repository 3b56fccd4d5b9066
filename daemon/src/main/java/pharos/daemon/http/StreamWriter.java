package pharos.daemon.http;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import pharos.daemon.api.Live;

/**
 * Writes a stream to its reader, one piece at a time: the next one is asked for when the last one
 * is gone, so a reader that does not read holds one. Woken from any thread.
 */
final class StreamWriter extends IteratingCallback {
  private final Door door;
  private final Request request;
  private final Response response;
  private final Live live;
  private final Callback callback;
  private final AtomicBoolean isBeatDue = new AtomicBoolean();
  private final AtomicBoolean isWoken = new AtomicBoolean();
  private Runnable onEnd = () -> {};
  private boolean isWriting;

  StreamWriter(Door door, Request request, Response response, Live live, Callback callback) {
    this.door = door;
    this.request = request;
    this.response = response;
    this.live = live;
    this.callback = callback;
  }

  /** Writes what there is, and what comes. */
  void begin(Executor executor, Runnable onEnd) {
    this.onEnd = onEnd;
    door.follows(request);
    live.onMore(
        () -> {
          if (isWoken.compareAndSet(false, true)) {
            executor.execute(this::wake);
          }
        });
    iterate();
  }

  private void wake() {
    isWoken.set(false);
    iterate();
  }

  /** Writes something even when there is nothing new, so that both ends know the other is there. */
  void beat() {
    isBeatDue.set(true);
    iterate();
  }

  @Override
  protected Action process() {
    if (isWriting) {
      isWriting = false;
      door.answered(request);
    }
    boolean isDue = isBeatDue.getAndSet(false);
    Optional<ByteBuffer> piece = live.next();
    if (piece.isEmpty() && !isDue) {
      return Action.IDLE;
    }
    ByteBuffer sent = piece.orElseGet(live::heartbeat);
    isWriting = true;
    door.answers(request, sent);
    response.write(false, sent, this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onCompleteFailure(Throwable why) {
    // With a piece under way it was he who did not read, unless his end of the connection is gone.
    boolean isSlow = why instanceof Live.LostException || why instanceof TimeoutException;
    onEnd.run();
    live.close(isSlow ? Live.Ending.READER_SLOW : Live.Ending.READER_LEFT);
    callback.failed(why);
  }
}
