package pharos.demo;

/** What comes in to the {@link Director}. */
sealed interface Input {
  /** An agent told something. */
  record Reported(String actor, long pid, Report report) implements Input {}

  /** The process of an actor exists. */
  record Launched(String actor, long pid) implements Input {}

  /**
   * A process ended.
   *
   * @param pid which process of that name; 0 when there never was one
   * @param last the last thing it said that was no report; often why
   */
  record Exited(String actor, long pid, int code, String last) implements Input {}

  /** Somebody pressed a key. */
  record Key(char key) implements Input {}

  /** Time goes by. */
  record Tick() implements Input {}
}
