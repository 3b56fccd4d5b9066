package pharos.demo;

/**
 * Something to show.
 *
 * @param number of the actor that it is about, from 1; 0 for nobody
 * @param seconds since the demo began
 */
record Line(Kind kind, int number, String actor, double seconds, String text) {
  /** How it is shown. */
  enum Kind {
    /** A new scene begins. */
    TITLE,
    /** An explanation. */
    WORDS,
    /** What the demo does to an actor. */
    ACT,
    /** What an actor told. */
    EVENT,
    /** What was measured. */
    RESULT,
    /** Something is not as it should be. */
    WARNING,
    /** What the audience can do. */
    PROMPT
  }

  static Line of(Kind kind, String text) {
    return new Line(kind, 0, "", 0, text);
  }
}
