package pharos.agent.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pharos.beacon.NodeId;

/**
 * Spares applications a peer that comes and goes again and again, as behind a bad cable. That it is
 * suspect or gone is told at once. That it is back waits, when it came back too often of late: each
 * return after silence, and each recovery, is a penalty that halves in a minute. A new run, a crash
 * that was seen, a goodbye, and a departure that was not true are none.
 *
 * <p>Only what is told waits. The machines inside, and the list of members, go by what is.
 */
public final class Damper {
  private static final double LIMIT = 1.5;

  /** More is not remembered, so that nobody waits for longer than a penalty takes to halve. */
  private static final double MOST = 2 * LIMIT;

  /** So little is as good as none. */
  private static final double NONE = 0.1;

  private static final long HALF_LIFE_NS = 60 * Settings.SECOND;

  /** Whoever came back lately, or is gone by silence. */
  private final Map<NodeId, Entry> entries = new LinkedHashMap<>();

  private long delayed;
  private long nextNs = Peer.NEVER;
  private long tidiedNs = Peer.NEVER;

  private static final class Entry {
    private final long incarnation;
    private PeerInfo latest;

    /** What the application believes of it. */
    private State told = State.ALIVE;

    /** When it is told to be back, which it is. */
    private long dueNs = Peer.NEVER;

    /** Whether it is there, whatever is told. */
    private boolean isThere = true;

    private double penalty;
    private long penaltyNs;

    Entry(PeerInfo peer, long nowNs) {
      incarnation = peer.incarnation();
      latest = peer;
      penaltyNs = nowNs;
    }

    private double penalty(long nowNs) {
      return penalty * Math.pow(0.5, (double) (nowNs - penaltyNs) / HALF_LIFE_NS);
    }

    private boolean isWaiting() {
      return dueNs != Peer.NEVER;
    }
  }

  /** Nobody came back yet. */
  public Damper() {}

  /** What the application is told now of this news. */
  public List<Change> onChange(Change change, long nowNs) {
    PeerInfo peer = change.peer();
    Entry entry = entries.get(peer.id());
    if (entry != null && entry.incarnation != peer.incarnation()) {
      // sometimes: a new run of one that came and went owes nothing
      entries.remove(peer.id());
      entry = null;
    }
    boolean wasGone = false;
    if (entry != null) {
      entry.latest = peer;
      entry.isThere = change.kind() != Change.Kind.GONE;
      wasGone = entry.told == State.GONE;
    }
    boolean isTold =
        switch (change.kind()) {
          case ARRIVED -> entry == null || isTold(entry, nowNs);
          case RECOVERED -> isTold(entryOf(peer, nowNs), nowNs);
          case SUSPECT -> goes(entryOf(peer, nowNs), State.SUSPECT);
          case GONE -> isGone(change, nowNs);
          case UPDATED -> entry == null || entry.told != State.GONE;
        };
    settle();
    if (!isTold) {
      return List.of();
    }
    if (wasGone && change.kind() == Change.Kind.RECOVERED) {
      return List.of(of(Change.Kind.ARRIVED, peer));
    }
    boolean isSeenSuspect =
        change.kind() == Change.Kind.UPDATED && entry != null && entry.told == State.SUSPECT;
    return List.of(isSeenSuspect ? of(change.kind(), peer.in(State.SUSPECT)) : change);
  }

  private Entry entryOf(PeerInfo peer, long nowNs) {
    return entries.computeIfAbsent(peer.id(), id -> new Entry(peer, nowNs));
  }

  /** It is back: at once, or when its penalty has become less. */
  private boolean isTold(Entry entry, long nowNs) {
    double penalty = Math.min(entry.penalty(nowNs) + 1, MOST);
    entry.penalty = penalty;
    entry.penaltyNs = nowNs;
    if (penalty <= LIMIT) {
      entry.told = State.ALIVE;
      return true;
    }
    // sometimes: a return is damped
    delayed++;
    double halves = Math.log(penalty / LIMIT) / Math.log(2);
    entry.dueNs = nowNs + (long) (halves * HALF_LIFE_NS);
    return false;
  }

