package pharos.agent;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * The events that wait for one subscriber, bounded: where there are too many, they are forgotten,
 * and the difference between what it was told and what there is takes their place. A new subscriber
 * was told nothing, so it begins the same way. Guarded by its owner's lock.
 */
final class Told {
  private final int bound;
  private final Map<NodeId, Peer> told = new HashMap<>();
  private final Map<NodeId, GoneReason> forgotten = new HashMap<>();
  private final ArrayDeque<PeerEvent> waiting = new ArrayDeque<>();
  private boolean behind = true;

  Told(int bound) {
    this.bound = bound;
  }

  /** Adds what happened; true when it was too much, and everything was forgotten. */
  boolean add(List<PeerEvent> events) {
    if (!behind && waiting.size() + events.size() <= bound) {
      waiting.addAll(events);
      return false;
    }
    boolean overflowed = !behind;
    behind = true;
    remember(waiting);
    remember(events);
    waiting.clear();
    return overflowed;
  }

  /** Why those are gone of whom it was told; of no others, so that this has a bound too. */
  private void remember(Iterable<PeerEvent> events) {
    for (PeerEvent event : events) {
      Peer known = told.get(event.peer().id());
      if (known != null
          && known.incarnation() == event.peer().incarnation()
          && event.reason().isPresent()) {
        forgotten.put(known.id(), event.reason().get());
      }
    }
  }

  boolean isEmpty() {
    return !behind && waiting.isEmpty();
  }

  /** The next event, which counts as told from now on. */
  @Nullable PeerEvent next(Snapshot now) {
    if (behind) {
      // Nothing forgotten names one only if it was listed no more without an event of its own.
      waiting.addAll(
          Differences.between(
              told, now.peers(), gone -> forgotten.getOrDefault(gone.id(), GoneReason.REPLACED)));
      forgotten.clear();
      behind = false;
    }
    PeerEvent event = waiting.poll();
    if (event != null) {
      if (event.kind() == PeerEvent.Kind.GONE) {
        told.remove(event.peer().id());
      } else {
        told.put(event.peer().id(), event.peer());
      }
    }
    return event;
  }
}
