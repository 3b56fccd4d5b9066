package pharos.simulator;

/** A scenario that cannot be played as it is written; the message names its file and line. */
final class ScenarioException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ScenarioException(String message) {
    super(message);
  }
}
