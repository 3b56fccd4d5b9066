package pharos.agent.io;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.zeromq.ZContext;

/**
 * A ZeroMQ context of our own, whose threads outlive whatever is thrown in them.
 *
 * <p>JeroMQ runs each of its threads as one loop, with all its state in fields: after an Error, or
 * an exception of a timer, the same loop can be entered again on the same thread. That is the last
 * resort, for what {@link Guard} did not stop. In a context of the application these hooks are not
 * ours to set, and the thread dies.
 */
final class Contexts {
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private Contexts() {}

  /** Hears of what was thrown in a thread of JeroMQ, in that thread. */
  interface Deaths {
    /** A thread would have ended of that, and goes on. */
    void onDeath(String thread, Throwable cause);
  }

  /**
   * Opens one.
   *
   * @param survived counts what one event handler threw, and JeroMQ would print
   */
  static ZContext open(Deaths deaths, AtomicLong survived) {
    ZContext context = new ZContext();
    context.setThreadFactor((loop, name) -> thread(loop, name, deaths));
    context.setNotificationExceptionHandler((thread, cause) -> survived.incrementAndGet());
    return context;
  }

  private static Thread thread(Runnable loop, String name, Deaths deaths) {
    Thread thread = new Thread(() -> runAgain(loop, name, deaths), name);
    thread.setDaemon(true);
    return thread;
  }

  /** The loop returns when its context is closed, and only then. */
  private static void runAgain(Runnable loop, String name, Deaths deaths) {
    while (true) {
      try {
        loop.run();
        return;
      } catch (Throwable e) { // an Error too: the thread is all that the agent has
        tell(deaths, name, e);
        // Where it fails at once, again and again, that must not take a processor.
        LockSupport.parkNanos(PAUSE_NS);
      }
    }
  }

  private static void tell(Deaths deaths, String name, Throwable cause) {
    try {
      deaths.onDeath(name, cause);
    } catch (Throwable e) { // out of memory again, most likely; the loop matters more
      Thread.onSpinWait();
    }
  }
}
