package pharos.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that was started here, with the input and output of this process. Signals that this
 * process gets go on to it.
 */
final class ProgramProcess {
  /**
   * Those that ask for something. Not QUIT, which Java keeps for itself, nor TSTP, by which a shell
   * stops the two of them together.
   */
  private static final List<String> PASSED_ON =
      List.of("HUP", "INT", "TERM", "USR1", "USR2", "WINCH");

  /** Those by which a program is asked to end. */
  private static final Set<String> ENDING = Set.of("HUP", "INT", "TERM");

  /** These a terminal sends to all that is in front. */
  private static final Set<String> OF_TERMINALS = Set.of("HUP", "INT", "WINCH");

  private static final Logger log = LoggerFactory.getLogger(ProgramProcess.class);

  private final Caller caller;
  private final MemoryKills kills;
  private final Set<String> asked = new HashSet<>();
  private final List<String> early = new ArrayList<>();
  private @Nullable Process process;

  ProgramProcess(Caller caller) {
    this.caller = caller;
    kills = new MemoryKills(caller.system());
  }

  /** Starts it: from now on signals are its. */
  synchronized void start(List<String> command) throws IOException {
    for (String name : PASSED_ON) {
      if (!Signals.handle(name, () -> onSignal(name))) {
        log.debug("{} is not for us on this system", name);
      }
    }
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().remove("PHAROS_TERMINAL"); // what the launcher told us, and no one else
    Process started = builder.start();
    process = started;
    kills.look(started.pid());
    early.forEach(name -> send(started, name));
    early.clear();
  }

  private synchronized void onSignal(String name) {
    if (ENDING.contains(name)) {
      asked.add(name);
    }
    if (OF_TERMINALS.contains(name) && isInFront()) {
      return;
    }
    if (process == null) {
      early.add(name);
    } else {
      send(process, name);
    }
  }

  private static void send(Process process, String name) {
    if (name.equals("TERM")) {
      process.destroy();
      return;
    }
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
    } catch (IOException e) {
      log.warn("cannot pass on SIG{}: {}", name, e.getMessage());
    }
  }

  /** Whether the terminal that it has, if any, sends what is typed to it and the program alike. */
  private boolean isInFront() {
    String[] stat = stat("self");
    if (stat.length == 0) {
      return !caller.variable("PHAROS_TERMINAL").isEmpty();
    }
    boolean hasTerminal = !stat[4].equals("0");
    return hasTerminal && stat[2].equals(stat[5]);
  }

  /** Waits, at most for so long; whether it has ended. */
  boolean awaitEnd(long millis) throws InterruptedException {
    Process running = running();
    if (running.waitFor(millis, TimeUnit.MILLISECONDS)) {
      return true;
    }
    kills.look(running.pid());
    return false;
  }

  /** How it ended. */
  synchronized ProgramEnd end() {
    return ProgramEnd.of(running().exitValue(), asked, kills.isAny());
  }

  /**
   * By what it is stopped, such as SIGSTOP; empty while it runs. One that a debugger stops is not.
   */
  String stoppedBy() {
    String[] stat = stat(String.valueOf(running().pid()));
    if (stat.length == 0 || !stat[0].equals("T")) {
      return "";
    }
    // The last field has the signal, if this system tells it.
    String last = stat[stat.length - 1];
    String signal = last.matches("\\d{1,3}") ? ProgramEnd.signal(Integer.parseInt(last)) : "";
    return signal.isEmpty() ? "stopped" : "SIG" + signal;
  }

  private synchronized Process running() {
    return java.util.Objects.requireNonNull(process, "it was not started");
  }

  /** The fields after the name: state, parent, group, session, terminal, group in front… */
  private String[] stat(String pid) {
    try {
      String stat = Files.readString(caller.system().resolve("proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    } catch (IOException e) {
      return new String[0]; // another system, or it has ended
    }
  }

  /** The name that people call a program by. */
  static String nameOf(String command) {
    Path file = Path.of(command).getFileName();
    return file == null ? command : file.toString();
  }
}
