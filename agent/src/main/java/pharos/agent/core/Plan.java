package pharos.agent.core;

/** What is planned for a peer, each for one time at most; {@link Deadlines} sees to it. */
enum Plan {
  /** To ask for its capabilities, or to see what is still missing to show it. */
  ASK,
  /** The next probe of its series. */
  PROBE,
  /** To take it for dead, since a port of it refused, unless something contradicts that. */
  VERDICT,
  /** To look for it, since somebody doubted it too soon after another doubt. */
  LOOK,
  /** To ask it for an echo, since it is watched. */
  WATCH,
  /** To watch it again, whose connection broke though it lives. */
  REWATCH
}
