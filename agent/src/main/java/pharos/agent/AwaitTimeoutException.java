package pharos.agent;

/** Those who were waited for did not come in time; the message tells who is there. */
public final class AwaitTimeoutException extends PharosException {
  private static final long serialVersionUID = 1;

  AwaitTimeoutException(String message) {
    super(message);
  }
}
