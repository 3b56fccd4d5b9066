package pharos.kademlia;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A room that many fill, and who has how much of it: octets of a store, or calls that run. A source
 * (an address) may have a quarter of it, and this host half. All those where nobody is proven share
 * a quarter, and each of them has a quarter of that at most. When the room is full, who has the
 * most gives way to who has less, so that many who take all they may leave room for one who takes
 * little; several agents that are proven at a source count twice there.
 *
 * <p>Not thread-safe: the one who owns the room owns this.
 */
public final class Quotas {
  /** What is answered for this host's own addresses, however many agents there are. */
  public static final int OWN = Integer.MAX_VALUE;

  /** What a source may have is told in sixteenths of the room. */
  private static final int PARTS = 16;

  /** All those together where nobody is proven, and each other source alone. */
  private static final int MOST = 4;

  private final long capacity;
  private final ToIntFunction<String> agents;
  private final Map<String, Share> shares = new LinkedHashMap<>();
  private long taken;
  private long takenByStrangers;

  /** What becomes of a wish. */
  public enum Room {
    /** It fits. */
    THERE,
    /** The source has all that it may have. */
    QUOTA,
    /** All is taken; {@link #giver} says who gives way, if anybody. */
    FULL
  }

  private static final class Share {
    long taken;
    int weight;
  }

  /**
   * A room that is empty.
   *
   * @param capacity how much there is of it
   * @param agents how many agents are proven at a source; {@link #OWN} for this host's own
   */
  public Quotas(long capacity, ToIntFunction<String> agents) {
    this.capacity = capacity;
    this.agents = agents;
  }

  /** How much a source counts beside others. */
  static int weight(int agents) {
    if (agents == OWN) {
      return PARTS / 2;
    }
    return agents <= 0 ? 1 : agents == 1 ? 2 : 4;
  }

  private static int most(int weight) {
    return weight == 1 ? 1 : Math.max(MOST, weight);
  }

  /** Whether this source may take so much more. */
  public Room room(String source, long more) {
    Share share = shares.get(source);
    int weight = weight(agents.applyAsInt(source));
    long had = share == null ? 0 : share.taken;
    if (share != null) {
      weigh(share, weight);
    }
    if (had + more > capacity * most(weight) / PARTS) {
      return Room.QUOTA;
    }
    boolean isFull = taken + more > capacity;
    boolean areStrangersFull = weight == 1 && takenByStrangers + more > capacity * MOST / PARTS;
    return isFull || areStrangersFull ? Room.FULL : Room.THERE;
  }

  /**
   * Who has most, for its weight, when that is more than this source would have; else nobody. A
   * stranger takes from strangers alone, as long as these are what is full.
   */
  public @Nullable String giver(String source, long more) {
    Share own = shares.get(source);
    int weight = weight(agents.applyAsInt(source));
    boolean isOfStrangers = weight == 1 && takenByStrangers + more > capacity * MOST / PARTS;
    double most = ((own == null ? 0 : own.taken) + more) / (double) weight;
    String giver = null;
    for (Map.Entry<String, Share> other : shares.entrySet()) {
      Share share = other.getValue();
      double has = share.taken / (double) share.weight;
      boolean mayGive = share.weight == 1 || !isOfStrangers;
      if (mayGive && has > most && !other.getKey().equals(source)) {
        most = has;
        giver = other.getKey();
      }
    }
    return giver;
  }

  /** The source has so much more; less when it is negative. */
  public void take(String source, long more) {
    Share share = shares.computeIfAbsent(source, name -> new Share());
    weigh(share, weight(agents.applyAsInt(source)));
    share.taken += more;
    taken += more;
    takenByStrangers += share.weight == 1 ? more : 0;
    if (share.taken == 0) {
      shares.remove(source);
    }
  }

  /** Agents come and go: who was a stranger may be none any more. */
  private void weigh(Share share, int weight) {
    boolean wasStranger = share.weight == 1;
    if (wasStranger != (weight == 1)) {
      takenByStrangers += wasStranger ? -share.taken : share.taken;
    }
    share.weight = weight;
  }

  /** How much of it this source has. */
  public long taken(String source) {
    Share share = shares.get(source);
    return share == null ? 0 : share.taken;
  }

  /** How much of it is taken. */
  public long taken() {
    return taken;
  }
}
