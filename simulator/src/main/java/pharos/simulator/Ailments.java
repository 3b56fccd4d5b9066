package pharos.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is wrong with single hosts of a segment and with pairs of them, besides the weather. */
final class Ailments {
  /** So many datagrams are held; what is beyond is lost. */
  private static final int MAX_HELD = 100_000;

  /** Whose datagrams to each other are lost more often do not count as connected. */
  private static final double CONNECTED = 0.3;

  private final Map<Place, Loss> losses = new HashMap<>();
  private final Set<Host> holding = new LinkedHashSet<>();
  private final ArrayDeque<Held> held = new ArrayDeque<>();

  /** What loses: what leaves one host, what gets to one, or what is between two. */
  enum Where {
    OUT("out of it"),
    INTO("into it"),
    BETWEEN("between it and ");

    final String text;

    Where(String text) {
      this.text = text;
    }
  }

  /** A place where something is lost; of a pair, the host with the lower address is the first. */
  private record Place(Where where, Host host, Host other) {
    static Place of(Where where, Host host, Host other) {
      boolean isInOrder = where != Where.BETWEEN || host.number() <= other.number();
      return isInOrder ? new Place(where, host, other) : new Place(where, other, host);
    }

    boolean isOf(Host one) {
      return host == one || other == one;
    }
  }

  /** How much is lost of broadcasts, and of all else. */
  private record Loss(double broadcasts, double others) {}

  /** A datagram that waits for the release of a host. */
  private record Held(Host from, Host to, Runnable delivery) {
    boolean isOf(Host host) {
      return from == host || to == host;
    }
  }

  boolean isNone() {
    return losses.isEmpty() && holding.isEmpty();
  }

  /** From now on so much is lost there, of all or of broadcasts only. */
  void lose(Where where, Host host, Host other, double share, boolean broadcastsOnly) {
    losses.put(Place.of(where, host, other), new Loss(share, broadcastsOnly ? 0 : share));
  }

  /** The chance that what one sends to the other is lost for such a reason. */
  double loss(Host from, Host to, boolean isBroadcast) {
    if (losses.isEmpty() || from == to) {
      return 0;
    }
    double passes =
        passes(Place.of(Where.OUT, from, from), isBroadcast)
            * passes(Place.of(Where.INTO, to, to), isBroadcast)
            * passes(Place.of(Where.BETWEEN, from, to), isBroadcast);
    return 1 - passes;
  }

  private double passes(Place place, boolean isBroadcast) {
    Loss loss = losses.get(place);
    return loss == null ? 1 : 1 - (isBroadcast ? loss.broadcasts() : loss.others());
  }

  /** Whether what is for one host alone mostly gets from the one to the other, and at once. */
  boolean connects(Host from, Host to) {
    return from == to || (!holds(from, to) && loss(from, to, false) <= CONNECTED);
  }

  /** Whether broadcasts mostly get there too. */
  boolean passesBroadcasts(Host from, Host to) {
    return from == to || loss(from, to, true) <= CONNECTED;
  }

  /** Whether anything is wrong with this host. */
  boolean isOf(Host host) {
    return holding.contains(host) || losses.keySet().stream().anyMatch(place -> place.isOf(host));
  }

  /** Whether anything is wrong with this host by itself, or between it and the other. */
  boolean isOf(Host host, Host other) {
    return holding.contains(host)
        || losses.containsKey(Place.of(Where.OUT, host, host))
        || losses.containsKey(Place.of(Where.INTO, host, host))
        || losses.containsKey(Place.of(Where.BETWEEN, host, other));
  }

  // Held back.

  /** From now on datagrams from and to this host wait. */
  void hold(Host host) {
    holding.add(host);
  }

  boolean holds(Host from, Host to) {
    return !holding.isEmpty() && from != to && (holding.contains(from) || holding.contains(to));
  }

  void keep(Host from, Host to, Runnable delivery) {
    if (held.size() < MAX_HELD) {
      held.add(new Held(from, to, delivery));
    }
  }

  /** What waited for this host alone arrives now, in the order it was sent. */
  List<Runnable> release(Host host) {
    holding.remove(host);
    List<Runnable> free = new ArrayList<>();
    for (int left = held.size(); left > 0; left--) {
      Held next = held.remove();
      if (next.isOf(host) && !holds(next.from(), next.to())) {
        free.add(next.delivery());
      } else {
        held.add(next);
      }
    }
    return free;
  }

  // Healed.

  /** Nothing is lost between these two any more, for a reason of theirs. */
  void heal(Host one, Host other) {
    losses.remove(Place.of(Where.BETWEEN, one, other));
  }

  /** Nothing is lost because of this host any more. */
  void heal(Host host) {
    losses.keySet().removeIf(place -> place.isOf(host));
  }

  /** All hosts that hold something back. */
  List<Host> holding() {
    return List.copyOf(holding);
  }

  void healAll() {
    losses.clear();
  }
}
