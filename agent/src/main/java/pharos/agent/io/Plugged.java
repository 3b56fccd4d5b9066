package pharos.agent.io;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.core.Action;
import pharos.agent.core.Talker;
import pharos.agent.wire.WireException;

/**
 * One machine that is plugged in. What arrives for it waits here, and is handed in as long as its
 * share of the turn lasts; so is what it wants done. The rest waits for the next turn, after all
 * that the network and the core have for it. For the loop's thread.
 */
final class Plugged<Q, A, E> implements Connections.Asking, AutoCloseable {
  /** Its share of a turn. */
  static final long SHARE_NS = TimeUnit.MILLISECONDS.toNanos(2);

  /** So many questions of others may wait; who asks beyond that is not answered. */
  static final int MAX_WAITING = 8_192;

  /** So much slow work may wait; what is beyond has failed. */
  static final int MAX_WORK = 64;

  private static final long IDLE_SECONDS = 10;

  private static final Logger log = LoggerFactory.getLogger(Plugged.class);

  final Plugin<Q, A, E> plugin;
  final Talker<Q, A, E> machine;
  final Plugin.Messages<Q, A> messages;

  private final Questions questions;
  private final Dialogue dialogue;
  private final LongSupplier clock;
  private final Consumer<Runnable> submit;
  private final ThreadPoolExecutor workers;
  private final Deque<Runnable> arrived = new ArrayDeque<>();
  private final Deque<Action<Q, A, E>> wanted = new ArrayDeque<>();
  private long nowNs;
  private long malformed;
  private long unheard;

  /**
   * Plugs it in.
   *
   * @param name of its agent, for the thread that does slow work
   * @param ways how others are reached
   * @param clock the time now, for what lasts longer than a turn should
   */
  Plugged(
      Plugin<Q, A, E> plugin,
      Plugin.Surroundings surroundings,
      String name,
      Questions questions,
      Dialogue.Ways ways,
      LongSupplier clock) {
    this.plugin = plugin;
    messages = plugin.messages();
    this.questions = questions;
    this.clock = clock;
    dialogue = new Dialogue(ways, this, this::onNoAnswer);
    nowNs = surroundings.nowNs();
    Consumer<Runnable> onLoop = surroundings.submit();
    submit = command -> onLoop.accept(() -> arrived.add(command));
    workers = workers(name);
    machine =
        plugin.machine(
            new Plugin.Surroundings(
                surroundings.self(),
                surroundings.random(),
                surroundings.nowNs(),
                surroundings.agentsAt(),
                submit));
  }