  /** It is worse than it was; told unless the application knows no better. */
  private static boolean goes(Entry entry, State to) {
    // sometimes, if entry.isWaiting(): one whose return waits goes again
    entry.dueNs = Peer.NEVER;
    boolean isNews = entry.told == State.ALIVE || (entry.told == State.SUSPECT && to == State.GONE);
    entry.told = isNews ? to : entry.told;
    return isNews;
  }

  private boolean isGone(Change change, long nowNs) {
    PeerInfo peer = change.peer();
    if (change.reason().filter(Reason.SILENT::equals).isPresent()) {
      Entry gone = entryOf(peer, nowNs);
      gone.isThere = false;
      return goes(gone, State.GONE);
    }
    Entry entry = entries.remove(peer.id());
    return entry == null || entry.told != State.GONE;
  }

  private void settle() {
    nextNs = Peer.NEVER;
    for (Entry entry : entries.values()) {
      nextNs = Deadlines.earlier(nextNs, entry.dueNs);
    }
  }

  /** What the application is told now since its time has come. */
  public List<Change> wakeUp(long nowNs) {
    tidy(nowNs);
    if (isIdle() || nextNs - nowNs > 0) {
      return List.of();
    }
    List<Change> back = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.isWaiting() && entry.dueNs - nowNs <= 0) {
        // sometimes: a return that waited is told
        boolean wasGone = entry.told == State.GONE;
        back.add(of(wasGone ? Change.Kind.ARRIVED : Change.Kind.RECOVERED, entry.latest));
        entry.told = State.ALIVE;
        entry.dueNs = Peer.NEVER;
      }
    }
    settle();
    return back;
  }

  private void tidy(long nowNs) {
    if (tidiedNs == Peer.NEVER || nowNs - tidiedNs > HALF_LIFE_NS) {
      tidiedNs = nowNs;
      entries.values().removeIf(entry -> isOver(entry, nowNs));
    }
  }

  /** It is told as it is, and nobody takes its return for one of several any more. */
  private static boolean isOver(Entry entry, long nowNs) {
    return entry.told == (entry.isThere ? State.ALIVE : State.GONE)
        && nowNs - entry.penaltyNs > HALF_LIFE_NS
        && entry.penalty(nowNs) < NONE;
  }

  /** Whether nothing waits. */
  boolean isIdle() {
    return nextNs == Peer.NEVER;
  }

  /** How long until something is told. */
  public long nextInNs(long nowNs) {
    return isIdle() ? Long.MAX_VALUE : Math.max(0, nextNs - nowNs);
  }

  /** How often a return waited. */
  public long delayed() {
    return delayed;
  }

  /** Those of these that the application is to see, as it is to see them. */
  public List<PeerInfo> shown(List<PeerInfo> peers) {
    if (entries.isEmpty()) {
      return peers;
    }
    List<PeerInfo> shown = new ArrayList<>(peers.size());
    for (PeerInfo peer : peers) {
      Entry entry = waiting(peer);
      if (entry == null) {
        shown.add(peer);
      } else if (entry.told == State.SUSPECT) {
        shown.add(peer.in(State.SUSPECT));
      }
    }
    return shown;
  }

  /** Those of these that are back, and of whom that is not told yet. */
  public List<PeerInfo> withheld(List<PeerInfo> peers) {
    return entries.isEmpty()
        ? List.of()
        : peers.stream().filter(peer -> isGoneFor(waiting(peer))).toList();
  }

  private static boolean isGoneFor(@Nullable Entry entry) {
    return entry != null && entry.told == State.GONE;
  }

  /**
   * Of whom something waits. One that is told to be gone and is suspect, which is no return, does
   * so too: it is not shown before it has recovered.
   */
  private @Nullable Entry waiting(PeerInfo peer) {
    Entry entry = entries.get(peer.id());
    boolean isIt = entry != null && entry.incarnation == peer.incarnation();
    return isIt && entry != null && (entry.isWaiting() || entry.told == State.GONE) ? entry : null;
  }

  private static Change of(Change.Kind kind, PeerInfo peer) {
    return new Change(kind, peer, Optional.empty());
  }
}
