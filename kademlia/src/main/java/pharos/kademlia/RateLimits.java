package pharos.kademlia;

import java.util.LinkedHashMap;
import java.util.Map;

/** How often each source may ask: so many a second, and so many more at once after a rest. */
final class RateLimits {
  /** So many sources are remembered; the one heard longest ago gives way. */
  private static final int SOURCES = 4_096;

  private final Turn turn;
  private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Bucket {
    double tokens;
    long filledNs;

    Bucket(double tokens, long filledNs) {
      this.tokens = tokens;
      this.filledNs = filledNs;
    }
  }

  RateLimits(Turn turn) {
    this.turn = turn;
  }

  boolean allows(String source) {
    int burst = turn.settings.burst();
    Bucket bucket = buckets.computeIfAbsent(source, name -> new Bucket(burst, turn.nowNs));
    if (buckets.size() > SOURCES) {
      buckets.remove(buckets.keySet().iterator().next());
    }
    double perNs = turn.settings.requestsPerSecond() / (double) Settings.SECOND;
    bucket.tokens = Math.min(burst, bucket.tokens + (turn.nowNs - bucket.filledNs) * perNs);
    bucket.filledNs = turn.nowNs;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    return true;
  }

  int size() {
    return buckets.size();
  }
}
