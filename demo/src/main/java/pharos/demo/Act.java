package pharos.demo;

/** What can be done to a program. */
enum Act {
  START,
  /** As {@code kill -9} does it. */
  KILL,
  /** As {@code kill} does it: it is asked to end. */
  LEAVE,
  PAUSE,
  RESUME
}
