package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pharos.beacon.Presence;

/** What is said of a peer from elsewhere than where it is known. Most peers never have any. */
final class Elsewhere implements Serializable {
  /** So many of the places where one is heard that is being met are remembered. */
  private static final int MOST_HEARD = 16;

  /** Where it was heard while it was being met, and was not asked in this round. */
  final List<HeardAt> untried = new ArrayList<>(0);

  /** Where it was asked in this round, without the place that it is asked at now. */
  final List<HeardAt> tried = new ArrayList<>(0);

  /** How often all places were asked. */
  int rounds;

  /** Where it was heard last; what it was asked there, if it is asked there. */
  @Nullable InetSocketAddress unproven;

  long unprovenNonce;

  /** Its known place says that it sends from there too. */
  boolean isVouched;

  long askedNs = Peer.NEVER;

  /** Since when its known place has not answered whether it sends from elsewhere too. */
  long unvouchedNs = Peer.NEVER;

  /** Whose claims to be it wait, and when the last one was checked and was noted. */
  final Set<InetAddress> claimants = new HashSet<>(0);

  long claimedNs = Peer.NEVER;
  long askedHereNs = Peer.NEVER;
  long notedNs = Peer.NEVER;

  /** Where it was before a claim displaced it, and when it was asked there. */
  @Nullable Home home;

  long homeAskedNs = Peer.NEVER;

  /** A place where it says to be. */
  record HeardAt(InetSocketAddress from, int tcpPort, int udpPort, List<InetAddress> advertised)
      implements Serializable {
    static HeardAt of(Presence presence, InetSocketAddress from) {
      return new HeardAt(from, presence.tcpPort(), presence.udpPort(), presence.addresses());
    }

    private boolean isAt(InetAddress address) {
      return from.getAddress().equals(address);
    }
  }

  /** Heard there too; at the limit one of the others is forgotten. */
  void hear(HeardAt place, RandomGenerator random) {
    InetAddress address = place.from.getAddress();
    if (Stream.concat(untried.stream(), tried.stream()).anyMatch(it -> it.isAt(address))) {
      return;
    }
    if (places() > MOST_HEARD) {
      List<HeardAt> some = untried.isEmpty() ? tried : untried;
      some.remove(random.nextInt(some.size())); // nobody's many addresses fill it for good
    }
    untried.add(place);
  }

  /** Whether all other places are link-local addresses, which few programs know how to use. */
  boolean areLinkLocal() {
    return Stream.concat(untried.stream(), tried.stream())
        .allMatch(it -> it.from.getAddress().isLinkLocalAddress());
  }

  /** How many places there are, with the one where it is asked now. */
  int places() {
    return untried.size() + tried.size() + 1;
  }

  /**
   * It answered there; whether it is asked there now, instead of here. Where it was not asked here
   * yet, here comes next.
   */
  boolean takes(InetAddress address, HeardAt here, boolean wasAskedHere) {
    boolean isUntried = untried.removeIf(it -> it.isAt(address));
    if (isUntried) {
      (wasAskedHere ? tried : untried).add(here);
    }
    return isUntried;
  }

  /** The next place after this one; a new round begins when all were tried. */
  HeardAt next(HeardAt here) {
    tried.add(here);
    if (untried.isEmpty()) {
      // sometimes: a newcomer was asked at all its places, and again at the first
      untried.addAll(tried);
      tried.clear();
      rounds++;
    }
    return untried.remove(0);
  }

  /** It is another run from now on: what was asked of the former one says nothing. */
  void forget() {
    forgetPlaces();
    unproven = null;
    unprovenNonce = 0;
    unvouchedNs = Peer.NEVER;
  }

  void forgetPlaces() {
    untried.clear();
    tried.clear();
    rounds = 0;
  }
}
