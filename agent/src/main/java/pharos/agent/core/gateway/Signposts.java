package pharos.agent.core.gateway;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import pharos.beacon.NodeId;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactId;

/**
 * Keeps announced what the LAN is found by: what came, and all of it anew by and by. A few at a
 * time, since a node that asks too much is not answered any more, and takes the others for dead.
 */
final class Signposts {
  private static final long SECOND = 1_000_000_000L;
  private static final long POINTERS_MS = 30 * 60_000;
  private static final long AGAIN_NS = 10 * 60 * SECOND;

  /** So many at a time, 250 a second: half of what a node answers to one that asks. */
  private static final int AT_ONCE = 50;

  private static final long PAUSE_NS = SECOND / 5;

  private final Lan lan;
  private final int most;
  private final Set<ContactId> planted = new HashSet<>();
  private final Set<ContactId> due = new LinkedHashSet<>();
  private long againNs;
  private long nextNs;
  private boolean isLanChanged = true;

  /**
   * @param most so many pointers may be announced
   */
  Signposts(Lan lan, int most, long nowNs) {
    this.lan = lan;
    this.most = most;
    againNs = nowNs + AGAIN_NS;
    nextNs = nowNs;
  }

  /** Somebody came, went or changed. */
  void onLan() {
    isLanChanged = true;
  }

  /** This gateway is found elsewhere from now on: all of them say so. */
  void onMoved() {
    due.addAll(planted);
  }

  /** Announces what is due by {@code plant}, and no more what nobody has any more. */
  void wakeUp(Consumer<ContactId> plant, Consumer<ContactId> release, long nowNs) {
    if (isLanChanged) {
      isLanChanged = false;
      compare(release);
    }
    if (nowNs - againNs >= 0) {
      againNs = nowNs + AGAIN_NS;
      due.addAll(planted);
    }
    if (due.isEmpty() || nowNs - nextNs < 0) {
      return;
    }
    nextNs = nowNs + PAUSE_NS;
    int count = 0;
    for (Iterator<ContactId> all = due.iterator(); all.hasNext() && count < AT_ONCE; count++) {
      plant.accept(all.next());
      all.remove();
    }
  }

  private void compare(Consumer<ContactId> release) {
    Set<ContactId> wanted = Pointers.of(lan, most);
    for (Iterator<ContactId> all = planted.iterator(); all.hasNext(); ) {
      ContactId id = all.next();
      if (!wanted.contains(id)) {
        // sometimes: nobody of a network has a name or type any more
        all.remove();
        due.remove(id);
        release.accept(id);
      }
    }
    for (ContactId id : wanted) {
      if (planted.add(id)) {
        due.add(id);
      }
    }
  }

  /** When to wake up at the latest. */
  long nextNs(long nowNs) {
    if (isLanChanged) {
      return nowNs;
    }
    return due.isEmpty() ? againNs : Math.min(nextNs, againNs);
  }

  /** What is announced under this id. */
  Contact contact(ContactId id, NodeId gateway, List<String> endpoints, long nowMs) {
    return Pointers.contact(id, gateway, endpoints, nowMs + POINTERS_MS);
  }
}
