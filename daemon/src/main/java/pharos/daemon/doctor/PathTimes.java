package pharos.daemon.doctor;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import pharos.agent.json.Json;

/** How often one path was tried, and how long it took. For one thread; pure. */
public final class PathTimes {
  private static final double NS_PER_MS = 1e6;

  private final String path;
  private int sent;
  private int answered;
  private int compared;
  private int comparedAnswered;
  private int arrived;
  private long minNs = Long.MAX_VALUE;
  private long maxNs;
  private long sumNs;

  /** Of this path, as people call it. */
  public PathTimes(String path) {
    this.path = path;
  }

  /** As people call it. */
  public String path() {
    return path;
  }

  /** It was tried, and this is how long the answer took; none came when that is negative. */
  public void add(long tookNs) {
    sent++;
    if (tookNs >= 0) {
      answered++;
      minNs = Math.min(minNs, tookNs);
      maxNs = Math.max(maxNs, tookNs);
      sumNs += tookNs;
    }
  }

  /** Of so many that were sent, so many arrived there, as the other told, and so many came back. */
  public void compare(int sentThere, int arrivedThere, int cameBack) {
    compared += sentThere;
    arrived += Math.min(sentThere, Math.max(arrivedThere, cameBack));
    comparedAnswered += cameBack;
  }

  /** How often it was tried. */
  public int sent() {
    return sent;
  }

  /** How often it was answered. */
  public int answered() {
    return answered;
  }

  /** The average time of those that were answered; nothing when none was. */
  public Optional<Double> averageMs() {
    return answered == 0 ? Optional.empty() : Optional.of(sumNs / NS_PER_MS / answered);
  }

  private static long percent(int lost, int of) {
    return of == 0 ? 0 : Math.round(100.0 * lost / of);
  }

  /** A line as people read it. */
  public String line() {
    String all =
        "%s: %d sent, %d answered, %d %% lost"
            .formatted(path, sent, answered, percent(sent - answered, sent));
    String each =
        ", %d %% on the way there, %d %% back"
            .formatted(
                percent(compared - arrived, compared),
                percent(arrived - comparedAnswered, arrived));
    String times = answered == 0 ? "" : ", min/avg/max " + times();
    return all + (compared == 0 || sent == answered ? "" : each) + times;
  }

  private String times() {
    return String.format(
        Locale.ROOT,
        "%.2f/%.2f/%.2f ms",
        minNs / NS_PER_MS,
        sumNs / NS_PER_MS / answered,
        maxNs / NS_PER_MS);
  }

  /** The same as a value of JSON. */
  public Map<String, Object> json() {
    return Json.object(
        "path", path,
        "sent", sent,
        "answered", answered,
        "lostThere", when(compared, compared - arrived),
        "lostBack", when(compared, arrived - comparedAnswered),
        "minMs", when(answered, minNs / NS_PER_MS),
        "avgMs", averageMs(),
        "maxMs", when(answered, maxNs / NS_PER_MS));
  }

  private static Optional<Object> when(int count, Object value) {
    return count == 0 ? Optional.empty() : Optional.of(value);
  }
}
