package pharos.kademlia;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What all parts of the overlay share during a turn: the time, chance, the timers, the arbiter, and
 * where effects and counts go.
 */
final class Turn {
  /** The time of what has not happened yet. */
  static final long NEVER = Long.MIN_VALUE;

  final Settings settings;
  final Timers timers = new Timers();
  final RandomGenerator random;

  /** This node as it introduces itself. */
  Contact self;

  long nowNs;

  private List<Effect> effects = new ArrayList<>();
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);

  Turn(Settings settings, Contact self, RandomGenerator random) {
    this.settings = settings;
    this.self = self;
    this.random = random;
  }

  void emit(Effect effect) {
    effects.add(effect);
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

  Optional<Contact> sender() {
    return Optional.of(self);
  }

  /** A random time from 0 to {@code boundNs}. */
  long upTo(long boundNs) {
    return random.nextLong(boundNs + 1);
  }

  /** This time, more or less a tenth. */
  long jittered(long timeNs) {
    return timeNs - timeNs / 10 + upTo(timeNs / 5);
  }

  /** How long ago that was; for ever when it never was. */
  long sinceNs(long atNs) {
    return atNs == NEVER ? Long.MAX_VALUE : nowNs - atNs;
  }

  /** What the arbiter makes of the two; the incumbent when it cannot decide. */
  Contact choose(Contact incumbent, Contact candidate) {
    return Arbiters.choose(
        settings.arbiter(), incumbent, candidate, () -> count(Count.ARBITER_FAILED));
  }
}
