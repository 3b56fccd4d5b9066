package pharos.daemon;

import pharos.daemon.text.Shown;

/** What is told of a mistake: one line, whatever was mistyped. */
final class Errors {
  private Errors() {}

  /** The message; what would end a line is written out, and nothing is cut off. */
  static String line(Throwable e) {
    return Shown.line(String.valueOf(e.getMessage()).strip());
  }
}
