package pharos.kademlia;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * How often each source may ask: so many a second, and so many more at once after a rest. Two
 * agents and more that are proven at a source have twice of that; where nobody is proven it is
 * half, and all those together have twice of it.
 */
final class RateLimits {
  /** So many sources are remembered; the one heard longest ago gives way. */
  private static final int SOURCES = 4_096;

  private final Turn turn;
  private final ToIntFunction<String> agents;
  private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
  private final Bucket strangers;

  private static final class Bucket {
    double tokens;
    long filledNs;

    Bucket(double tokens, long filledNs) {
      this.tokens = tokens;
      this.filledNs = filledNs;
    }

    boolean fills(double most, double perNs, long nowNs) {
      tokens = Math.min(most, tokens + (nowNs - filledNs) * perNs);
      filledNs = nowNs;
      return tokens >= 1;
    }
  }

  RateLimits(Turn turn, ToIntFunction<String> agents) {
    this.turn = turn;
    this.agents = agents;
    strangers = new Bucket(2.0 * turn.settings.limits().burst(), turn.nowNs);
  }

  boolean takes(String source) {
    int weight = Quotas.weight(agents.applyAsInt(source));
    double times = weight / 2.0;
    double burst = turn.settings.limits().burst();
    double perNs = turn.settings.limits().requestsPerSecond() / (double) Settings.SECOND;
    Bucket bucket = buckets.get(source);
    if (bucket == null) {
      bucket = new Bucket(times * burst, turn.nowNs);
      buckets.put(source, bucket);
      if (buckets.size() > SOURCES) {
        buckets.remove(buckets.keySet().iterator().next());
      }
    }
    boolean isStranger = weight == 1;
    boolean hasTokens =
        bucket.fills(times * burst, times * perNs, turn.nowNs)
            && (!isStranger || strangers.fills(2 * burst, 2 * perNs, turn.nowNs));
    if (hasTokens) {
      bucket.tokens--;
      strangers.tokens -= isStranger ? 1 : 0;
    }
    return hasTokens;
  }

  int size() {
    return buckets.size();
  }
}
