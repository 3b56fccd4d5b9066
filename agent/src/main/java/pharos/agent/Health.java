package pharos.agent;

/**
 * How an agent is at this moment, for those who watch over it.
 *
 * @param why one line that tells more; empty when it is well
 */
public record Health(State state, String why) {
  static final Health WELL = new Health(State.WELL, "");
  static final Health CLOSED = new Health(State.CLOSED, "");

  /** What is the matter with it. */
  public enum State {
    /** It runs, and can be asked. */
    WELL,
    /** It runs, but nobody can ask it; that may pass, and when it lasts the agent fails. */
    DEAF,
    /** It was closed, or is just closing. */
    CLOSED,
    /** It ended by itself, and does not come back. */
    FAILED
  }

  static Health deaf(String why) {
    return new Health(State.DEAF, oneLine(why));
  }

  static Health failed(Throwable why) {
    return new Health(State.FAILED, oneLine(why.toString()));
  }

  /** What a message holds may have come from anywhere. */
  private static String oneLine(String text) {
    return text.codePoints()
        .map(it -> Character.isISOControl(it) || it == 0x2028 || it == 0x2029 ? ' ' : it)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Whether it runs, and can be asked. */
  public boolean isWell() {
    return state == State.WELL;
  }

  @Override
  public String toString() {
    return switch (state) {
      case WELL -> "well";
      case DEAF -> "deaf: " + why;
      case CLOSED -> "closed";
      case FAILED -> "failed: " + why;
    };
  }
}
