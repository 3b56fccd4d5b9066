package pharos.kademlia;

/**
 * What can be set of an overlay node; the rest is the same everywhere. What makes no sense is
 * refused by its name.
 *
 * @param k how many nodes a bucket has, and how many hold a contact; 20
 * @param alpha how many requests of a lookup run at once; 5
 * @param paths how many disjoint paths a lookup takes; 0 for 3 above 50 known nodes, 1 below
 * @param maxPaths how many it takes at most, when they contradict each other; 24
 * @param cacheSize how many results of lookups are kept; 1,000, or 0 for none
 * @param arbiter who decides between two contacts of one id; {@link Arbiters#versions}
 */
public record Settings(
    int k,
    int alpha,
    int paths,
    int maxPaths,
    int cacheSize,
    Arbiter arbiter,
    Times times,
    Limits limits) {
  static final long MS = 1_000_000;
  static final long SECOND = 1_000 * MS;
  static final long MINUTE = 60 * SECOND;

  private static final Settings DEFAULTS =
      new Settings(
          20,
          5,
          0,
          24,
          1_000,
          Arbiters.versions(),
          new Times(100 * MS, 1.5, 2 * SECOND, 10 * SECOND, 10 * MINUTE, 15 * MINUTE, 10 * MINUTE),
          new Limits(128L << 20, 20_000, 256, 500, 1_000));

  /** Refuses what makes no sense. */
  public Settings {
    check("k", k, 1, 256);
    check("alpha", alpha, 1, 64);
    check("paths", paths, 0, 64);
    check("maxPaths", maxPaths, Math.max(1, paths), 64);
    check("cacheSize", cacheSize, 0, 10_000_000);
  }

  /**
   * How long it takes, and how often.
   *
   * @param roundTripNs how long a request is thought to take before any was measured; 100 ms
   * @param stall after how many round trips, such as nine in ten take, others are asked instead of
   *     a node that is slow; 1.5
   * @param rpcNs how long a request may take; 2 s
   * @param lookupNs how long a lookup may take; 10 s
   * @param republishNs how often what is registered is announced, what missed three times has
   *     expired; and the seeds are asked twice as often; 10 min
   * @param refreshNs how often each part of the table is looked at by a lookup; 15 min
   * @param checkNs a node of the table that was not heard for so long is asked whether it is there;
   *     10 min
   */
  public record Times(
      long roundTripNs,
      double stall,
      long rpcNs,
      long lookupNs,
      long republishNs,
      long refreshNs,
      long checkNs) {
    /** Refuses what makes no sense. */
    public Times {
      check("roundTripNs", roundTripNs, 1, Long.MAX_VALUE / 4);
      if (!(stall >= 1 && stall <= 100)) {
        throw new IllegalArgumentException("stall is from 1 to 100, not " + stall);
      }
      check("rpcNs", rpcNs, 1, Long.MAX_VALUE / 4);
      check("lookupNs", lookupNs, rpcNs, Long.MAX_VALUE / 4);
      check("republishNs", republishNs, 10 * SECOND, Long.MAX_VALUE / 16);
      check("refreshNs", refreshNs, SECOND, Long.MAX_VALUE / 16);
      check("checkNs", checkNs, SECOND, Long.MAX_VALUE / 16);
    }

    /** The same with another stall. */
    public Times withStall(double stall) {
      return new Times(roundTripNs, stall, rpcNs, lookupNs, republishNs, refreshNs, checkNs);
    }

    /** After three announcements that did not come, and what their jitter may add. */
    long expiryNs() {
      return 3 * republishNs + republishNs / 4;
    }
  }

  /**
   * What others may make this node do and keep.
   *
   * @param bytes how much memory; 128 MiB. Half of it is for what is held for them, an eighth for
   *     lookups that run, and a sixteenth for what was found
   * @param registrations how many contacts may be registered here; 20,000
   * @param lookups how many lookups run at once, if there is memory for them; 256
   * @param requestsPerSecond how many requests of one source are answered, in the long run; 500. It
   *     is twice that where several agents are proven, half where nobody is
   * @param burst how many of them at once after a rest; 1,000
   */
  public record Limits(
      long bytes, int registrations, int lookups, int requestsPerSecond, int burst) {
    /** What a lookup costs in a large network, and how many run however little memory there is. */
    private static final long LOOKUP_BYTES = 16 << 10;

    private static final long MIN_LOOKUPS = 16;

    /** Refuses what makes no sense. */
    public Limits {
      check("bytes", bytes, 1 << 16, Long.MAX_VALUE / 64);
      check("registrations", registrations, 1, 10_000_000);
      check("lookups", lookups, 1, 100_000);
      check("requestsPerSecond", requestsPerSecond, 1, 10_000_000);
      check("burst", burst, 1, 10_000_000);
    }

    /** How much memory there is for what is held for others. */
    public long heldBytes() {
      return bytes / 2;
    }

    long lookupBytes() {
      return bytes / 8;
    }

    long cacheBytes() {
      return bytes / 16;
    }

    /** How many lookups there is memory for. */
    public int lookupsAtOnce() {
      return (int) Math.min(lookups, Math.max(MIN_LOOKUPS, lookupBytes() / LOOKUP_BYTES));
    }
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is from " + min + " to " + max + ", not " + value);
    }
  }

  /** The defaults of the design. */
  public static Settings defaults() {
    return DEFAULTS;
  }

  /** The same with other numbers of nodes in a bucket, and of requests at once. */
  public Settings with(int k, int alpha) {
    return new Settings(k, alpha, paths, maxPaths, cacheSize, arbiter, times, limits);
  }

  /** The same with so many paths at first, and at most. */
  public Settings withPaths(int first, int most) {
    return new Settings(k, alpha, first, most, cacheSize, arbiter, times, limits);
  }

  /** The same with a cache of another size, or without. */
  public Settings withCacheSize(int size) {
    return new Settings(k, alpha, paths, maxPaths, size, arbiter, times, limits);
  }

  /** The same with another arbiter. */
  public Settings withArbiter(Arbiter other) {
    return new Settings(k, alpha, paths, maxPaths, cacheSize, other, times, limits);
  }

  /** The same with other times. */
  public Settings withTimes(Times other) {
    return new Settings(k, alpha, paths, maxPaths, cacheSize, arbiter, other, limits);
  }

  /** The same with other limits. */
  public Settings withLimits(Limits other) {
    return new Settings(k, alpha, paths, maxPaths, cacheSize, arbiter, times, other);
  }

  /** The same with so much memory for what others make this node keep. */
  public Settings withBytes(long bytes) {
    return withLimits(
        new Limits(
            bytes, limits.registrations, limits.lookups, limits.requestsPerSecond, limits.burst));
  }
}
