package pharos.agent.core;

import java.io.Serializable;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Addresses;

/**
 * What this agent hears on each of its links. Who heard several hosts there, and now hears none, is
 * cut off itself: it judges nobody of that link, and holds its list until it hears somebody again,
 * or for as long as {@link Settings#holdNs} says. With fewer hosts silence tells nothing of whose
 * fault it is; then only a link that went down does.
 */
final class Links implements Serializable {
  /** So many hosts must be overdue at once. */
  private static final int HOSTS = 3;

  /** What is asked of whom before the answers can be here, in tenths of an interval. */
  private static final int NO_SERIES = 10;

  /** Who was held is given so long to be heard. */
  private static final int NO_SILENCE = 25;

  private final Turn turn;
  private final Roster roster;
  private final Prober prober;
  private final Asker asker;
  private final Announcer announcer;
  private List<Link> links = List.of();

  /** One link of this host, and what is heard on it. */
  final class Link extends Timed {
    private Subnet subnet;
    private boolean isDown;
    private long heardNs = Peer.NEVER;

    /** Since when nobody is heard; {@link Peer#NEVER} while somebody is. */
    private long isolatedNs = Peer.NEVER;

    private Link(Subnet subnet) {
      this.subnet = subnet;
    }

    private boolean isIsolated() {
      return isolatedNs != Peer.NEVER;
    }

    @Override
    long dueNs(long setNs) {
      return isIsolated() ? setNs : Math.max(setNs, heardNs + quietNs(turn.settings.intervalNs()));
    }

    @Override
    void fire() {
      if (isIsolated()) {
        // sometimes: the hold of an isolated link ends by time
        release(this);
      } else {
        look(this);
      }
    }

    @Override
    public String toString() {
      return Addresses.text(subnet.address()) + "/" + subnet.prefix();
    }
  }

  Links(Turn turn, Roster roster, Prober prober, Asker asker, Announcer announcer) {
    this.turn = turn;
    this.roster = roster;
    this.prober = prober;
    this.asker = asker;
    this.announcer = announcer;
  }

  private static long quietNs(long intervalNs) {
    return intervalNs * 3 / 2;
  }

  /** Whether there is a link on which nobody is heard where several were. */
  boolean isIsolated() {
    for (Link link : links) {
      if (link.isIsolated()) {
        return true;
      }
    }
    return false;
  }

  // The links.

  /** These are the links now. One that is gone is down, and is remembered while peers are on it. */
  void subnets(List<Subnet> subnets) {
    List<Link> before = links;
    List<Link> now = new ArrayList<>();
    for (Subnet subnet : subnets) {
      if (subnet.isOurs() && !subnet.address().isLoopbackAddress()) {
        now.add(same(before, now, subnet));
      }
    }
    List<Link> down = new ArrayList<>(before);
    down.removeAll(now);
    links = now;
    links.addAll(down);
    roster.forEach(Peer::loseLink);
    down.forEach(link -> link.isDown = true);
    for (Link link : down) {
      if (!link.isIsolated() && !peers(link).isEmpty()) {
        // sometimes: a link goes down while peers are on it
        isolate(link);
      }
    }
    links.removeIf(link -> link.isDown && !link.isIsolated());
  }

  /** The link to that network, be it with another address of this host. */
  private Link same(List<Link> before, List<Link> taken, Subnet subnet) {
    for (Link link : before) {
      boolean isSame =
          link.subnet.prefix() == subnet.prefix()
              && contains(link.subnet, subnet.address())
              && !taken.contains(link);
      if (isSame) {
        link.subnet = subnet;
        link.isDown = false;
        return link;
      }
    }
    return new Link(subnet);
  }

  /** A zone names a link, where two links have the same network. */
  private static boolean contains(Subnet subnet, InetAddress address) {
    return subnet.contains(address)
        && !(subnet.address() instanceof Inet6Address ours
            && address instanceof Inet6Address theirs
            && ours.getScopeId() != 0
            && theirs.getScopeId() != 0
            && ours.getScopeId() != theirs.getScopeId());
  }

  private @Nullable Link at(InetAddress address) {
    if (turn.self.isOwn(address)) {
      return null; // what this host sends itself tells nothing of the cable
    }
    for (Link link : links) {
      if (contains(link.subnet, address)) {
        return link;
      }
    }
    return null;
  }

  @SuppressWarnings("ReferenceEquality") // the same source is mostly the same object
  private @Nullable Link of(Peer peer) {
    if (peer.linkedAt != peer.source) {
      peer.linkedAt = peer.source;
      peer.link = at(peer.source.getAddress());
    }
    return peer.link;
  }

  private List<Peer> peers(Link link) {
    List<Peer> peers = new ArrayList<>();
    roster.forEachShown(
        peer -> {
          if (of(peer) == link) {
            peers.add(peer);
          }
        });
    return peers;
  }

  // What is heard.

  /** A datagram of a peer came from there. */
  void hear(Peer peer, InetAddress from) {
    hear(from.equals(peer.source.getAddress()) ? of(peer) : at(from));
    if (peer.isHeld) {
      isBack(peer); // on another link
    }
  }

  /** Something came from there: a datagram, an answer, a refusal. */
  void hear(InetAddress from) {
    hear(at(from));
  }

