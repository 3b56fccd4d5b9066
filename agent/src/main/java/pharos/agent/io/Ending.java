package pharos.agent.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a loop, in bounded time whatever fails in it. A failure is told before anything is
 * closed: a context of JeroMQ whose thread is dead never closes, and memory may have run out.
 */
final class Ending {
  /** What the telling of a failure may need when no memory is left. */
  private static final int RESERVE_BYTES = 256 * 1024;

  private static final int TELL_TRIES = 10;
  private static final long TELL_PAUSE_MS = 20;

  /** A context that lives closes within some 20 ms. */
  private static final long CLOSE_MS = 400;

  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  private final String name;
  private final LoopListener listener;
  private final Thread closing;
  private final List<byte[]> reserve = new ArrayList<>(List.of(new byte[RESERVE_BYTES]));

  Ending(String name, LoopListener listener, Runnable closeContext) {
    this.name = name;
    this.listener = listener;
    // Made now: at the end there may be no memory for it.
    closing = new Thread(() -> guarded("closing the context", closeContext), threadName(name));
    closing.setDaemon(true);
  }

  private static String threadName(String name) {
    return "pharos-" + name + "-closing";
  }

  /** For the thread of the loop, once. */
  void run(Optional<Throwable> failure, Runnable closeSockets) {
    reserve.clear();
    if (failure.isPresent()) {
      tell(failure);
      Throwable why = failure.get();
      guarded("the log", () -> log.error("{} failed, and ends", name, why));
    }
    guarded("closing the sockets", closeSockets);
    guarded("closing the context", this::closeContext);
    if (failure.isEmpty()) {
      tell(failure);
    }
  }

  private void tell(Optional<Throwable> failure) {
    for (int tries = 0; tries < TELL_TRIES; tries++) {
      if (guarded("telling the end", () -> listener.onEnded(failure))) {
        return;
      }
      // Others may let go of some memory meanwhile.
      guarded("a pause", Ending::pause);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(TELL_PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeContext() {
    boolean wasInterrupted = Thread.interrupted();
    closing.start();
    try {
      closing.join(CLOSE_MS);
    } catch (InterruptedException e) {
      wasInterrupted = true;
    }
    if (closing.isAlive()) {
      log.warn(
          "JeroMQ does not end the context of {} within {} ms; its port may stay taken until this"
              + " process ends",
          name,
          CLOSE_MS);
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it was done; what it throws must not keep what comes after it from being done. */
  private static boolean guarded(String what, Runnable step) {
    try {
      step.run();
      return true;
    } catch (Throwable e) {
      try {
        log.error("{} failed", what, e);
      } catch (Throwable again) {
        // Not even memory for a line: the steps after it count for more.
      }
      return false;
    }
  }
}
