package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import pharos.beacon.NodeId;

/**
 * What all parts of the core share during a turn: the time, chance, the timers, and where effects
 * and counts go. The time stands still while this process is stopped: see {@link AgentCore#turn}.
 */
final class Turn implements Serializable {
  final Settings settings;
  final Self self;
  final Timers timers = new Timers();
  transient RandomGenerator random;
  final Ledger ledger = new Ledger(this);
  final Losses losses = new Losses(this);
  final Hearsay hearsay = new Hearsay(this);
  long nowNs;

  /** How long this process stood still in all; our time is the caller's less this. */
  long stoodStillNs;

  /** Whether what arrives now was queued while this process stood still: it proves no life. */
  boolean isStale;

  /** When this process last went on after it had stood still. */
  long awakeNs = Peer.NEVER;

  /** Whether somebody wants to know what peers are judged by, and how long answers took. */
  boolean tellsMoves;

  private List<Effect> effects = new ArrayList<>();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);

  Turn(Settings settings, Self self, RandomGenerator random) {
    this.settings = settings;
    this.self = self;
    this.random = random;
  }

  void emit(Effect effect) {
    effects.add(effect);
  }

  void note(NoteKind kind, String text) {
    emit(new Effect.Note(kind, text));
  }

  /** Tells who wants to know what was noticed just now; whatever is told, nothing depends on it. */
  void notice(Peer peer, Sign sign, InetSocketAddress at) {
    notice(peer, sign, at, Optional.empty(), 1, nowNs);
  }

  /** The same of what has a number and a cause in our time, or is another's word. */
  void notice(
      Peer peer, Sign sign, InetSocketAddress at, Optional<NodeId> by, int times, long causeNs) {
    if (tellsMoves) {
      emit(
          new Effect.Noticed(
              peer.id, peer.incarnation, peer.name, sign, at, by, times, causeNs + stoodStillNs));
    }
  }

  List<Effect> takeEffects() {
    if (effects.isEmpty()) {
      return List.of();
    }
    List<Effect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }

  void count(Count what) {
    counts.merge(what, 1L, Long::sum);
  }

  long counted(Count what) {
    return counts.getOrDefault(what, 0L);
  }

  /** A random number that is not 0. */
  long nonce() {
    return nonce(random);
  }

  static long nonce(RandomGenerator random) {
    long nonce = random.nextLong();
    return nonce == 0 ? 1 : nonce;
  }

  /**
   * The nonce that this peer alone is sent, at that address alone: who hears it at one of several
   * places cannot give it back as if from another.
   */
  long nonceFor(Peer peer, InetAddress at) {
    peer.nonce = peer.nonce == 0 ? nonce() : peer.nonce;
    Place place = peer.places.at(at);
    place.salt = place.salt == 0 ? nonce() : place.salt;
    return peer.nonce ^ place.salt;
  }

  /** A random time from 0 to {@code boundNs}. */
  long upTo(long boundNs) {
    return random.nextLong(boundNs + 1);
  }

  boolean isDue(long atNs) {
    return atNs - nowNs <= 0;
  }

  /** Whether that is planned for the peer, and its time has come. */
  boolean isPast(Peer peer, Plan plan) {
    return peer.isPlanned(plan) && isDue(peer.plannedNs(plan));
  }

  /** Whether something that happens at most once in {@code gapNs} may happen now. */
  boolean mayAgain(long lastNs, long gapNs) {
    return lastNs == Peer.NEVER || isDue(lastNs + gapNs);
  }
}
