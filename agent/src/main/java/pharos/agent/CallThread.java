package pharos.agent;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The thread that an agent calls back on when the application names no executor. It is given one
 * task at a time, by {@link CallLine}, and takes no memory for it: it tells the end of memory too.
 */
final class CallThread implements Executor {
  private final Thread thread;
  // Guarded by this.
  private @Nullable Runnable task;
  private boolean isOver;

  CallThread(String name) {
    thread = new Thread(this::run, "pharos-" + name + "-callbacks");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public synchronized void execute(Runnable task) {
    this.task = task;
    notifyAll();
  }

  /** Ends the thread after what it was given. */
  synchronized void end() {
    isOver = true;
    notifyAll();
  }

  private void run() {
    Runnable next = take();
    while (next != null) {
      next.run();
      next = take();
    }
  }

  private synchronized @Nullable Runnable take() {
    while (task == null && !isOver) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Meant for a call that is over.
      }
    }
    Runnable taken = task;
    task = null;
    return taken;
  }
}
