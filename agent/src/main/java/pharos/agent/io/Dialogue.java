package pharos.agent.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Bounded;
import pharos.agent.core.gateway.Action;
import pharos.agent.core.gateway.Callees;
import pharos.agent.core.gateway.Gateway;
import pharos.agent.wire.OverlayCodec;
import pharos.agent.wire.WireException;
import pharos.beacon.Addresses;

/**
 * The questions past the subnet. One who is asked may have many addresses, and some may lead
 * nowhere: those that answered before come first, then those on our links, and the next one is
 * tried while the one before is silent. The first answer counts.
 */
final class Dialogue {
  private static final long NEXT_NS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int REMEMBERED = 1_024;
  private static final Pattern ENDPOINT =
      Pattern.compile("tcp://(?:\\[([^\\]%]*:[^\\]%]*)(%[\\w.-]+)?\\]|([^:\\[\\]]+)):(\\d{1,5})");

  private final Connections connections;
  private final Predicate<InetAddress> isOnLink;
  private final Callees callees;
  private final Map<Long, Asking> byNumber = new LinkedHashMap<>();
  private final Map<Long, Asking> byAttempt = new HashMap<>();
  private final Map<String, InetSocketAddress> good = Bounded.byUse(REMEMBERED);
  private long attempts;
  private long malformed;

  /** One question, on its way to one or more addresses. */
  private static final class Asking {
    final long number;
    final String whom;
    final byte[] body;
    final Deque<InetSocketAddress> left;
    final Map<Long, InetSocketAddress> open = new HashMap<>();
    long nextNs;

    Asking(long number, String whom, byte[] body, Deque<InetSocketAddress> left) {
      this.number = number;
      this.whom = whom;
      this.body = body;
      this.left = left;
    }
  }

  Dialogue(Connections connections, Predicate<InetAddress> isOnLink, Callees callees) {
    this.callees = callees;
    this.connections = connections;
    this.isOnLink = isOnLink;
  }

  /** Whether this is the number of an attempt of ours; those of the core are positive. */
  static boolean isOurs(long question) {
    return question < 0;
  }

  /** How many answers made no sense. */
  long malformed() {
    return malformed;
  }

  void ask(Action.Ask it, Gateway gateway, long nowNs) {
    String whom = String.join(" ", it.endpoints());
    Asking asking =
        new Asking(it.number(), whom, OverlayCodec.write(it.question()), inOrder(it, whom));
    byNumber.put(asking.number, asking);
    tryNext(asking, gateway, nowNs);
  }

  private Deque<InetSocketAddress> inOrder(Action.Ask it, String whom) {
    List<InetSocketAddress> near = new ArrayList<>();
    List<InetSocketAddress> far = new ArrayList<>();
    for (String endpoint : it.endpoints()) {
      Optional<InetSocketAddress> address = parsed(endpoint);
      address.ifPresent(to -> (isOnLink.test(to.getAddress()) ? near : far).add(to));
    }
    Deque<InetSocketAddress> order = new ArrayDeque<>(near);
    order.addAll(far);
    InetSocketAddress best = good.get(whom);
    if (best != null && order.remove(best)) {
      order.addFirst(best);
    }
    return order;
  }

  /** Only a literal address: a name in a message makes nobody ask a resolver. */
  static Optional<InetSocketAddress> parsed(String endpoint) {
    Matcher matcher = ENDPOINT.matcher(endpoint);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(matcher.group(4));
    if (port == 0 || port > 0xFFFF) {
      return Optional.empty();
    }
    String ipv6 = matcher.group(1);
    String zone = matcher.group(2);
    return Addresses.parse(ipv6 == null ? matcher.group(3) : ipv6)
        .flatMap(address -> zone == null ? Optional.of(address) : inZone(ipv6 + zone))
        .map(address -> new InetSocketAddress(address, port));
  }

  /** What stands before the zone is a literal; a zone is an interface of this host, or nothing. */
  private static Optional<InetAddress> inZone(String literal) {
    try {
      return Optional.of(InetAddress.getAllByName(literal)[0]);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private void tryNext(Asking asking, Gateway gateway, long nowNs) {
    if (asking.left.isEmpty()) {
      if (asking.open.isEmpty() && byNumber.remove(asking.number) != null) {
        gateway.onFailed(asking.number);
      }
      return;
    }
    InetSocketAddress to = nextCallee(asking, nowNs);
    if (to == null) {
      return;
    }
    long attempt = --attempts;
    asking.open.put(attempt, to);
    asking.nextNs = nowNs + NEXT_NS;
    byAttempt.put(attempt, asking);
    connections.askPooled(attempt, to, asking.body, nowNs);
  }

  /** The first that may be connected to now; else it is tried again when one may be. */
  private @Nullable InetSocketAddress nextCallee(Asking asking, long nowNs) {
    long waitNs = NEXT_NS;
    for (Iterator<InetSocketAddress> each = asking.left.iterator(); each.hasNext(); ) {
      InetSocketAddress to = each.next();
      long untilNs = connections.isOpenTo(to) ? 0 : callees.call(to.getAddress(), nowNs);
      if (untilNs == 0) {
        each.remove();
        return to;
      }
      waitNs = Math.min(waitNs, untilNs);
    }
    asking.nextNs = nowNs + waitNs;
    return null;
  }

  /** This address is where it says it is: it spoke to us over TCP. */
  void onProof(InetAddress address, long nowNs) {
    if (callees.onProof(address, nowNs)) {
      for (Asking asking : byNumber.values()) {
        if (asking.open.isEmpty()) {
          asking.nextNs = nowNs;
        }
      }
    }
  }

  /** How often a connection had to wait, since its address never spoke to us. */
  long deferred() {
    return callees.deferred();
  }

  void forget(long number) {
    Asking asking = byNumber.remove(number);
    if (asking != null) {
      end(asking);
    }
  }

  private void end(Asking asking) {
    for (Long attempt : asking.open.keySet()) {
      byAttempt.remove(attempt);
      connections.forget(attempt);
    }
    asking.open.clear();
  }

  void onAnswer(long attempt, byte[] answer, Gateway gateway, long nowNs) {
    Asking asking = byAttempt.remove(attempt);
    if (asking == null) {
      return;
    }
    InetSocketAddress from = asking.open.remove(attempt);
    try {
      var reply = OverlayCodec.readReply(answer);
      if (from != null) {
        good.put(asking.whom, from);
        onProof(from.getAddress(), nowNs);
      }
      byNumber.remove(asking.number);
      end(asking);
      String at = from == null ? "" : Addresses.text(from.getAddress());
      gateway.onReply(asking.number, at, reply);
    } catch (WireException e) {
      malformed++;
      tryNext(asking, gateway, nowNs);
    }
  }

  void onFailed(long attempt, Gateway gateway, long nowNs) {
    Asking asking = byAttempt.remove(attempt);
    if (asking != null) {
      asking.open.remove(attempt);
      tryNext(asking, gateway, nowNs);
    }
  }

  /** Tries the next address where the last one is silent. */
  void wakeUp(Gateway gateway, long nowNs) {
    for (Asking asking : List.copyOf(byNumber.values())) {
      if (!asking.left.isEmpty() && asking.nextNs - nowNs <= 0) {
        tryNext(asking, gateway, nowNs);
      }
    }
  }

  long nextInNs(long nowNs) {
    long nextNs = Long.MAX_VALUE;
    for (Asking asking : byNumber.values()) {
      if (!asking.left.isEmpty()) {
        nextNs = Math.min(nextNs, Math.max(0, asking.nextNs - nowNs));
      }
    }
    return nextNs;
  }
}
