package pharos.agent.wire;

import java.util.Optional;

/**
 * What another sent cannot be taken for a document. The message names the place and what is wrong
 * with it, is short, and fit for a log whatever was sent.
 */
public final class WireException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean told;

  private WireException(String message, boolean told) {
    super(WireText.shown(message, WireText.MESSAGE));
    this.told = told;
  }

  /** What is wrong there; the path is empty for the whole. */
  public static WireException at(String path, String fault) {
    return new WireException(path.isEmpty() ? fault : path + ": " + fault, false);
  }

  static WireException told(String error) {
    return new WireException(error, true);
  }

  /** What the other said was wrong with our question, if it answered with an error. */
  public Optional<String> toldByOther() {
    return told ? Optional.ofNullable(getMessage()) : Optional.empty();
  }
}
