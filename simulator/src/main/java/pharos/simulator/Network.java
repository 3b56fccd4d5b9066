package pharos.simulator;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Several segments with a router between each two of them: it passes connections and what is for
 * one host alone, and no broadcast. It is on the side of a partitioned segment where all hosts are
 * when all is whole.
 */
final class Network {
  private static final int MAX_SEGMENTS = 200;

  private final Agenda agenda = new Agenda();
  private final Trace trace = new Trace();
  private final SplittableRandom random;
  private final List<Lan> segments = new ArrayList<>();
  private final Set<Link> cut = new HashSet<>();
  private Weather weather = Weather.FAIR;

  /** Two segments, the one with the lower number first. */
  private record Link(int one, int other) {
    static Link of(Lan one, Lan other) {
      return new Link(
          Math.min(one.number(), other.number()), Math.max(one.number(), other.number()));
    }
  }

  private Network(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A network in which all chance follows from the seed. */
  static Network seeded(long seed) {
    return new Network(seed);
  }

  /** One more segment. */
  Lan segment() {
    if (segments.size() == MAX_SEGMENTS) {
      throw new IllegalStateException("there are " + MAX_SEGMENTS + " segments already");
    }
    Lan lan = new Lan(this, segments.size() + 1, agenda, random.split(), trace);
    segments.add(lan);
    return lan;
  }

  List<Lan> segments() {
    return segments;
  }

  /** What routers do to all that passes them, besides what the segments do; loss and latency. */
  Network weather(Weather weather) {
    this.weather = weather;
    return this;
  }

  Weather weather() {
    return weather;
  }

  Trace trace() {
    return trace;
  }

  RandomGenerator random() {
    return random;
  }

  long nowNs() {
    return agenda.nowNs();
  }

  void at(long atNs, Runnable happening) {
    agenda.at(atNs, happening);
  }

  void runFor(long timeNs) {
    agenda.runUntil(agenda.nowNs() + timeNs);
  }

  /** All programs that were ever started, segment by segment. */
  List<Program> programs() {
    List<Program> all = new ArrayList<>();
    segments.forEach(lan -> all.addAll(lan.programs()));
    return all;
  }

  /** Nothing passes between these two segments any more. */
  void cut(Lan one, Lan other) {
    line("loses what is between segments " + one.number() + " and " + other.number());
    cut.add(Link.of(one, other));
  }

  /** These two hear each other again. */
  void mend(Lan one, Lan other) {
    line("passes between segments " + one.number() + " and " + other.number() + " again");
    cut.remove(Link.of(one, other));
  }

  /** Everything is whole, between segments and in each. */
  void heal() {
    cut.clear();
    segments.forEach(Lan::heal);
  }

  /** Whether a router passes from one of these segments to the other. */
  boolean isOpen(Lan one, Lan other) {
    return one == other || !cut.contains(Link.of(one, other));
  }

  private void line(String what) {
    trace.line(nowNs(), "the router", what);
  }

  // What crosses.

  @Nullable Host host(InetAddress address) {
    int number = Byte.toUnsignedInt(address.getAddress()[1]);
    return number > 0 && number <= segments.size() ? segments.get(number - 1).own(address) : null;
  }

  boolean reaches(Host from, Host to) {
    return from.isPluggedIn
        && to.isPluggedIn
        && !to.isDeaf
        && !from.isMute
        && from.group == 0
        && to.group == 0
        && isOpen(from.lan, to.lan);
  }

  long delayNs() {
    return weather.latencyNs() + random.nextLong(weather.jitterNs() + 1);
  }

  boolean loses() {
    return random.nextDouble() < weather.loss();
  }
}
