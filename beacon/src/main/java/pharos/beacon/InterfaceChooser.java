package pharos.beacon;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pharos.beacon.Interfaces.Entry;
import pharos.beacon.Interfaces.Verdict;

/**
 * Makes {@link Interfaces} of what the system lists: first each address by itself, then what can
 * only be seen among all of them. For one choice, by one thread.
 */
final class InterfaceChooser {
  private static final int LOOPBACK_PREFIX = 8;

  private static final Comparator<byte[]> BY_FAMILY_AND_VALUE =
      Comparator.<byte[]>comparingInt(address -> address.length)
          .thenComparing(Arrays::compareUnsigned);

  private final InterfaceFilter filter;
  private final List<Entry> entries = new ArrayList<>();

  /** The loopback links that the filter asks for by themselves. */
  private final List<Link> askedFor = new ArrayList<>();

  InterfaceChooser(InterfaceFilter filter) {
    this.filter = filter;
  }

  Interfaces choose(List<Nic> nics) {
    // Sorted, so that a rescan that lists the same in another order changes nothing.
    List<Nic> sorted = new ArrayList<>(nics);
    sorted.sort(Comparator.comparingInt(Nic::index).thenComparing(Nic::name));
    sorted.forEach(this::addNic);
    dropRepeatedAddresses();
    dropRepeatedNetworks();
    dropLoopbackUnlessNeeded();
    dropWhatIsTooMuch();
    avoidSharedBroadcasts();
    addUnmatchedSelectors(sorted);
    return new Interfaces(entries);
  }

  private void addNic(Nic nic) {
    if (!nic.up()) {
      skip(nic, Verdict.DOWN, "is down");
    } else if (nic.addresses().isEmpty()) {
      skip(nic, Verdict.NO_ADDRESS, "has no address");
    } else if (nic.pointToPoint()) {
      skip(nic, Verdict.POINT_TO_POINT, "is point-to-point, with no network to broadcast to");
    } else {
      nic.addresses().stream()
          .sorted(Comparator.comparing(a -> a.address().getAddress(), BY_FAMILY_AND_VALUE))
          .map(address -> judge(nic, address))
          .forEach(entries::add);
    }
  }

