package pharos.kademlia;

import java.util.function.Consumer;

/**
 * What can be set of an overlay node. Immutable; {@link #with} makes another one, and refuses what
 * makes no sense by the name of the setting.
 */
public final class Settings {
  static final long MS = 1_000_000;
  static final long SECOND = 1_000 * MS;
  static final long MINUTE = 60 * SECOND;

  /**
   * What a lookup costs in a large network, and how many may run however little memory there is.
   */
  private static final long LOOKUP_BYTES = 16 << 10;

  private static final long MIN_LOOKUPS = 16;

  private static final Settings DEFAULTS = new Settings();

  private int k = 20;
  private int alpha = 5;
  private int paths;
  private int maxPaths = 24;
  private int localIds = 16;
  private long roundTripNs = 100 * MS;
  private double stall = 1.5;
  private long rpcTimeoutNs = 2 * SECOND;
  private long lookupTimeoutNs = 10 * SECOND;
  private long republishNs = 10 * MINUTE;
  private long refreshNs = 15 * MINUTE;
  private long checkNs = 10 * MINUTE;
  private long seedRetryNs = SECOND;
  private long seedRetryMaxNs = MINUTE;
  private long seedAgainNs = 5 * MINUTE;
  private int cacheSize = 1_000;
  private long cacheAgeNs = 10 * MINUTE;
  private long memoryBytes = 128L << 20;
  private int registrations = 20_000;
  private int lookups = 256;
  private int requestsPerSecond = 500;
  private int burst = 1_000;
  private Arbiter arbiter = Arbiters.versions();
  private Binding binding = Binding.open();

  private Settings() {}

  private Settings(Settings other) {
    k = other.k;
    alpha = other.alpha;
    paths = other.paths;
    maxPaths = other.maxPaths;
    localIds = other.localIds;
    roundTripNs = other.roundTripNs;
    stall = other.stall;
    rpcTimeoutNs = other.rpcTimeoutNs;
    lookupTimeoutNs = other.lookupTimeoutNs;
    republishNs = other.republishNs;
    refreshNs = other.refreshNs;
    checkNs = other.checkNs;
    seedRetryNs = other.seedRetryNs;
    seedRetryMaxNs = other.seedRetryMaxNs;
    seedAgainNs = other.seedAgainNs;
    cacheSize = other.cacheSize;
    cacheAgeNs = other.cacheAgeNs;
    memoryBytes = other.memoryBytes;
    registrations = other.registrations;
    lookups = other.lookups;
    requestsPerSecond = other.requestsPerSecond;
    burst = other.burst;
    arbiter = other.arbiter;
    binding = other.binding;
  }

  /** The defaults of the design. */
  public static Settings defaults() {
    return DEFAULTS;
  }

  /** The same with what {@code change} sets. */
  public Settings with(Consumer<Builder> change) {
    Settings copy = new Settings(this);
    change.accept(copy.new Builder());
    if (copy.maxPaths < copy.paths) {
      throw new IllegalArgumentException(
          "maxPaths is at least paths, not " + copy.maxPaths + " of " + copy.paths);
    }
    if (copy.lookupTimeoutNs < copy.rpcTimeoutNs) {
      throw new IllegalArgumentException(
          "lookupTimeoutNs is at least rpcTimeoutNs, not " + copy.lookupTimeoutNs);
    }
    if (copy.seedRetryMaxNs < copy.seedRetryNs) {
      throw new IllegalArgumentException(
          "seedRetryMaxNs is at least seedRetryNs, not " + copy.seedRetryMaxNs);
    }
    return copy;
  }

  /** Sets one thing after the other; only within {@link #with}. */
  public final class Builder {
    private Builder() {}

    /** How many nodes a bucket has, and how many hold a contact; 20. */
    public Builder k(int value) {
      k = (int) checked("k", value, 1, 256);
      return this;
    }

    /** How many requests of a lookup run at once; 5. */
    public Builder alpha(int value) {
      alpha = (int) checked("alpha", value, 1, 64);
      return this;
    }

    /** How many disjoint paths a lookup takes; 0 for 3 above 50 known nodes, 1 below. */
    public Builder paths(int value) {
      paths = (int) checked("paths", value, 0, 64);
      return this;
    }

    /** How many it takes at most, when they contradict each other; 24. */
    public Builder maxPaths(int value) {
      maxPaths = (int) checked("maxPaths", value, 1, 64);
      return this;
    }

    /** For how many ids, besides the node's own, the table knows their whole neighbourhood; 16. */
    public Builder localIds(int value) {
      localIds = (int) checked("localIds", value, 0, 256);
      return this;
    }

    /** How long a request is thought to take before any was measured; 100 ms. */
    public Builder roundTripNs(long value) {
      roundTripNs = checked("roundTripNs", value, 1, Long.MAX_VALUE / 4);
      return this;
    }

    /**
     * After how many round trips, such as nine in ten take, others are asked instead of a node that
     * is slow; 1.5.
     */
    public Builder stall(double roundTrips) {
      if (!(roundTrips >= 1 && roundTrips <= 100)) {
        throw new IllegalArgumentException("stall is from 1 to 100, not " + roundTrips);
      }
      stall = roundTrips;
      return this;
    }

    /** How long a request may take; 2 s. */
    public Builder rpcTimeoutNs(long value) {
      rpcTimeoutNs = checked("rpcTimeoutNs", value, 1, Long.MAX_VALUE / 4);
      return this;
    }

