package pharos.daemon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.daemon.api.Condition;

/**
 * Tells systemd, where that started this agent and wants to know, that it is there, that it is
 * well, and that it ends. Java has no socket of the kind that this takes, so systemd's own program
 * says it. For any thread.
 */
final class Systemd implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Systemd.class);

  /** So often within the time after which systemd ends one of whom it heard nothing. */
  private static final int BEATS = 3;

  private static final long PATIENCE_SECONDS = 5;

  private final Caller caller;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "pharos-systemd");
            thread.setDaemon(true);
            return thread;
          });

  /** Nothing is told yet. */
  Systemd(Caller caller) {
    this.caller = caller;
  }

  /**
   * The agent is there, and from now on as well as this says.
   *
   * @param status one line for {@code systemctl status}
   */
  void ready(String status, Supplier<Condition> condition) {
    if (!isThere()) {
      return;
    }
    beats.execute(() -> say("READY=1", "STATUS=" + status));
    long usec = watchdogUsec();
    if (usec > 0) {
      // One that is deaf says nothing, and is started again.
      Runnable beat =
          () -> {
            if (condition.get().equals(Condition.OK)) {
              say("WATCHDOG=1");
            }
          };
      var unused =
          beats.scheduleAtFixedRate(beat, 0, Math.max(1, usec / BEATS), TimeUnit.MICROSECONDS);
    }
  }

  private boolean isThere() {
    return !caller.variable("NOTIFY_SOCKET").isEmpty();
  }

  private long watchdogUsec() {
    String pid = caller.variable("WATCHDOG_PID");
    boolean isOurs = pid.isEmpty() || pid.equals("" + ProcessHandle.current().pid());
    String usec = caller.variable("WATCHDOG_USEC");
    return isOurs && usec.matches("[1-9]\\d{0,15}") ? Long.parseLong(usec) : 0;
  }

  /** It is about to say goodbye. */
  void stopping() {
    beats.shutdownNow();
    if (isThere()) {
      say("STOPPING=1");
    }
  }

  private static void say(String... what) {
    List<String> command = new ArrayList<>(List.of("systemd-notify", "--no-block"));
    command.addAll(List.of(what));
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      log.warn("systemd cannot be told {}: {}", what[0], e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    beats.shutdownNow();
  }
}
