package pharos.daemon;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import pharos.daemon.text.Shown;

/**
 * Who called a command: where it prints, and what it was called in.
 *
 * @param environment the variables of the process
 * @param system the root of the file system, where {@code etc} and {@code run} are
 */
record Caller(PrintStream out, PrintStream err, Map<String, String> environment, Path system) {
  private static final int COLUMNS = 80;

  /** Copies the variables. */
  Caller {
    environment = Map.copyOf(environment);
  }

  static Caller ofThisProcess(PrintStream out, PrintStream err) {
    return new Caller(out, err, System.getenv(), Path.of("/"));
  }

  /** Ends a command well, and tells how it knows what it printed. */
  int done(String command, String how) {
    out.flush();
    err.println("pharos " + command + ": " + Shown.line(how));
    return 0;
  }

  /** A variable; one that is empty counts as none, as a shell's does. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /** Whether it may paint what it prints: on a terminal, of which the launcher tells, alone. */
  boolean isPainted(Stream stream) {
    return variable("NO_COLOR").isEmpty()
        && !variable("TERM").equals("dumb")
        && List.of(variable("PHAROS_TERMINAL").split(",")).contains(stream.name);
  }

  /** Whether the launcher says that this goes to no terminal. */
  boolean isPiped() {
    String told = variable("PHAROS_TERMINAL");
    return !told.isEmpty() && !List.of(told.split(",")).contains(Stream.OUT.name);
  }

  /** How wide the terminal is that it prints to; 80 where nobody tells. */
  int columns() {
    String told = variable("COLUMNS");
    if (told.isEmpty() && List.of(variable("PHAROS_TERMINAL").split(",")).contains("out")) {
      told = asked("stty size </dev/tty").replaceFirst("^\\d+ ", "");
    }
    return told.matches("[1-9]\\d{0,3}") ? Integer.parseInt(told) : COLUMNS;
  }

  private static String asked(String command) {
    try {
      Process shell = new ProcessBuilder("sh", "-c", command).start();
      if (!shell.waitFor(1, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
        return "";
      }
      return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return ""; // not every system has one
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** What may be a terminal. */
  enum Stream {
    OUT("out"),
    ERR("err");

    private final String name;

    Stream(String name) {
      this.name = name;
    }
  }

  /** The folder of this user; of the system's opinion where no variable says another. */
  Path home() {
    String home = variable("HOME");
    return Path.of(home.isEmpty() ? System.getProperty("user.home", "") : home);
  }
}
