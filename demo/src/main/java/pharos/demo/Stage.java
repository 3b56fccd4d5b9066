package pharos.demo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes of the demo. None outlives it: each ends when its standard input does, which the
 * system sees to even if the demo itself is killed; and one that is paused, and so sees nothing,
 * has a shell beside it that lets it go on at that moment. What they tell is handed on by threads
 * of this class; the methods are for one thread, {@link #close} for any.
 */
final class Stage implements AutoCloseable {
  private static final long GOODBYE_MS = 1_500;

  /** Stops a process until its own standard input ends; a Ctrl-C reaches it too, and is ignored. */
  private static final String HOLD =
      "trap '' HUP INT TERM; kill -STOP \"$0\" && read -r end; kill -CONT \"$0\"";

  private static final class Child {
    final String actor;
    final Process process;
    @Nullable Process holder;

    Child(String actor, Process process) {
      this.actor = actor;
      this.process = process;
    }
  }

  private final List<String> command;
  private final Consumer<Input> inputs;
  private final Map<String, Child> children = new HashMap<>();
  private boolean isClosed;

  /**
   * Starts nothing yet.
   *
   * @param command how to start an agent, up to its name
   */
  Stage(List<String> command, Consumer<Input> inputs) {
    this.command = List.copyOf(command);
    this.inputs = inputs;
  }

  /** Whether this system has signals that stop a process. */
  static boolean canPause() {
    return File.separatorChar == '/';
  }

  synchronized void launch(String actor, String offer) {
    if (isClosed) {
      return;
    }
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of("--name", actor, "--offer", offer));
    try {
      Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
      Child child = new Child(actor, process);
      children.put(actor, child);
      inputs.accept(new Input.Launched(actor, process.pid()));
      Thread reader = new Thread(() -> read(child), "reports of " + actor);
      reader.setDaemon(true);
      reader.start();
    } catch (IOException e) {
      inputs.accept(new Input.Exited(actor, 0, -1, String.valueOf(e.getMessage())));
    }
  }

  private void read(Child child) {
    String last = "";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Optional<Report> report = Report.read(line);
        if (report.isPresent()) {
          inputs.accept(new Input.Reported(child.actor, child.process.pid(), report.get()));
        } else {
          last = line;
        }
      }
    } catch (IOException e) {
      last = String.valueOf(e.getMessage());
    }
    try {
      int code = child.process.waitFor();
      inputs.accept(new Input.Exited(child.actor, child.process.pid(), code, last));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void strike(String actor, Act act) {
    Child child = children.get(actor);
    if (child == null) {
      return;
    }
    switch (act) {
      case START -> throw new IllegalArgumentException("a start is no strike");
      case KILL -> {
        child.process.toHandle().destroyForcibly();
        release(child);
      }
      case LEAVE -> child.process.toHandle().destroy();
      case PAUSE -> hold(child);
      case RESUME -> release(child);
    }
  }

  private static void hold(Child child) {
    try {
      child.holder =
          new ProcessBuilder("sh", "-c", HOLD, String.valueOf(child.process.pid()))
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("this system cannot pause a process: " + e.getMessage(), e);
    }
  }

  private static void release(Child child) {
    Process holder = child.holder;
    child.holder = null;
    if (holder != null) {
      closeInput(holder);
    }
  }

  private static void closeInput(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already, and that was all that was wanted.
    }
  }

  /** Lets all go on, asks all to end, and kills who does not. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    for (Child child : children.values()) {
      release(child);
      child.process.toHandle().destroy();
      closeInput(child.process);
    }
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MS);
    boolean wasInterrupted = false;
    for (Child child : children.values()) {
      long leftNs = wasInterrupted ? 0 : deadlineNs - System.nanoTime();
      try {
        if (!child.process.waitFor(leftNs, TimeUnit.NANOSECONDS)) {
          child.process.toHandle().destroyForcibly();
        }
      } catch (InterruptedException e) {
        wasInterrupted = true;
        child.process.toHandle().destroyForcibly();
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
