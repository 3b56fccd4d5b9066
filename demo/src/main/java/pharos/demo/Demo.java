package pharos.demo;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs the demo: hands a {@link Director} what comes in, and does what it wants. */
public final class Demo {
  private static final long TICK_MS = 20;

  private final PrintStream out;
  private final LinkedBlockingQueue<Input> inputs = new LinkedBlockingQueue<>();

  /** That all agents end now is no part of the story. */
  private volatile boolean isStopping;

  /** Shows everything there. */
  public Demo(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs to the end, and leaves no process behind, not even when the JVM is ended meanwhile.
   *
   * @param command how to start an agent, up to its name
   * @param limit when to end at the latest; without one it ends after the story, or, in a terminal,
   *     when the audience has enough
   * @return 0, or 1 when something did not happen as it should
   */
  public int run(List<String> command, InputStream in, Optional<Duration> limit) {
    boolean isTerminal = Terminal.isTerminal(0) && Terminal.isTerminal(1);
    Stage stage = new Stage(command, inputs::add);
    Terminal terminal = new Terminal();
    Thread atExit =
        new Thread(
            () -> {
              isStopping = true;
              stage.close();
              terminal.close();
            },
            "demo-exit");
    Runtime.getRuntime().addShutdownHook(atExit);
    try (stage;
        terminal) {
      if (isTerminal) {
        terminal.read(in, inputs::add);
      }
      boolean isColoured = isTerminal && wantsColours();
      return play(stage, new Painter(isColoured), isTerminal, limit);
    }
  }

  /** As no-color.org has it. */
  private static boolean wantsColours() {
    String refused = System.getenv("NO_COLOR");
    return (refused == null || refused.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
  }

  private int play(Stage stage, Painter painter, boolean playsOn, Optional<Duration> limit) {
    List<Scene> story = Scene.story(Stage.canPause());
    Director director = new Director(story, playsOn, limit, Instant.now());
    while (true) {
      Input input = next();
      if (isStopping) {
        return 1;
      }
      for (Effect effect : director.on(input, Instant.now())) {
        if (effect instanceof Effect.Show it) {
          out.println(painter.paint(it.line()));
        } else if (effect instanceof Effect.Launch it) {
          stage.launch(it.actor(), it.offer());
        } else if (effect instanceof Effect.Strike it) {
          strike(stage, it);
        } else if (effect instanceof Effect.End it) {
          return it.code();
        } else {
          throw new AssertionError(effect);
        }
      }
      // Also flushes. Whoever does not read any more wants no more.
      if (out.checkError()) {
        return 1;
      }
    }
  }

  private void strike(Stage stage, Effect.Strike strike) {
    try {
      stage.strike(strike.actor(), strike.act());
    } catch (UncheckedIOException e) {
      out.println(e.getMessage());
    }
  }

  private Input next() {
    try {
      Input input = inputs.poll(TICK_MS, TimeUnit.MILLISECONDS);
      return input == null ? new Input.Tick() : input;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Input.Key('q');
    }
  }
}