  private Entry judge(Nic nic, Nic.Address listed) {
    InetAddress address = listed.address();
    Optional<String> excluding = filter.excluding(nic, address);
    if (excluding.isPresent()) {
      return skipped(nic, address, Verdict.EXCLUDED, "excluded by '" + excluding.get() + "'");
    }
    if (!filter.includes(nic, address)) {
      return skipped(nic, address, Verdict.NOT_INCLUDED, "not among " + filter.included());
    }
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      return skipped(nic, address, Verdict.NO_ADDRESS, "is no address to send from");
    }
    if (nic.loopback() || address.isLoopbackAddress()) {
      return judgeLoopback(nic, address);
    }
    return address instanceof Inet4Address ipv4
        ? judgeIpv4(nic, ipv4, listed)
        : judgeIpv6(nic, address, listed.prefix());
  }

  private Entry judgeLoopback(Nic nic, InetAddress address) {
    if (!(address instanceof Inet4Address ipv4)) {
      return skipped(nic, address, Verdict.NO_MULTICAST, "the loopback has no IPv6 multicast");
    }
    if (!nic.loopback() || !address.isLoopbackAddress()) {
      return skipped(
          nic, address, Verdict.NO_BROADCAST, "127.0.0.0/8 and the loopback belong together");
    }
    InetAddress target = Addresses.directedBroadcast(ipv4, LOOPBACK_PREFIX);
    Entry entry = used(new Link(nic.name(), nic.index(), address, LOOPBACK_PREFIX, target));
    if (filter.asksForLoopback(nic, address)) {
      entry.link().ifPresent(askedFor::add);
    }
    return entry;
  }

  private static Entry judgeIpv4(Nic nic, Inet4Address address, Nic.Address listed) {
    boolean known = listed.prefix() >= 1 && listed.prefix() <= 30;
    Optional<InetAddress> told = listed.broadcast().filter(b -> isBroadcast(b, address));
    if (!known && told.isEmpty()) {
      return skipped(
          nic,
          address,
          Verdict.NO_BROADCAST,
          "prefix /" + listed.prefix() + " leaves no broadcast address, and the system tells none");
    }
    InetAddress target =
        told.orElseGet(() -> Addresses.directedBroadcast(address, listed.prefix()));
    int prefix = known ? listed.prefix() : prefixOf(target);
    return used(new Link(nic.name(), nic.index(), address, prefix, target));
  }

  /** Some systems tell 0.0.0.0, or the address itself, where there is no broadcast. */
  private static boolean isBroadcast(InetAddress told, Inet4Address own) {
    return told instanceof Inet4Address
        && !told.isAnyLocalAddress()
        && !told.isLoopbackAddress()
        && !told.equals(own);
  }

  /** The widest network with this broadcast address; of 255.255.255.255 nothing can be said. */
  private static int prefixOf(InetAddress broadcast) {
    int bits = ByteBuffer.wrap(broadcast.getAddress()).getInt();
    return bits == -1 ? 32 : 32 - Integer.numberOfTrailingZeros(~bits);
  }

  private static Entry judgeIpv6(Nic nic, InetAddress address, int prefix) {
    if (!address.isLinkLocalAddress()) {
      return skipped(
          nic, address, Verdict.NOT_LINK_LOCAL, "IPv6 beacons leave from link-local addresses");
    }
    if (!nic.multicast() || nic.index() <= 0) {
      return skipped(nic, address, Verdict.NO_MULTICAST, "has no multicast");
    }
    int valid = prefix >= 1 && prefix <= 128 ? prefix : 64;
    return used(new Link(nic.name(), nic.index(), address, valid, Link.GROUP));
  }

  private void dropRepeatedAddresses() {
    dropRepeated(
        link -> link.isIpv6() ? link : link.address(),
        Verdict.SAME_ADDRESS,
        first -> first.nic() + " has this address already");
  }

  private void dropRepeatedNetworks() {
    dropRepeated(
        link -> List.of(link.nic(), link.target()),
        Verdict.SAME_SUBNET,
        first -> "same network as " + Addresses.text(first.address()) + " on this interface");
  }

  private void dropRepeated(
      Function<Link, Object> key, Verdict verdict, Function<Link, String> reason) {
    Map<Object, Link> firsts = new HashMap<>();
    dropLinks(
        link -> {
          Link first = firsts.putIfAbsent(key.apply(link), link);
          return first == null ? Optional.empty() : Optional.of(reason.apply(first));
        },
        verdict);
  }

  private void dropLoopbackUnlessNeeded() {
    boolean alone = links().allMatch(Link::isLoopback);
    dropLinks(
        link ->
            alone || !link.isLoopback() || askedFor.contains(link)
                ? Optional.empty()
                : Optional.of("not needed beside other interfaces"),
        Verdict.LOOPBACK_NOT_NEEDED);
  }

  /** IPv4 links stay first: hosts with many containers have an IPv6 link for each of them. */
  private void dropWhatIsTooMuch() {
    List<Link> kept =
        links()
            .sorted(Comparator.comparing(Link::isIpv6))
            .limit(Interfaces.MAX_LINKS)
            .collect(Collectors.toList());
    dropLinks(
        link ->
            kept.contains(link)
                ? Optional.empty()
                : Optional.of("over the limit of " + Interfaces.MAX_LINKS + " links"),
        Verdict.TOO_MANY);
  }

  /** Broadcasts to a network that two interfaces are on would all leave by the first. */
  private void avoidSharedBroadcasts() {
    Map<InetAddress, Long> users =
        links()
            .filter(link -> !link.isIpv6())
            .collect(Collectors.groupingBy(Link::target, Collectors.counting()));
    entries.replaceAll(
        entry ->
            entry
                .link()
                .filter(link -> users.getOrDefault(link.target(), 1L) > 1)
                .map(InterfaceChooser::toEverybody)
                .orElse(entry));
  }

  private static Entry toEverybody(Link link) {
    return used(new Link(link.nic(), link.index(), link.address(), link.prefix(), Link.EVERYBODY));
  }

  private void addUnmatchedSelectors(List<Nic> nics) {
    String names = nics.stream().map(Nic::name).distinct().collect(Collectors.joining(", "));
    for (String selector : filter.unmatched(nics)) {
      String reason = "matches nothing; there are: " + (names.isEmpty() ? "none" : names);
      entries.add(
          new Entry(selector, Optional.empty(), Optional.empty(), Verdict.UNMATCHED, reason));
    }
  }

  private Stream<Link> links() {
    return entries.stream().flatMap(entry -> entry.link().stream());
  }

  private void dropLinks(Function<Link, Optional<String>> objection, Verdict verdict) {
    entries.replaceAll(
        entry ->
            entry
                .link()
                .flatMap(objection)
                .map(reason -> skipped(entry.name(), entry.address(), verdict, reason))
                .orElse(entry));
  }

  private void skip(Nic nic, Verdict verdict, String reason) {
    entries.add(skipped(nic.name(), Optional.empty(), verdict, reason));
  }

  private static Entry skipped(Nic nic, InetAddress address, Verdict verdict, String reason) {
    return skipped(nic.name(), Optional.of(address), verdict, reason);
  }

  private static Entry skipped(
      String name, Optional<InetAddress> address, Verdict verdict, String reason) {
    return new Entry(name, address, Optional.empty(), verdict, "skipped, " + reason);
  }

  private static Entry used(Link link) {
    return new Entry(
        link.nic(),
        Optional.of(link.address()),
        Optional.of(link),
        Verdict.USED,
        "used, beacons go to " + Addresses.text(link.target()));
  }
}
