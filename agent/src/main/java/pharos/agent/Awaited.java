package pharos.agent;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Peers that somebody waits for, and the words for when they do not come. */
record Awaited(String type, int count, Duration limit) {
  private static final int NAMES = 10;

  /** Those who are there, once they are enough. */
  @Nullable List<Peer> in(Snapshot now) {
    List<Peer> there = alive(now);
    return there.size() >= count ? there : null;
  }

  long limitNs() {
    try {
      return limit.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // 292 years are for ever
    }
  }

  private List<Peer> alive(Snapshot now) {
    return now.offering(type).stream().filter(peer -> peer.state() == PeerState.ALIVE).toList();
  }

  /** Who is there instead. */
  String missing(Snapshot now) {
    List<Peer> there = alive(now);
    List<Peer> suspect =
        now.offering(type).stream().filter(peer -> peer.state() != PeerState.ALIVE).toList();
    List<Peer> others = now.peers().stream().filter(peer -> !peer.offers(type)).toList();
    return "after %s %d of %d peers offer %s".formatted(limit, there.size(), count, type)
        + names("; there: ", there)
        + names("; suspect: ", suspect)
        + names("; without it: ", others)
        + names("; heard, but not to be asked: ", now.heardOnly());
  }

  private static String names(String what, Collection<Peer> peers) {
    if (peers.isEmpty()) {
      return "";
    }
    List<String> names = peers.stream().limit(NAMES).map(Peer::name).toList();
    int more = peers.size() - names.size();
    return what + String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }
}
