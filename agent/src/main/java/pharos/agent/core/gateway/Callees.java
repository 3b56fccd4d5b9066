package pharos.agent.core.gateway;

import java.net.InetAddress;
import java.util.Map;
import java.util.function.Predicate;
import pharos.agent.core.Bounded;

/**
 * Whom we may connect to past our LAN. Anybody can tell us addresses: in pointers, as a node, as a
 * gateway. One that never answered us, nor asked us, gets one connection a second, whatever we are
 * told, and all those together 64 a second: we are nobody's hammer. One that spoke to us over TCP
 * is where it says it is, and may be connected to freely for a while.
 */
public final class Callees {
  private static final long SECOND = 1_000_000_000L;
  private static final long INTERVAL_NS = SECOND;
  private static final long PROVEN_NS = 600 * SECOND;
  private static final int REMEMBERED = 4_096;

  /** All that are not proven, a second; and so many more after a rest. */
  private static final int UNPROVEN_A_SECOND = 64;

  private static final int BURST = 128;

  private final Predicate<InetAddress> isTrusted;
  private final Map<InetAddress, Long> provenNs = Bounded.byUse(REMEMBERED);

  /** By use, and larger than what can be called in an interval: who was called is not forgotten. */
  private final Map<InetAddress, Long> calledNs = Bounded.byUse(REMEMBERED);

  /** When as many may be called as ever. */
  private long restedNs;

  private long deferred;

  /**
   * @param isTrusted which addresses need no proof, such as our own and those of peers of our LAN
   */
  public Callees(Predicate<InetAddress> isTrusted, long nowNs) {
    this.isTrusted = isTrusted;
    restedNs = nowNs;
  }

  /** It answered us over TCP, or asked us. Returns whether that is news. */
  public boolean onProof(InetAddress address, long nowNs) {
    boolean wasProven = isProven(address, nowNs);
    provenNs.put(address, nowNs);
    return !wasProven;
  }

  private boolean isProven(InetAddress address, long nowNs) {
    Long atNs = provenNs.get(address);
    return (atNs != null && nowNs - atNs < PROVEN_NS) || isTrusted.test(address);
  }

  /** How long until it may be connected to; 0 for now, and then it counts as done. */
  public long call(InetAddress address, long nowNs) {
    if (isProven(address, nowNs)) {
      return 0;
    }
    Long calledAtNs = calledNs.get(address);
    long waitNs = calledAtNs == null ? 0 : calledAtNs + INTERVAL_NS - nowNs;
    if (restedNs - nowNs < 0) {
      restedNs = nowNs;
    }
    waitNs = Math.max(waitNs, restedNs - nowNs - (BURST - 1) * (SECOND / UNPROVEN_A_SECOND));
    if (waitNs > 0) {
      deferred++;
      return waitNs;
    }
    calledNs.put(address, nowNs);
    restedNs += SECOND / UNPROVEN_A_SECOND;
    return 0;
  }

  /** How often somebody had to wait. */
  public long deferred() {
    return deferred;
  }
}
