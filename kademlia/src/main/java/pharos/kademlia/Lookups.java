package pharos.kademlia;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The lookups that run: so many at once, and one for all who want the same. */
final class Lookups {
  /** From so many known nodes on, a lookup takes several paths. */
  private static final int MANY = 50;

  private static final int PATHS = 3;

  /** What a lookup may keep in any case. */
  private static final long MIN_BYTES = 32 << 10;

  private final Turn turn;
  private final RoutingTable table;
  private final Rpcs rpcs;
  private final Map<Subject, Lookup> running = new HashMap<>();

  private record Subject(Key target, Lookup.Aim aim) {}

  Lookups(Turn turn, RoutingTable table, Rpcs rpcs) {
    this.turn = turn;
    this.table = table;
    this.rpcs = rpcs;
  }

  /** Looks, or waits for one that looks already. Returns false when too many run. */
  boolean look(Key target, Lookup.Aim aim, List<Contact> hints, Consumer<Lookup> waiter) {
    Subject subject = new Subject(target, aim);
    Lookup same = running.get(subject);
    if (same != null) {
      same.await(waiter);
      same.hint(hints);
      return true;
    }
    if (running.size() >= turn.settings.limits().lookupsAtOnce() || isScarce()) {
      return false;
    }
    Lookup lookup = new Lookup(turn, table, rpcs, target, aim, this::isTooMuch);
    running.put(subject, lookup);
    lookup.await(ended -> running.remove(subject));
    lookup.await(waiter);
    lookup.start(hints, paths());
    return true;
  }

  /** Whether the lookups that run have named so much that no other may begin. */
  private boolean isScarce() {
    long bytes = 0;
    for (Lookup lookup : running.values()) {
      bytes += lookup.bytes();
    }
    return bytes > turn.settings.limits().lookupBytes();
  }

  /** Whether this is more than a lookup may keep now, since there is little left for the others. */
  private boolean isTooMuch(long bytes) {
    long part = turn.settings.limits().lookupBytes() / Math.max(1, running.size());
    return bytes > Math.max(part, MIN_BYTES) && isScarce();
  }

  private int paths() {
    int paths = turn.settings.paths();
    if (paths > 0) {
      return paths;
    }
    return table.size() > MANY ? PATHS : 1;
  }

  int running() {
    return running.size();
  }
}
