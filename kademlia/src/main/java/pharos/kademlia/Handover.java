package pharos.kademlia;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Announcements that go to one node, since it came to be one of the nearest. They are sent a few at
 * a time, so that a newcomer is not flooded. What finds no place is left to the next republication.
 */
final class Handover {
  private static final int MAX_WAITING = 8_192;
  private static final int AT_ONCE = 32;
  private static final long GAP_NS = 100 * Settings.MS;

  private final Turn turn;
  private final Rpcs rpcs;
  private final Deque<Parcel> waiting = new ArrayDeque<>();
  private final Timed next = Timed.of(this::send);

  private record Parcel(Contact to, Announcement announcement, Consumer<Verdict> outcome) {}

  Handover(Turn turn, Rpcs rpcs) {
    this.turn = turn;
    this.rpcs = rpcs;
  }

  void enqueue(Contact to, Announcement announcement, Consumer<Verdict> outcome) {
    if (waiting.size() < MAX_WAITING) {
      waiting.add(new Parcel(to, announcement, outcome));
    }
    if (!turn.timers.isSet(next)) {
      turn.timers.set(next, turn.nowNs);
    }
  }

  private void send() {
    for (int i = 0; i < AT_ONCE && !waiting.isEmpty(); i++) {
      Parcel parcel = waiting.remove();
      announce(turn, rpcs, parcel.to, parcel.announcement, outcomeOf(parcel));
    }
    if (!waiting.isEmpty()) {
      turn.timers.set(next, turn.nowNs + GAP_NS);
    }
  }

  private static Rpcs.Handler outcomeOf(Parcel parcel) {
    // If it fails, the next republication asks whoever is nearest then.
    return Rpcs.Handler.of(it -> parcel.outcome.accept(it.verdict()), () -> {});
  }

  /** FIND-NODE in the name of the contact. */
  static void announce(
      Turn turn, Rpcs rpcs, Contact to, Announcement announcement, Rpcs.Handler handler) {
    Key target = announcement.contact().key();
    rpcs.ask(to, new Request.FindNode(turn.sender(), target, Optional.of(announcement)), handler);
  }
}
