package pharos.examples;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.zeromq.ZMQException;
import pharos.agent.PharosException;

/** What the main methods share: one line instead of a stack trace, and an end by signal. */
public final class Program {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  /** What a program does, once its options are read. */
  @FunctionalInterface
  public interface Body {
    /** Runs until it is done, or until the JVM is told to end. */
    void run(Options options) throws Exception;
  }

  private Program() {}

  /**
   * Runs a program that has these options besides those of every agent. A mistake in them ends the
   * JVM with 2, and what the machine denies with 1.
   */
  public static void run(String[] arguments, Set<String> options, Body body) throws Exception {
    try {
      body.run(Options.of(arguments, System.getenv(), options));
    } catch (IllegalArgumentException e) {
      end(MISUSED, e);
    } catch (PharosException | ZMQException | IOException e) {
      end(FAILED, e);
    }
  }

  /** Waits until the JVM is told to end, by SIGTERM or Ctrl-C, and closes what runs. */
  public static void untilStopped(AutoCloseable running) throws InterruptedException {
    closeAtExit(running);
    new CountDownLatch(1).await();
  }

  /** Closes it when the JVM ends, however that comes about. */
  public static void closeAtExit(AutoCloseable running) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(running), "close"));
  }

  private static void close(AutoCloseable running) {
    try {
      running.close();
    } catch (Exception e) {
      System.err.println("cannot end well: " + e);
    }
  }

  private static void end(int code, Exception why) {
    System.err.println(why.getMessage());
    System.exit(code);
  }
}
