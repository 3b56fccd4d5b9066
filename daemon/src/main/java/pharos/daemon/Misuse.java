package pharos.daemon;

/** A command was called in a way that makes no sense. The message is one line for people. */
final class Misuse extends RuntimeException {
  private static final long serialVersionUID = 1;

  Misuse(String message) {
    super(message);
  }

  Misuse(String message, Throwable cause) {
    super(message, cause);
  }
}
