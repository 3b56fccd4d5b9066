package pharos.daemon;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import pharos.daemon.text.Shown;

/**
 * Where {@code pharos} begins. Ends with 0; with 1 when the command failed, or found nothing; with
 * 2 when it made no sense. Either way there is one line on standard error that says why. What reads
 * options is loaded only where there is something to read: that takes longer than most answers.
 */
public final class Main {
  static final int FAILED = 1;
  static final int MISUSED = 2;

  private static final char UNREADABLE = '\uFFFD';

  private Main() {}

  /** Runs what the arguments say, and ends this process. */
  public static void main(String[] args) {
    // JSON is UTF-8 whatever the locale says; in a container it often says nothing.
    System.setOut(utf8(FileDescriptor.out));
    System.setErr(utf8(FileDescriptor.err));
    System.exit(run(Caller.ofThisProcess(System.out, System.err), args));
  }

  /** The same without ending this process; returns the exit code. */
  static int run(Caller caller, String... given) {
    PrintStream err = caller.err();
    Optional<String> lost = lost(caller, given);
    if (lost.isPresent()) {
      err.println(
          "pharos: "
              + Shown.line(lost.get())
              + " has letters that this locale cannot read: set LC_ALL=C.UTF-8, or another in"
              + " UTF-8");
      return MISUSED;
    }
    OptionalInt done = Shortcut.run(caller, given);
    return done.isPresent() ? done.getAsInt() : Root.run(caller, given);
  }

  /**
   * What Java could not read: without a locale it has this sign for each byte beyond ASCII. Others
   * would hear of a name that nobody gave.
   */
  private static Optional<String> lost(Caller caller, String... given) {
    for (String arg : given) {
      if (arg.indexOf(UNREADABLE) >= 0) {
        return Optional.of("'" + arg + "'");
      }
    }
    for (Map.Entry<String, String> it : new TreeMap<>(caller.environment()).entrySet()) {
      if (it.getKey().startsWith("PHAROS_") && it.getValue().indexOf(UNREADABLE) >= 0) {
        return Optional.of(it.getKey());
      }
    }
    return Optional.empty();
  }

  private static PrintStream utf8(FileDescriptor file) {
    OutputStream bytes = new BufferedOutputStream(new FileOutputStream(file));
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
