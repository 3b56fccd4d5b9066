package pharos.agent.core;

import org.jspecify.annotations.Nullable;
import pharos.beacon.Beacon;
import pharos.beacon.Presence;

/**
 * Where broadcasts do not arrive and unicast does, by a switch that limits them or an access point
 * that keeps its guests apart, those who know each other announce themselves one by one. Whoever
 * answers and is never heard is told so, and does the same. What must be known at once, doubts and
 * goodbyes, goes to all of these too.
 */
final class Unicasts extends Timed {
  /** So many announcements in a row were not heard of one who answers. */
  private static final int MISSED = 3;

  /** One such datagram in this time: the more there are, the longer it takes to tell all. */
  static final long GAP_NS = 105 * Settings.MS;

  private final Turn turn;
  private final Roster roster;
  private final Announcer announcer;

  /** Whom the latest went to. */
  private @Nullable Peer latest;

  private int unheard;

  Unicasts(Turn turn, Roster roster, Announcer announcer) {
    this.turn = turn;
    this.roster = roster;
    this.announcer = announcer;
  }

  /** It answered what it alone was asked; one answer may be the first thing that it does again. */
  void onAnswer(Peer peer) {
    boolean mayBeUnheard =
        !peer.isUnheard && peer.isWitness && peer.state.isShown() && !turn.settings.observer();
    if (!mayBeUnheard) {
      return;
    } else if (peer.answeredNs == Peer.NEVER) {
      peer.answeredNs = turn.nowNs;
    }
    long missedNs = turn.losses.stretched(peer, MISSED * peer.intervalNs);
    if (turn.isDue(peer.answeredNs + missedNs)) {
      // sometimes: one answers whose broadcasts are not heard
      peer.isUnheard = true;
      peer.directEveryNs = longestNs();
      peer.touch();
      begin();
    }
  }

  /** A broadcast of it is heard. */
  void onBroadcast(Peer peer) {
    peer.answeredNs = Peer.NEVER;
    if (peer.isUnheard) {
      // sometimes: broadcasts of one are heard again
      peer.isUnheard = false;
      peer.touch();
    }
  }

  /** It announces itself to us alone. */
  void onDirect(Peer peer, Presence presence) {
    peer.directEveryNs = Math.min(presence.nextMs() * Settings.MS, longestNs());
    peer.unheardThereNs = presence.isUnheard() ? turn.nowNs : Peer.NEVER;
    if (presence.isUnheard() && !turn.settings.observer()) {
      // sometimes: one tells us that it does not hear our broadcasts
      begin();
    }
  }

  /** So long it takes to tell all, if all want to be told. */
  private long longestNs() {
    return Math.max(announcer.intervalNs(), roster.shown() * GAP_NS);
  }

  private void begin() {
    if (!turn.timers.isSet(this)) {
      turn.timers.set(this, turn.nowNs + turn.upTo(GAP_NS));
    }
  }

  private boolean isTold(Peer peer) {
    boolean isUnheardThere =
        peer.unheardThereNs != Peer.NEVER
            && !turn.isDue(peer.unheardThereNs + MISSED * longestNs());
    return peer.isUnheard || isUnheardThere;
  }

  /** To all who do not hear our broadcasts. */
  void send(Beacon beacon) {
    roster.forEachShown(
        peer -> {
          if (isTold(peer)) {
            // sometimes: a doubt or a goodbye goes to one that hears no broadcasts
            turn.emit(new Effect.Send(beacon, peer.udpEndpoint(0)));
          }
        });
  }

  /** The next one in the order of ids. */
  @Override
  void fire() {
    Next next = new Next();
    roster.forEachShown(next::see);
    if (next.unheard != unheard && (next.unheard == 0 || unheard == 0)) {
      turn.note(
          NoteKind.BROADCASTS,
          next.unheard == 0
              ? "broadcasts of all peers are heard again"
              : "broadcasts of "
                  + next.unheard
                  + " peers that answer are not heard: they are told one by one");
    }
    unheard = next.unheard;
    latest = next.after == null ? next.first : next.after;
    if (latest != null) {
      announce(latest, next.told);
    }
  }

  /** What one walk over all tells. */
  private final class Next {
    private int told;
    private int unheard;
    private @Nullable Peer first;
    private @Nullable Peer after;

    private void see(Peer peer) {
      if (!isTold(peer)) {
        return;
      }
      told++;
      unheard += peer.isUnheard ? 1 : 0;
      first = earlier(first, peer);
      if (latest != null && latest.id.compareTo(peer.id) < 0) {
        after = earlier(after, peer);
      }
    }
  }

  private static Peer earlier(@Nullable Peer one, Peer other) {
    return one == null || other.id.compareTo(one.id) < 0 ? other : one;
  }

  private void announce(Peer peer, int told) {
    long everyNs = Math.max(announcer.intervalNs(), told * GAP_NS);
    int nextMs = (int) Math.min(everyNs / Settings.MS, Beacon.MAX_INTERVAL_MS);
    turn.count(Count.DIRECT);
    turn.emit(
        new Effect.Send(
            turn.hearsay.tell(turn.self.beacon(nextMs).direct(peer.isUnheard), roster).build(),
            peer.udpEndpoint(0)));
    turn.timers.set(this, turn.nowNs + everyNs / told);
  }
}
