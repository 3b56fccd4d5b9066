package pharos.records;

/** A call of {@link Records} that was not done, and why. */
public final class RecordsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final boolean mayHaveHappened;

  /** Why. More may be added, so a {@code switch} wants a default. */
  public enum Reason {
    /** The key is empty, too long, or has control characters in it. */
    BAD_KEY,
    /** The type of the content, or the time until it expires, is none. */
    BAD_CONTENT,
    /** More bytes than a value may have. */
    TOO_LARGE,
    /** There is a value already. */
    ALREADY_THERE,
    /** There is no value. */
    NOT_THERE,
    /** The value is another one than was asked for. */
    OTHER_VERSION,
    /** Too few of the copies can be reached, or agree. */
    NO_MAJORITY,
    /** Nobody here holds records. */
    NO_RECORDS,
    /** Too many calls at once, or too fast. */
    TOO_MANY,
    /** There is no room left. */
    FULL,
    /** The engine is closed. */
    CLOSED,
    /** Whoever keeps the records refused, or said what makes no sense. */
    REFUSED
  }

  /** One that surely changed nothing. */
  public RecordsException(Reason reason, String message) {
    this(reason, message, false);
  }

  /**
   * One that perhaps changed something.
   *
   * @param mayHaveHappened whether what was to be written may be there now, or come to be
   */
  public RecordsException(Reason reason, String message, boolean mayHaveHappened) {
    super(message);
    this.reason = reason;
    this.mayHaveHappened = mayHaveHappened;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Whether what was to be written may be there now, or come to be. */
  public boolean mayHaveHappened() {
    return mayHaveHappened;
  }
}
