package pharos.daemon;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a log small whatever strangers do: the same line once a minute, ten of a kind, and of all
 * lines together a burst and then some in a second. Decides alone, without a clock; for one thread
 * at a time.
 */
final class Sieve {
  private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
  private static final int OF_A_KIND = 10;

  /** A thousand peers that arrive at once are told of, three lines each. */
  private static final int BURST = 3_000;

  /** Half a megabyte an hour, or so. */
  private static final int A_MINUTE = 60;

  /** The one that was not seen for longest is forgotten. */
  private static final int REMEMBERED = 256;

  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > REMEMBERED;
        }
      };

  private final Bucket all = new Bucket(BURST, MINUTE_NS / A_MINUTE);

  /** How often something may be: so often at once, and once more after each pause. */
  private static final class Bucket {
    private final int most;
    private final long pauseNs;
    private boolean isUsed;
    private int left;
    private long filledNs;
    private long held;

    Bucket(int most, long pauseNs) {
      this.most = most;
      this.pauseNs = pauseNs;
    }

    boolean take(long nowNs) {
      long pauses = (nowNs - filledNs) / pauseNs;
      if (!isUsed || pauses >= most) {
        isUsed = true;
        left = most;
        filledNs = nowNs;
      } else {
        left = (int) Math.min(most, left + pauses);
        filledNs += pauses * pauseNs;
      }
      return left > 0 && left-- > 0;
    }

    /** The number that was held back since the last time, or -1 when this one is too. */
    long told(boolean passes) {
      if (!passes) {
        held++;
        return -1;
      }
      long since = held;
      held = 0;
      return since;
    }
  }

  /** How many lines were held back since the last one, or -1 when this one is held back too. */
  long pass(long nowNs) {
    return all.told(all.take(nowNs));
  }

  /** The same for a line that says what is wrong, among those of its kind. */
  long pass(String kind, String line, long nowNs) {
    Bucket same = bucket("line " + line, 1);
    Bucket alike = bucket("kind " + kind, OF_A_KIND);
    return alike.told(same.take(nowNs) && alike.take(nowNs) && all.take(nowNs));
  }

  private Bucket bucket(String key, int aMinute) {
    return buckets.computeIfAbsent(key, it -> new Bucket(aMinute, MINUTE_NS / aMinute));
  }
}