  private void hear(@Nullable Link link) {
    if (link == null) {
      return;
    }
    link.heardNs = turn.nowNs;
    if (link.isIsolated()) {
      // sometimes: an isolated agent hears somebody again
      rejoin(link);
    }
    if (!turn.timers.isSet(link)) {
      turn.timers.set(link, turn.nowNs + quietNs(turn.settings.intervalNs()));
    }
  }

  /** Nothing was heard for a while: are so many missing that it must be us? */
  private void look(Link link) {
    if (peers(link).isEmpty()) {
      return;
    }
    Map<InetAddress, Long> intervals = new HashMap<>();
    boolean isElsewhereToo = isIsolated();
    roster.forEachShown(
        peer -> {
          if (of(peer) == link || (isElsewhereToo && speaksOn(peer, link))) {
            intervals.merge(peer.source.getAddress(), peer.intervalNs, Math::min);
          }
        });
    List<Long> sorted = intervals.values().stream().sorted().toList();
    long quietNs = quietNs(sorted.get(Math.min(HOSTS, sorted.size()) - 1));
    if (sorted.size() < HOSTS) {
      // sometimes: a link is quiet that has fewer than three hosts
      turn.timers.set(link, turn.nowNs + quietNs);
    } else if (turn.isDue(link.heardNs + quietNs)) {
      // sometimes: three hosts were heard on a link, and now none is
      isolate(link);
    } else {
      turn.timers.set(link, link.heardNs + quietNs);
    }
  }

  /** Whether it speaks there, be it reached elsewhere: of two families, one comes first. */
  private boolean speaksOn(Peer peer, Link link) {
    for (InetAddress source : peer.isAtSeveral ? peer.places.sources() : List.<InetAddress>of()) {
      if (at(source) == link) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it speaks on another link of ours too, where others are heard. Two links of one cable
   * fall silent together, and not in the same moment.
   */
  private boolean isHeardElsewhere(Peer peer, Link link) {
    for (InetAddress source : peer.isAtSeveral ? peer.places.sources() : List.<InetAddress>of()) {
      Link other = at(source);
      boolean isHeard =
          other != null
              && other != link
              && !other.isDown
              && !other.isIsolated()
              && !turn.mayAgain(other.heardNs, peer.intervalNs);
      if (isHeard) {
        return true;
      }
    }
    return false;
  }

  // Isolation.

  private void isolate(Link link) {
    boolean wasIsolated = isIsolated();
    link.isolatedNs = turn.nowNs;
    for (Peer peer : peers(link)) {
      peer.isHeld = !isHeardElsewhere(peer, link);
      peer.inquiry = null; // nobody can be asked
      if (peer.isProbedFor(Series.Why.OVERDUE)) {
        // sometimes: one that was being asked after is held, since nobody is heard
        peer.endSeries();
      }
      peer.touch();
    }
    turn.timers.set(link, turn.nowNs + turn.settings.holdNs());
    turn.count(Count.ISOLATIONS);
    tell(
        wasIsolated,
        "hears nobody any more on "
            + link
            + (link.isDown ? ", which is down" : "")
            + "; who was there is held");
    lookAtOthers(link);
  }

  /** Of two links of one cable one may have too few hosts to tell alone that it is silent too. */
  private void lookAtOthers(Link isolated) {
    for (Link link : links) {
      if (link != isolated && !link.isIsolated() && !link.isDown && link.heardNs != Peer.NEVER) {
        look(link);
      }
    }
  }

  /** It lasts too long: who is silent still is judged by that, all at once. */
  private void release(Link link) {
    for (Peer peer : peers(link)) {
      peer.isHeld = false;
      peer.touch();
    }
  }

  /** Somebody is heard again: it takes a moment until all are, and nobody is judged before. */
  private void rejoin(Link link) {
    link.isolatedNs = Peer.NEVER;
    turn.timers.cancel(link);
    peers(link).forEach(this::isBack);
    tell(true, "hears others again on " + link);
    announcer.solicit();
  }

  /** It may be heard from now on: whatever it did not answer before tells nothing of it. */
  private void isBack(Peer peer) {
    peer.isHeld = false;
    peer.rejoinedNs = turn.nowNs;
    peer.isUnanswering = false;
    asker.cancel(peer.last);
    peer.last = null;
    boolean isDoubted = peer.isProbedFor(Series.Why.DOUBT);
    peer.endSeries();
    if (isDoubted) {
      // sometimes: one that was doubted before the isolation is doubted again
      prober.begin(peer, Series.Why.DOUBT, 0);
    }
    peer.touch();
  }

  private void tell(boolean wasIsolated, String what) {
    turn.note(NoteKind.ISOLATED, what);
    if (isIsolated() != wasIsolated) {
      turn.emit(new Effect.Isolated(!wasIsolated));
    }
  }

  // What follows for a peer.

  /** When its silence tells something at the soonest: not before it could be heard. */
  static long overdueNs(Peer peer, long atNs) {
    return later(peer, atNs, NO_SERIES);
  }

  static long silentNs(Peer peer, long atNs) {
    return later(peer, atNs, NO_SILENCE);
  }

  private static long later(Peer peer, long atNs, int tenths) {
    if (peer.rejoinedNs == Peer.NEVER) {
      return atNs;
    }
    long graceNs = peer.rejoinedNs + tenths * peer.intervalNs / 10;
    return graceNs - atNs > 0 ? graceNs : atNs;
  }
}
