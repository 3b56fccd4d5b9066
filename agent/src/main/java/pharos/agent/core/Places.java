package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer is: the place that it is reached at comes first, and stays first while it speaks
 * from there. So two interfaces that both speak never change places, and an address that its host
 * has lost gives way.
 */
final class Places implements Serializable {
  /** A few interfaces of two families. Who has more is known by those that spoke last. */
  private static final int MOST = 16;

  /**
   * Silence in tenths of an interval after which the first place gives way to one that speaks:
   * three beacons are missing, which one lost by chance is not. And after which a place is dropped.
   */
  private static final int GIVES_WAY = 35;

  private static final int DROPPED = 50;

  private @Nullable Place first;
  private int size;

  /** Whether it is heard from more than one, so that each keeps its time. */
  private boolean areSeveral;

  private List<InetAddress> dropped = List.of();

  boolean areSeveral() {
    return areSeveral;
  }

  /**
   * Adds one at each address where it said who it is, if it took a connection at one of them: which
   * of its host's addresses a question comes from is not its choice.
   */
  void addProven(Map<InetAddress, Integer> agents) {
    boolean isAgent = false;
    for (Place place = first; place != null; place = place.next) {
      isAgent |= place.isAgent();
    }
    for (Place place = first; isAgent && place != null; place = place.next) {
      if (place.hasSaidWho()) {
        agents.merge(place.address, 1, Integer::sum);
      }
    }
  }

  @Nullable Place find(InetAddress address) {
    Place place = first;
    while (place != null && !place.address.equals(address)) {
      place = place.next;
    }
    return place;
  }

  /** Whether it answered a datagram at that very port. */
  boolean hasEchoedAt(InetSocketAddress udpEndpoint) {
    Place place = find(udpEndpoint.getAddress());
    return place != null && place.echoedPort == udpEndpoint.getPort();
  }

  /** Whether it took a connection at that very port. */
  boolean hasConnectedAt(InetSocketAddress tcpEndpoint) {
    Place place = find(tcpEndpoint.getAddress());
    return place != null && place.connectedPort == tcpEndpoint.getPort();
  }

  /** Whether it answered a datagram or took a connection at that address. */
  boolean isProvenAt(InetAddress address) {
    Place place = find(address);
    return place != null && place.isProven();
  }

  /** Whether the one at that address is asked with this salt: then it is no forged source. */
  boolean hasSaltAt(InetAddress address, long salt) {
    Place place = find(address);
    return place != null && place.salt != 0 && place.salt == salt;
  }

  /** Whether one of them is asked with this salt. */
  boolean hasSalt(long salt) {
    Place place = first;
    while (place != null && (place.salt == 0 || place.salt != salt)) {
      place = place.next;
    }
    return place != null;
  }

  /** The place at that address; where there are too many, the longest silent of the others goes. */
  Place at(InetAddress address) {
    Place known = find(address);
    if (known != null) {
      return known;
    }
    if (size >= MOST) {
      Place silent = longestSilent();
      keep(place -> place != silent);
    }
    Place added = new Place(address);
    append(added);
    return added;
  }

  private void append(Place added) {
    size++;
    Place last = first;
    if (last == null) {
      first = added;
      return;
    }
    while (last.next != null) {
      last = last.next;
    }
    last.next = added;
  }

  private @Nullable Place longestSilent() {
    Place silent = null;
    for (Place place = first; place != null; place = place.next) {
      boolean isLonger =
          silent == null
              || (silent.isSource && !place.isSource)
              || (silent.isSource == place.isSource && place.heardNs < silent.heardNs);
      silent = place != first && isLonger ? place : silent;
    }
    return silent;
  }

  /** It answered a datagram there. */
  void addEchoed(InetSocketAddress udpEndpoint) {
    at(udpEndpoint.getAddress()).echoedPort = udpEndpoint.getPort();
  }

  /** It answered over TCP from there. */
  void addAnswered(InetSocketAddress tcpEndpoint) {
    addConnected(tcpEndpoint);
    addSpoken(tcpEndpoint.getAddress());
  }

  /** It spoke over TCP from there, if it is known there. */
  void addSpoken(InetAddress address) {
    Place place = find(address);
    if (place != null) {
      place.hasSpoken = true;
    }
  }

  /** It took a connection there. */
  void addConnected(InetSocketAddress tcpEndpoint) {
    at(tcpEndpoint.getAddress()).connectedPort = tcpEndpoint.getPort();
  }

  /** It speaks from there too; what spoke so far was last heard then. */
  void addSource(InetSocketAddress from, int ownPort, long lastNs, long nowNs) {
    Place place = at(from.getAddress());
    if (from.getPort() != ownPort) {
      place.senderPort = from.getPort();
    }
    if (!place.isSource) {
      place.isSource = true;
      place.heardNs = nowNs;
      if (!areSeveral && first != null && first != place) {
        areSeveral = true;
        first.heardNs = lastNs;
      }
    }
  }

  boolean isSource(InetSocketAddress from, int ownPort) {
    Place place = find(from.getAddress());
    return place != null
        && place.isSource
        && (from.getPort() == ownPort || from.getPort() == place.senderPort);
  }

  boolean isSource(InetAddress address) {
    Place place = find(address);
    return place != null && place.isSource;
  }

  /**
   * It was heard there, where it was heard before; whether its addresses or their order changed.
   */
  boolean hear(InetAddress address, long intervalNs, long nowNs) {
    Place place = find(address);
    if (place == null || first == null) {
      return false;
    }
    place.heardNs = nowNs;
    boolean givesWay = place != first && nowNs - first.heardNs >= GIVES_WAY * intervalNs / 10;
    if (givesWay) {
      putFirst(place);
    }
    boolean isAnySilent = false;
    for (Place other = first; other != null; other = other.next) {
      isAnySilent |= isDropped(other, intervalNs, nowNs);
    }
    if (isAnySilent) {
      dropped = new ArrayList<>(sources());
      keep(it -> !isDropped(it, intervalNs, nowNs));
    }
    if (isAnySilent) {
      dropped.removeAll(sources());
    }
    return givesWay || isAnySilent;
  }

  /** What was dropped when one was heard last. */
  List<InetAddress> takeDropped() {
    List<InetAddress> taken = dropped;
    dropped = List.of();
    return taken;
  }

  private boolean isDropped(Place place, long intervalNs, long nowNs) {
    return place != first && place.isSource && nowNs - place.heardNs >= DROPPED * intervalNs / 10;
  }

  private void putFirst(Place place) {
    keep(it -> it != place);
    place.next = first;
    first = place;
    size++;
    areSeveral = sources().size() > 1;
  }

  /** Forgets all places but those. */
  void keep(Predicate<Place> which) {
    Place rest = first;
    first = null;
    size = 0;
    while (rest != null) {
      Place place = rest;
      rest = place.next;
      place.next = null;
      if (which.test(place)) {
        append(place);
      }
    }
    areSeveral = sources().size() > 1;
  }

  /** From where it speaks, the best first. */
  List<InetAddress> sources() {
    List<InetAddress> addresses = new ArrayList<>(1);
    for (Place place = first; place != null; place = place.next) {
      if (place.isSource) {
        addresses.add(place.address);
      }
    }
    return addresses;
  }
}
