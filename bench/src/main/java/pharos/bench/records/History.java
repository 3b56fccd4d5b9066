package pharos.bench.records;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one writer wrote under some keys, numbers that grow by one, and so what may be read of each.
 * Any thread may ask.
 */
final class History {
  private static final Pattern NUMBER = Pattern.compile("\\bn(\\d{1,9})\\b");

  private final int[] tried;
  private final int[] acknowledged;
  private final int[] seen;
  private final long[] versions;
  private int wentBack;
  private long writes;

  /** What an answer says of the writes before it. */
  enum Verdict {
    /** That one is there, or a later one. */
    THERE,
    /** It is among the values that others won over. */
    CONFLICT,
    /** It is gone, or the answer is old. */
    MISSED,
    /** What was read was never written. */
    INVENTED
  }

  History(int keys) {
    tried = new int[keys];
    acknowledged = new int[keys];
    seen = new int[keys];
    versions = new long[keys];
  }

  /** The value of the next write, which may be read from now on. */
  synchronized String next(int key) {
    tried[key]++;
    return "n" + tried[key] + " " + "v".repeat(100);
  }

  /** The last write was acknowledged; returns whether its version is above the one before. */
  synchronized boolean acknowledge(int key, long version) {
    boolean isHigher = version > versions[key];
    acknowledged[key] = tried[key];
    wentBack += isHigher ? 0 : 1;
    versions[key] = version;
    writes++;
    return isHigher;
  }

  /** How many were acknowledged. */
  synchronized long writes() {
    return writes;
  }

  /** How many versions were not above the one before. */
  synchronized int wentBack() {
    return wentBack;
  }

  /** What is not to be lost. */
  synchronized int acknowledged(int key) {
    return acknowledged[key];
  }

  /** What a read that begins now has to have, at least: acknowledged, or read before. */
  synchronized int least(int key) {
    return Math.max(acknowledged[key], seen[key]);
  }

  /**
   * Judges an answer.
   *
   * @param least what it has to have
   * @param value empty where there is none
   * @param conflicts those that it won over
   */
  synchronized Verdict judge(int key, int least, String value, String conflicts) {
    int found = highest(value);
    if (found > tried[key] || (found == 0 && !value.isEmpty())) {
      return Verdict.INVENTED;
    }
    seen[key] = Math.max(seen[key], found);
    if (found >= least) {
      return Verdict.THERE;
    }
    return highest(conflicts) >= least ? Verdict.CONFLICT : Verdict.MISSED;
  }

  /** As if what was read, and is gone, had never been: each loss is told once. */
  synchronized void forget(int key) {
    acknowledged[key] = 0;
    seen[key] = 0;
  }

  private static int highest(String text) {
    Matcher matcher = NUMBER.matcher(text);
    return matcher.results().mapToInt(it -> Integer.parseInt(it.group(1))).max().orElse(0);
  }

  @Override
  public synchronized String toString() {
    return "acknowledged " + Arrays.toString(acknowledged);
  }
}