  /** No thread of it is there while there is nothing to do. */
  private static ThreadPoolExecutor workers(String name) {
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WORK),
            work -> {
              Thread thread = new Thread(work, "pharos-" + name + "-work");
              thread.setDaemon(true);
              return thread;
            });
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  // What arrives.

  /** Somebody asks something of one of its kinds. */
  void onQuestion(long token, InetAddress asker, String source, byte[] body) {
    if (arrived.size() >= MAX_WAITING) {
      unheard++;
      questions.ignore(token);
      return;
    }
    arrived.add(
        () -> {
          try {
            machine.onQuestion(token, source, messages.readQuestion().read(asker, body));
          } catch (WireException e) {
            questions.refuse(token, e);
          }
        });
  }

  @Override
  public void onAnswer(long attempt, byte[] body) {
    arrived.add(
        () -> {
          A answer;
          try {
            answer = messages.readAnswer().read(body);
          } catch (WireException e) {
            malformed++;
            dialogue.onFailed(attempt, nowNs);
            return;
          }
          dialogue.onAnswer(attempt).ifPresent(to -> machine.onReply(to.number(), to.at(), answer));
        });
  }

  @Override
  public void onFailed(long attempt) {
    arrived.add(() -> dialogue.onFailed(attempt, nowNs));
  }

  /** One attempt after the other failed. */
  private void onNoAnswer(long number) {
    arrived.add(() -> machine.onFailed(number));
  }

  /** An address proved to be where it says it is: who waited for that may be asked. */
  void onProven() {
    dialogue.onProven(nowNs);
  }

  // The turn.

  void turn(long now, long nowMs) {
    nowNs = now;
    machine.turn(now, nowMs);
  }

  /** Lets it do what it has to do, as long as its share lasts. */
  void run() {
    long endNs = clock.getAsLong() + SHARE_NS;
    for (Runnable next = arrived.poll(); next != null; next = arrived.poll()) {
      next.run();
      if (clock.getAsLong() - endNs >= 0) {
        break;
      }
    }
    dialogue.wakeUp(nowNs);
    machine.wakeUp();
    while (takeActions()) {
      for (Action<Q, A, E> action = wanted.poll(); action != null; action = wanted.poll()) {
        perform(action);
        if (clock.getAsLong() - endNs >= 0) {
          return;
        }
      }
    }
  }

  /** Whether there is something to do now; what was wanted before comes first. */
  private boolean takeActions() {
    if (wanted.isEmpty()) {
      wanted.addAll(machine.takeActions());
    }
    return !wanted.isEmpty();
  }

  private void perform(Action<Q, A, E> action) {
    if (action instanceof Action.Ask<Q, A, E> it) {
      ask(it);
    } else if (action instanceof Action.Forget<Q, A, E> it) {
      dialogue.forget(it.number());
    } else if (action instanceof Action.Answer<Q, A, E> it) {
      questions.reply(it.token(), messages.writeAnswer().apply(it.reply()));
    } else if (action instanceof Action.Ignore<Q, A, E> it) {
      questions.ignore(it.token());
    } else if (action instanceof Action.Work<Q, A, E> it) {
      work(it.number(), it.work());
    } else if (action instanceof Action.Tell<Q, A, E> it) {
      plugin.onEvent(it.event());
    } else {
      throw new AssertionError(action);
    }
  }

  /** What cannot be written, or comes too late by now, has failed. */
  private void ask(Action.Ask<Q, A, E> it) {
    byte[] body;
    try {
      body = messages.writeQuestion().apply(it.question());
    } catch (IllegalArgumentException e) {
      log.debug("a question that cannot be told: {}", e.getMessage());
      onNoAnswer(it.number());
      return;
    }
    if (it.deadlineNs() - nowNs <= 0) {
      onNoAnswer(it.number());
      return;
    }
    dialogue.ask(it.number(), it.endpoints(), body, nowNs);
  }

  private void work(long number, Supplier<?> work) {
    try {
      workers.execute(
          () -> {
            Object outcome = done(work);
            submit.accept(() -> machine.onWorked(number, outcome));
          });
    } catch (RejectedExecutionException e) {
      arrived.add(() -> machine.onWorked(number, null));
    }
  }

  private static @Nullable Object done(Supplier<?> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      log.warn("work for a machine failed: {}", e.toString(), e);
      return null;
    }
  }

  /** How long until it has something to do. */
  long nextInNs(long now) {
    if (!arrived.isEmpty() || !wanted.isEmpty()) {
      return 0;
    }
    long machineNs = machine.isIdle() ? Long.MAX_VALUE : machine.nextWakeUpNs() - now;
    return Math.max(0, Math.min(machineNs, dialogue.nextInNs(now)));
  }

  /** How many answers made no sense. */
  long malformed() {
    return malformed;
  }

  /** How many questions were not answered, since too many waited. */
  long unheard() {
    return unheard;
  }

  /** How many messages wait for their turn. */
  long waiting() {
    return arrived.size();
  }

  /** How much slow work waits. */
  long undone() {
    return workers.getQueue().size();
  }

  @Override
  public void close() {
    plugin.close();
    List<Runnable> undone = workers.shutdownNow();
    log.debug("{} works were left undone", undone.size());
  }
}
