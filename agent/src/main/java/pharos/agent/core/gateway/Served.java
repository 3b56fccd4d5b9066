package pharos.agent.core.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import pharos.kademlia.Quotas;

/**
 * The calls that a node makes for others: so many lookups at once, each address having its part of
 * them. What does not fit waits, and is dealt with in turn by address, so that one that asks a lot
 * keeps itself waiting. What would wait too long, or beyond the bound, is refused.
 */
final class Served {
  /** So many calls wait. */
  static final int MAX_WAITING = 1_024;

  private final Here here;
  private final Quotas running;
  private final Quotas waiting;
  private final Map<String, Deque<Waiting>> queues = new LinkedHashMap<>();
  private boolean isStarting;
  private long refused;

  /** A call, and what is done with it: one of the two is called, and once. */
  interface Step {
    /** It is its turn; {@code whenOver} is called when it is over. */
    void begin(Runnable whenOver);

    void refuse();
  }

  private record Waiting(Step step, int lookups, long untilNs) {}

  /**
   * @param lookups so many run at once
   * @param agents how many agents are proven at an address
   */
  Served(Here here, int lookups, ToIntFunction<String> agents) {
    this.here = here;
    running = new Quotas(lookups, agents);
    waiting = new Quotas(MAX_WAITING, agents);
  }

  /** How many lookups run. */
  long running() {
    return running.taken();
  }

  /** How many calls wait for their turn. */
  long waiting() {
    return waiting.taken();
  }

  /** How many calls were refused. */
  long refused() {
    return refused;
  }

  /**
   * Makes this call, now or in its turn.
   *
   * @param lookups how many lookups it takes
   * @param deadlineNs when who asked waits no longer
   */
  void serve(String source, int lookups, long deadlineNs, Step step) {
    if (waiting.room(source, 1) != Quotas.Room.THERE) {
      refuse(step);
      return;
    }
    waiting.take(source, 1);
    queues
        .computeIfAbsent(source, name -> new ArrayDeque<>())
        .add(new Waiting(step, lookups, deadlineNs));
    startAll();
  }

  private void refuse(Step step) {
    refused++;
    step.refuse();
  }

  /** A call may be over at once: the loop goes on then, and none begins within it. */
  private void startAll() {
    if (isStarting) {
      return;
    }
    isStarting = true;
    try {
      boolean hasMore = true;
      while (hasMore) {
        hasMore = startNext();
      }
    } finally {
      isStarting = false;
    }
  }

  private boolean startNext() {
    for (Iterator<Map.Entry<String, Deque<Waiting>>> all = queues.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<String, Deque<Waiting>> queue = all.next();
      String source = queue.getKey();
      Waiting call = queue.getValue().getFirst();
      boolean isLate = call.untilNs() - here.nowNs() <= 0;
      // With nothing running any call is let through, however large it is.
      boolean fits =
          (running.taken(source) == 0 && running.taken() == 0)
              || running.room(source, call.lookups()) == Quotas.Room.THERE;
      if (isLate || fits) {
        all.remove();
        queue.getValue().removeFirst();
        waiting.take(source, -1);
        if (!queue.getValue().isEmpty()) {
          // Behind the others.
          queues.put(source, queue.getValue());
        }
        if (isLate) {
          refuse(call.step());
        } else {
          begin(source, call);
        }
        return true;
      }
    }
    return false;
  }

  private void begin(String source, Waiting call) {
    running.take(source, call.lookups());
    call.step()
        .begin(
            () -> {
              running.take(source, -call.lookups());
              startAll();
            });
  }

  /** Refuses what has waited too long. */
  void expire() {
    startAll();
  }

  /** When the first one has waited too long; {@code latestNs} when that is later. */
  long nextNs(long latestNs) {
    return Here.earliestNs(latestNs, queues.values(), queue -> queue.getFirst().untilNs());
  }
}
