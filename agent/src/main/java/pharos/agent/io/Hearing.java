package pharos.agent.io;

import java.util.concurrent.TimeUnit;

/**
 * Whether an agent can still be asked, by its questions to itself: one a second while all is well.
 * Three in a row without an answer, while the loop takes its turns, and no sign at all of JeroMQ's
 * thread, is deafness. What is only late is none: any answer counts, also to an earlier question. A
 * thread that lives and still brings no answer is crowded, and has longer.
 *
 * <p>No socket and no clock: {@link OwnPort} does what this says.
 */
final class Hearing {
  /** A dead thread is found within three of these: one, and three times the patience. */
  static final long ASK_NS = TimeUnit.SECONDS.toNanos(1);

  static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(600);

  /** A question needs a turn to be sent, one to be answered, and one for the answer. */
  private static final int MIN_TURNS = 3;

  private static final long NEXT_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int MISSED_DEAD = 3;
  private static final int MISSED_CROWDED = 10;

  /** What it wants done. */
  enum Step {
    NOTHING,
    /** Ask oneself. */
    ASK,
    /** The same by a new connection: it may be this one alone that is stuck. */
    ASK_ANEW
  }

  private boolean isOpen;
  private boolean isAlive;
  private int turns;
  private int missed;
  private long askedNs;
  private long nextNs;
  private long deafNs;

  Hearing(long nowNs) {
    nextNs = nowNs;
  }

  /** Whether a question is on its way. */
  boolean isOpen() {
    return isOpen;
  }

  /** How many in a row went unanswered. */
  int missed() {
    return missed;
  }

  long nextInNs(long nowNs) {
    return Math.max(0, nextNs - nowNs);
  }

  /** What to do in this turn, after what arrived was handed in. */
  Step wakeUp(long nowNs) {
    turns++;
    if (nextNs - nowNs > 0) {
      return Step.NOTHING;
    }
    if (isOpen && turns < MIN_TURNS) {
      nextNs = nowNs + NEXT_LOOK_NS;
      return Step.NOTHING;
    }
    Step step = isOpen ? Step.ASK_ANEW : Step.ASK;
    if (isOpen) {
      miss(nowNs);
    }
    isOpen = true;
    turns = 0;
    askedNs = nowNs;
    nextNs = nowNs + PATIENCE_NS;
    return step;
  }

  private void miss(long nowNs) {
    boolean wasDeaf = isDeaf();
    missed++;
    if (missed == 1) {
      isAlive = false;
    }
    if (!wasDeaf && isDeaf()) {
      deafNs = nowNs;
    }
  }

  /** An answer, to whichever question. */
  void onAnswer() {
    if (isOpen) {
      isOpen = false;
      nextNs = askedNs + ASK_NS;
    }
    missed = 0;
  }

  /** JeroMQ's thread did something. */
  void onLife() {
    isAlive = true;
  }

  /** This host does not let us connect to ourselves: then nothing can be told. */
  void onNoWay(long nowNs) {
    isOpen = false;
    missed = 0;
    nextNs = nowNs + ASK_NS;
  }

  /** Whether nobody can ask. */
  boolean isDeaf() {
    return missed >= (isAlive ? MISSED_CROWDED : MISSED_DEAD);
  }

  /** Whether it is deaf, and JeroMQ's thread gives no sign. */
  boolean isDead() {
    return missed >= MISSED_DEAD && !isAlive;
  }

  /** For how long it has been deaf; only for one that is. */
  long deafForNs(long nowNs) {
    return nowNs - deafNs;
  }
}
