package pharos.records.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Action;

/**
 * What goes out, and whom to tell of what comes back: each question ends, by an answer, a failure,
 * or when its time is up.
 */
final class Mailbox {
  private static final long MS = 1_000_000;

  private final Alarms alarms;
  private final List<Action<Ask, Reply, Event>> actions = new ArrayList<>();
  private final Map<Long, Open> open = new HashMap<>();
  private final Map<Long, Consumer<@Nullable Object>> works = new HashMap<>();
  private long numbers;
  private long nowNs;

  private record Open(Consumer<Optional<Reply>> then, Alarms.Alarm limit) {}

  Mailbox(Alarms alarms, long nowNs) {
    this.alarms = alarms;
    this.nowNs = nowNs;
  }

  void turn(long now) {
    nowNs = now;
  }

  long nowNs() {
    return nowNs;
  }

  /** Sets something for later. */
  Alarms.Alarm in(long ms, Runnable task) {
    return alarms.at(nowNs + ms * MS, task);
  }

  void cancel(Alarms.Alarm alarm) {
    alarms.cancel(alarm);
  }

  /**
   * Asks.
   *
   * @param then is told the answer, or nothing when there is none in time
   */
  void ask(List<String> endpoints, Ask ask, long patienceMs, Consumer<Optional<Reply>> then) {
    long number = ++numbers;
    Alarms.Alarm limit =
        in(
            patienceMs,
            () -> {
              actions.add(new Action.Forget<>(number));
              end(number, Optional.empty());
            });
    open.put(number, new Open(then, limit));
    actions.add(new Action.Ask<>(number, endpoints, ask, nowNs + patienceMs * MS));
  }

  void onReply(long number, Optional<Reply> reply) {
    Open it = open.get(number);
    if (it != null) {
      alarms.cancel(it.limit());
      end(number, reply);
    }
  }

  private void end(long number, Optional<Reply> reply) {
    Open it = open.remove(number);
    if (it != null) {
      it.then().accept(reply);
    }
  }

  void answer(long token, Reply reply) {
    actions.add(new Action.Answer<>(token, reply));
  }

  void ignore(long token) {
    actions.add(new Action.Ignore<>(token));
  }

  void tell(Event event) {
    actions.add(new Action.Tell<>(event));
  }

  /** Lets something be done that takes its time; what it returns is told, and null if it failed. */
  void work(Supplier<?> work, Consumer<@Nullable Object> then) {
    long number = ++numbers;
    works.put(number, then);
    actions.add(new Action.Work<>(number, work));
  }

  void onWorked(long number, @Nullable Object outcome) {
    Consumer<@Nullable Object> then = works.remove(number);
    if (then != null) {
      then.accept(outcome);
    }
  }

  List<Action<Ask, Reply, Event>> takeActions() {
    if (actions.isEmpty()) {
      return List.of();
    }
    List<Action<Ask, Reply, Event>> taken = List.copyOf(actions);
    actions.clear();
    return taken;
  }

  /** How many questions are open. */
  int open() {
    return open.size();
  }
}
