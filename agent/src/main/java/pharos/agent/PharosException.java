package pharos.agent;

/** What this library throws when something fails that is not the caller's mistake. */
public class PharosException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With what failed and what to do about it. */
  public PharosException(String message) {
    super(message);
  }

  /** The same, and what was beneath it. */
  public PharosException(String message, Throwable cause) {
    super(message, cause);
  }
}
