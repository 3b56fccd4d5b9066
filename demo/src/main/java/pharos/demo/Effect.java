package pharos.demo;

/** What the {@link Director} wants done, in order. */
sealed interface Effect {
  /** Tell the audience. */
  record Show(Line line) implements Effect {}

  /** Start a program of this name that offers this. */
  record Launch(String actor, String offer) implements Effect {}

  /** Do this to a program that runs. */
  record Strike(String actor, Act act) implements Effect {}

  /** It is over. */
  record End(int code) implements Effect {}
}
