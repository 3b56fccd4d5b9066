package pharos.agent.io;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import pharos.agent.core.Counter;

/**
 * One thing that others take of an agent: connections, octets of memory, questions that wait. There
 * is so much in all, each {@link Shares#group group} has its share, and all where nobody is proven
 * have a quarter together. For any thread.
 */
final class Quota {
  private static final int UNPROVEN_PART = 4;

  private final Shares shares;
  private final long total;
  private final Map<InetAddress, Long> held = new HashMap<>();
  private long sum;

  /** Why somebody gets no more. */
  enum Full {
    /** There is room. */
    NO,
    /** His own share is full. */
    ONE,
    /** What all unproven addresses share is full. */
    UNPROVEN,
    /** Nothing is left at all. */
    ALL
  }

  Quota(Shares shares, long total) {
    this.shares = shares;
    this.total = total;
  }

  /** Takes so much, or nothing when that is too much. */
  synchronized boolean take(InetAddress group, long amount) {
    if (full(group, amount) != Full.NO) {
      return false;
    }
    sum += amount;
    held.merge(group, amount, Long::sum);
    return true;
  }

  /** Gives back what was taken. */
  synchronized void give(InetAddress group, long amount) {
    sum -= amount;
    held.computeIfPresent(group, (any, had) -> had > amount ? had - amount : null);
  }

  /** Everything is given back at once. */
  synchronized void clear() {
    held.clear();
    sum = 0;
  }

  synchronized Full full(InetAddress group, long amount) {
    if (has(group) + amount > shares.most(group, total)) {
      return Full.ONE;
    }
    if (isUnproven(group) && unproven() + amount > total / UNPROVEN_PART) {
      return Full.UNPROVEN;
    }
    return sum + amount > total ? Full.ALL : Full.NO;
  }

  boolean isUnproven(InetAddress group) {
    return !shares.isOwn(group) && shares.provenAt(group) == 0;
  }

  /** How much of its share this group has, in thousandths. */
  synchronized long pressure(InetAddress group) {
    return has(group) * 1_000 / Math.max(1, shares.most(group, total));
  }

  synchronized long sum() {
    return sum;
  }

  /** How much of it is taken, of how much there is. */
  Counter counter(String name, String unit) {
    return Counter.bounded(name, unit, "port", this::sum, total);
  }

  private long has(InetAddress group) {
    return held.getOrDefault(group, 0L);
  }

  /** Counted anew: who is proven changes. The share of one bounds how many groups there are. */
  private long unproven() {
    // Most of the time everybody together has less, and nobody needs to be looked at.
    if (sum <= total / (2 * UNPROVEN_PART)) {
      return sum;
    }
    long all = 0;
    for (Map.Entry<InetAddress, Long> each : held.entrySet()) {
      all += isUnproven(each.getKey()) ? each.getValue() : 0;
    }
    return all;
  }
}
