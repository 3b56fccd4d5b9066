package pharos.agent.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Sees who of a crowd is overdue. It looks at groups of peers, a few times in an interval: a timer
 * for each of thousands who send their beacons in time would cost more than all they send.
 */
final class Lookout {
  /** How often it looks in an interval. */
  private static final int LOOKS = 8;

  /** Who is not expected before the last of the groups is looked at then, and put back. */
  private static final int GROUPS = 64;

  private final Turn turn;
  private final Roster roster;
  private final long stepNs;
  private final List<List<Peer>> groups = new ArrayList<>();
  private List<Peer> spare = new ArrayList<>();
  private final Timed looking = Timed.of(this::look);
  private long looked;
  private int size;

  Lookout(Turn turn, Roster roster) {
    this.turn = turn;
    this.roster = roster;
    stepNs = turn.settings.intervalNs() / LOOKS;
    for (int i = 0; i < GROUPS; i++) {
      groups.add(new ArrayList<>());
    }
  }

  /** When the next beacon is missed: the more there are, the more are lost, so one asks later. */
  long overdueNs(Peer peer) {
    int halves = roster.shown() <= Settings.FEW ? 3 : roster.shown() <= Settings.MANY ? 5 : 7;
    return peer.heardNs + halves * peer.intervalNs / 2;
  }

  /** Looks after this one from now on, until it is overdue or shown no more. */
  void add(Peer peer) {
    if (peer.isLookedAfter) {
      return;
    }
    if (size == 0) {
      looked = Math.floorDiv(turn.nowNs, stepNs);
      turn.timers.set(looking, (looked + 1) * stepNs);
    }
    peer.isLookedAfter = true;
    size++;
    put(peer, overdueNs(peer));
  }

  private void put(Peer peer, long atNs) {
    long steps = -Math.floorDiv(-atNs, stepNs) - looked;
    group(looked + Math.max(1, Math.min(steps, GROUPS - 1))).add(peer);
  }

  private List<Peer> group(long step) {
    return groups.get(Math.floorMod(step, GROUPS));
  }

  private void look() {
    long now = Math.floorDiv(turn.nowNs, stepNs);
    long last = Math.min(now, looked + GROUPS);
    while (looked < last) {
      looked++;
      List<Peer> group = group(looked);
      groups.set(Math.floorMod(looked, GROUPS), spare);
      lookAt(group);
      group.clear();
      spare = group;
    }
    looked = now;
    if (size > 0) {
      turn.timers.set(looking, (looked + 1) * stepNs);
    }
  }

  private void lookAt(List<Peer> group) {
    boolean isCrowd = roster.shown() > Settings.FEW;
    for (Peer peer : group) {
      long overdueNs = overdueNs(peer);
      if (isCrowd && peer.state.isShown() && peer.series == null && !turn.isDue(overdueNs)) {
        put(peer, overdueNs);
      } else {
        peer.isLookedAfter = false;
        size--;
        peer.fire();
      }
    }
  }
}