    /** How long a lookup may take; 10 s. */
    public Builder lookupTimeoutNs(long value) {
      lookupTimeoutNs = checked("lookupTimeoutNs", value, 1, Long.MAX_VALUE / 4);
      return this;
    }

    /** How often what is registered is announced; what missed three times has expired. 10 min. */
    public Builder republishNs(long value) {
      republishNs = checked("republishNs", value, SECOND, Long.MAX_VALUE / 16);
      return this;
    }

    /** How often each part of the table is looked at by a lookup; 15 min. */
    public Builder refreshNs(long value) {
      refreshNs = checked("refreshNs", value, SECOND, Long.MAX_VALUE / 16);
      return this;
    }

    /** A node of the table that was not heard for so long is asked whether it is there; 10 min. */
    public Builder checkNs(long value) {
      checkNs = checked("checkNs", value, SECOND, Long.MAX_VALUE / 16);
      return this;
    }

    /** How soon a seed that did not answer is asked again at first, and at last; 1 s, 1 min. */
    public Builder seedRetryNs(long first, long last) {
      seedRetryNs = checked("seedRetryNs", first, MS, Long.MAX_VALUE / 16);
      seedRetryMaxNs = checked("seedRetryMaxNs", last, MS, Long.MAX_VALUE / 16);
      return this;
    }

    /** How often seeds are asked that do answer, so that parted networks meet again; 5 min. */
    public Builder seedAgainNs(long value) {
      seedAgainNs = checked("seedAgainNs", value, SECOND, Long.MAX_VALUE / 16);
      return this;
    }

    /** How many results of lookups are kept; 1,000, or 0 for none. */
    public Builder cacheSize(int value) {
      cacheSize = (int) checked("cacheSize", value, 0, 10_000_000);
      return this;
    }

    /** How long a result of a lookup is kept; 10 min. */
    public Builder cacheAgeNs(long value) {
      cacheAgeNs = checked("cacheAgeNs", value, 1, Long.MAX_VALUE / 4);
      return this;
    }

    /**
     * How much memory may be taken by what others make this node keep; 128 MiB. Half of it is for
     * what is held for them, an eighth for lookups that run, and a sixteenth for what was found.
     */
    public Builder memoryBytes(long value) {
      memoryBytes = checked("memoryBytes", value, 1 << 16, Long.MAX_VALUE / 64);
      return this;
    }

    /** How many contacts may be registered here; 20,000. */
    public Builder registrations(int value) {
      registrations = (int) checked("registrations", value, 1, 10_000_000);
      return this;
    }

    /** How many lookups run at once, if there is memory for them; 256. */
    public Builder lookups(int value) {
      lookups = (int) checked("lookups", value, 1, 100_000);
      return this;
    }

    /**
     * How many requests of one source are answered; 500 a second after a burst of 1,000. It is
     * twice that where several agents are proven, half where nobody is.
     */
    public Builder requestsPerSecond(int perSecond, int atOnce) {
      requestsPerSecond = (int) checked("requestsPerSecond", perSecond, 1, 10_000_000);
      burst = (int) checked("burst", atOnce, 1, 10_000_000);
      return this;
    }

    /** Who decides between two contacts of one id; {@link Arbiters#versions}. */
    public Builder arbiter(Arbiter value) {
      arbiter = value;
      return this;
    }

    /** Who may carry an id; {@link Binding#open}. */
    public Builder binding(Binding value) {
      binding = value;
      return this;
    }
  }

  private static long checked(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is from " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  int k() {
    return k;
  }

  int alpha() {
    return alpha;
  }

  int paths() {
    return paths;
  }

  int maxPaths() {
    return maxPaths;
  }

  int localIds() {
    return localIds;
  }

  long roundTripNs() {
    return roundTripNs;
  }

  double stall() {
    return stall;
  }

  long rpcTimeoutNs() {
    return rpcTimeoutNs;
  }

  long lookupTimeoutNs() {
    return lookupTimeoutNs;
  }

  long republishNs() {
    return republishNs;
  }

  /** After three announcements that did not come, and what their jitter may add. */
  long expiryNs() {
    return 3 * republishNs + republishNs / 4;
  }

  long refreshNs() {
    return refreshNs;
  }

  long checkNs() {
    return checkNs;
  }

  long seedRetryNs() {
    return seedRetryNs;
  }

  long seedRetryMaxNs() {
    return seedRetryMaxNs;
  }

  long seedAgainNs() {
    return seedAgainNs;
  }

  int cacheSize() {
    return cacheSize;
  }

  long cacheAgeNs() {
    return cacheAgeNs;
  }

  /** How much memory may be taken by what others make this node keep. */
  public long memoryBytes() {
    return memoryBytes;
  }

  long heldBytes() {
    return memoryBytes / 2;
  }

  long lookupBytes() {
    return memoryBytes / 8;
  }

  long cacheBytes() {
    return memoryBytes / 16;
  }

  /** How many contacts may be registered here. */
  public int registrations() {
    return registrations;
  }

  /** How many lookups run at once. */
  public int lookups() {
    return (int) Math.min(lookups, Math.max(MIN_LOOKUPS, lookupBytes() / LOOKUP_BYTES));
  }

  int requestsPerSecond() {
    return requestsPerSecond;
  }

  int burst() {
    return burst;
  }

  /** Who decides between two contacts of one id. */
  public Arbiter arbiter() {
    return arbiter;
  }

  Binding binding() {
    return binding;
  }
}
