package pharos.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Agent;
import pharos.agent.Health;
import pharos.daemon.api.Condition;

/**
 * How long an agent runs: until its time is over, its input ends, it is told to by a signal, or it
 * fails. After a signal the process says goodbye and ends with 0, where a JVM by itself would end
 * with 143: whoever stopped it got what he asked for. Closing it leaves the end of the process to
 * others.
 */
final class Lifetime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);
  private static final Logger story = LoggerFactory.getLogger("pharos.story");

  private final Agent agent;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean saidGoodbye = new AtomicBoolean();
  private final Runnable atEnd;
  private final Thread atSignal = new Thread(this::stopBySignal, "pharos-signal");

  Lifetime(Agent agent) {
    this(agent, () -> {});
  }

  /**
   * The same.
   *
   * @param atEnd what is to be done before the goodbye, once
   */
  Lifetime(Agent agent, Runnable atEnd) {
    this.agent = agent;
    this.atEnd = atEnd;
    agent.onEnd(
        why -> {
          failure.set(why.orElse(null));
          ended.countDown();
        });
    Runtime.getRuntime().addShutdownHook(atSignal);
  }

  /** How the agent is; one that was asked to end is as good as gone. */
  Condition condition() {
    Condition condition = condition(agent.health());
    boolean isToEnd = ended.getCount() == 0 && condition.equals(Condition.OK);
    return isToEnd ? Condition.STOPPING : condition;
  }

  /**
   * Whether it may be counted on: it is well, and what it sends comes back.
   *
   * @param sendsBeacons whether it sends any
   */
  Condition readiness(boolean sendsBeacons) {
    Condition condition = condition();
    boolean isHeard =
        !sendsBeacons
            || agent.counters().stream()
                .anyMatch(it -> it.name().equals("HEARD_BACK") && it.value() > 0)
            || !agent.peers().isEmpty();
    return condition.equals(Condition.OK) && !isHeard
        ? new Condition("unheard", "none of its broadcasts has come back yet")
        : condition;
  }

  static Condition condition(Health health) {
    return switch (health.state()) {
      case WELL -> Condition.OK;
      case CLOSED -> Condition.STOPPING;
      case DEAF -> new Condition("deaf", health.why());
      case FAILED -> new Condition("failed", health.why());
    };
  }

  /** Ends when this is read to its end. */
  void endWithInput(InputStream in) {
    Thread reader =
        new Thread(
            () -> {
              try {
                in.transferTo(java.io.OutputStream.nullOutputStream());
              } catch (IOException e) {
                log.debug("the input cannot be read, which is an end too", e);
              }
              ended.countDown();
            },
            "pharos-input");
    reader.setDaemon(true);
    reader.start();
  }

  /** Waits for the end, and returns the exit code. */
  int await(@Nullable Duration limit) {
    try {
      if (limit == null) {
        ended.await();
      } else if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        ended.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended.countDown();
    }
    Throwable why = failure.get();
    if (why == null) {
      sayGoodbye();
    }
    close();
    if (why != null) {
      throw new Failure(agent.self().name() + " failed: " + why, why);
    }
    return 0;
  }

  /** A signal may come meanwhile; its thread waits until all is done, and then ends the process. */
  private synchronized void sayGoodbye() {
    if (saidGoodbye.compareAndSet(false, true)) {
      atEnd.run();
      story.info("{} says goodbye", agent.self().name());
    }
    // A second time it waits for the same end.
    agent.close();
  }

  /** Runs when the JVM ends without {@link #await} having ended before. */
  private void stopBySignal() {
    ended.countDown();
    sayGoodbye();
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atSignal);
    } catch (IllegalStateException e) {
      log.debug("a signal came meanwhile, and ends the process");
    }
  }
}
