package pharos.agent.core;

import java.io.Serializable;

/**
 * What can be set of the core's behaviour; the rest follows from it.
 *
 * @param intervalNs between two announcements, when the segment is not crowded
 * @param budgetPerSecond how many announcements all agents of a segment may send together
 * @param maxPeers how many peers are kept, those gone or not yet met included
 * @param observer whether this agent only listens: it asks, but announces nothing
 * @param answerNs how long an answer over TCP may take
 * @param holdNs how long nobody is judged on a link where nobody is heard any more
 */
public record Settings(
    long intervalNs,
    int budgetPerSecond,
    int maxPeers,
    boolean observer,
    long answerNs,
    long holdNs)
    implements Serializable {
  /** A millisecond in the unit of the core. */
  static final long MS = 1_000_000;

  /** A second in the unit of the core. */
  static final long SECOND = 1_000 * MS;

  /** How many questions are open at once. */
  static final int QUESTIONS = 32;

  /** How long an answer may take, unless something else is set. */
  private static final long ANSWER_NS = SECOND;

  /** How long an isolated agent holds its list, unless something else is set. */
  private static final long HOLD_NS = 60 * SECOND;

  /** How many successors on the ring of ids are watched. */
  static final int WATCHES = 2;

  /** From here on there is a crowd: answers are spread, so that they form no storm. */
  static final int CROWD = 50;

  /** Up to here everybody is asked and looks at once; above, a known digest saves the question. */
  static final int FEW = 64;

  /** Up to here an overdue beacon is asked after at 2.5 intervals, above it at 3.5. */
  static final int MANY = 512;

  private static final Settings DEFAULTS =
      new Settings(SECOND, 500, 20_000, false, ANSWER_NS, HOLD_NS);

  /** The defaults of the design. */
  public static Settings defaults() {
    return DEFAULTS;
  }

  /** The same with another interval. */
  public Settings withIntervalNs(long intervalNs) {
    return new Settings(intervalNs, budgetPerSecond, maxPeers, observer, answerNs, holdNs);
  }

  /** The same with another bound on peers. */
  public Settings withMaxPeers(int maxPeers) {
    return new Settings(intervalNs, budgetPerSecond, maxPeers, observer, answerNs, holdNs);
  }

  /** The same with another time for which an isolated agent judges nobody. */
  public Settings withHoldNs(long holdNs) {
    return new Settings(intervalNs, budgetPerSecond, maxPeers, observer, answerNs, holdNs);
  }

  /** The same as an observer, or not. */
  public Settings withObserver(boolean observer) {
    return new Settings(intervalNs, budgetPerSecond, maxPeers, observer, answerNs, holdNs);
  }
}
