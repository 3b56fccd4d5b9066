package pharos.daemon.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import pharos.agent.core.Sight;
import pharos.beacon.Addresses;

/**
 * Finds hosts that share an address. Linux drops what comes from an address of its own, so it is
 * asked by ARP, by what others see of us, and by IPv6, which such hosts do not share. For one
 * thread, but {@link #askAll}.
 */
final class Doubles {
  private static final int MAX_FOUND = 16;

  /** Each takes two seconds. */
  private static final int MAX_ASKED = 4;

  private static final int CONNECT_MS = 500;

  private final Map<InetAddress, Sight.Way> ways;
  private final Map<String, Set<String>> neighbours = new HashMap<>();
  private final List<Facts.Twin> asked = new CopyOnWriteArrayList<>();

  /** Of a host with these addresses. */
  Doubles(Map<InetAddress, Sight.Way> ways) {
    this.ways = ways;
  }

  /** Looks who answers for which address now; to be done again and again. */
  void seeNeighbours() {
    HostFacts.neighbours()
        .forEach(
            (address, mac) -> {
              if (!mac.isEmpty()) {
                neighbours.computeIfAbsent(address, any -> new LinkedHashSet<>()).add(mac);
              }
            });
  }

  /** Asks everybody for our own addresses; whether that could be done on each link. */
  boolean askAll() {
    Set<String> own = ownMacs();
    boolean isAsked = true;
    int count = 0;
    for (Sight.Way way : ways.values()) {
      boolean hasArp = way.address().getAddress().length == 4 && !way.mac().isEmpty();
      if (hasArp && !way.address().isLoopbackAddress() && count++ < MAX_ASKED) {
        Optional<Set<String>> macs = HostFacts.arping(way.nic(), way.address(), own);
        isAsked = isAsked && macs.isPresent();
        for (String mac : macs.orElse(Set.of())) {
          asked.add(new Facts.Twin(way.address(), mac, "it answers ARP for it", true));
        }
      }
    }
    return isAsked;
  }

  private Set<String> ownMacs() {
    return ways.values().stream()
        .map(Sight.Way::mac)
        .filter(it -> !it.isEmpty())
        .collect(Collectors.toSet());
  }

  /** All that were found, the surest first. */
  List<Facts.Twin> found(List<Facts.Leg> measured, List<Facts.Heard> heard) {
    List<Facts.Twin> found = new ArrayList<>(asked);
    for (Facts.Leg leg : measured) {
      leg.seen().ifPresent(seen -> found.addAll(told(leg, seen)));
    }
    for (Facts.Heard it : heard) {
      if (it.isHere() && isElsewhere(it.address(), it.tcpPort())) {
        found.add(new Facts.Twin(it.address(), "", it.shown() + " speaks, and is not here", true));
      }
    }
    neighbours.forEach(
        (address, macs) -> {
          Optional<InetAddress> parsed = Addresses.parse(address);
          if (macs.size() > 1 && parsed.isPresent()) {
            String all = String.join(" and ", macs);
            found.add(new Facts.Twin(parsed.get(), all, "both answered", false));
          }
        });
    return found.subList(0, Math.min(MAX_FOUND, found.size()));
  }

  private List<Facts.Twin> told(Facts.Leg leg, Sight.Seen seen) {
    List<Facts.Twin> found = new ArrayList<>();
    Set<String> own = ownMacs();
    for (Sight.Way way : seen.ways()) {
      boolean isOurs = ways.containsKey(way.address()) && !way.address().isLoopbackAddress();
      if (isOurs && !way.mac().isEmpty() && !own.contains(way.mac())) {
        found.add(new Facts.Twin(way.address(), way.mac(), leg.name() + " has it too", true));
      }
    }
    for (Sight.Other other : seen.others()) {
      if (ways.containsKey(seen.asker()) && isElsewhere(seen.asker(), other.port())) {
        String who = other.id().toShortString() + " at TCP port " + other.port();
        String mac = own.contains(seen.mac()) ? "" : seen.mac();
        found.add(
            new Facts.Twin(
                seen.asker(), mac, leg.name() + " hears " + who + ", which is not here", true));
      }
    }
    return found;
  }

  /** Whether nobody listens on this port of this host. */
  private static boolean isElsewhere(InetAddress own, int port) {
    return port != 0 && LegProbe.connect(own, port, CONNECT_MS) == Facts.Tried.REFUSED;
  }
}
