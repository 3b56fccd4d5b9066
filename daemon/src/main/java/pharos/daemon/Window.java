package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;
import pharos.daemon.watch.Frame;
import pharos.daemon.watch.Frame.Line;
import pharos.daemon.watch.Keys;

/**
 * A whole terminal, which is as it was before once this is closed, however the process ends. Each
 * line is put in its place, so that a letter that is wider than we know spoils no other line.
 */
final class Window implements AutoCloseable {
  private static final String RESET = "\u001b[0m";
  private static final String CLEAR = "\u001b[2J";

  private final Terminal terminal;
  private final boolean isPainted;
  private final Attributes before;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final Thread atEnd = new Thread(this::restore, "terminal");
  private List<Line> shown = new ArrayList<>();
  private int width;
  private int height;
  private volatile boolean isAway;

  private Window(Terminal terminal, boolean isPainted) {
    this.terminal = terminal;
    this.isPainted = isPainted;
    before = terminal.getAttributes();
  }

  /** Takes the terminal; there may be none. */
  static Window open(boolean isPainted) {
    Terminal terminal;
    try {
      terminal =
          TerminalBuilder.builder()
              .system(true)
              .dumb(false)
              .provider("exec")
              .encoding(UTF_8)
              .nativeSignals(true)
              .build();
    } catch (IOException | IllegalStateException e) {
      throw new Failure(WatchCommand.NO_TERMINAL, e);
    }
    if (terminal.getType().startsWith("dumb")) {
      throw new Failure("a terminal of the kind '" + terminal.getType() + "' cannot show it");
    }
    Window window = new Window(terminal, isPainted);
    Runtime.getRuntime().addShutdownHook(window.atEnd);
    window.take();
    return window;
  }

  /** Also when this process was stopped, and the shell had the terminal meanwhile. */
  private void take() {
    isAway = false;
    terminal.enterRawMode();
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  /** The shell has the terminal, until it lets this process go on. */
  private void stop() {
    giveBack();
    try {
      String pid = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-STOP", pid).inheritIO().start();
    } catch (IOException e) {
      take();
    }
  }

  private void giveBack() {
    isAway = true;
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    terminal.setAttributes(before);
  }

  /** Calls when its size changed, or all of it has to be shown anew; and when it is interrupted. */
  void handle(Runnable onChange, Runnable onInterrupt) {
    terminal.handle(Terminal.Signal.WINCH, signal -> onChange.run());
    terminal.handle(
        Terminal.Signal.CONT,
        signal -> {
          take();
          onChange.run();
        });
    terminal.handle(Terminal.Signal.TSTP, signal -> stop());
    terminal.handle(Terminal.Signal.INT, signal -> onInterrupt.run());
  }

  /** Looks how large it is now; all is shown anew then. */
  void measure() {
    width = Math.max(1, terminal.getWidth());
    height = Math.max(1, terminal.getHeight());
    shown = new ArrayList<>();
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  Keys.Letters letters() {
    NonBlockingReader reader = terminal.reader();
    return reader::read;
  }

  /** Shows these lines; those that are there already cost nothing. */
  void show(List<Line> lines) {
    if (isAway) {
      return;
    }
    StringBuilder out = new StringBuilder();
    if (shown.isEmpty()) {
      out.append(RESET).append(CLEAR);
    }
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (i >= shown.size() || !shown.get(i).equals(line)) {
        out.append("\u001b[").append(i + 1).append(";1H");
        out.append(paint(line.style())).append(line.text()).append(RESET).append("\u001b[K");
      }
    }
    shown = lines;
    if (out.length() > 0) {
      terminal.writer().print(out);
      terminal.flush();
    }
  }

  private String paint(Frame.Style style) {
    return switch (style) {
      case PLAIN -> "";
      case HEAD, TITLES -> "\u001b[1m";
      case SELECTED -> "\u001b[7m";
      case DOUBT -> isPainted ? "\u001b[33m" : "\u001b[1m";
      case GONE, FOOT -> "\u001b[2m";
    };
  }

  private void restore() {
    if (isClosed.compareAndSet(false, true)) {
      giveBack();
      try {
        terminal.close();
      } catch (IOException e) {
        // The shell has it again.
      }
    }
  }

  @Override
  public void close() {
    restore();
  }
}
