package pharos.agent;

/** The agent was closed, or ended, before or while it was asked. */
public final class AgentClosedException extends PharosException {
  private static final long serialVersionUID = 1;

  AgentClosedException(String message) {
    super(message);
  }

  AgentClosedException(String message, Throwable cause) {
    super(message, cause);
  }
}
