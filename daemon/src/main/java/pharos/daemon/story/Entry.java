package pharos.daemon.story;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import pharos.agent.Observation;
import pharos.beacon.NodeId;

/**
 * One line of a story: an observation, and the last of those like it that followed.
 *
 * @param times how many there were in all, of what is counted
 */
public record Entry(Observation first, Observation last, long times) {
  /** Two that tell of the same silence lie no further apart. */
  private static final Duration SAME = Duration.ofMillis(100);

  static Entry of(Observation observation) {
    return new Entry(observation, observation, times(observation));
  }

  /** When it was noticed first. */
  public Instant at() {
    return first.at();
  }

  /** When it was noticed last. */
  public Instant until() {
    return last.at();
  }

  /** The stable word for it. */
  public String what() {
    return what(first);
  }

  private static String what(Observation observation) {
    if (observation instanceof Observation.Noticed it) {
      return it.what();
    } else if (observation instanceof Observation.Moved) {
      return "MOVED";
    } else if (observation instanceof Observation.Asked) {
      return "ASKED";
    } else if (observation instanceof Observation.Noted it) {
      return it.kind();
    }
    throw new AssertionError(observation);
  }

  boolean is(String what) {
    return what().equals(what);
  }

  boolean isMove() {
    return first instanceof Observation.Moved;
  }

  /** Where it was, of what was somewhere. */
  public Optional<InetSocketAddress> where() {
    return where(first);
  }

  private static Optional<InetSocketAddress> where(Observation observation) {
    if (observation instanceof Observation.Noticed it) {
      return Optional.of(it.where());
    } else if (observation instanceof Observation.Moved it) {
      return Optional.of(it.where());
    }
    return observation instanceof Observation.Asked it ? Optional.of(it.where()) : Optional.empty();
  }

  /** Whose word it is, if another's. */
  public Optional<NodeId> by() {
    return first instanceof Observation.Noticed it ? it.by() : Optional.empty();
  }

  /** How long ago there was cause for the last of them. */
  public Duration took() {
    if (last instanceof Observation.Noticed it) {
      return it.took();
    } else if (last instanceof Observation.Moved it) {
      return it.took();
    }
    return last instanceof Observation.Asked it ? it.took() : Duration.ZERO;
  }

  /** Which run of the peer it was; 0 of what concerns no run. */
  public long incarnation() {
    return incarnation(first);
  }

  static long incarnation(Observation observation) {
    if (observation instanceof Observation.Noticed it) {
      return it.incarnation();
    } else if (observation instanceof Observation.Moved it) {
      return it.incarnation();
    }
    return observation instanceof Observation.Asked it ? it.incarnation() : 0;
  }

  /** Whether it shows that the peer is there: what came before is settled by it. */
  boolean isCalm() {
    if (first instanceof Observation.Asked it) {
      return it.outcome().equals("ANSWERED");
    }
    return is("ECHOED") || is("HEARD_AGAIN");
  }

  /** Whether that is the same again; moves never are. */
  boolean isLike(Observation other) {
    if (isMove()
        || !what().equals(what(other))
        || !where().equals(where(other))
        || incarnation() != incarnation(other)) {
      return false;
    }
    if (first instanceof Observation.Asked one && other instanceof Observation.Asked another) {
      return one.outcome().equals(another.outcome()) && one.purpose().equals(another.purpose());
    }
    return !(first instanceof Observation.Noticed one && other instanceof Observation.Noticed two)
        || one.by().equals(two.by());
  }

  /** With the same again. A silence that goes on is told anew, and counts once. */
  Entry with(Observation next) {
    boolean isSameSilence = is("MISSED") && isSince(last, next);
    long before = isSameSilence ? times - times(last) : times;
    return new Entry(first, next, before + times(next));
  }

  /** With what is like it and came later. */
  Entry with(Entry later) {
    return new Entry(first, later.last, times + later.times);
  }

  private static boolean isSince(Observation one, Observation other) {
    Duration apart = Duration.between(cause(one), cause(other)).abs();
    return apart.compareTo(SAME) < 0;
  }

  private static Instant cause(Observation observation) {
    return observation.at().minus(of(observation).took());
  }

  private static long times(Observation observation) {
    return observation instanceof Observation.Noticed it ? it.times() : 1;
  }
}
