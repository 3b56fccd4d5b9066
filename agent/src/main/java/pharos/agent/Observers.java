package pharos.agent;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.io.Sometimes;

/** Who wants to know what an agent goes by; while nobody does, nothing of it is told. */
final class Observers {
  /** So many may wait for one who is slow; the eldest give way, and are counted. */
  private static final int MOST = 4_096;

  private final CallLine line;
  private final Consumer<Boolean> onWanted;
  private final Sometimes losses = new Sometimes();
  // All below is guarded by the lock of the line.
  private final Set<Observer> observers = new LinkedHashSet<>();
  private long lost;

  /**
   * @param onWanted told whether there is anybody, when that changes; must not wait
   */
  Observers(CallLine line, Consumer<Boolean> onWanted) {
    this.line = line;
    this.onWanted = onWanted;
  }

  Cancellable add(Consumer<Observation> callback) {
    Observer one = new Observer(callback);
    line.change(
        () -> {
          observers.add(one);
          onWanted.accept(true);
        });
    return one;
  }

  void tell(Observation observation) {
    line.change(() -> observers.forEach(one -> one.add(observation)));
  }

  /** How many were not told, since who wanted to know was too slow. */
  long lost() {
    return line.read(() -> lost);
  }

  private final class Observer extends CallLine.Entry implements Cancellable {
    private final Consumer<Observation> callback;
    private final ArrayDeque<Observation> waiting = new ArrayDeque<>();

    Observer(Consumer<Observation> callback) {
      this.callback = callback;
    }

    private void add(Observation observation) {
      if (waiting.size() >= MOST) {
        waiting.poll();
        lost++;
        line.warn(losses, "more than {} observations waited for one who asked for them", MOST);
      }
      waiting.add(observation);
      line.add(this);
    }

    @Override
    @Nullable Runnable next() {
      Observation next = waiting.poll();
      return next == null ? null : () -> callback.accept(next);
    }

    @Override
    boolean hasMore() {
      return !waiting.isEmpty();
    }

    @Override
    public void cancel() {
      line.change(
          () -> {
            if (observers.remove(this) && observers.isEmpty()) {
              onWanted.accept(false);
            }
            waiting.clear();
            line.awaitReturn(this);
          });
    }
  }
}
