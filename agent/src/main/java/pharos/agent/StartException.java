package pharos.agent;

/** An agent cannot start: a port is taken, a right is missing. The message says what to do. */
public final class StartException extends PharosException {
  private static final long serialVersionUID = 1;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
