package pharos.daemon;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import pharos.beacon.NodeId;
import pharos.daemon.watch.Around;
import pharos.daemon.watch.Board;
import pharos.daemon.watch.Frame;
import pharos.daemon.watch.Key;
import pharos.daemon.watch.Keys;
import pharos.daemon.watch.Screen;

/**
 * Between a window and what is seen: one thread takes what happened and which keys were pressed,
 * from a queue at whose bound they wait, and shows it, ten times a second at most.
 */
final class Watching implements Sight.Follower {
  private static final int MOST_WAITING = 4_096;

  private static final long FRAME_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Ages are told in seconds. */
  private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1);

  /** A story that is looked at is asked for so often. */
  private static final long STORY_NS = TimeUnit.SECONDS.toNanos(2);

  private static final NodeId NOBODY = NodeId.of(new byte[NodeId.LENGTH]);
  private static final int INTERRUPTED = 130;

  private final Window window;
  private final Sight sight;
  private final BlockingQueue<Runnable> happened = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Board board = new Board();
  private Screen screen = Screen.first();
  private String trouble = "asking who is there";
  private List<String> story = List.of();
  private NodeId storyOf = NOBODY;
  private boolean isAsking;
  private long askedNs;
  private boolean isInterrupted;
  private volatile boolean isMeasured;

  Watching(Window window, Sight sight) {
    this.window = window;
    this.sight = sight;
  }

  /** Until it is left; returns the exit code. */
  int run() throws InterruptedException {
    ExecutorService asking =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "why");
              thread.setDaemon(true);
              return thread;
            });
    window.handle(
        () -> {
          isMeasured = false;
          boolean unused = happened.offer(() -> {});
        },
        () -> put(() -> isInterrupted = true));
    sight.follow(this);
    Thread keys = new Thread(this::readKeys, "keys");
    keys.setDaemon(true);
    keys.start();
    try {
      while (!screen.isOver() && !isInterrupted) {
        frame(asking);
      }
    } finally {
      asking.shutdownNow();
    }
    return isInterrupted ? INTERRUPTED : 0;
  }

  /** What happens while one frame is looked at, and the next. */
  private void frame(ExecutorService asking) throws InterruptedException {
    long drawnNs = System.nanoTime();
    draw();
    ask(asking);
    Runnable next = happened.poll(TICK_NS, TimeUnit.NANOSECONDS);
    if (next != null) {
      next.run();
    }
    long leftNs = FRAME_NS - (System.nanoTime() - drawnNs);
    while (leftNs > 0 && !screen.isOver() && !isInterrupted) {
      next = happened.poll(leftNs, TimeUnit.NANOSECONDS);
      if (next != null) {
        next.run();
      }
      leftNs = FRAME_NS - (System.nanoTime() - drawnNs);
    }
    for (int i = 0; i < MOST_WAITING && (next = happened.poll()) != null; i++) {
      next.run();
    }
  }

  private void draw() {
    if (!isMeasured) {
      isMeasured = true;
      window.measure();
    }
    Around around = new Around(sight.by(), trouble, story, storyOf, Instant.now());
    Frame frame = Frame.of(screen, board, around, window.width(), window.height());
    screen = frame.screen();
    window.show(frame.lines());
  }

  private void onKey(Key key) {
    screen = screen.on(key, board, Frame.visible(window.height()));
  }

  private void readKeys() {
    Keys keys = new Keys(window.letters());
    try {
      for (Optional<Key> key = keys.next(); key.isPresent(); key = keys.next()) {
        Key pressed = key.get();
        put(() -> onKey(pressed));
      }
    } catch (IOException e) {
      // The terminal is gone.
    }
    put(() -> isInterrupted = true);
  }

  // The story.

  private void ask(ExecutorService asking) {
    NodeId wanted = screen.asked().orElse(NOBODY);
    boolean isOther = !wanted.equals(storyOf);
    boolean isOld = System.nanoTime() - askedNs >= STORY_NS;
    if (!isAsking && !wanted.equals(NOBODY) && (isOther || isOld)) {
      isAsking = true;
      askedNs = System.nanoTime();
      asking.execute(
          () -> {
            List<String> told = told(wanted);
            put(
                () -> {
                  isAsking = false;
                  storyOf = wanted;
                  story = told;
                });
          });
    }
  }

  private List<String> told(NodeId wanted) {
    try {
      String body = sight.why(wanted.toString());
      return WhyLines.of(body, Instant.now(), ZoneId.systemDefault(), Paint.NONE);
    } catch (Failure e) {
      return List.of(Errors.line(e));
    }
  }

  // What is seen.

  @Override
  public void changed(Consumer<Board> change) {
    put(() -> change.accept(board));
  }

  @Override
  public void trouble(String why) {
    put(() -> trouble = why);
  }

  private void put(Runnable what) {
    try {
      happened.put(what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
