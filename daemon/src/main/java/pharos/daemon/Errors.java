package pharos.daemon;

import java.io.IOException;
import java.net.UnknownHostException;
import pharos.daemon.text.Shown;

/** What is told of a mistake: one line, whatever was mistyped. */
final class Errors {
  private Errors() {}

  /** Why somebody could not be asked; that of an unknown host is its name alone. */
  static String reason(IOException e) {
    return e instanceof UnknownHostException
        ? "nobody knows the host " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  /** The message; what would end a line is written out, and nothing is cut off. */
  static String line(Throwable e) {
    return Shown.line(String.valueOf(e.getMessage()).strip());
  }
}
